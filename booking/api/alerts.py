"""What a teacher waits to be told of, for machines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from booking.api.shapes import PAGE, Count, Cursor, Limit, Line, Page, Whole, made, one_of, page_of, start_of
from booking.door.rights.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.visits.alerts.ask import ask, withdraw
from booking.visits.alerts.queries import AlertSeen, alerts_of
from booking.visits.alerts.rules import OWN_ZONE, AlertSearch, refuse_wish
from booking.visits.groups.queries import group_of
from booking.words.wording import paris
from workshops.refusals import NotFound
from workshops.schools.rules import Level
from workshops.tech_objects.queries import tech_objects

Kilometres = Annotated[int, Meta(ge=1, le=200)]


class NewAlert(msgspec.Struct, forbid_unknown_fields=True):
    """A search, as /creneaux makes one."""

    level: Annotated[str, one_of(Level)]
    pupils: Count
    group_id: Whole | None = None
    distance_most: Kilometres | None = None
    from_on: date | None = None
    to_on: date | None = None
    department: Line = ""
    lycee: Line = ""
    object_id: Whole | None = None
    out_of_holidays: bool = False


class AlertAnswer(msgspec.Struct):
    """A search that is kept; `address` is where it is read again."""

    id: int
    level: str
    pupils: int
    group_id: int | None
    distance_most: int | None
    from_on: date | None
    to_on: date | None
    address: str
    asked_at: datetime
    ends_at: datetime


@get("/alerts", opt=TEACHER)
async def list_alerts(
    person: NamedDependency[Teacher], now: NamedDependency[datetime], limit: Limit = PAGE, cursor: Cursor = None
) -> Page[AlertAnswer]:
    """The searches of one's own that no slot has met yet."""
    after = start_of(cursor, of="alerts")
    found = [one for one in await alerts_of(person.membership, now=now) if one.id > after]
    return page_of(found[: limit + 1], _answer, of="alerts", limit=limit)


@get("/alerts/{alert:int}", opt=TEACHER)
async def read_alert(
    alert: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> AlertAnswer:
    """One of them."""
    return await _alert(alert, person, now)


@post("/alerts", opt=TEACHER)
async def keep_search(
    data: JSONBody[NewAlert], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> Response[AlertAnswer]:
    """Be told by one mail when a slot suits that does not today; the same search is kept once, five at most."""
    if data.group_id is not None and await group_of(data.group_id, school=person.school, only=None) is None:
        raise NotFound()
    if data.object_id is not None and data.object_id not in {one.id for one in await tech_objects()}:
        raise NotFound()
    wish = AlertSearch(
        group=data.group_id,
        level=data.level,
        pupils=data.pupils,
        km=data.distance_most,
        from_on=data.from_on,
        to_on=data.to_on,
        away=OWN_ZONE if data.out_of_holidays else "",
        department=data.department,
        lycee=data.lycee,
        tech_object=data.object_id,
    )
    refuse_wish(wish, today=paris(now).date())
    number = await ask(wish, membership=person.membership, by=person.account, now=now)
    return made(await _alert(number, person, now), f"/alerts/{number}")


@delete("/alerts/{alert:int}", opt=TEACHER)
async def withdraw_search(
    alert: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> None:
    """Be told no more."""
    await withdraw(alert, membership=person.membership, by=person.account, now=now)


async def _alert(number: int, person: Teacher, now: datetime) -> AlertAnswer:
    for one in await alerts_of(person.membership, now=now):
        if one.id == number:
            return _answer(one)
    raise NotFound()


def _answer(alert: AlertSeen) -> AlertAnswer:
    wish = alert.wish
    return AlertAnswer(
        alert.id,
        wish.level,
        wish.pupils,
        wish.group,
        wish.km,
        wish.from_on,
        wish.to_on,
        f"/creneaux{wish.answers}",
        alert.asked_at,
        alert.ends_at,
    )
