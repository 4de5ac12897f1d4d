"""Taking back the figures of a closed visit, and closing it again."""

from __future__ import annotations

import uuid

import pytest

from booking.day.checkin.acts import GroupHeadcount, ReopenVisit
from booking.day.checkin.check_in import check_in
from booking.day.checkin.close_slot import close_slot, reopen_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.record_build import record_build
from booking.day.checkin.rules import GroupElsewhere, ScanAsked
from booking.outbox.journal.queries import latest
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, NOON, START, Day
from workshops.builds.record import RecordBuild
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound
from workshops.slots.rules import NotDone


async def close(day: Day, *counts: int) -> None:
    headcounts = [
        GroupHeadcount(reservation=group, pupils=count, adults=2, note="Badges oubliés", absent=not count)
        for group, count in zip(day.groups, counts, strict=True)
    ]
    await close_slot(day.slot, headcounts=headcounts, companies=day.came, account=day.host, school=day.school, now=NOON)


async def counted() -> int:
    return int(await value("SELECT coalesce(sum(counted), 0) FROM turnouts"))


async def test_a_reopened_visit_is_closed_again_and_nothing_is_lost(day):
    boss = await builders.account("coord@example.org")
    scan = ScanAsked(uuid.uuid4(), day.slot, day.tokens[0], NINE_FOUR)
    await check_in([scan], account=day.host, school=day.school, now=NINE_FOUR)
    await record_build(
        day.groups[0],
        RecordBuild(tech_object=day.clock, made=3, finished=2, working=1, taken_home=1),
        account=day.host,
        school=day.school,
        now=NOON,
    )
    await close(day, 24, 0)
    assert await counted() == 24

    await reopen_slot(day.slot, ReopenVisit(reason=" Deux groupes\n inversés "), account=boss, now=NOON)

    slot = await row("SELECT state, closed_at FROM slots WHERE id = $1", day.slot)
    assert slot is not None and tuple(slot) == ("closed", None)
    assert (await counted(), await value("SELECT count(*) FROM company_turnouts")) == (0, 0)
    seen = await roster(day.slot, school=day.school)
    assert (seen.came, [group.state for group in seen.groups], len(seen.groups[0].builds)) == (1, ["locked"] * 2, 1)
    (told,) = [one for one in await latest() if one.act == "slot_reopened"]
    assert (told.account, told.about_kind, told.about, told.detail) == (boss, "slot", day.slot, "Deux groupes inversés")
    await close(day, 0, 23)
    assert await counted() == 23
    states = await rows("SELECT state FROM reservations ORDER BY id")
    assert [one["state"] for one in states] == ["no_show", "attended"]


async def test_the_results_follow(day):
    await close(day, 24, 20)
    assert await done_pupils() == 44
    await reopen_slot(day.slot, ReopenVisit(reason="Erreur"), account=day.host, now=NOON)
    assert await done_pupils() == 0
    await close(day, 24, 22)
    assert await done_pupils() == 46


async def done_pupils() -> int:
    asked = "SELECT coalesce(sum(t.counted), 0) FROM turnouts t JOIN slots s ON s.id = t.slot WHERE s.state = 'done'"
    return int(await value(asked))


async def test_only_a_closed_visit_is_reopened_and_with_a_reason(day):
    with pytest.raises(NotDone):
        await reopen_slot(day.slot, ReopenVisit(reason="Erreur"), account=day.host, now=NOON)
    with pytest.raises(NotFound):
        await reopen_slot(9999, ReopenVisit(reason="Erreur"), account=day.host, now=NOON)
    await close(day, 24, 23)
    for reason in (" ", "x" * 201):
        with pytest.raises(Invalid):
            await reopen_slot(day.slot, ReopenVisit(reason=reason), account=day.host, now=START)
    assert await counted() == 47


async def test_guests_are_counted_where_they_were_received_and_once(day):
    other = await builders.slot(host=day.school, starts_at=START.replace(hour=8))
    guest = await builders.reservation(slot=other, group=await builders.group(name="3e C", pupils=2), pupils=2)
    badges = await builders.badges(guest)
    scans = [ScanAsked(uuid.uuid4(), day.slot, badge, NINE_FOUR, "welcome") for badge in badges]
    await check_in(scans, account=day.host, school=day.school, now=NINE_FOUR)
    await close(day, 0, 0)
    await close_slot(
        other,
        headcounts=[GroupHeadcount(reservation=guest, pupils=0, adults=0)],
        account=day.host,
        school=day.school,
        now=NOON,
    )
    kept = await rows("SELECT slot, announced, scanned, counted FROM turnouts WHERE group_ref = $1 ORDER BY id", guest)
    assert [tuple(one) for one in kept] == [(day.slot, 0, 2, 2), (other, 2, 0, 0)]
    assert await value("SELECT state FROM reservations WHERE id = $1", guest) == "attended"


async def test_a_head_count_that_is_not_the_badges_says_why(day):
    counts = [GroupHeadcount(reservation=group, pupils=1, adults=2, note=" ") for group in day.groups]
    with pytest.raises(Invalid) as refused:
        await close_slot(day.slot, headcounts=counts, companies=day.came, account=day.host, school=day.school, now=NOON)
    assert list(refused.value.errors) == [f"reason-{group}" for group in day.groups]


async def test_the_journal_has_a_line_for_each_group_that_is_expected_again(day):
    await close(day, 24, 0)
    await reopen_slot(day.slot, ReopenVisit(reason="Erreur"), account=day.host, now=NOON)
    asked = "SELECT by, about, state FROM events WHERE act = 'reservation_reopen' ORDER BY about"
    assert [tuple(one) for one in await rows(asked)] == [(day.host, group, "locked") for group in day.groups]


async def test_a_group_that_is_expected_elsewhere_at_that_hour_keeps_the_visit_closed(day):
    await close(day, 24, 0)
    group = await value('SELECT "group" FROM reservations WHERE id = $1', day.groups[1])
    await builders.reservation(slot=await builders.slot(starts_at=START), group=group, pupils=2)
    with pytest.raises(GroupElsewhere) as no:
        await reopen_slot(day.slot, ReopenVisit(reason="Erreur"), account=day.host, now=NOON)
    assert no.value.sentence == (
        "5e A a une autre visite à cette heure-là : cette visite ne peut pas être rouverte tant qu'elle est réservée."
    )
    assert (await counted(), await value("SELECT state FROM slots WHERE id = $1", day.slot)) == (24, "done")
