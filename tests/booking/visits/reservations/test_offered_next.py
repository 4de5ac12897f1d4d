"""A demand that says what would suit, and loses the place that it held, is offered the next that suits at once; not
where nobody answered."""

from __future__ import annotations

from datetime import timedelta

from booking.visits.asking.ask import ask
from booking.visits.reservations.demand import Sentence, WholeDemand
from booking.visits.reservations.lapse import lapse
from tests import builders
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.reservations.demands import FIRST, SECRET, College, refuse_visa
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import forget_mails, seen
from workshops.database import rows

NEAR = {"lat": 47.24, "lon": 6.02}
OFFERED = "SELECT slot, state FROM reservations WHERE state IN ('offered', 'requested') ORDER BY id"


async def a_demand(**school: object) -> tuple[College, list[int]]:
    """Claire's first choice is full; she is offered the first of three slots that suit."""
    lycee = await builders.school(kind="lycee", **NEAR)
    full = await builders.slot(host=lycee, seats=24, seats_taken=24, groups_taken=1)
    suit = [await builders.slot(host=lycee, starts_at=paris(f"2027-03-{day} 09:00")) for day in (26, 29, 30)]
    college = await College.new("claire@example.org", **NEAR, **school)
    asked = WholeDemand(((await college.demand(full),),), 24, Sentence(line=2, km=40))
    await ask(asked, wait=True, now=NOW)
    assert await seen(OFFERED) == [(suit[0], "offered")]
    return college, suit


async def held() -> int:
    (found,) = await rows("SELECT id FROM reservations WHERE state = 'offered'")
    return int(found["id"])


async def test_who_leaves_a_place_is_offered_the_next_that_suits_and_never_the_same_again(db):
    college, suit = await a_demand()
    for next_one in suit[1:]:
        await college.cancel(await held())
        assert await seen(OFFERED) == [(next_one, "offered")]
    await college.cancel(await held())
    assert await seen(OFFERED) == []


async def test_who_does_not_answer_is_offered_no_other_until_something_comes_free(db):
    await a_demand()
    await lapse(secret_key=SECRET, now=NOW + timedelta(days=8))
    assert await seen(OFFERED) == []


async def test_a_visa_that_is_refused_leads_to_the_next_that_suits(db):
    college, suit = await a_demand(needs_approval=True, principal_mail="ce.0@example.org")
    await college.accept(await held())
    assert await seen(OFFERED) == [(suit[0], "requested")]
    await refuse_visa(FIRST)
    assert await seen(OFFERED) == [(suit[1], "offered")]


async def test_who_withdraws_all_or_has_a_sure_place_is_offered_nothing_more(db):
    college, _ = await a_demand()
    visit = await held()
    await college.accept(visit)
    await college.cancel(visit)
    assert await seen(OFFERED) == []


async def test_her_page_and_her_mail_say_the_other_place(app):
    app.state.clock = lambda: NOW
    await a_demand()
    mail = next(mail for mail in await posted() if "Une place" in str(mail.message["Subject"]))
    link = next(line for line in text_of(mail).split("\n") if "/offre/" in line)
    await forget_mails()
    page = read(await Browser(app, now=NOW).post(link.removeprefix("http://127.0.0.1:8000"), {"answer": "non"}))
    assert "Elle va à un autre groupe. Une autre place vous est proposée le lundi 29 mars 2027, 9 h 00" in page
    assert "répondez par le lien du mail qui vient de partir." in page
    told = [(str(mail.message["To"]), str(mail.message["Subject"])) for mail in await posted()]
    assert [to for to, subject in told if "Une place" in subject] == ["Claire Renaud <claire@example.org>"]
