"""The links that open a visit's desk to a helper, for machines: which there are, without what opens it.

A link is made on its page, where it is shown once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get
from litestar.params import FromPath, QueryParameter

from booking.api.shapes import PAGE, Cursor, Limit, Page, answer_of, page_of, start_of
from booking.day.desk_links.give import revoke_link
from booking.day.desk_links.queries import DeskLinkLine, desk_links_after, slot_of_link
from booking.door.rights.guards import AsHost, Now, may
from workshops.refusals import or_not_found

OfSlot = Annotated[int | None, QueryParameter(name="slot_id", ge=1, le=2_147_483_647, description="Of this slot.")]


class DeskLinkAnswer(msgspec.Struct):
    """A link to a visit's desk: who made it and when, never the address that opens it."""

    id: int
    slot_id: int
    created_at: datetime
    revoked_at: datetime | None
    made_by: str


@get("/desk-links", opt=may("visits.receive"))
async def list_desk_links(
    person: AsHost, slot: OfSlot = None, limit: Limit = PAGE, cursor: Cursor = None
) -> Page[DeskLinkAnswer]:
    """The links to the desks of one's lycée, the revoked ones too."""
    after = start_of(cursor, of="desk-links")
    found = await desk_links_after(after, school=person.school, slot=slot, limit=limit + 1)
    return page_of(found, _answer, of="desk-links", limit=limit)


@delete("/desk-links/{number:int}", opt=may("visits.receive"))
async def revoke_desk_link(number: FromPath[int], person: AsHost, now: Now) -> None:
    """Shut out at once the phones that came by this link."""
    slot = or_not_found(await slot_of_link(number, scope=person.scope))
    await revoke_link(number, slot=slot, account=person.account, school=person.school, now=now)


def _answer(link: DeskLinkLine) -> DeskLinkAnswer:
    return answer_of(DeskLinkAnswer, link, slot_id=link.slot)
