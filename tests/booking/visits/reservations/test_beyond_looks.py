"""A group beyond its collège's classes that only looks for what suits: it is offered what the coordination lets it
have, what its collège has room for again, or what nobody else has asked for in ten school days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from booking.mails.digest.to_do import BY_KIND
from booking.visits.asking.ask import Granted, ask
from booking.visits.asking.withdraw import withdraw
from booking.visits.demands.rules import ends_at
from booking.visits.reservations.demand import Sentence, WholeDemand
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.let_through import let_search_through
from booking.visits.reservations.states import NotNow
from tests import builders
from tests.booking.api.test_reservations import a_machine
from tests.booking.mails.story import posted, text_of
from tests.booking.visits.reservations.demands import SECRET, College
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.seen import forget_mails, mails, seen
from workshops.database import rows, value
from workshops.events.record import record
from workshops.offer.rules import Search
from workshops.refusals import NotFound

NEAR = {"lat": 47.24, "lon": 6.02}
OFFERED = "SELECT demand, slot FROM reservations WHERE state = 'offered' ORDER BY id"
DAYS = timedelta(days=1)


async def a_college(email: str | None = None) -> College:
    """One of a single class of 4e."""
    college = await College.new(email, **NEAR)
    await builders.head_count(school=college.school, pupils=24)
    return college


async def far() -> int:
    """A slot 80 km away, which suits none of those who look."""
    lycee = await builders.school(kind="lycee", lat=47.64, lon=6.86)
    return await builders.slot(host=lycee, starts_at=paris("2027-02-25 09:00"))


async def lost(lycee: int) -> int:
    return await builders.slot(host=lycee, booking_closes_at=NOW - DAYS)


async def looks(college: College, *, name: str = "4e Z", pupils: int = 24, now: datetime = NOW) -> Granted:
    """A class asks for a slot that has closed, else for what suits."""
    group = await college.group(name=name, pupils=pupils)
    lycee = await value("SELECT id FROM schools WHERE kind = 'lycee' ORDER BY id LIMIT 1")
    named = await college.demand(await lost(lycee), group=group, pupils=pupils)
    return await ask(WholeDemand(((named,),), pupils, Sentence(line=2, km=40)), wait=True, now=now)


async def beyond(email: str = "claire@example.org") -> tuple[College, int, int]:
    """Claire's collège has as many groups as classes, and one more looks; also the one that comes."""
    await builders.school(kind="lycee", **NEAR)
    college = await a_college(email)
    comes = await college.ask(await far())
    granted = await looks(college)
    assert (granted.choices, granted.demand is None) == ([], False)
    return college, granted.demand or 0, comes.id


async def free(**more: object) -> int:
    """A slot with room near the collèges, open for a month already."""
    lycee = await value("SELECT id FROM schools WHERE kind = 'lycee' ORDER BY id LIMIT 1")
    return await builders.slot(host=lycee, **{"created_at": NOW - 30 * DAYS} | more)


async def clock(now: datetime) -> None:
    await lapse(secret_key=SECRET, now=now)


async def test_its_sentence_is_kept_and_its_letter_and_pages_say_that_it_passes_after_others(app):
    college, demand, _ = await beyond()
    app.state.clock = lambda: NOW
    slot = await free()
    await clock(NOW + DAYS)
    assert await seen(OFFERED) == []
    written = [text_of(mail) for mail in await posted() if "Demande gardée" in str(mail.message["Subject"])]
    why = "Votre collège a déjà autant de groupes de 4e que de classes"
    assert len(written) == 1
    assert why in written[0]
    assert (
        "dès que la coordination le laisse passer, ou si personne d'autre ne l'a demandé pendant dix jours"
        in written[0]
    )
    claire = await Browser(app, now=NOW).sign_in(college.teacher)
    assert f"{why} : celui-ci passe après les autres." in read(await claire.get(f"/demandes/{demand}"))
    assert "4e Z, ce qui convient Passe après les autres" in read(await claire.get("/mes-visites"))
    program = await a_machine(app, school=college.school)
    assert (await program.get(f"/demands/{demand}")).json()["beyond"] is True
    # A class within, of another collège, is offered that slot at once.
    other = await a_college("nora@example.org")
    within = await looks(other, name="4e A")
    assert await seen(OFFERED) == [(within.demand, slot)]
    assert (await program.get(f"/demands/{within.demand}")).status_code == 404
    assert await value("SELECT count(*) FROM demands WHERE beyond") == 1


async def test_one_tap_of_the_coordination_offers_it_what_suits_and_nobody_else_hears(app):
    _, demand, _ = await beyond()
    other, theirs, _ = await beyond("nora@example.org")
    app.state.clock = lambda: NOW
    slot = await free()
    coordinator = await builders.person("coordinator", "nadia@example.org")
    office = await Browser(app, now=NOW).sign_in(coordinator)
    await forget_mails()
    points = (await BY_KIND["beyond"].ask(NOW)).points
    assert [point.post for point in points] == [f"/gestion/demandes/{one}/passage" for one in (demand, theirs)]
    assert points[0].told.endswith(" a déjà 1 groupe de 4e pour 1 classe. Ce groupe attend ce qui convient.")
    there = f"/gestion/demandes/{demand}/passage"
    assert f'action="{there}"' in (await office.get("/gestion/a-faire/beyond")).text
    assert (await office.post(there)).headers["location"] == "/gestion/a-faire?fait=groupe-passe"
    assert await seen(OFFERED) == [(demand, slot)]
    [mail] = await posted()
    assert (mail.to, "Une place pour votre groupe" in str(mail.message["Subject"])) == (["claire@example.org"], True)
    assert await seen("SELECT by, about FROM events WHERE act = 'demand_let_through'") == [(coordinator, demand)]
    again = await office.post(there)
    assert (again.status_code, "Plus possible" in read(again)) == (409, True)
    with pytest.raises(NotFound):
        await let_search_through(10**6, by=coordinator, now=NOW)
    program = await a_machine(app, "coordinator")
    teacher = await a_machine(app, school=other.school)
    assert (await teacher.post(f"/demands/{theirs}/passage")).status_code == 403
    answer = await program.post(f"/demands/{theirs}/passage")
    assert (answer.status_code, answer.json()["id"], answer.json()["beyond"]) == (201, theirs, False)
    # Nothing is left that suits: she reads that it is looked for as for others from now on.
    [mail] = await posted()
    assert mail.to == ["nora@example.org"]
    assert "Rien ne convient aujourd'hui." in text_of(mail)


async def test_after_ten_school_days_for_which_nobody_else_asked_it_is_offered_the_slot(db):
    _, demand, _ = await beyond()
    other = await College.new(**NEAR)
    await builders.holidays(date(2027, 1, 18), date(2027, 1, 22))
    asked, late, alone = [
        await free(starts_at=paris(f"2027-03-{day:02} 09:00"), groups_max=2, seats=60) for day in (2, 4, 9)
    ]
    await rows("UPDATE slots SET created_at = $1 WHERE id = $2", NOW + 3 * DAYS, late)
    await other.ask(asked, now=NOW + 2 * DAYS)
    # Monday 11 January: ten school days, without the week of holidays, are over on Monday 1 February.
    for day in (11, 20):
        await clock(NOW + day * DAYS)
        assert await seen(OFFERED) == []
    await clock(NOW + 21 * DAYS)
    await clock(NOW + 21 * DAYS)
    assert await seen(OFFERED) == [(demand, alone)]


async def test_where_its_college_has_fewer_groups_again_it_is_offered_as_others_are(db):
    college, demand, comes = await beyond()
    slot = await free()
    await college.cancel(comes)
    await clock(NOW + timedelta(minutes=1))
    assert await seen(OFFERED) == [(demand, slot)]
    assert await seen("SELECT by, detail FROM events WHERE act = 'demand_let_through'") == [
        (None, "le collège a de nouveau moins de groupes que de classes")
    ]


async def test_a_class_larger_than_every_slot_is_offered_both_halves_that_nobody_else_asked_for(db):
    await builders.school(kind="lycee", **NEAR)
    college = await a_college()
    await college.ask(await far())
    large = await looks(college, pupils=30)
    pair = [await free(seats=20, starts_at=paris(f"2027-03-{day:02} 09:00")) for day in (9, 11)]
    await clock(NOW + 21 * DAYS)
    assert await seen(OFFERED) == [(large.demand, slot) for slot in pair]


async def test_who_looks_counts_as_who_waits_so_that_twelve_that_only_look_are_offered_one_place(db):
    await builders.school(kind="lycee", **NEAR)
    college, other = await a_college(), await a_college()
    twelve = [await looks(college, name=f"4e {n}") for n in range(12)]
    theirs = await looks(other)
    assert await seen("SELECT beyond FROM demands ORDER BY id") == [(False,), *[(True,)] * 11, (False,)]
    slots = [await free(starts_at=paris(f"2027-03-{day:02} 09:00")) for day in range(1, 6)]
    for slot in slots:
        await record("slot_opened", by=None, about_kind="slot", about=slot, now=NOW)
    await mails()
    assert await seen(OFFERED) == [(twelve[0].demand, slots[0]), (theirs.demand, slots[1])]
    # One that is taken back leaves its turn to the next.
    await withdraw(theirs.demand, school=other.school, by=other.teacher, now=NOW)
    await withdraw(twelve[0].demand, school=college.school, by=college.teacher, now=NOW)
    await clock(NOW + timedelta(minutes=1))
    assert await seen(OFFERED) == [(twelve[1].demand, slots[0])]


async def test_one_that_is_not_held_back_or_ended_is_not_let_through(db):
    college, demand, _ = await beyond()
    within = await looks(await a_college())
    await withdraw(demand, school=college.school, by=college.teacher, now=NOW)
    for number in (demand, within.demand):
        with pytest.raises(NotNow):
            await let_search_through(number, by=None, now=NOW)
    assert (await BY_KIND["beyond"].ask(NOW)).points == ()


async def test_it_ends_with_its_last_day_as_others_do(db):
    _, demand, _ = await beyond()
    await forget_mails()
    over = ends_at(Search(), NOW)
    await clock(over)
    assert await mails() == [("search", "claire@example.org")]
    assert await seen("SELECT about FROM events WHERE act = 'demand_over'") == [(demand,)]
