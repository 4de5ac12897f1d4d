"""Somebody hears of every act, also when the account of the one it concerns is closed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from booking.people.accounts.sign_out import disable
from booking.visits.attendance.acts import DeclineComing
from booking.visits.attendance.change import decline
from booking.visits.reservations.acts import CancelVisit, ChangeHeadcount
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.reservations.remind import remind
from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move
from tests import builders
from tests.builders import NOW, paris
from tests.telling import parts_of, tell
from workshops.database import rows
from workshops.slots.call_off import CallOffSlot
from workshops.slots.move import MoveSlot

OFFICIAL = "ce.0250011B@ac-besancon.fr"


@dataclass
class World:
    college: int
    lycee: int
    firm: int
    slot: int
    reservation: int
    coming: int
    people: dict[str, int]


async def a_visit(*, mail: str = OFFICIAL) -> World:
    """Claire's class and a company come to Jules's lycée; Nour is the coordinator."""
    college = await builders.school(name="Collège Stendhal", mail=mail)
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", phone="03 81 81 01 45")
    firm = await builders.company(name="Horlogerie du Doubs")
    people = {}
    for name, role, where in (
        ("claire", "teacher", {"school": college}),
        ("hugo", "teacher", {"school": college}),
        ("jules", "host", {"school": lycee}),
        ("ines", "company", {"company": firm}),
        ("paul", "company", {"company": firm}),
        ("nour", "coordinator", {}),
    ):
        people[name] = await builders.account(f"{name}@example.org", name=name.title())
        await builders.membership(people[name], role, **where)
    slot = await builders.slot(host=lycee)
    group = await builders.group(school=college, teacher=people["claire"], name="4e B")
    reservation = await builders.reservation(slot=slot, group=group, by=people["claire"])
    coming = await builders.attendance(slot=slot, company=firm, by=people["ines"])
    return World(college, lycee, firm, slot, reservation, coming, people)


async def close(world: World, *names: str) -> None:
    for name in names:
        await disable(world.people[name], by=world.people["nour"], now=NOW)


async def told(kind: str) -> list[str]:
    await tell()
    found = await rows(
        "SELECT to_email FROM notices WHERE kind = $1 AND reader = $2 ORDER BY to_email", *parts_of(kind)[:2]
    )
    return [one["to_email"] for one in found]


CLOSED = [
    ((), OFFICIAL, ["claire@example.org"]),
    (("claire",), OFFICIAL, ["hugo@example.org"]),
    (("claire", "hugo"), OFFICIAL, [OFFICIAL.lower()]),
    (("claire", "hugo"), "", ["nour@example.org"]),
]
PARAMETERS = pytest.mark.parametrize(("closed", "mail", "readers"), CLOSED)


@PARAMETERS
async def test_a_visit_that_the_lycee_declines_is_told_to_somebody_of_the_college(db, closed, mail, readers):
    world = await a_visit(mail=mail)
    await close(world, *closed)
    await cancel(
        world.reservation,
        CancelVisit(reason="Travaux"),
        role="host",
        school=world.lycee,
        by=world.people["jules"],
        now=NOW,
    )
    assert await told("reservation_cancelled/teacher") == readers


@PARAMETERS
async def test_a_slot_called_off_is_told_to_somebody_of_the_college(db, closed, mail, readers):
    world = await a_visit(mail=mail)
    await close(world, *closed)
    await call_off(world.slot, CallOffSlot(reason="Travaux"), school=world.lycee, by=world.people["jules"], now=NOW)
    assert await told("slot_called_off/teacher") == readers


@PARAMETERS
async def test_a_slot_moved_is_told_to_somebody_of_the_college(db, closed, mail, readers):
    world = await a_visit(mail=mail)
    await close(world, *closed)
    hours = {"starts_at": paris("2027-04-01 09:00"), "ends_at": paris("2027-04-01 12:00")}
    await move(world.slot, MoveSlot(room=None, **hours), school=world.lycee, by=world.people["jules"], now=NOW)
    assert await told("slot_changed/teacher") == readers


@PARAMETERS
async def test_whether_a_group_comes_is_asked_of_somebody_of_the_college(db, closed, mail, readers):
    world = await a_visit(mail=mail)
    await close(world, *closed)
    await remind(now=paris("2027-03-22 09:00"))
    assert await told("visit_asked/teacher/again") == readers


async def test_a_teacher_who_is_no_longer_of_the_college_is_replaced_as_one_whose_account_is_closed(db):
    world = await a_visit()
    await rows("DELETE FROM memberships WHERE account = $1", world.people["claire"])
    await cancel(
        world.reservation,
        CancelVisit(reason="Travaux"),
        role="host",
        school=world.lycee,
        by=world.people["jules"],
        now=NOW,
    )
    assert await told("reservation_cancelled/teacher") == ["hugo@example.org"]


@pytest.mark.parametrize(
    ("closed", "readers"),
    [((), ["ines@example.org"]), (("ines",), ["paul@example.org"]), (("ines", "paul"), ["nour@example.org"])],
)
async def test_a_company_that_is_declined_hears_of_it_whoever_announced_it(db, closed, readers):
    world = await a_visit()
    await close(world, *closed)
    await decline(world.coming, DeclineComing(reason="Complet"), school=world.lycee, by=world.people["jules"], now=NOW)
    assert await told("attendance_ended/company/declined") == readers


@pytest.mark.parametrize(("closed", "readers"), [((), ["jules@example.org"]), (("jules",), ["nour@example.org"])])
async def test_the_coordination_hears_what_a_lycee_without_hosts_does_not(db, closed, readers):
    world = await a_visit()
    await close(world, *closed)
    await change_headcount(
        world.reservation,
        ChangeHeadcount(pupils=20, adults=2),
        school=world.college,
        by=world.people["hugo"],
        secret_key="a secret of the tests, long enough to be one",
        token="q" * 43,
        now=NOW,
    )
    assert await told("reservation_changed/host") == readers
    await remind(now=paris("2027-03-24 09:00"))
    assert await told("eve/host") == readers
