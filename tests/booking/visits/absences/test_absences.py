"""A collège that missed two visits of a year says what happened before its next demand, and is never barred."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta

import pytest

from booking.day.checkin.acts import ReopenVisit
from booking.day.checkin.close_slot import reopen_slot
from booking.mails.digest.to_do import BY_KIND
from booking.outbox.journal.queries import latest
from booking.visits.absences.answer import AnswerAbsences, answer_absences, mark_read
from booking.visits.absences.queries import absences_asked, absences_of
from booking.visits.absences.rules import AbsencesUnanswered, NothingAsked
from booking.visits.asking.ask import ask
from booking.visits.asking.book_both import book_both
from booking.visits.reservations.book import refused_lately
from booking.visits.reservations.demand import WholeDemand
from booking.visits.reservations.take_seats import TAKE_SEATS
from tests import builders
from tests.booking.visits.absences.missed import close, misses, visit_of
from tests.booking.visits.reservations.demands import College, a_demand
from tests.builders import NOW, paris
from tests.seen import forget_mails
from tests.statements import statements_of
from tests.telling import tell
from workshops.database import transaction, value
from workshops.refusals import Invalid

SAID = AnswerAbsences(words="Le car n'est pas venu, deux fois.")


async def asked(college: College) -> int:
    question = await absences_asked(college.school, now=NOW)
    return 0 if question is None else question.no_shows


async def a_college_that_missed(number: int) -> College:
    college = await College.new()
    for day in range(number):
        await misses(college.school, on=f"2026-12-{1 + day:02} 09:00")
    return college


async def test_a_second_missed_visit_asks_one_missed_visit_and_another_college_nothing(db):
    once, twice = await a_college_that_missed(1), await a_college_that_missed(2)
    assert (await asked(once), await asked(twice)) == (0, 2)
    slot = await builders.slot(seats=60, groups_max=4)
    assert (await once.ask(slot, pupils=20)).state == "confirmed"
    with pytest.raises(AbsencesUnanswered) as no:
        await twice.ask(slot, pupils=20)
    assert (no.value.kind, no.value.status, no.value.sentence) == (
        "absences-unanswered",
        409,
        "Votre collège n'est pas venu à 2 visites cette année scolaire. Dites en une ligne ce qui s'est passé, sans"
        " nommer personne : la demande part aussitôt.",
    )
    assert await value("SELECT count(*) FROM reservations WHERE school = $1 AND slot = $2", twice.school, slot) == 0


async def test_an_answer_by_any_of_its_teachers_lets_every_demand_through_at_once(db):
    college = await a_college_that_missed(2)
    colleague = await builders.person("teacher", school=college.school)
    assert await answer_absences(SAID, school=college.school, by=colleague, now=NOW) == 2
    for _ in range(2):
        assert (await college.ask(await builders.slot())).state == "confirmed"
    with pytest.raises(NothingAsked):
        await answer_absences(SAID, school=college.school, by=college.teacher, now=NOW)


async def test_every_way_to_ask_is_refused_and_nothing_is_written(db):
    college, lycee = await a_college_that_missed(2), await builders.school(kind="lycee")
    slots = [
        await builders.slot(host=lycee, starts_at=paris(f"2027-03-25 {hour}"), seats=30, groups_max=4)
        for hour in ("09:00", "13:30")
    ]
    full = await builders.slot(seats=24, seats_taken=24)
    before = await value("SELECT count(*) FROM reservations")
    of = {"school": college.school, "by": college.teacher}
    group = await college.group(pupils=27)
    first, second = (a_demand(slot, group, pupils=13, half=half, **of) for half, slot in enumerate(slots, 1))
    ranked = WholeDemand(tuple((a_demand(slot, group, line=n, **of),) for n, slot in enumerate(slots, 1)), 24)
    for demand in (
        college.ask(full, wait=True),
        book_both(first, second, two_objects=True, now=NOW),
        ask(ranked, wait=True, now=NOW),
    ):
        with pytest.raises(AbsencesUnanswered):
            await demand
    assert await value("SELECT count(*) FROM reservations") == before
    assert await value("SELECT count(*) FROM demands") == 0


async def test_a_draw_is_not_entered_before_the_answer_and_what_was_asked_before_it_stands(db):
    college = await a_college_that_missed(1)
    stands = await college.ask(await builders.slot())
    waits = await college.ask(await builders.slot(seats=24, seats_taken=24), wait=True)
    await misses(college.school, on="2026-12-09 09:00")
    assert await value(
        "SELECT array_agg(state ORDER BY id) FROM reservations WHERE id = ANY ($1)", [stands.id, waits.id]
    ) == [
        "confirmed",
        "waiting",
    ]
    other = await builders.slot(starts_at=paris("2027-04-01 09:00"))
    assert (await college.move(stands.id, other)).asked is None

    await builders.opening(opens_at=NOW, draws_at=NOW + timedelta(hours=1), seed=bytes(32))
    drawn = await builders.slot(starts_at=paris("2027-03-02 09:00"))
    with pytest.raises(AbsencesUnanswered):
        await college.ask(drawn)
    await answer_absences(SAID, school=college.school, by=college.teacher, now=NOW)
    assert (await college.ask(drawn)).state == "in_draw"


async def test_each_number_is_asked_once_and_a_reopened_visit_counts_no_more(db):
    college, boss = await a_college_that_missed(2), await builders.account("boss@example.org")
    await answer_absences(SAID, school=college.school, by=college.teacher, now=NOW)
    third = await misses(college.school, on="2026-12-10 09:00")
    assert await asked(college) == 3
    await reopen_slot(third, ReopenVisit(reason="Le groupe était là"), account=boss, now=NOW)
    assert await asked(college) == 0
    await close(third, await value("SELECT id FROM reservations WHERE slot = $1", third))
    assert await asked(college) == 3
    await answer_absences(SAID, school=college.school, by=college.teacher, now=NOW)
    await reopen_slot(third, ReopenVisit(reason="Encore"), account=boss, now=NOW)
    await close(third, await value("SELECT id FROM reservations WHERE slot = $1", third))
    assert await asked(college) == 0


async def test_a_reopened_second_visit_asks_nothing_any_more(db):
    college, boss = await a_college_that_missed(1), await builders.account("boss@example.org")
    second = await misses(college.school, on="2026-12-10 09:00")
    assert await asked(college) == 2
    await reopen_slot(second, ReopenVisit(reason="Le groupe était là"), account=boss, now=NOW)
    assert (await asked(college), await value("SELECT count(*) FROM absence_questions")) == (0, 0)


async def test_the_two_halves_of_a_class_that_did_not_come_are_one_visit(db):
    college = await College.new()
    slot = await builders.slot(starts_at=paris("2026-12-01 09:00"), seats=60, groups_max=4)
    other = await builders.slot(starts_at=paris("2026-12-01 13:30"), seats=60, groups_max=4)
    group = await college.group()
    demand = await builders.demand(group, lines=1)
    async with transaction():
        missed = [
            await builders.reservation(slot=there, group=group, state="locked", demand=demand, line=1, half=half)
            for half, there in enumerate((slot, other), 1)
        ]
    await close(slot, *missed)
    await close(other, *missed)
    assert await asked(college) == 0
    await misses(college.school, on="2026-12-10 09:00")
    assert await asked(college) == 2


async def test_a_year_that_is_over_asks_nothing_and_its_visits_do_not_count_in_the_next(db):
    college = await College.new()
    for day in ("2026-06-02 09:00", "2026-06-03 09:00"):
        await misses(college.school, on=day, at=NOW)
    assert await asked(college) == 0
    await misses(college.school, on="2026-12-01 09:00")
    assert await asked(college) == 0
    await misses(college.school, on="2026-12-02 09:00")
    assert await asked(college) == 2
    assert await absences_asked(college.school, now=paris("2027-08-01 00:00")) is None


async def test_two_lycees_that_close_at_the_same_moment_count_both_visits(db):
    college = await College.new()
    visits = [await visit_of(college.school, on=f"2026-12-0{n} 09:00") for n in range(1, 5)]
    await asyncio.gather(*(close(slot, reservation, at=NOW) for slot, reservation in visits))
    assert await asked(college) == 4
    assert await value("SELECT count(*) FROM absence_questions WHERE answered_at IS NULL") == 1


@pytest.mark.parametrize(
    ("words", "wrong"),
    [("Léa Martin était malade", "ressemble à un nom de personne"), ("Un élève a fait une crise d'asthme", "santé")],
)
async def test_the_line_names_nobody_and_tells_no_child_s_health(db, words: str, wrong: str):
    college = await a_college_that_missed(2)
    with pytest.raises(Invalid) as no:
        await answer_absences(AnswerAbsences(words=words), school=college.school, by=college.teacher, now=NOW)
    assert (list(no.value.errors), wrong in no.value.errors["words"]) == (["words"], True)
    assert await asked(college) == 2


async def test_the_answer_reaches_what_the_coordination_has_to_do_until_it_is_read_and_the_journal(db):
    college, quiet = await a_college_that_missed(2), await a_college_that_missed(2)
    boss, name = await builders.person("coordinator"), "SELECT name || ', ' || commune FROM schools WHERE id = $1"
    await tell()
    await forget_mails()
    assert (await BY_KIND["absences"].ask(NOW)).points == ()
    await answer_absences(SAID, school=college.school, by=college.teacher, now=NOW)
    [point] = (await BY_KIND["absences"].ask(NOW)).points
    assert (point.title, point.told, point.post) == (
        await value(name, college.school),
        "Le collège n'est pas venu à 2 visites cette année scolaire. Il dit : « Le car n'est pas venu, deux fois. »",
        f"/gestion/etablissements/{college.school}/explication",
    )
    for _ in range(2):
        await mark_read(college.school, by=boss, now=NOW)
    await mark_read(quiet.school, by=boss, now=NOW)
    assert (await BY_KIND["absences"].ask(NOW)).points == ()
    journal = [
        (one.act, one.account, one.about, one.detail) for one in await latest() if one.act.startswith("absences")
    ]
    assert journal == [
        ("absences_read", boss, college.school, ""),
        ("absences_answered", college.teacher, college.school, SAID.words),
    ]
    [kept] = await absences_of(college.school)
    assert (kept.year, kept.no_shows, kept.words, kept.read_at) == ("2026-2027", 2, SAID.words, NOW)
    assert [one.answered_at for one in await absences_of(quiet.school)] == [None]
    await tell()
    assert await value("SELECT count(*) FROM notices") == 0


async def test_a_booking_stays_one_statement_whether_or_not_something_was_asked(db):
    college, other = await a_college_that_missed(2), await College.new()
    await answer_absences(SAID, school=college.school, by=college.teacher, now=NOW)
    refused_lately.clear()
    for one in (college, other):
        slot, group = await builders.slot(), await one.group()

        async def book_once(one: College = one, slot: int = slot, group: int = group) -> None:
            await one.ask(slot, group=group)

        assert await statements_of(book_once) == [TAKE_SEATS]


async def test_a_repeat_of_a_demand_that_was_granted_before_has_its_first_answer(db):
    college = await a_college_that_missed(1)
    slot, group, key = await builders.slot(), await college.group(), str(uuid.uuid4())
    first = await college.ask(slot, group=group, key=key)
    await misses(college.school, on="2026-12-09 09:00")
    again = await college.ask(slot, group=group, key=key)
    assert (again.id, again.repeated) == (first.id, True)
