"""What each feed holds: one statement for its visits, one for its mentoring actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from asyncpg import Record
from msgspec import Struct
from msgspec.structs import fields

from booking.calendar.feeds.rules import CANCELLED_KEPT, PAST_KEPT, meeting_path_of, name_of, path_of, public_name_of
from booking.calendar.feeds.tables import Feed
from booking.calendar.invites.meetings import Meeting, meetings_of
from booking.calendar.invites.queries import ITS_PLACES, SLOT_FACTS, SlotPlace
from booking.calendar.invites.rules import company_people, company_title, group_people, group_title
from booking.people.accounts.rules import hash_of
from booking.visits.reservation_states import IN_AGENDAS_SQL
from booking.words.wording import counted, opening_hour
from workshops.database import rows
from workshops.database.row_types import part_of
from workshops.openings.queries import DRAWS_AT, OPENING_OF, OPENS_AT
from workshops.openings.rules import opens_later
from workshops.schools.rules import Arrival
from workshops.slots.queries import HOST_CLOSED, SEATS_FREE

# $1 the token's hash, $2 since when visits are kept, $3 since when cancelled ones are, $4 whether this is a
# trial, whose invented people are nobody elsewhere. No row: the link opens nothing; one row without a
# UID: it has nothing to show.
_VISITS = f"""
SELECT r.id AS about, r.uid, r.sequence, r.state, r.changed_at, g.name AS group_name, c.name AS college,
  r.pupils, r.adults, NULL::varchar AS company, NULL::smallint AS people, NULL::varchar AS company_role, {SLOT_FACTS}
FROM reservations r JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
  JOIN slots s ON s.id = r.slot {ITS_PLACES}
WHERE s.ends_at > $2 AND r.confirmed_at IS NOT NULL
  AND (r.state IN {IN_AGENDAS_SQL} OR r.changed_at > $3)
"""  # noqa: S608 - constants only
# A coming that ended has no date of its own: it stays until 30 days after the session.
_COMINGS = f"""
SELECT t.id, t.uid, t.sequence, t.state, t.created_at, NULL, NULL, NULL, NULL, k.name, t.people, t.role, {SLOT_FACTS}
FROM attendances t JOIN companies k ON k.id = t.company JOIN slots s ON s.id = t.slot {ITS_PLACES}
WHERE s.ends_at > $2 AND t.confirmed_at IS NOT NULL AND (t.state = 'announced' OR s.ends_at > $3)
"""  # noqa: S608 - constants only
FEED = f"""
WITH mine AS (
  SELECT m.role AS hat, m.school, m.company AS firm, m.account, coalesce(p.name, f.name) AS whose
  FROM feeds d JOIN memberships m ON m.id = d.membership JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  LEFT JOIN schools p ON p.id = m.school LEFT JOIN companies f ON f.id = m.company
  WHERE d.token_hash = $1 AND d.revoked_at IS NULL AND ($4 OR NOT a.example)
)
SELECT mine.hat, mine.whose, mine.school AS lycee, mine.firm, told.* FROM mine LEFT JOIN LATERAL (
  {_VISITS} AND mine.hat = 'teacher' AND r.booked_by = mine.account AND r.school = mine.school
  UNION ALL {_VISITS} AND mine.hat = 'host' AND s.school = mine.school
  UNION ALL {_COMINGS} AND mine.hat = 'company' AND t.company = mine.firm
) told ON TRUE ORDER BY told.starts_at, told.uid
"""  # noqa: S608 - constants only
# $1 the collège, $2 and $3 as above.
OUTINGS = f"SELECT told.* FROM ({_VISITS} AND r.school = $1) told ORDER BY told.starts_at, told.uid"  # noqa: S608
# $1 the lycée's UAI, $2 now, $3 since when a slot that was called off is kept.
OPEN_SLOTS = f"""
SELECT p.name AS whose, told.* FROM schools p LEFT JOIN LATERAL (
  SELECT s.version AS sequence, s.created_at AS changed_at, {OPENS_AT} AS opens_at, {DRAWS_AT}, {SLOT_FACTS}
  FROM slots s {ITS_PLACES} {OPENING_OF.format(slot="s")}
  WHERE s.school = p.id AND s.ends_at > $3 AND (s.state = 'called_off' OR (
    s.state = 'open' AND s.booking_closes_at > $2 AND {SEATS_FREE} > 0 AND NOT {HOST_CLOSED.format(slot="s")}))
) told ON TRUE
WHERE p.uai = $1 AND p.kind = 'lycee' ORDER BY told.starts_at, told.slot
"""  # noqa: S608 - constants only
PLACE_FIELDS = tuple(field.name for field in fields(SlotPlace) if field.name != "arrival")


class AgendaLine(Struct, frozen=True):
    """One entry of a feed: `title` and `who` are its words, `path` the page of ours that it leads to. `attended`: the
    feed's reader is there herself, and busy."""

    uid: str
    sequence: int
    state: str
    changed_at: datetime
    title: str
    who: str
    path: str
    place: SlotPlace | Meeting
    attended: bool = True


class FollowedAgenda(Struct, frozen=True):
    """An agenda to subscribe to."""

    name: str
    lines: Sequence[AgendaLine]


async def feed(token: str, *, now: datetime, trial: bool = False) -> FollowedAgenda | None:
    """What this link shows: a teacher's visits, a lycée's groups, a company's comings, their mentoring actions too.

    None when it opens nothing.
    """
    found = await rows(FEED, hash_of(token), now - PAST_KEPT, now - CANCELLED_KEPT, trial)
    if not found:
        return None
    mine, lines = found[0], [_line(one, hat=one["hat"]) for one in found if one["uid"] is not None]
    if mine["hat"] in {"host", "company"}:
        asked = {"school": mine["lycee"]} if mine["hat"] == "host" else {"company": mine["firm"]}
        told = await meetings_of(**asked, since=now - PAST_KEPT, cancelled_since=now - CANCELLED_KEPT)
        lines += [_meeting_line(one, mine["hat"]) for one in told]
    return FollowedAgenda(name=name_of(mine["hat"], mine["whose"]), lines=lines)


async def open_slots(uai: str, *, host_name: str, now: datetime) -> FollowedAgenda | None:
    """A lycée's slots with places, those of a later opening too, and those that were called off; None when it is no
    lycée.

    `host_name` ends the UIDs.
    """
    found = await rows(OPEN_SLOTS, uai, now, now - CANCELLED_KEPT)
    if not found:
        return None
    lines = [_slot_line(one, uai, host_name, now) for one in found if one["slot"] is not None]
    return FollowedAgenda(name=public_name_of(found[0]["whose"]), lines=lines)


async def outings_feed(school: int, name: str, *, since: datetime, now: datetime) -> FollowedAgenda:
    """All visits of a collège since a moment, for its principal: classes and numbers."""
    found = await rows(OUTINGS, school, since, now - CANCELLED_KEPT)
    return FollowedAgenda(name=name_of("principal", name), lines=[_line(one, hat="principal") for one in found])


async def feed_given_at(membership: int) -> datetime | None:
    """Since when this role has a link, None without one."""
    live = Feed.select(Feed.created_at).where(Feed.membership == membership, Feed.revoked_at.is_null())
    found = await live.first()
    return None if found is None else found["created_at"]


def _line(one: Record, *, hat: str) -> AgendaLine:
    place = _place_of(one)
    if one["company"] is not None:
        title = company_title(workshop=place.workshop, company=one["company"], people=one["people"])
        who = company_people(company=one["company"], people=one["people"], role=one["company_role"])
    else:
        group, college, pupils = one["group_name"], one["college"], one["pupils"]
        title = group_title(workshop=place.workshop, group=group, college=college, pupils=pupils)
        who = group_people(group=group, college=college, pupils=pupils, adults=one["adults"])
    return AgendaLine(
        uid=one["uid"],
        sequence=one["sequence"],
        state=one["state"],
        changed_at=one["changed_at"],
        title=title,
        who=who,
        path=path_of(hat, about=one["about"], slot=place.slot),
        place=place,
        attended=hat != "principal",
    )


def _meeting_line(told: Meeting, hat: str) -> AgendaLine:
    return AgendaLine(
        uid=told.uid,
        sequence=told.sequence,
        state=told.state,
        changed_at=told.changed_at,
        title=told.title,
        who=told.who,
        path=meeting_path_of(hat, cohort=told.cohort),
        place=told,
    )


def _slot_line(one: Record, uai: str, host_name: str, now: datetime) -> AgendaLine:
    place = _place_of(one)
    waits = ""
    if opens_later(one["opens_at"], now):
        waits = f", ouverture {opening_hour(one['opens_at'])}"
    elif one["draws_at"] is not None:
        waits = f", tirage {opening_hour(one['draws_at'])}"
    return AgendaLine(
        uid=f"creneau-{place.slot}-{uai}@{host_name}",
        sequence=one["sequence"],
        state=place.slot_state,
        changed_at=one["changed_at"],
        title=f"TECHNILAB : {place.workshop}",
        who=f"{counted(place.seats_free, 'place libre', 'places libres')} sur {place.seats}{waits}",
        path=f"/creneaux/{place.slot}",
        place=place,
        attended=False,
    )


def _place_of(one: Record) -> SlotPlace:
    return SlotPlace(**{field: one[field] for field in PLACE_FIELDS}, arrival=part_of(Arrival, one))
