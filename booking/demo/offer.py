"""Put the examples' workshops in place, and open slots on days when schools receive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random

from msgspec import Struct

from booking.demo.settle import Cast, ExamplePerson, read_tables
from workshops.academie.queries import academie
from workshops.catalogue.add_room import NameRoom, add_room
from workshops.catalogue.describe import DescribeWorkshop, describe_workshop, publish_workshop
from workshops.catalogue.describe_object import DescribeObject, describe_object
from workshops.refusals import Refusal
from workshops.school_calendar.queries import closures_between
from workshops.school_calendar.rules import paris_instant, reason_closed, wednesday_afternoon
from workshops.schools.queries import SchoolCard
from workshops.schools.tell_arrival import TellArrival, tell_arrival
from workshops.slots.open import OpenSlot, open_slot

STARTS = (time(8, 30), time(13, 30), time(9, 0), time(13, 45))
EVENING = time(17, 30)
FRIDAY = 4
A_DAY = timedelta(days=1)
OPENED_BEFORE = timedelta(days=75)


ARRIVAL = TellArrival(
    stop="« Lycée » (exemple)",
    walk_minutes=4,
    coach_drop="devant l'entrée principale (exemple)",
    signatory="le proviseur",
)


class ExampleWorkshop(Struct, frozen=True):
    """A published workshop, who hosts it, and what a group can build in it."""

    id: int
    lycee: SchoolCard
    host: ExamplePerson
    room: int
    objects: tuple[int, ...]
    levels: tuple[str, ...]
    minutes: int
    seats: int
    groups_max: int
    company_places: int


class Opened(Struct, frozen=True):
    """A slot of the examples."""

    id: int
    taught: ExampleWorkshop
    starts_at: datetime
    ends_at: datetime


async def publish_workshops(cast: Cast, *, now: datetime) -> list[ExampleWorkshop]:
    """Describe the objects, then draft and publish every workshop with its safety sheet and its room."""
    objects = {
        entry["nom"]: await describe_object(
            DescribeObject(name=entry["nom"], summary=entry["resume"], minutes=entry["minutes"]),
            example=True,
            by=None,
            now=now,
        )
        for entry in read_tables("objets")
    }
    for known in cast.lycees.values():
        await tell_arrival(known.id, ARRIVAL)
    taught = []
    for entry in read_tables("ateliers"):
        lycee, host = cast.lycees[entry["lycee"]], cast.hosts[entry["lycee"]]
        sketch = DescribeWorkshop(
            title=entry["titre"],
            summary=entry["resume"],
            levels=entry["niveaux"],
            minutes=entry["minutes"],
            seats=entry["places"],
            groups_max=entry["groupes"],
            access=entry["acces"],
            pupils_do=entry["eleves_font"],
            shown_only=entry["montre"],
            protective_equipment=entry["protection"],
            responsible=entry["responsable"],
            offers=entry["accueil"],
            bring=entry["tenue"],
            diploma=entry.get("formation", ""),
            diploma_school=cast.lycees[entry["formation_lycee"]].id if "formation_lycee" in entry else None,
            diploma_link=entry.get("formation_lien", ""),
            objects=[objects[name] for name in entry["objets"]],
        )
        made = await describe_workshop(sketch, school=lycee.id, example=True, by=None, now=now)
        await publish_workshop(made, school=lycee.id, by=None, now=now)
        named = NameRoom(name=entry["salle"], seats=entry["places_salle"])
        room = await add_room(named, school=lycee.id, by=None, now=now)
        taught.append(
            ExampleWorkshop(
                id=made,
                lycee=lycee,
                host=host,
                room=room,
                objects=tuple(sketch.objects),
                levels=tuple(sketch.levels),
                minutes=sketch.minutes,
                seats=sketch.seats,
                groups_max=sketch.groups_max,
                company_places=entry["places_entreprises"],
            )
        )
    return taught


async def open_days(first_on: date, last_on: date) -> list[date]:
    """Days from Monday to Friday outside holidays and public holidays."""
    zone = (await academie()).zone
    off = await closures_between(first_on, last_on, zones=[zone])
    days = (first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1))
    return [day for day in days if day.weekday() <= FRIDAY and reason_closed(day, off, zone=zone) is None]


async def open_slots(taught: list[ExampleWorkshop], *, days: list[date], wanted: int, draw: Random) -> list[Opened]:
    """Spread slots over these days, each workshop in turn, never on a Wednesday afternoon.

    Their reservations close as their lycée says: a trial finds places from the second week on.
    """
    turns: Iterator[ExampleWorkshop] = cycle(draw.sample(taught, len(taught)))
    opened: list[Opened] = []
    for number in range(wanted if days else 0):
        day = days[number * len(days) // wanted]
        one = next(turns)
        starts_at = paris_instant(day, draw.choice(STARTS))
        ends_at = starts_at + timedelta(minutes=one.minutes)
        if wednesday_afternoon(starts_at, ends_at):
            starts_at = paris_instant(day, time(8, 30))
            ends_at = min(starts_at + timedelta(minutes=one.minutes), paris_instant(day, time(12, 30)))
        ends_at = min(ends_at, paris_instant(day, EVENING))
        try:
            slot = await open_slot(
                OpenSlot(
                    workshop=one.id,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    room=one.room,
                    company_places=one.company_places,
                ),
                school=one.lycee.id,
                by=None,
                now=starts_at - OPENED_BEFORE,
            )
        except Refusal:
            continue
        opened.append(Opened(slot, one, starts_at, ends_at))
    return opened
