"""What a teacher waits to be told of, for machines."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, made, page_of, start_of
from booking.door.rights.guards import OF_A_PERSON, AsTeacher, Now, may
from booking.people.accounts.queries import Teacher
from booking.visits.demands.alert import AskAlert, ask, withdraw
from booking.visits.demands.queries import AlertSeen, alerts_of
from booking.visits.demands.rules import refuse_days
from booking.visits.groups.queries import group_of
from booking.words.wording import paris
from workshops.catalogue.queries import tech_objects
from workshops.refusals import NotFound
from workshops.schools.rules import Level


class AlertAnswer(msgspec.Struct):
    """A search that is kept; `address` is where it is read again."""

    id: int
    level: Level
    pupils: int
    group_id: int | None
    distance_most: int | None
    from_on: date | None
    to_on: date | None
    address: str
    asked_at: datetime
    ends_at: datetime


@get("/alerts", opt=may("visits.keep") | OF_A_PERSON)
async def list_alerts(person: AsTeacher, now: Now, limit: Limit = PAGE, cursor: Cursor = None) -> Page[AlertAnswer]:
    """The searches of one's own that no slot has met yet."""
    after = start_of(cursor, of="alerts")
    found = [one for one in await alerts_of(person.membership, now=now) if one.id > after]
    return page_of(found[: limit + 1], _answer, of="alerts", limit=limit)


@get("/alerts/{alert:int}", opt=may("visits.keep") | OF_A_PERSON)
async def read_alert(alert: FromPath[int], person: AsTeacher, now: Now) -> AlertAnswer:
    """One of them."""
    return await _alert(alert, person, now)


@post("/alerts", opt=may("visits.keep"))
async def keep_search(data: JSONBody[AskAlert], person: AsTeacher, now: Now) -> Response[AlertAnswer]:
    """Be told by one mail when a slot suits that does not today; the same search is kept once, five at most."""
    if data.group is not None and await group_of(data.group, scope=person.scope) is None:
        raise NotFound()
    if data.tech_object is not None and data.tech_object not in {known.id for known in await tech_objects()}:
        raise NotFound()
    search = data.search(person.school)
    refuse_days(search, today=paris(now).date())
    number = await ask(search, group=data.group, membership=person.membership, by=person.account, now=now)
    return made(await _alert(number, person, now), f"/alerts/{number}")


@delete("/alerts/{alert:int}", opt=may("visits.keep"))
async def withdraw_search(alert: FromPath[int], person: AsTeacher, now: Now) -> None:
    """Be told no more."""
    await withdraw(alert, membership=person.membership, by=person.account, now=now)


async def _alert(number: int, person: Teacher, now: datetime) -> AlertAnswer:
    for alert in await alerts_of(person.membership, now=now):
        if alert.id == number:
            return _answer(alert)
    raise NotFound()


def _answer(alert: AlertSeen) -> AlertAnswer:
    search = alert.search
    return answer_of(
        AlertAnswer,
        alert,
        level=search.level,
        pupils=search.pupils or 0,
        group_id=alert.group,
        distance_most=None if search.km is None else round(search.km),
        from_on=search.from_on,
        to_on=search.to_on,
        address=f"/creneaux{alert.address}",
    )
