"""A database as the retention rules leave it after some years, filled by COPY; and what the clock costs on it.

DATABASE_URL=… python -m tests.load.years fill SLOTS YEARS    its past and what is on offer
DATABASE_URL=… python -m tests.load.years cast YEARS          who and what can be asked of it today, as JSON
DATABASE_URL=… python -m tests.load.years clock               milliseconds of what the worker does by itself, as JSON
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from booking.people.accounts.sign_in import open_session
from booking.people.accounts.token import issue_token
from booking.programme.ptech.remind import remind_of_actions
from booking.visits.attendance.lapse import lapse as lapse_attendances
from booking.visits.attendance.lapse import remind_hosts, warn
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.remind import remind
from booking.year.purge import purge
from tests import builders
from tests.load.copying import copied, laid_aside
from tests.load.processes import spent
from tests.load.register import FIRMS, SCHOOLS
from workshops.database import open_pool, rows, value
from workshops.school_calendar.rules import first_day_of, paris_instant, school_year_of
from workshops.tallies.count import recount

# What a lycée offers at once, and the days over which; what of the past is still told badge by badge.
AHEAD, DAYS_AHEAD = 25, 100
SCANS_LAST = timedelta(days=60)
PUPILS = 24
# So many collèges go to the same lycées.
AROUND = 12
LEVELS = ("6e", "5e", "4e", "3e")
ROUNDS_MOST = 40

PEOPLE = """
WITH made AS (INSERT INTO accounts (email, name) SELECT $2 || n || '@example.org', initcap($2) || ' ' || n
              FROM generate_series(1, $1::int) n RETURNING id)
SELECT id FROM made ORDER BY id
"""
OF_SCHOOLS = """INSERT INTO memberships (account, role, school)
SELECT account, $3, school FROM unnest($1::int[], $2::int[]) a (account, school)"""
OF_COMPANIES = """INSERT INTO memberships (account, role, company)
SELECT account, 'company', company FROM unnest($1::int[], $2::int[]) a (account, company)"""
DEPARTMENTS = """INSERT INTO departments (code, name, academie)
SELECT DISTINCT department, 'Département ' || department, 'Besançon' FROM schools ON CONFLICT DO NOTHING"""
OBJECTS = "INSERT INTO tech_objects (name) SELECT 'Objet ' || n FROM generate_series(1, 40) n"
WORKSHOPS = """INSERT INTO workshops (school, title, summary, state, levels, access, pupils_do, shown_only,
  protective_equipment, responsible)
SELECT id, 'Atelier ' || n, 'Du plan à l''objet.', 'published', '{6e,5e,4e,3e}', 'Bâtiment C.', 'Poncer, assembler.',
  'La découpe.', 'Lunettes.', 'Le directeur délégué' FROM schools, generate_series(1, 2) n WHERE kind = 'lycee'"""
MADE_THERE = """INSERT INTO workshop_objects (workshop, tech_object)
SELECT w.id, o.id FROM workshops w JOIN tech_objects o ON o.id % 20 = w.id % 20"""
HEAD_COUNTS = """INSERT INTO head_counts (school, school_year, level, pupils)
SELECT id, $1, level, 90 + id % 60 FROM schools, unnest('{6e,5e,4e,3e}'::text[]) level WHERE kind = 'college'"""
VERSIONS = """INSERT INTO versions (scope, raised)
SELECT id, 500 FROM schools WHERE kind = 'lycee' UNION ALL VALUES (0, 50), (-1, 5000)"""
TABLES = (
    *(
        "schools",
        "companies",
        "accounts",
        "memberships",
        "workshops",
        "workshop_objects",
        "slots",
        "turnouts",
        "builds",
    ),
    *("company_turnouts", "tallies", "groups", "reservations", "badges", "presences", "scans", "events", "notices"),
    *("versions", "head_counts", "sessions", "departments", "tech_objects"),
)
KINDS = ("lycee", "college")
FIRST_SCHOOL = "SELECT min(id) FROM schools WHERE kind = $1"
FIRST_OF_SCHOOL = "SELECT min(account) FROM memberships WHERE school = $1"
FIRST_OF_COMPANY = "SELECT min(account) FROM memberships WHERE role = 'company'"
FIRST_OBJECT = "SELECT min(tech_object) FROM workshop_objects WHERE workshop = $1"
LAST_DONE = "SELECT max(id) FROM slots WHERE school = $1 AND state = 'done'"
NUMBERED = ("slots", "groups", "reservations", "badges")


@dataclass(frozen=True)
class Size:
    """How much lies in the database: a country receives 100 000 groups of slots a year in 2 000 lycées."""

    slots: int
    years: int

    @property
    def a_year(self) -> int:
        return self.slots // self.years

    @property
    def departments(self) -> int:
        return max(1, self.a_year // 1_050)

    @property
    def lycees(self) -> int:
        return max(3, self.a_year // 50)

    @property
    def colleges(self) -> int:
        return max(8, self.a_year * 7 // 100)

    @property
    def companies(self) -> int:
        return max(3, self.a_year // 20)


@dataclass(frozen=True)
class Known:
    """The numbers of what is there already, by kind."""

    lycees: list[int]
    colleges: list[int]
    companies: list[str]
    teachers: list[int]
    hosts: list[int]
    comes: list[int]
    workshops: dict[int, list[int]]


class Past:
    """Slot after slot, in order of time, the same however often it is told."""

    def __init__(self, size: Size, known: Known, now: datetime) -> None:
        self.size, self.known, self.now = size, known, now
        self.first = now - timedelta(days=365 * size.years)
        self.year_began = paris_instant(first_day_of(school_year_of(now.date())), clock_time())
        self.scanned_since = now - SCANS_LAST
        self.told_since = now - timedelta(days=364)

    def slots(self) -> Iterator[tuple[int, datetime, int, bool]]:
        """Number, beginning, lycée, whether it was called off."""
        many, lycees = self.size.slots, self.known.lycees
        days = 365 * self.size.years - 1
        for n in range(many):
            on = self.first + timedelta(days=n * days // many)
            yield n + 1, on.replace(hour=7 if n % 2 else 12, minute=0), lycees[n % len(lycees)], n % 40 == 7

    def groups(self) -> Iterator[tuple[int, int, datetime, int, int]]:
        """Number of the reservation, of its slot, beginning, place of its collège, pupils counted."""
        number, college = 0, 0
        for slot, at, lycee, off in self.slots():
            for _ in range(0 if off else 1 + (slot % 3 == 0)):
                number += 1
                college = college if number % 2 else self._around(lycee, number)
                yield number, slot, at, college, 0 if number % 30 == 0 else 18 + number % 7

    def _around(self, lycee: int, number: int) -> int:
        """The place of a collège near a lycée: a class comes twice, to neighbours."""
        place, many = lycee - self.known.lycees[0], len(self.known.colleges)
        return (place * many // len(self.known.lycees) + (number // 2 * 2_654_435_761 >> 7) % AROUND) % many

    def ahead(self) -> Iterator[tuple[int, datetime, int, int]]:
        """Number, beginning, lycée and seats taken of what is on offer: four in ten have a group, one in ten two."""
        number = self.size.slots
        for n in range(AHEAD * len(self.known.lycees)):
            number += 1
            at = self.now + timedelta(days=2 + n * DAYS_AHEAD // (AHEAD * len(self.known.lycees)))
            taken = (2 * PUPILS if n % 10 == 3 else PUPILS) if n % 5 < 2 or n % 10 == 3 else 0
            yield (
                number,
                at.replace(hour=7 if n % 2 else 12, minute=0),
                self.known.lycees[n % len(self.known.lycees)],
                taken,
            )

    def booked(self) -> Iterator[tuple[int, int, datetime, int]]:
        """The same of those who come: number of the reservation, slot, beginning, place of the collège."""
        number = max((one[0] for one in self.groups()), default=0)
        for slot, at, lycee, taken in self.ahead():
            for _ in range(taken // PUPILS):
                number += 1
                yield number, slot, at, self._around(lycee, number)


Lines = Iterator[tuple[object, ...]]


def _slots(past: Past) -> Lines:
    for number, at, lycee, off in past.slots():
        taken = 0 if off else PUPILS * (1 + (number % 3 == 0))
        over = at < past.year_began
        yield (
            *(number, past.known.workshops[lycee][number % 2], lycee, "called_off" if off else "done", at),
            *(at + timedelta(hours=3), at - timedelta(days=7), at - timedelta(days=7), at - timedelta(days=2)),
            *(at - timedelta(days=1), "{4e}", 48, taken, 2, taken // PUPILS, "Texte effacé" if off else ""),
            *(at - timedelta(days=60), at + timedelta(hours=4), over),
        )
    for number, at, lycee, taken in past.ahead():
        yield (
            *(number, past.known.workshops[lycee][number % 2], lycee, "open", at, at + timedelta(hours=3)),
            *(at - timedelta(days=1), at - timedelta(days=1), at - timedelta(days=1), at - timedelta(days=1)),
            *("{6e,5e,4e,3e}", 48, taken, 2, taken // PUPILS, "", past.now - timedelta(days=60), None, False),
        )


def _turnouts(past: Past) -> Lines:
    colleges = past.known.colleges
    for number, slot, _, college, counted in past.groups():
        yield (
            slot,
            number,
            colleges[college],
            f"4e {number % 9}",
            LEVELS[number // 2 % 4],
            PUPILS,
            counted,
            counted,
            counted > 0,
        )


def _builds(past: Past) -> Lines:
    for number, slot, _, _, counted in past.groups():
        if counted:
            yield slot, number, 1 + number % 40, counted, counted - 1, counted - 2, counted - 1


def _companies(past: Past) -> Lines:
    firms = past.known.companies
    for slot, _, _, off in past.slots():
        if slot % 3 == 1 and not off:
            yield slot, firms[slot % len(firms)], f"Entreprise {slot % len(firms)}", 2


def _group(number: int) -> int:
    """A class comes twice in its year."""
    return 1 + number // 2


def _groups(past: Past) -> Lines:
    known, told, last = past.known, 0, 0
    for number, _, at, college, _ in past.groups():
        if (group := _group(number)) != told:
            told = group
            yield group, known.colleges[college], known.teachers[college], f"4e {group}", "4e", PUPILS, _year(at)
        last = number
    for number, _, at, college in past.booked():
        group = _group(last) + number - last
        yield group, known.colleges[college], known.teachers[college], f"4e {group}", "4e", PUPILS, _year(at)


def _year(at: datetime) -> str:
    first = school_year_of(at.date())
    return f"{first}-{first + 1}"


def _reservations(past: Past) -> Lines:
    known, last = past.known, 0
    for number, slot, at, college, counted in past.groups():
        state, last = "attended" if counted else "no_show", number
        yield (*_reservation(known, number, slot, _group(number), college, at), state)
    for number, slot, at, college in past.booked():
        yield (*_reservation(known, number, slot, _group(last) + number - last, college, at), "confirmed")


def _reservation(known: Known, number: int, slot: int, group: int, college: int, at: datetime) -> tuple[object, ...]:
    asked = at - timedelta(days=40)
    return (
        *(number, f"r{number}@technilab.example", slot, group, known.colleges[college], known.teachers[college]),
        *(PUPILS, 2, at, at + timedelta(hours=3), uuid.UUID(int=number), asked, asked, asked),
    )


def _recent(past: Past) -> Iterator[tuple[int, int, datetime]]:
    for number, slot, at, _, counted in past.groups():
        if at >= past.scanned_since and counted:
            yield number, slot, at


def _badges(past: Past) -> Lines:
    """Of those whose visit is to come, or whose scans are still there."""
    every = [number for number, _, _ in _recent(past)] + [number for number, _, _, _ in past.booked()]
    for place, number in enumerate(every):
        for badge in range(PUPILS):
            yield (
                1 + PUPILS * place + badge,
                number,
                "pupil",
                badge + 1,
                f"\\\\x{secrets.token_hex(32)}",
                _code(place, badge),
            )


def _code(place: int, badge: int) -> str:
    return f"{(PUPILS * place + badge) % 10**6:06}"


def _presences(past: Past) -> Lines:
    for place, (_, slot, at) in enumerate(_recent(past)):
        for badge in range(PUPILS):
            number = 1 + PUPILS * place + badge
            yield number, slot, uuid.UUID(int=number), at


def _scans(past: Past) -> Lines:
    for badge, slot, scan, at in _presences(past):
        yield scan, slot, badge, "present", at, at


def _events(past: Past) -> Lines:
    """Of twelve months: what a slot and its groups bring, and people who sign in."""
    known = past.known
    for slot, at, lycee, _ in past.slots():
        if at >= past.told_since:
            host = known.hosts[(lycee - known.lycees[0]) % len(known.hosts)]
            yield at, "slot_opened", host, "slot", slot, "", "open", None
            yield at, "signed_in", host, "account", host, "", "", None
            yield at, "slot_closed", host, "slot", slot, "open", "done", None
    for number, slot, at, college, _ in past.groups():
        if at >= past.told_since:
            teacher = known.teachers[college]
            yield at, "signed_in", teacher, "account", teacher, "", "", None
            yield at, "reservation_booked", teacher, "reservation", number, "", "confirmed", slot
            yield at, "reservation_lock", None, "reservation", number, "confirmed", "locked", slot
            yield at, "reservation_attend", None, "reservation", number, "locked", "attended", slot


def _notices(past: Past) -> Lines:
    """The mails of twelve months; whom they went to is erased after thirty days."""
    for number, _, at, college, _ in past.groups():
        if at >= past.told_since:
            to = f"prof{college}@example.org" if at > past.now - timedelta(days=30) else ""
            for kind in ("invited", "reminded"):
                yield kind, to, number, f"{kind}:{number}", "sent", at, at, at


BY_COPY: tuple[tuple[str, str, Callable[[Past], Lines]], ...] = (
    (
        "slots",
        "id workshop school state starts_at ends_at booking_closes_at settles_at list_locks_at eve_at levels seats"
        " seats_taken groups_max groups_taken reason created_at closed_at frozen",
        _slots,
    ),
    ("turnouts", "slot group_ref school group_label level announced scanned counted came", _turnouts),
    ("builds", "slot group_ref tech_object made finished working taken_home", _builds),
    ("company_turnouts", "slot siret name people", _companies),
    ("groups", "id school teacher name level pupils school_year", _groups),
    (
        "reservations",
        "id uid slot group school booked_by pupils adults starts_at ends_at badge_salt created_at changed_at"
        " confirmed_at state",
        _reservations,
    ),
    ("badges", "id reservation kind number token_hash short_code", _badges),
    ("scans", "id slot badge result scanned_at received_at", _scans),
    ("presences", "badge slot scan first_scanned_at", _presences),
    ("events", "at act by about_kind about was state also", _events),
    ("notices", "kind to_email about once state created_at next_try_at sent_at", _notices),
)


async def fill(size: Size) -> None:
    """Fill an empty database with its past and with what is on offer."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    past = Past(size, await _register(size), now)
    await rows("SET work_mem = '512MB'")
    await rows("SET maintenance_work_mem = '1GB'")
    async with laid_aside([*(table for table, _, _ in BY_COPY), "tallies"]):
        many = 11 * size.slots + AHEAD * size.lycees * 20
        await copied(BY_COPY, past, many=many, words=f"{size.slots} créneaux")
        for table in NUMBERED:
            await rows(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        await rows(VERSIONS)
        await rows("ANALYZE")
        await recount()
    for table in TABLES:
        await rows(f"VACUUM ANALYZE {table}")


async def _register(size: Size) -> Known:
    await rows(SCHOOLS, size.lycees, size.colleges, size.departments)
    await rows(FIRMS, size.companies)
    for sql in (DEPARTMENTS, OBJECTS, WORKSHOPS, MADE_THERE):
        await rows(sql)
    await rows(HEAD_COUNTS, school_year_of(datetime.now(UTC).date()))
    lycees, colleges = [await _numbers("SELECT id FROM schools WHERE kind = $1 ORDER BY id", one) for one in KINDS]
    firms = await _numbers("SELECT id FROM companies ORDER BY id")
    teachers = await _numbers(PEOPLE, len(colleges), "prof")
    hosts = await _numbers(PEOPLE, len(lycees), "lycee")
    comes = await _numbers(PEOPLE, len(firms), "firme")
    await rows(OF_SCHOOLS, teachers, colleges, "teacher")
    await rows(OF_SCHOOLS, hosts, lycees, "host")
    await rows(OF_COMPANIES, comes, firms)
    sirets = [one["siret"] for one in await rows("SELECT siret FROM companies ORDER BY id")]
    taught: dict[int, list[int]] = {}
    for one in await rows("SELECT id, school FROM workshops ORDER BY id"):
        taught.setdefault(one["school"], []).append(one["id"])
    return Known(lycees, colleges, sirets, teachers, hosts, comes, taught)


async def _numbers(sql: str, *args: object) -> list[int]:
    return [one["id"] for one in await rows(sql, *args)]


async def cast(years: int) -> dict[str, Any]:
    """Somebody of each role, and what they do while it is measured."""
    now, uai = datetime.now(UTC).replace(second=0, microsecond=0), builders.uai(1)
    lycee, college = [await value(FIRST_SCHOOL, one) for one in KINDS]
    teacher, host = [await value(FIRST_OF_SCHOOL, school) for school in (college, lycee)]
    taught = await value("SELECT min(id) FROM workshops WHERE school = $1", lycee)
    await rows("UPDATE schools SET uai = $2 WHERE id = $1", lycee, uai)
    autumn = school_year_of(now.date())
    life = {"from_on": date(autumn + 1 - years, 9, 1), "to_on": date(autumn + 1, 8, 31)}
    for programme, metric in (("technilab", "pupils"), ("ptech", "pupils"), ("bts1", "courses")):
        await builders.target(programme=programme, metric=metric, **life)
    coordinator = await builders.person("coordinator", "coordination@example.org")
    people = {
        "teacher": teacher,
        "host": host,
        "company": await value(FIRST_OF_COMPANY),
        "coordinator": coordinator,
    }
    roles = {role: await _signed_in(account) for role, account in people.items()}
    groups = [await builders.group(school=college, section="SEGPA", teacher=teacher) for _ in range(ROUNDS_MOST)]
    wide = [
        await builders.slot(workshop=taught, starts_at=now + timedelta(days=110 + n), seats=192, groups_max=8)
        for n in range(ROUNDS_MOST)
    ]
    full = await builders.slot(workshop=taught, starts_at=now + timedelta(days=100))
    await builders.reservation(slot=full, group=await builders.group(school=college))
    expected = await builders.slot(workshop=taught, starts_at=now + timedelta(days=99))
    visit = await builders.reservation(slot=expected, group=await builders.group(school=college), by=teacher)
    await builders.badges(visit)
    here = await builders.slot(workshop=taught, starts_at=now - timedelta(hours=1), seats=96, groups_max=4, hours=5)
    arrived = [await builders.reservation(slot=here, group=await builders.group(), state="locked") for _ in range(4)]
    tokens = [token for one in arrived for token in await builders.badges(one)]
    over = []
    for n in range(ROUNDS_MOST):
        slot = await builders.slot(workshop=taught, starts_at=now - timedelta(days=2 + n, hours=5))
        over.append(
            (slot, await builders.reservation(slot=slot, group=await builders.group(school=college), state="locked"))
        )
    return {
        **{
            "roles": roles,
            "uai": uai,
            "college": college,
            "lycee": lycee,
            "groups": groups,
            "wide": wide,
            "full": full,
        },
        **{"visit": visit, "here": here, "arrived": arrived, "tokens": tokens, "over": over, "expected": expected},
        **{"past": await value(LAST_DONE, lycee), "object": await value(FIRST_OBJECT, taught)},
    }


async def _signed_in(account: int) -> dict[str, str]:
    session, token, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), datetime.now(UTC)
    await open_session(account, session_id=session, browser="bench", now=now, proved=True)
    await issue_token(await value("SELECT email FROM accounts WHERE id = $1", account), token=token, now=now)
    return {"session": session, "token": token}


async def clock() -> dict[str, tuple[float, float]]:
    """Milliseconds of what the worker does each minute, and at night: on the processor, and in all."""
    told, backend = {}, int(await value("SELECT pg_backend_pid()"))
    with tempfile.TemporaryDirectory() as folder:
        for name, work in (
            ("each minute: what lapses", lambda now: lapse(secret_key=os.environ["SECRET_KEY"], now=now)),
            ("each minute: companies that lapse", lambda now: lapse_attendances(now=now)),
            ("each minute: reminders", lambda now: remind(now=now)),
            ("each minute: reminders of lycées", lambda now: remind_hosts(now=now)),
            ("each minute: sessions without a group", lambda now: warn(now=now)),
            ("each minute: reminders of P-TECH", lambda now: remind_of_actions(now=now)),
            ("at night: what would be erased", lambda now: purge(data_dir=Path(folder), now=now, dry_run=True)),
            ("at night: erasing it", lambda now: purge(data_dir=Path(folder), now=now)),
            ("the next night", lambda now: purge(data_dir=Path(folder), now=now)),
        ):
            began, before = time.perf_counter(), spent([os.getpid(), backend])
            await work(datetime.now(UTC))
            told[name] = (spent([os.getpid(), backend]) - before, 1000 * (time.perf_counter() - began))
    return told


async def main(asked: list[str]) -> None:
    async with open_pool(size=1):
        match asked:
            case ["fill", slots, years]:
                await fill(Size(int(slots), int(years)))
                print(json.dumps(None))
            case ["cast", years]:
                print(json.dumps(await cast(int(years))))
            case ["clock"]:
                print(json.dumps(await clock()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
