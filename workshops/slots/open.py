"""Offer one slot to collèges."""

from __future__ import annotations

from datetime import datetime

from asyncpg.exceptions import ExclusionViolationError

from workshops.catalogue.rules import WorkshopNotPublished
from workshops.database import row, savepoint, transaction, value
from workshops.refusals import Invalid, NotFound
from workshops.school_calendar.queries import closures_between
from workshops.school_calendar.rules import PARIS, paris_day, reason_closed
from workshops.slots.rules import LONGEST, SHORTEST, ClosedDay, RoomTaken, default_closing

WORKSHOP = """
SELECT w.school, w.state, w.levels, w.seats, w.groups_max, w.example, s.zone
FROM workshops w JOIN schools s ON s.id = w.school WHERE w.id = $1 FOR SHARE OF w
"""
ROOM = "SELECT school, name, seats, closed FROM rooms WHERE id = $1 FOR SHARE"
OPEN = """
INSERT INTO slots (workshop, school, room, state, starts_at, ends_at, booking_closes_at, levels, seats, groups_max,
                   company_places, example, created_at)
VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id
"""
SUNDAY = 6


async def open_slot(
    workshop: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    host_school: int,
    now: datetime,
    seats: int | None = None,
    room: int | None = None,
    company_places: int = 0,
    booking_closes_at: datetime | None = None,
    groups_max: int | None = None,
) -> int:
    """Collèges may reserve this workshop at this hour; returns the slot's number.

    Seats and groups are the workshop's unless given. Reservations close a week before at 18:00 unless given. A
    Wednesday afternoon is accepted: `wednesday_afternoon` lets a page say so.
    Raises Invalid, NotFound, WorkshopNotPublished, ClosedDay, RoomTaken.
    """
    closes_at = booking_closes_at or default_closing(starts_at, now)
    _refuse_wrong_hours(starts_at, ends_at, closes_at, now)
    async with transaction():
        taught = await row(WORKSHOP, workshop)
        if taught is None or taught["school"] != host_school:
            raise NotFound
        if taught["state"] != "published":
            raise WorkshopNotPublished
        seats = taught["seats"] if seats is None else seats
        groups_max = taught["groups_max"] if groups_max is None else groups_max
        _refuse_wrong_numbers(seats, groups_max, company_places)
        await _refuse_a_wrong_room(room, host_school, seats)
        day = paris_day(starts_at)
        off = await closures_between(day, day, zones=[taught["zone"]], schools=[host_school])
        if reason := reason_closed(day, off, zone=taught["zone"], school=host_school):
            raise ClosedDay(reason)
        try:
            async with savepoint():
                return int(
                    await value(
                        OPEN,
                        workshop,
                        host_school,
                        room,
                        starts_at,
                        ends_at,
                        closes_at,
                        taught["levels"],
                        seats,
                        groups_max,
                        company_places,
                        taught["example"],
                        now,
                    )
                )
        except ExclusionViolationError:
            raise RoomTaken from None


def _refuse_wrong_hours(starts_at: datetime, ends_at: datetime, closes_at: datetime, now: datetime) -> None:
    errors = {}
    for field, instant in (("starts_at", starts_at), ("ends_at", ends_at), ("booking_closes_at", closes_at)):
        if instant.tzinfo is None:
            errors[field] = "Donnez l'heure avec son fuseau."
    if errors:
        raise Invalid(errors)
    if starts_at <= now:
        errors["starts_at"] = "Ce moment est déjà passé."
    elif starts_at.astimezone(PARIS).weekday() == SUNDAY:
        errors["starts_at"] = "Un créneau n'a pas lieu un dimanche."
    if ends_at <= starts_at:
        errors["ends_at"] = "La fin vient avant le début."
    elif paris_day(ends_at) != paris_day(starts_at) or not SHORTEST <= ends_at - starts_at <= LONGEST:
        errors["ends_at"] = "Un créneau dure de 30 minutes à 10 heures, dans la même journée."
    if closes_at > starts_at:
        errors["booking_closes_at"] = "Les réservations closent au plus tard au début du créneau."
    elif closes_at <= now:
        errors["booking_closes_at"] = "Cette clôture des réservations est déjà passée."
    if errors:
        raise Invalid(errors)


def _refuse_wrong_numbers(seats: int, groups_max: int, company_places: int) -> None:
    errors = {}
    if not 1 <= seats <= 200:
        errors["seats"] = "Un créneau reçoit de 1 à 200 élèves."
    if not 1 <= groups_max <= 20:
        errors["groups_max"] = "Un créneau reçoit de 1 à 20 groupes."
    if not 0 <= company_places <= 50:
        errors["company_places"] = "Un créneau reçoit de 0 à 50 personnes d'entreprises."
    if errors:
        raise Invalid(errors)


async def _refuse_a_wrong_room(room: int | None, host_school: int, seats: int) -> None:
    if room is None:
        return
    found = await row(ROOM, room)
    if found is None or found["school"] != host_school:
        raise NotFound
    if found["closed"]:
        raise Invalid({"room": f"La salle {found['name']} est fermée."})
    if seats > found["seats"]:
        raise Invalid({"seats": f"La salle {found['name']} accueille {found['seats']} élèves au plus."})
