"""What a teacher waits to be told of, for machines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from booking.api.shapes import PAGE, Cursor, Limit, Page, Whole, made, one_of, page_of, start_of
from booking.door.rights.guards import TEACHER
from booking.people.accounts.queries import Teacher
from booking.visits.alerts.ask import ask, withdraw
from booking.visits.alerts.queries import AlertSeen, alerts_of
from booking.visits.alerts.rules import refuse_search
from booking.visits.groups.queries import group_of
from booking.words.wording import paris
from workshops.offer.rules import FIELDS, Search
from workshops.refusals import NotFound
from workshops.schools.rules import Level
from workshops.tech_objects.queries import tech_objects
from workshops.typed_text.plain_words import A_LINE

Kilometres = Annotated[int, Meta(ge=1, le=200)]


def _within(wish: str) -> Meta:
    """The bounds of a wish, in the document; the act says it in its own words where a value is beyond them."""
    bounds = FIELDS[wish].bounds
    limits = {"minimum": bounds.ge, "maximum": bounds.le, "maxLength": bounds.max_length}
    return Meta(extra_json_schema={name: bound for name, bound in limits.items() if bound is not None})


class NewAlert(msgspec.Struct, forbid_unknown_fields=True):
    """A search, as /creneaux makes one."""

    level: Annotated[str, one_of(Level)]
    pupils: Annotated[int, _within("pupils")]
    group_id: Whole | None = None
    distance_most: Kilometres | None = None
    from_on: date | None = None
    to_on: date | None = None
    department: Annotated[str, Meta(pattern=A_LINE), _within("department")] = ""
    lycee: Annotated[str, Meta(pattern=A_LINE), _within("school")] = ""
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
    search = Search(
        level=data.level,
        pupils=data.pupils,
        km=None if data.distance_most is None else float(data.distance_most),
        from_on=data.from_on,
        to_on=data.to_on,
        college=person.school if data.out_of_holidays else None,
        department=data.department or None,
        school=data.lycee or None,
        tech_object=data.object_id,
    )
    refuse_search(search, today=paris(now).date())
    number = await ask(search, group=data.group_id, membership=person.membership, by=person.account, now=now)
    return made(await _alert(number, person, now), f"/alerts/{number}")


@delete("/alerts/{alert:int}", opt=TEACHER)
async def withdraw_search(
    alert: FromPath[int], person: NamedDependency[Teacher], now: NamedDependency[datetime]
) -> None:
    """Be told no more."""
    await withdraw(alert, membership=person.membership, by=person.account, now=now)


async def _alert(number: int, person: Teacher, now: datetime) -> AlertAnswer:
    for alert in await alerts_of(person.membership, now=now):
        if alert.id == number:
            return _answer(alert)
    raise NotFound()


def _answer(alert: AlertSeen) -> AlertAnswer:
    search = alert.search
    return AlertAnswer(
        alert.id,
        search.level or "",
        search.pupils or 0,
        alert.group,
        None if search.km is None else round(search.km),
        search.from_on,
        search.to_on,
        f"/creneaux{alert.address}",
        alert.asked_at,
        alert.ends_at,
    )
