"""What each night erases, on the day and not before; no figure changes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.mail_files import FileMailer
from booking.process.settings import read_settings
from booking.visits.reservations.demand import FORGET_DEMANDS
from booking.year.purge import NAMED, NEEDY, PHOTOGRAPHED, SCANNED, VISITED, WORDED, purge
from booking.year.rules import OUR_WORDS
from tests import builders
from tests.booking.year.dump import dump
from tests.booking.year.past_year import a_past_year, ended
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.results.queries import breakdown

DAY = timedelta(days=1)


async def names() -> int:
    return int(await value("SELECT count(*) FROM badges WHERE first_name <> '' OR no_photo"))


async def test_first_names_and_photo_signs_go_thirty_days_after_the_visit(db, tmp_path):
    past = await a_past_year(tmp_path)
    over = await ended(past.closed[0])
    await purge(data_dir=tmp_path, now=over + 30 * DAY)
    assert await names() == 3
    await purge(data_dir=tmp_path, now=over + 30 * DAY + timedelta(seconds=1))
    assert await names() == 2


async def test_needs_go_the_night_after_the_visit(db, tmp_path):
    past = await a_past_year(tmp_path)
    await rows("UPDATE reservations SET needed = ARRAY['step_free:2', 'meal']")
    asked = "SELECT needs || array_to_string(needed, ',') FROM reservations WHERE slot = $1"
    said = "Un fauteuilstep_free:2,meal"
    await purge(data_dir=tmp_path, now=paris("2026-10-08 23:59"))
    assert await value(asked, past.closed[0]) == said
    await purge(data_dir=tmp_path, now=paris("2026-10-09 04:17"))
    assert [await value(asked, slot) for slot in past.closed] == ["", said]


ASKED = """SELECT d.number, o.file IS NULL, d.answer IS NULL, d.salt, d.needs, array_to_string(d.needed, ',')
FROM demands d JOIN openings o ON o.id = d.opening ORDER BY d.number"""
STAYS = """SELECT number, weight, beyond, rank, result, encode(digest, 'hex'), encode(file_digest, 'hex'),
  encode(seed, 'hex'), encode(places_left, 'escape')
FROM demands d JOIN openings o ON o.id = d.opening ORDER BY number"""


async def test_what_a_draw_keeps_of_colleges_goes_after_sixty_days_and_its_order_stays(db, tmp_path):
    """Who was placed has her needs with her visit; who waits may still be offered a place, until the period is over."""
    held = paris("2027-01-11 11:05")
    hours = dict.fromkeys(("draws_at", "frozen_at", "ranked_at", "drawn_at"), held)
    period = {"opens_at": NOW, "first_on": date(2027, 3, 15), "last_on": date(2027, 4, 2)}
    frozen = {"seed": bytes(32), "file": b"all", "file_digest": b"f" * 32, "places_left": b"[]"}
    opening = await builders.opening(**period, **hours, **frozen)
    said = {"needs": "Une rampe", "needed": ["step_free:1"], "answer": b"seen", "salt": "5a17", "digest": b"d" * 32}
    for number, result in enumerate(("placed", "waits"), start=1):
        told = {"number": str(number), "rank": number, "result": result, "weight": 2, "beyond": number == 2}
        await builders.demand(await builders.group(), opening=opening, **told, **said)
    kept = [tuple(line) for line in await rows(STAYS)]
    await purge(data_dir=tmp_path, now=held + 60 * DAY)
    whole = (False, False, "5a17", "Une rampe", "step_free:1")
    assert [tuple(line) for line in await rows(ASKED)] == [("1", *whole[:3], "", "step_free:1"), ("2", *whole)]
    over = held + 60 * DAY + timedelta(seconds=1)
    assert (await purge(data_dir=tmp_path, now=over, dry_run=True))["draw_files"] == 1
    counts = await purge(data_dir=tmp_path, now=over)
    assert (counts["draw_files"], counts["needs"]) == (1, 1)
    gone = (True, True, "")
    assert [tuple(line) for line in await rows(ASKED)] == [("1", *gone, "", ""), ("2", *gone, *whole[3:])]
    await purge(data_dir=tmp_path, now=paris("2027-04-02 23:59"))
    assert [tuple(line) for line in await rows(ASKED)][1] == ("2", *gone, *whole[3:])
    assert (await purge(data_dir=tmp_path, now=paris("2027-04-03 04:17")))["needs"] == 1
    assert [tuple(line) for line in await rows(ASKED)] == [("1", *gone, "", ""), ("2", *gone, "", "")]
    assert [tuple(line) for line in await rows(STAYS)] == kept


async def test_what_a_demand_needs_goes_once_it_looks_for_nothing_more(db, tmp_path):
    """In no draw: one that is over, and one that may be offered what suits it until the last day of March."""
    said = {"sentence": 2, "needs": "Une rampe", "needed": ["step_free:1"], "ends_at": paris("2027-04-01 00:00")}
    for ended_at in (NOW, None):
        await builders.demand(await builders.group(), ended_at=ended_at, **said)
    asked = "SELECT needs, array_to_string(needed, ',') FROM demands ORDER BY id"
    whole, gone = ("Une rampe", "step_free:1"), ("", "")
    for night, stands, count in (
        ("2027-03-31 23:59", [gone, whole], 1),
        ("2027-04-01 04:17", [gone, gone], 1),
        ("2027-04-02 04:17", [gone, gone], 0),
    ):
        counts = await purge(data_dir=tmp_path, now=paris(night))
        assert ([tuple(line) for line in await rows(asked)], counts["needs"]) == (stands, count)


async def test_scans_of_a_closed_visit_become_its_counts_and_those_of_an_open_one_wait(db, tmp_path):
    past = await a_past_year(tmp_path)
    before = await breakdown(from_on=paris("2026-08-01 00:00").date(), to_on=paris("2027-07-31 00:00").date(), now=NOW)
    counts = await purge(data_dir=tmp_path, now=paris("2027-07-30 04:17"))
    left = await rows("SELECT slot, count(*) FROM scans GROUP BY slot")
    assert [tuple(one) for one in left] == [(past.scanned, 14)]
    assert (counts["scans"], counts["presences"], await value("SELECT count(*) FROM presences")) == (25, 25, 14)
    after = await breakdown(from_on=paris("2026-08-01 00:00").date(), to_on=paris("2027-07-31 00:00").date(), now=NOW)
    assert after == before
    assert await value("SELECT sum(scanned) FROM turnouts") == 25


async def test_what_people_wrote_goes_with_the_school_year(db, tmp_path):
    past = await a_past_year(tmp_path)
    assert (await purge(data_dir=tmp_path, now=paris("2027-07-31 04:17")))["texts"] == 0
    assert (await purge(data_dir=tmp_path, now=paris("2027-08-01 04:17")))["texts"] == 13
    assert await value("SELECT reason FROM reservations WHERE slot = $1", past.next) == "Un mot"


async def test_a_photo_goes_after_a_year_and_one_that_nothing_shows_the_next_night(db, tmp_path):
    past = await a_past_year(tmp_path)
    (tmp_path / "objets" / "perdue.jpg").write_bytes(b"x")
    await purge(data_dir=tmp_path, now=paris("2027-10-07 04:17"))
    assert photos(tmp_path) == [f"photo-{slot}.jpg" for slot in past.closed]
    await purge(data_dir=tmp_path, now=paris("2027-10-09 04:17"))
    assert photos(tmp_path) == [f"photo-{past.closed[1]}.jpg"]


@pytest.mark.parametrize(
    ("statement", "left"),
    [
        (NAMED, {"badges_to_erase"}),
        (NEEDY, {"reservations_to_erase"}),
        (VISITED, {"attendances_to_erase"}),
        (SCANNED, {"scans_of_slot", "presences_of_slot"}),
        (PHOTOGRAPHED, {"builds_to_erase"}),
        (
            WORDED,
            {
                f"{table}_to_erase"
                for table in ("reservations", "attendances", "turnouts", "turnouts_before", "builds", "slots")
            },
        ),
        (FORGET_DEMANDS, {"reservations_asked_once"}),
    ],
)
async def test_what_is_left_to_erase_is_found_without_a_look_at_all_that_was_erased(db, statement, left):
    asked = (NOW, ["", *OUR_WORDS])[: 2 if "$2" in statement else 1]
    async with transaction():
        # What holds few rows would be read whole.
        await rows("SET LOCAL enable_seqscan = off")
        plan = "\n".join([line[0] for line in await rows(f"EXPLAIN {statement}", *asked)])
    assert left - set(re.findall(r"(?:using|on) (\w+)", plan)) == set()


def photos(data_dir: Path) -> list[str]:
    return sorted(file.name for file in (data_dir / "objets").iterdir())


async def test_an_idle_account_is_told_then_erased_and_one_that_comes_back_is_kept(db, tmp_path):
    college, seen = await builders.school(), paris("2027-01-10 10:00")
    idle, back = [
        await builders.account(f"{name}@example.org", created_at=seen, last_seen_at=seen) for name in ("idle", "back")
    ]
    for one in (idle, back):
        await builders.membership(one, "teacher", school=college)
    visit = await builders.reservation(slot=await builders.slot(), group=await builders.group(teacher=idle), by=idle)
    settings, told_at = read_settings(), seen + timedelta(days=701)

    assert (await purge(data_dir=tmp_path, now=seen + timedelta(days=699)))["warned"] == 0
    assert (await purge(data_dir=tmp_path, now=told_at))["warned"] == 2
    assert (await purge(data_dir=tmp_path, now=told_at + DAY))["warned"] == 0
    await tell(now=told_at)
    await deliver(FileMailer(tmp_path / "mail"), writer(settings), mail_from=settings.mail_from, now=told_at)
    mails = [file.read_text() for file in (tmp_path / "mail").iterdir()]
    assert ["Votre compte Technilab va" in mail for mail in mails] == [True, True]

    await rows("UPDATE accounts SET last_seen_at = $2 WHERE id = $1", back, told_at + 2 * DAY)
    assert (await purge(data_dir=tmp_path, now=told_at + 29 * DAY))["accounts"] == 0
    assert (await purge(data_dir=tmp_path, now=told_at + 31 * DAY))["accounts"] == 1
    left = await rows("SELECT id, email, name FROM accounts ORDER BY id")
    assert [tuple(one) for one in left] == [
        (idle, f"compte-{idle}@efface.invalid", "Compte effacé"),
        (back, "back@example.org", "Claire Renaud"),
    ]
    assert await value("SELECT booked_by FROM reservations WHERE id = $1", visit) == idle
    assert await value('SELECT teacher FROM "groups" WHERE teacher = $1', idle) is None


async def test_who_is_expected_and_who_coordinates_is_never_idle(db, tmp_path):
    old = {"created_at": paris("2020-01-01 10:00")}
    boss, teacher = await builders.account(**old), await builders.account(**old)
    await builders.membership(boss, "coordinator")
    await builders.membership(teacher, "teacher", school=await builders.school())
    await builders.reservation(slot=await builders.slot(), group=await builders.group(), by=teacher)
    assert (await purge(data_dir=tmp_path, now=paris("2027-03-01 04:17")))["warned"] == 0
    assert (await purge(data_dir=tmp_path, now=paris("2027-04-01 04:17")))["warned"] == 1


async def test_a_company_is_kept_three_years_and_a_key_that_serves_is_a_sign_of_life(db, tmp_path):
    seen = paris("2027-01-10 10:00")
    company, machine = [await builders.account(created_at=seen, last_seen_at=seen) for _ in range(2)]
    await builders.membership(company, "company", company=await builders.company())
    hat = await builders.membership(machine, "teacher", school=await builders.school())
    used = "INSERT INTO api_tokens (token_hash, account, membership, used_at) VALUES ('x', $1, $2, $3)"
    await rows(used, machine, hat, seen + timedelta(days=700))
    assert (await purge(data_dir=tmp_path, now=seen + timedelta(days=1060)))["warned"] == 0
    await purge(data_dir=tmp_path, now=seen + timedelta(days=1070))
    assert await value("SELECT array_agg(id) FROM accounts WHERE warned_at IS NOT NULL") == [company]


async def test_a_mail_keeps_its_trace_without_an_address_and_one_that_waits_is_left_alone(db, tmp_path):
    for state in ("sent", "failed", "dropped", "queued"):
        await builders.notice(state=state, once=f"x:{state}", last_error="550 claire.renaud@example.org")
    await purge(data_dir=tmp_path, now=builders.NOW + 31 * DAY)
    left = await rows("SELECT once, state, to_email, to_name, last_error FROM notices ORDER BY id")
    assert [tuple(one) for one in left] == [
        ("x:sent", "sent", "", "", ""),
        ("x:failed", "dropped", "", "", ""),
        ("x:dropped", "dropped", "", "", ""),
        ("x:queued", "queued", "claire.renaud@example.org", "Claire Renaud", "550 claire.renaud@example.org"),
    ]
    await purge(data_dir=tmp_path, now=builders.NOW + 366 * DAY)
    assert await value("SELECT array_agg(once) FROM notices") == ["x:queued"]


async def test_an_event_that_nobody_was_told_yet_outlives_its_year(db, tmp_path, years_to_come):
    for about in (7, 8):
        await record("slot_moved", by=None, about_kind="slot", about=about, now=builders.NOW)
    await rows("DELETE FROM events_to_tell WHERE about = 7")
    await purge(data_dir=tmp_path, now=builders.NOW + 366 * DAY)
    assert await value("SELECT array_agg(about) FROM events WHERE act = 'slot_moved'") == [8]


async def test_a_dry_run_counts_the_same_and_changes_nothing(db, tmp_path):
    await a_past_year(tmp_path)
    now, before, files = paris("2029-11-01 04:17"), dump(), sorted(tmp_path.rglob("*"))
    counted = await purge(data_dir=tmp_path, now=now, dry_run=True)
    assert (dump(), sorted(tmp_path.rglob("*"))) == (before, files)
    assert await purge(data_dir=tmp_path, now=now) == counted
    after = dump()
    assert (await purge(data_dir=tmp_path, now=now), dump()) == ({}, after)


async def test_who_was_invited_and_never_came_is_told_after_eleven_months_and_erased_at_twelve(db, tmp_path):
    await builders.person(
        "host", "invite@example.org", created_at=builders.NOW, school=await builders.school(kind="lycee")
    )
    assert (await purge(data_dir=tmp_path, now=builders.NOW + 335 * DAY))["warned"] == 0
    assert (await purge(data_dir=tmp_path, now=builders.NOW + 336 * DAY))["warned"] == 1
    assert (await purge(data_dir=tmp_path, now=builders.NOW + 365 * DAY))["accounts"] == 0
    assert (await purge(data_dir=tmp_path, now=builders.NOW + 367 * DAY))["accounts"] == 1
    assert await value("SELECT count(*) FROM accounts") == 0


async def test_what_was_told_to_programs_goes_after_thirty_days(db, tmp_path):
    coordinator = await builders.membership(await builders.account(last_seen_at=NOW), "coordinator")
    told = await builders.webhook(membership=coordinator, url="https://agenda.example.org/", acts=("slot_opened",))
    for days in (29, 31):
        since = NOW - timedelta(days=days)
        await rows(
            """INSERT INTO webhook_deliveries (webhook, event, about_kind, about, since, next_try_at)
               VALUES ($1, $2, 'slot', 1, $3, $3)""",
            *(told, days, since),
        )
    assert (await purge(data_dir=tmp_path, now=NOW))["deliveries"] == 1
    assert [one["event"] for one in await rows("SELECT event FROM webhook_deliveries")] == [29]
