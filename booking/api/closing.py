"""Closing a visit, and its figures taken back, for machines."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, delete, post
from litestar.params import FromPath, JSONBody

from booking.api.roster import SlotRoster, TakenBack, slot_roster, taken_back
from booking.api.shapes import made
from booking.day.badges.issue_due import issue_at
from booking.day.checkin.acts import CompanyCount, GroupHeadcount, ReopenVisit
from booking.day.checkin.close_slot import close_slot, reopen_slot
from booking.day.checkin.queries import roster
from booking.door.rights.guards import AsCoordinator, AsHost, Now, SiteSettings, may
from booking.people.accounts.queries import Coordinator
from workshops.refusals import Invalid, or_not_found
from workshops.slots.queries import counted_before, slot_card
from workshops.slots.rules import SlotState

NO_REASON = "Rouverte par un logiciel, sans raison donnée."


class Closure(msgspec.Struct, forbid_unknown_fields=True):
    """One head count per expected group and per company announced: nothing announced is taken for what was seen."""

    headcounts: list[GroupHeadcount]
    companies: list[CompanyCount] = []


@post("/slots/{slot:int}/closure", opt=may("visits.receive"))
async def close_visit(
    slot: FromPath[int], data: JSONBody[Closure], person: AsHost, settings: SiteSettings, now: Now
) -> Response[SlotRoster]:
    """Validate the head counts and freeze the slot's figures, from the visit's start on. A count of 0 is confirmed."""
    await issue_at(slot, school=person.school, secret_key=settings.secret_key)
    try:
        await close_slot(
            slot,
            headcounts=data.headcounts,
            companies=data.companies,
            account=person.account,
            school=person.school,
            now=now,
        )
    except Invalid as no:
        no.errors = {_field_of(data, name): sentence for name, sentence in no.errors.items()}
        raise
    seen = await roster(slot, school=person.school)
    return made(await slot_roster(seen, await counted_before(slot)), f"/slots/{slot}/roster")


def _field_of(data: Closure, name: str) -> str:
    """Where in the body a fault stands that the closing tells of a group or a company by its number: `absent-7`."""
    what, _, number = name.rpartition("-")
    groups = [str(one.reservation) for one in data.headcounts]
    if what == "people":
        came = [str(one.company) for one in data.companies]
        return f"companies[{came.index(number)}].people" if number in came else "companies"
    if not number.isdigit():
        return name
    field = "note" if what == "reason" else what
    return f"headcounts[{groups.index(number)}].{field}" if number in groups else "headcounts"


class Reopened(msgspec.Struct):
    """The slot that may be closed again, with what each of its closings had counted, the last one first."""

    slot_id: int
    state: SlotState
    reopenings: list[TakenBack]


@post("/slots/{slot:int}/reopening", opt=may("visits.correct"), status_code=200)
async def reopen_visit(slot: FromPath[int], data: JSONBody[ReopenVisit], person: AsCoordinator, now: Now) -> Reopened:
    """Take back a visit's frozen figures, and say why; scans and objects stay."""
    return await _reopened(slot, data, person, now)


@delete("/slots/{slot:int}/closure", opt=may("visits.correct"), status_code=200)
async def withdraw_closure(slot: FromPath[int], person: AsCoordinator, now: Now) -> Reopened:
    """The same without a reason, which the journal says: `POST .../reopening` takes one."""
    return await _reopened(slot, ReopenVisit(reason=NO_REASON), person, now)


async def _reopened(slot: int, asked: ReopenVisit, person: Coordinator, now: datetime) -> Reopened:
    await reopen_slot(slot, asked, account=person.account, now=now)
    card = or_not_found(await slot_card(slot))
    seen = await roster(slot, school=card.school)
    return Reopened(slot, SlotState.CLOSED, taken_back(seen, await counted_before(slot)))
