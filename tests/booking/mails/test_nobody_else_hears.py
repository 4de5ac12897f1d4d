"""Each line of the table of who is told, in a world with two of everything: those whom it names hear, nobody else does.

Generated from the table: a line whose act has no thing here, or whose `To` has no readers here, fails.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase
from typing import TypeAlias

import pytest

from booking.mails.recipients import TAKEN_OVER, TOLD, Line, To, lines_of
from booking.mails.together import MOVES
from booking.people.accounts import who_hears
from booking.people.accounts.queries import HEARD_AT_LYCEE
from booking.programme.ptech.queries import PEOPLE
from booking.visits.reservations.whom_to_ask import PRINCIPAL, PRINCIPAL_OF
from tests import builders, builders_bts1, builders_milestones, builders_ptech
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import rows, value
from workshops.events.queries import RecordedAct
from workshops.events.record import record

# Who is left of a side: everybody; not the first of each place, whom the thing concerns; nobody, but for the collège's
# mailbox; nobody at all.
LEFT = ("everybody", "colleagues", "mailbox", "nobody")
SIDES = ("north", "south")
# What names a colleague beside the visit.
OF_COLLEAGUES = (*TAKEN_OVER, "reservation_proposed")
COORDINATION = frozenset({"nour@example.org", "yves@example.org"})
THINGS = {
    "reservation": r"(reservation|change|visit)_\w+",
    "attendance": r"(attendance|coming)_\w+",
    "near_alert": "classes_near",
    "action": r"action_\w+",
    "cohort": "mentor_added",
    "question": r"question_\w+",
    "alert": r"alert_\w+",
    "demand": r"demand_\w+",
    "share": "slot_shared",
    "company_request": "company_asked",
    "school": "day_tomorrow|closing_asked|host_accepted",
    "slot": "slot_reopened|slot_thanked",
    "company": "company_attested",
    "college": "signed_up",
    "milestone": r"milestone_in_a_\w+",
    "application": r"application_\w+",
}


@dataclass(frozen=True)
class Case:
    line: Line
    act: str
    was: str
    state: str
    left: str

    def __str__(self) -> str:
        said = (self.act, self.line.to.value, self.line.letter, self.was, self.state, self.left)
        return "-".join(one for one in said if one)


def cases() -> Iterator[Case]:
    for line in TOLD:
        for act in line.acts:
            for was in sorted(line.was or {""}):
                for state in sorted(line.state or {""}):
                    yield from (Case(line, act, was, state, left) for left in LEFT)


CASES = list(cases())


@dataclass(frozen=True)
class Side:
    """A collège and its principal, the lycée that receives it, the one it was to go to before, a company, a cohort, a
    body of the consortium."""

    name: str
    college: int
    lycee: int
    before: int
    firm: int
    body: int
    things: dict[str, int]
    other_slots: dict[bool, int]
    former: int
    newcomer: int


async def a_side(name: str, left: str) -> Side:
    college = await builders.school(
        name=f"Collège {name}",
        needs_approval=True,
        mail="" if left == "nobody" else f"ce.{name}@example.org",
        principal_mail=f"principal.{name}@example.org",
        **({"principal_confirmed_at": None} if left in {"mailbox", "nobody"} else {}),
    )
    lycee, before = await builders.school(kind="lycee"), await builders.school(kind="lycee")
    firm, body = await builders.company(), await builders_bts1.partner(name=f"Université {name}")
    people = {
        (role, n): await builders.person(
            role, f"{role}.{n}.{name}@example.org", disabled_at=NOW if gone(n, left) else None, **where
        )
        for role, where in (
            ("teacher", {"school": college}),
            ("host", {"school": lycee}),
            ("company", {"company": firm}),
            ("consortium", {"partner": body}),
        )
        for n in (1, 2)
    }
    for n in (1, 2):
        email, closed = f"before.{n}.{name}@example.org", NOW if gone(n, left) else None
        await builders.person("host", email, school=before, disabled_at=closed)
    members = await rows(
        "SELECT id FROM memberships WHERE account = ANY ($1::int[]) ORDER BY id",
        [people["teacher", n] for n in (1, 2)],
    )
    first, second = (one["id"] for one in members)
    slot = await builders.slot(host=lycee)
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee))
    things = {
        "reservation": await builders.reservation(
            slot=slot, group=await builders.group(school=college), by=people["teacher", 1]
        ),
        "attendance": await builders.attendance(slot=slot, company=firm, by=people["company", 1]),
        "near_alert": await builders._insert(
            "near_alerts", company=firm, asked_by=people["company", 1], km=20, asked_at=NOW
        ),
        "action": await builders_ptech.action(cohort, company=firm, starts_at=paris("2027-03-25 09:00")),
        "cohort": cohort,
        "question": await a_question(college, lycee, by=people["teacher", 1], name=name),
        "alert": await builders._insert(
            "demands", school=college, asked_by=people["teacher", 1], tells=True, sentence=1, membership=first,
            level="4e", pupils=24, lycee="elsewher", asked_at=NOW, ends_at=NOW,
        ),
        "demand": await builders._insert(
            "demands", school=college, asked_by=people["teacher", 1], sentence=2, lines=2, asked_at=NOW, ends_at=NOW
        ),
        "share": await builders._insert("shares", slot=slot, by_member=first, to_member=second, shared_at=NOW),
        "company_request": await builders._insert(
            "company_requests", siret=builders.siret(college), company_name=name, contact_name=name, email=name,
            asked_at=NOW,
        ),
        "school": lycee,
        "company": firm,
        "slot": slot,
        "sign_up": await builders._insert(
            "sign_ups", email=f"new.{name}@example.org", name=name, school=college, asked_at=NOW, expires_at=NOW,
            proved_at=NOW,
        ),
        "college": college,
        "milestone": await builders_milestones.milestone(owner=body),
        "application": await builders._insert(
            "applications", name=f"Emploi du temps {name}", role="teacher", school=college,
            permissions=["visits.keep"], client_id=name, made_at=NOW,
        ),
        "coordination": 0,
    }  # fmt: skip
    elsewhere = {True: await builders.slot(host=lycee), False: await builders.slot(host=before)}
    newcomer = await value("SELECT id FROM memberships WHERE account = $1", people["host", 2])
    return Side(name, college, lycee, before, firm, body, things, elsewhere, people["teacher", 2], newcomer)


async def a_question(college: int, lycee: int, *, by: int, name: str) -> int:
    hashes = {side: f"{side} {name}".encode() for side in ("teacher_hash", "lycee_hash")}
    said = {"college": college, "lycee": lycee, "asked_by": by, "asked_at": NOW, "last_at": NOW}
    return await builders._insert("questions", **said, salt=builders.uuid.uuid4(), **hashes)


def gone(n: int, left: str) -> bool:
    return {"everybody": False, "colleagues": n == 1}.get(left, True)


async def a_world(left: str) -> list[Side]:
    """Two sides, and two coordinators of the whole académie."""
    for email in sorted(COORDINATION):
        await builders.person("coordinator", email)
    return [await a_side(name, left) for name in SIDES]


def of_place(role: str, side: str, left: str) -> list[str]:
    """Who is left of a place, in the order of who came first."""
    return [f"{role}.{n}.{side}@example.org" for n in (1, 2) if not gone(n, left)]


def hearers(to: To, side: str, left: str, *, stays: bool) -> frozenset[str]:
    """Whom a line of the table names, and nobody else; `stays`: the visit that moved is received by the same lycée."""
    teachers, hosts = of_place("teacher", side, left), of_place("host", side, left)
    before, firm = of_place("before", side, left), of_place("company", side, left)
    mailbox = frozenset() if left == "nobody" else frozenset({f"ce.{side}@example.org"})
    college = frozenset(teachers[:1]) or mailbox or COORDINATION
    lycee = frozenset(hosts) or COORDINATION
    nobody: frozenset[str] = frozenset()
    colleague = frozenset(one for one in teachers if ".2." in one)
    return {
        To.TEACHER: college,
        To.WATCHER: college,
        To.FORMER: colleague,
        To.PROPOSED_TO: colleague,
        To.COLLEAGUE: colleague,
        To.COLLEAGUES: frozenset(teachers),
        To.ANSWERERS: frozenset(teachers),
        To.HOSTS: lycee,
        To.HOSTS_STILL: lycee if stays else nobody,
        To.HOSTS_NEW: nobody if stays else lycee,
        To.OTHER_HOSTS: frozenset(one for one in hosts if ".2." not in one),
        To.HOSTS_LEFT: nobody if stays else frozenset(before) or COORDINATION,
        To.PRINCIPAL: frozenset({f"principal.{side}@example.org"}) if teachers else mailbox,
        To.COMPANY: frozenset(firm[:1]) or COORDINATION,
        To.MENTOR: frozenset(firm) or COORDINATION,
        To.MEETING: lycee | (frozenset(firm) or COORDINATION),
        To.OWNER: frozenset(of_place("consortium", side, left)) or COORDINATION,
        To.WEEKLY_HOSTS: frozenset(hosts),
        To.WEEKLY_COORDINATORS: COORDINATION,
        To.COORDINATORS: COORDINATION,
    }[to]


def about(case: Case) -> str:
    """The kind of thing that an act is about."""
    if case.act == "week_begins":
        return {To.WEEKLY_HOSTS: "school", To.WEEKLY_COORDINATORS: "coordination"}[case.line.to]
    (kind,) = [kind for kind, acts in THINGS.items() if re.fullmatch(acts, case.act)]
    return kind


def named(case: Case, kind: str) -> list[Line]:
    """The lines of the table that this act meets; the Monday mail has one for each kind of reader."""
    event = RecordedAct(0, NOW, case.act, None, kind, 0, None, case.was, case.state, None, "")
    return [one for one in lines_of(event) if case.act != "week_begins" or one.to is case.line.to]


Heard: TypeAlias = Counter[tuple[int, str, str]]


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_who_is_named_hears_and_nobody_of_the_other_side(db, case):
    sides, kind, stays = await a_world(case.left), about(case), case.line.to is To.HOSTS_STILL
    expected: Heard = Counter()
    for side in sides:
        also = side.other_slots[stays] if case.act in MOVES else side.former if case.act in OF_COLLEAGUES else None
        named_too = {"signed_up": side.things["sign_up"], "mentor_added": side.firm, "host_accepted": side.newcomer}
        also = named_too.get(case.act, also)
        said = {"about_kind": kind, "about": side.things[kind], "was": case.was, "state": case.state, "also": also}
        event = await record(case.act, by=None, **said, now=NOW)
        expected.update(
            (event, line.letter, email)
            for line in named(case, kind)
            for email in hearers(line.to, side.name, case.left, stays=stays)
        )
    await tell()
    found = await rows("SELECT event, kind, to_email FROM notices")
    assert Counter(tuple(one) for one in found) == expected


READERS = [
    (who_hears.college_hears, To.TEACHER, ("college", "teacher")),
    (who_hears.principal_hears, To.PRINCIPAL, ("college",)),
    (who_hears.principal_or_mailbox_hears, To.PRINCIPAL, ("college",)),
    (who_hears.lycee_hears, To.HOSTS, ("lycee",)),
    (who_hears.company_hears, To.COMPANY, ("firm", "member")),
    (who_hears.company_hears, To.MEETING, ("firm",)),
    (who_hears.partner_hears, To.OWNER, ("body",)),
]


# What statements call their tables, and what these readers might.
ALIASES = (*ascii_lowercase, "member", "account", "school", "schools", "accounts", "memberships", "person", "of")


def test_each_reader_is_asked_here():
    told = {one for name, one in vars(who_hears).items() if inspect.isfunction(one) and not name.startswith("_")}
    assert {reader for reader, _, _ in READERS} == told


@pytest.mark.parametrize("left", ["colleagues", "nobody"])
@pytest.mark.parametrize(("reader", "to", "asked"), READERS)
async def test_a_reader_means_the_same_whatever_its_caller_calls_its_tables(db, reader, to, asked, left):
    """But for the reader's own result. Which names stand in the two packages: tests/architecture/test_aliases.py."""
    sides, wrong = await a_world(left), {}
    number = {one["email"]: one["id"] for one in await rows("SELECT id, email FROM accounts")}
    values = ", ".join(f"('{side.name}', {', '.join(_numbers_of(side, asked, number))})" for side in sides)
    expected = sorted((name, email) for name in SIDES for email in _of_reader(to, name, left))
    for alias in ALIASES:
        composed = reader(*(f'"{alias}".{name}' for name in COLUMNS[asked]))
        result = composed.rpartition(" ")[2]
        if alias == result:
            continue
        sql = f"""SELECT "{alias}".side, {result}.email
          FROM (VALUES {values}) AS "{alias}" (side, {", ".join(COLUMNS[asked])}) CROSS JOIN {composed}"""
        found = sorted((one["side"], one["email"]) for one in await rows(sql))
        if found != expected:
            wrong[alias] = found
    assert wrong == {}


# Called as the columns of our tables are.
COLUMNS = {
    ("college", "teacher"): ("school", "account"),
    ("college",): ("id",),
    ("lycee",): ("school",),
    ("firm", "member"): ("company", "account"),
    ("firm",): ("company",),
    ("body",): ("partner",),
}


def _numbers_of(side: Side, asked: tuple[str, ...], number: dict[str, int]) -> list[str]:
    its = {"college": side.college, "lycee": side.lycee, "firm": side.firm, "body": side.body}
    its |= {"teacher": number[f"teacher.1.{side.name}@example.org"]}
    its |= {"member": number[f"company.1.{side.name}@example.org"]}
    return [str(its[one]) for one in asked]


def _of_reader(to: To, side: str, left: str) -> frozenset[str]:
    if to is To.MEETING:
        return frozenset(of_place("company", side, left)) or COORDINATION
    return hearers(to, side, left, stays=True)


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize(
    "statement",
    [PEOPLE, HEARD_AT_LYCEE, PRINCIPAL_OF, PRINCIPAL],
    ids=["PEOPLE", "HEARD_AT_LYCEE", "PRINCIPAL_OF", "PRINCIPAL"],
)
async def test_a_statement_that_asks_who_hears_is_answered_by_its_own_side(db, statement, left):
    for side in await a_world(left):
        given, expected = {
            PEOPLE: ((side.lycee, side.firm), hearers(To.MEETING, side.name, left, stays=True)),
            HEARD_AT_LYCEE: ((side.lycee,), hearers(To.HOSTS, side.name, left, stays=True)),
            PRINCIPAL_OF: (([side.college],), hearers(To.PRINCIPAL, side.name, left, stays=True)),
            PRINCIPAL: ((side.things["reservation"],), hearers(To.PRINCIPAL, side.name, left, stays=True)),
        }[statement]
        found = Counter(one["email"] for one in await rows(statement, *given))
        assert found == Counter(expected or [None])
