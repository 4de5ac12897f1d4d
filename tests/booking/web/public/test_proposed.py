"""The page of a visit that a colleague hands on: reading it takes nothing, a tap answers once, nobody signs in; and the
panel of the visit's own page, for who does."""

from __future__ import annotations

import pytest

from booking.visits.handovers.rules import proposal_token
from tests import builders
from tests.booking.mails.story import CLAIRE, JULES, posted, text_of
from tests.booking.visits.handovers.test_hand_on import NORA, STANDS, Two, a_world
from tests.booking.visits.handovers.test_take_over import MARIE, PAUL
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.seen import first
from workshops.database import rows, value


async def signed_in(app, mail: str) -> Browser:
    return await Browser(app, now=NOW).sign_in(await value("SELECT id FROM accounts WHERE email = $1", mail))


async def proposed(app) -> tuple[Two, str, Browser]:
    """Claire's visit, proposed to Marie from its page; the link of the letter, and a browser in which nobody is."""
    app.state.clock = lambda: NOW
    story = await a_world()
    claire = await signed_in(app, CLAIRE)
    sent = await claire.post(f"/reservations/{story.reservation}/passation", {"colleague": MARIE})
    assert sent.headers["location"] == f"/reservations/{story.reservation}?fait=visite-proposee"
    (mail,) = await posted()
    return story, text_of(mail).split("\n")[-2].removeprefix("http://127.0.0.1:8000"), Browser(app)


async def test_opening_the_link_shows_the_visit_and_takes_nothing(app):
    story, link, anyone = await proposed(app)
    for _ in range(3):
        page = read(await anyone.get(link))
    words = ("Claire Renaud vous confie une visite", "Je la reprends", "Je ne peux pas", "Découpe laser")
    assert [one in page for one in words] == [True] * 4
    assert (await first(STANDS, story.reservation))[:1] == (story.teacher,)


@pytest.mark.parametrize("signed", [True, False])
async def test_the_visa_is_said_to_stay_valid_where_there_is_one(app, signed):
    story, link, anyone = await proposed(app)
    if signed:
        await rows("UPDATE reservations SET signed_on = '2027-03-25' WHERE id = $1", story.reservation)
    assert ("Le visa reste valable." in read(await anyone.get(link))) is signed
    marie = await signed_in(app, MARIE)
    page = read(await marie.get(f"/reservations/{story.reservation}"))
    assert ("vous confie cette visite" in page, "Le visa reste valable." in page) == (True, signed)


async def test_one_tap_takes_it_over_and_the_link_is_spent(app):
    story, link, anyone = await proposed(app)
    assert "Merci, la visite est à vous" in read(await anyone.post(link, {"answer": "oui"}))
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", story.reservation) == story.marie
    for answer in ("oui", "non"):
        assert (await anyone.post(link, {"answer": answer})).status_code == 410
    again = await anyone.get(link)
    assert (again.status_code, "Cette visite ne vous est plus proposée" in read(again)) == (410, True)
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", story.reservation) == story.marie


async def test_who_cannot_says_so_in_one_tap(app):
    story, link, anyone = await proposed(app)
    assert "Votre collègue garde la visite" in read(await anyone.post(link, {"answer": "non"}))
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", story.reservation) == story.teacher
    assert [mail.to[0] for mail in await posted()] == [CLAIRE]
    assert (await anyone.post(link, {"answer": "oui"})).status_code == 410


async def test_an_answer_that_is_neither_changes_nothing(app):
    story, link, anyone = await proposed(app)
    assert (await anyone.post(link, {"answer": "peut-être"})).status_code == 422
    assert await value("SELECT handed_to FROM reservations WHERE id = $1", story.reservation) == story.marie


async def test_a_link_that_this_site_never_wrote_opens_nothing(app):
    story, link, anyone = await proposed(app)
    salt = await value("SELECT handed_salt FROM reservations WHERE id = $1", story.reservation)
    forged = proposal_token(story.reservation, salt, "another secret key, long enough to be one")
    for token in ("q" * 48, "é", forged, f"{link.rsplit('/', 1)[1][:-4]}AAAA"):
        assert (await anyone.get(f"/reprise/{token}")).status_code in {404, 410}
        assert (await anyone.post(f"/reprise/{token}", {"answer": "oui"})).status_code in {404, 410}
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", story.reservation) == story.teacher


async def test_the_page_of_the_visit_shows_each_what_she_may_do(app):
    story, _, _ = await proposed(app)
    here = f"/reservations/{story.reservation}"
    shown = {}
    for mail in (CLAIRE, MARIE, PAUL, JULES):
        page = await (await signed_in(app, mail)).get(here)
        acts = ("passation", "passation/retrait", "passation/reprise", "passation/refus")
        shown[mail] = (
            {act for act in acts if f'action="{here}/{act}"' in page.text},
            "Proposée à Marie Perrin" in read(page),
        )
    assert shown == {
        CLAIRE: ({"passation/retrait"}, True),
        MARIE: ({"passation/reprise", "passation/refus"}, False),
        PAUL: (set(), True),
        JULES: (set(), False),
    }
    assert (await (await signed_in(app, NORA)).get(here)).status_code == 404
    lists = {mail: read(await (await signed_in(app, mail)).get("/mes-visites")) for mail in (MARIE, PAUL)}
    assert ["vous confie la visite de 4e B" in lists[mail] for mail in (MARIE, PAUL)] == [True, False]


async def test_signed_in_she_takes_it_in_one_tap_and_then_it_is_hers_to_hand_on(app):
    story, _, _ = await proposed(app)
    here = f"/reservations/{story.reservation}"
    for mail, status in ((PAUL, 409), (CLAIRE, 409), (NORA, 404)):
        assert (await (await signed_in(app, mail)).post(f"{here}/passation/reprise")).status_code == status
    marie = await signed_in(app, MARIE)
    taken = await marie.post(f"{here}/passation/reprise")
    assert taken.headers["location"] == f"{here}?fait=visite-a-vous"
    assert "Confier la visite à un collègue" in read(await marie.get(here))
    assert "Confier la visite" not in read(await (await signed_in(app, CLAIRE)).get(here))
    refused = await (await signed_in(app, CLAIRE)).post(f"{here}/passation", {"colleague": PAUL})
    assert (refused.status_code, "lui seul peut la confier" in read(refused)) == (409, True)


async def test_she_prints_what_the_first_did_and_keeps_its_needs(app):
    """First names, badges and papers are the collège's: whoever follows the visit has them, and the lycée never."""
    story, link, anyone = await proposed(app)
    group = await value('SELECT "group" FROM reservations WHERE id = $1', story.reservation)
    await rows("UPDATE groups SET first_names = true WHERE id = $1", group)
    await builders.badges(story.reservation)
    await rows("UPDATE badges SET first_name = 'Inès' WHERE reservation = $1 AND number = 1", story.reservation)
    await anyone.post(link, {"answer": "oui"})
    here = f"/reservations/{story.reservation}"
    printed = {}
    for mail in (MARIE, CLAIRE, JULES):
        person = await signed_in(app, mail)
        printed[mail] = (await person.get(f"{here}/badges")).text.count("Inès")
        assert (await person.get(f"{here}/badges.pdf")).status_code == 200
    assert printed == {MARIE: 1, CLAIRE: 1, JULES: 0}
    marie = await signed_in(app, MARIE)
    assert "Un fauteuil roulant" in read(await marie.get(here))
    assert (await marie.get(f"/mes-visites/{story.reservation}/papiers")).status_code == 200


@pytest.mark.parametrize("to", [NORA, "", "someone@example.org"])
async def test_somebody_else_than_a_colleague_is_refused_beside_the_field(app, to):
    app.state.clock = lambda: NOW
    story = await a_world()
    claire = await signed_in(app, CLAIRE)
    refused = await claire.post(f"/reservations/{story.reservation}/passation", {"colleague": to})
    assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (422, True)
    assert await value("SELECT handed_to FROM reservations WHERE id = $1", story.reservation) is None
