"""The day of a lycée at its doors, who is inside now, and what a helper must know, on one sheet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from booking.day.checkin.queries import day_of
from booking.day.checkin.roster import Roster, SlotToday
from booking.day.checkin.rules import Outcome, ScanResult
from booking.day.checkin.say import DeskWords, said_on_a_page
from booking.door.http.answers import Page, page, renders
from booking.door.rights.desk_link import AtDesk, roster_seen_by
from booking.door.rights.guards import AsHost, Now, SiteSettings, may
from booking.visits.attendance.queries import Visitors, visitors_expected
from workshops.refusals import or_not_found
from workshops.schools.queries import SchoolCard, school


@renders("desk/day.html")
class DeskDay(Page, frozen=True):
    """The visits of today, those that are closed too, and the companies' visitors whom the register wants."""

    day: Sequence[SlotToday]
    visitors: Sequence[Visitors]
    now: datetime


@get("/accueil/jour", opt=may("visits.receive"))
async def desk_day(person: AsHost, now: Now) -> Template:
    day = await day_of(person.school, on=now)
    return page(DeskDay(day, await visitors_expected([one.slot for one in day], school=person.school), now))


REFUSALS: tuple[Outcome, ...] = ("unknown", "wrong_slot", "cancelled", "too_early", "already")


@renders("desk/inside.html")
class Inside(Page, frozen=True):
    """Who is here at this hour; `others` are the lycée's other visits of the day, which a helper does not see."""

    seen: Roster
    others: Sequence[SlotToday]
    now: datetime


@renders("desk/instructions.html")
class Instructions(Page, frozen=True):
    """One sheet for whoever helps at the door; `refusals` are the red answers, with what to do."""

    seen: Roster
    lycee: SchoolCard
    refusals: Sequence[DeskWords]


@get("/accueil/{slot:int}/presents", opt=may("desk.scan"))
async def inside(slot: FromPath[int], receiver: AtDesk, settings: SiteSettings, now: Now) -> Template:
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    others = (
        []
        if receiver.helper is not None
        else [one for one in await day_of(receiver.school, on=now) if one.slot != slot]
    )
    return page(Inside(seen, [one for one in others if one.state != "done"], now))


@get("/accueil/{slot:int}/consignes", opt=may("desk.scan"))
async def instructions(slot: FromPath[int], receiver: AtDesk, settings: SiteSettings) -> Template:
    seen = await roster_seen_by(receiver, slot, secret_key=settings.secret_key)
    lycee = or_not_found(await school(receiver.school))
    shown = [said_on_a_page(ScanResult(uuid.UUID(int=0), result)) for result in REFUSALS]
    return page(Instructions(seen, lycee, shown))
