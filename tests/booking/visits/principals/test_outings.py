"""One page for the principal: all outings of the collège, by a link that ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from booking.visits.reservation_states import State
from booking.year.purge import purge
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import linked
from workshops.database import rows, value

MAILBOX, PERRIN = "ce.0250001r@ac-besancon.fr", "perrin@example.org"


@pytest.fixture
async def college(app):
    app.state.clock = lambda: NOW
    return await builders.school(
        name="Collège Stendhal", mail=MAILBOX, principal_mail=PERRIN, principal_name="Mme Perrin"
    )


async def _teacher(app, college: int) -> tuple[int, Browser]:
    claire = await builders.person("teacher", name="Claire Renaud", school=college)
    return claire, await Browser(app, now=NOW).sign_in(claire)


async def _link() -> str:
    return await linked("outings_page", "/sorties/")


async def _visit(college: int, claire: int, on: str, name: str, **more: object) -> int:
    group = await builders.group(school=college, name=name)
    there = await builders.slot(starts_at=paris(f"{on} 09:00"))
    return await builders.reservation(slot=there, group=group, by=claire, **more)  # type: ignore[arg-type]


async def test_the_page_holds_the_year_s_outings_and_no_first_name_nor_need(app, college):
    claire, teacher = await _teacher(app, college)
    coming = await _visit(college, claire, "2027-03-25", "4e B", needs="Un fauteuil roulant")
    await builders.badges(coming)
    await rows("UPDATE badges SET first_name = 'Zéphyrine' WHERE reservation = $1", coming)
    await _visit(college, claire, "2026-11-12", "5e A", state="attended")
    await _visit(college, claire, "2027-04-08", "3e C", state="cancelled_by_teacher")
    await _visit(college, claire, "2026-06-11", "6e D", state="attended")
    await _visit(await builders.school(), claire, "2027-03-26", "4e Z")
    sent = await teacher.post("/mon-college/sorties")
    assert sent.headers["location"] == "/mon-college?fait=sorties-envoyees"
    assert await value("SELECT to_email FROM notices") == PERRIN
    principal, link = Browser(app, now=NOW), await _link()
    shown = (await principal.get(link)).text
    told = read(await principal.get(link))
    assert "2 visites cette année scolaire, 48 élèves en additionnant les visites." in told
    assert re.findall(r"<strong>(\de \w)</strong>", shown) == ["4e B", "5e A"]
    assert [secret in shown for secret in ("Zéphyrine", "fauteuil")] == [False, False]
    agenda = await principal.get(f"{link}/agenda.ics")
    assert agenda.headers["content-type"].startswith("text/calendar")
    assert len(re.findall("BEGIN:VEVENT", agenda.text)) == 2
    assert [secret in agenda.text for secret in ("Zéphyrine", "fauteuil", "3e C", "4e Z", "6e D")] == [False] * 5
    again = await principal.get(f"{link}/agenda.ics", headers={"If-None-Match": agenda.headers["etag"]})
    assert again.status_code == 304


async def test_the_pupils_of_the_page_are_the_sum_of_its_lines_whatever_their_states(app, college):
    claire, teacher = await _teacher(app, college)
    for place, state in enumerate(State):
        await _visit(college, claire, f"2027-03-{place + 1:02}", f"4e {place}", state=state, pupils=10 + place)
    moved = await _visit(college, claire, "2027-04-06", "3e C", state="confirmed", pupils=21)
    await _visit(college, claire, "2027-04-08", "3e D", state="requested", pupils=22, replaces=moved)
    await teacher.post("/mon-college/sorties")
    shown = await Browser(app, now=NOW).get(await _link())
    lines = [int(one) for one in re.findall(r", (\d+) élèves et", read(shown))]
    said = r"(\d+) visites cette année scolaire, (\d+) élèves en additionnant les visites, dont (\d+) dans celles qui"
    ((visits, pupils, asked),) = re.findall(said, read(shown))
    requested = 10 + list(State).index(State.REQUESTED)
    assert (int(visits), int(pupils), int(asked)) == (len(lines), sum(lines), requested)


async def test_the_link_never_shows_itself_to_who_asks_for_it(app, college):
    _, teacher = await _teacher(app, college)
    await teacher.post("/mon-college/sorties")
    token = (await _link()).rsplit("/", 1)[1]
    assert token not in (await teacher.get("/mon-college")).text
    assert token not in str([dict(one) for one in await rows("SELECT * FROM events")])
    assert await value("SELECT octet_length(token_hash) FROM outing_pages") == 32


async def test_a_new_link_ends_the_former_and_both_sides_may_end_it(app, college):
    _, teacher = await _teacher(app, college)
    principal = Browser(app, now=NOW)
    await teacher.post("/mon-college/sorties")
    first = await _link()
    await teacher.post("/mon-college/sorties")
    second = await _link()
    assert [(await principal.get(one)).status_code for one in (first, second)] == [410, 200]
    assert "Ce lien n'ouvre plus rien" in read(await principal.post(second))
    assert (await principal.get(second)).status_code == 410
    await teacher.post("/mon-college/sorties")
    third = await _link()
    await teacher.post("/mon-college/sorties/revocation")
    for path in (third, f"{third}/agenda.ics"):
        assert (await principal.get(path)).status_code == 410


async def test_it_ends_with_31_august_and_the_night_forgets_it(app, college, tmp_path):
    _, teacher = await _teacher(app, college)
    await teacher.post("/mon-college/sorties")
    link, ends = await _link(), paris("2027-09-01 00:00")
    for now, status in ((ends - timedelta(seconds=1), 200), (ends, 410)):
        app.state.clock = lambda now=now: now
        assert (await Browser(app, now=now).get(link)).status_code == status
    await purge(data_dir=tmp_path, now=paris("2027-09-03 04:17"))
    assert await value("SELECT count(*) FROM outing_pages") == 0


async def test_without_a_confirmed_address_it_goes_to_the_mailbox_and_without_either_to_nobody(app, college):
    _, teacher = await _teacher(app, college)
    await rows("UPDATE schools SET principal_confirmed_at = NULL")
    await teacher.post("/mon-college/sorties")
    assert await value("SELECT to_email FROM notices") == MAILBOX
    await rows("UPDATE schools SET mail = ''")
    refused = await teacher.post("/mon-college/sorties")
    assert refused.status_code == 422
    assert "Aucune adresse confirmée" in read(refused)
    assert await value("SELECT count(*) FROM outing_pages") == 1
