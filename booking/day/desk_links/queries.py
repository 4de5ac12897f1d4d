"""Who stands behind a desk link, and which links a slot has."""

from __future__ import annotations

import uuid
from datetime import datetime

from asyncpg import Record
from msgspec import Struct

from booking.day.desk_links.rules import Helper, LinkEnded, LinkTooEarly, NoSuchLink, is_live, link_ends_at, opens_at
from booking.people.accounts.rules import hash_of
from workshops.database import row, value
from workshops.database.row_types import rows_as
from workshops.refusals import or_not_found
from workshops.scope import Scope, within
from workshops.slots.rules import OVER

# What the invented people of a trial gave ($2 whether this is one) is taken back everywhere else.
LINK = """
SELECT d.id, coalesce(d.revoked_at, CASE WHEN a.example AND NOT $2 THEN d.created_at END) AS revoked_at, s.id AS slot,
  s.school, s.starts_at, s.ends_at, s.state
FROM desk_links d JOIN slots s ON s.id = d.slot LEFT JOIN accounts a ON a.id = d.made_by WHERE d.token_hash = $1
"""
_LINE = """
SELECT d.id, d.slot, d.created_at, d.revoked_at, coalesce(a.name, '') AS made_by
FROM desk_links d JOIN slots s ON s.id = d.slot LEFT JOIN accounts a ON a.id = d.made_by
"""
LINKS = f"{_LINE}WHERE d.slot = $1 ORDER BY d.id"
OF_SCHOOL_AFTER = f"""{_LINE}
WHERE d.id > $1 AND s.school = $2 AND ($3::int IS NULL OR d.slot = $3) ORDER BY d.id LIMIT $4"""
ITS_SLOT = f"""SELECT d.slot FROM desk_links d JOIN slots s ON s.id = d.slot
WHERE d.id = $1 AND {within("s.school", 2)}"""  # noqa: S608 - constants only
SLOT = f"""
SELECT s.id, s.starts_at, s.ends_at, s.state, w.title
FROM slots s JOIN workshops w ON w.id = s.workshop WHERE s.id = $1 AND {within("s.school", 2)}
"""  # noqa: S608 - constants only
SCAN_OF_SLOT = "SELECT 1 FROM scans WHERE id = $1 AND slot = $2"


class DeskLinkLine(Struct, frozen=True):
    """A link as a list of a lycée's shows it."""

    id: int
    slot: int
    created_at: datetime
    revoked_at: datetime | None
    made_by: str


class LinksOfSlot(Struct, frozen=True):
    """A visit and the links that open its desk. `over`: no new one can serve."""

    slot: int
    title: str
    starts_at: datetime
    over: bool
    links: tuple[DeskLinkLine, ...]


async def helper_of(token: str, *, csrf: str, now: datetime, trial: bool = False) -> Helper | None:
    """Who comes with this link, while it is live; None otherwise."""
    found = await row(LINK, hash_of(token), trial)
    if found is None or not _live(found, now):
        return None
    ends_at = link_ends_at(found["ends_at"])
    return Helper(found["id"], found["slot"], found["school"], ends_at, csrf)


async def open_link(token: str, *, now: datetime, trial: bool = False) -> Helper:
    """The desk that a link opens. Raises NoSuchLink, LinkTooEarly, LinkEnded: each says why it does not."""
    found = await row(LINK, hash_of(token), trial)
    if found is None:
        raise NoSuchLink()
    if not _live(found, now):
        early = found["revoked_at"] is None and found["state"] != "called_off" and now < opens_at(found["starts_at"])
        raise LinkTooEarly(found["starts_at"]) if early else LinkEnded()
    return Helper(found["id"], found["slot"], found["school"], link_ends_at(found["ends_at"]))


async def links_of(slot: int, *, scope: Scope, now: datetime) -> LinksOfSlot:
    """Every link of a visit, the revoked ones too. Raises NotFound for another lycée's slot."""
    known = or_not_found(await row(SLOT, slot, scope.schools))
    return LinksOfSlot(
        slot=known["id"],
        title=known["title"],
        starts_at=known["starts_at"],
        over=known["state"] in OVER or now >= link_ends_at(known["ends_at"]),
        links=tuple(await rows_as(DeskLinkLine, LINKS, slot)),
    )


async def desk_links_after(number: int, *, school: int, slot: int | None, limit: int) -> list[DeskLinkLine]:
    """The links to the desks of a lycée, to one of them when `slot` is given: at most `limit` that follow this one."""
    return await rows_as(DeskLinkLine, OF_SCHOOL_AFTER, number, school, slot, limit)


async def slot_of_link(link: int, *, scope: Scope) -> int | None:
    """The slot that a link opens the desk of, where the scope reaches its lycée."""
    found: int | None = await value(ITS_SLOT, link, scope.schools)
    return found


async def is_scan_of(scan: uuid.UUID, *, slot: int) -> bool:
    """Whether this scan was made at this slot: a link undoes no other."""
    return await value(SCAN_OF_SLOT, scan, slot) is not None


def _live(found: Record, now: datetime) -> bool:
    return is_live(
        starts_at=found["starts_at"],
        ends_at=found["ends_at"],
        state=found["state"],
        revoked=found["revoked_at"] is not None,
        now=now,
    )
