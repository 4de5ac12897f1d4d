"""The public collèges that a list asks for, those that have never come, and what a letter may propose to them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import datetime

from booking.programme.outreach.rules import (
    BEFORE_A_REMINDER,
    LYCEES_NAMED,
    NEVER,
    SILENT,
    WAITING,
    Addressee,
    CollegeLetter,
    CollegesAsked,
    OpenLycee,
    ToCome,
)
from booking.visits.asking.unmet import colleges_waiting
from booking.visits.reservation_states import HOLDS_SEATS_SQL, LIVE_SQL
from booking.words.wording import school_year_began
from workshops.acts.plain_words import holds, patterns
from workshops.cache.versions import VersionedCache
from workshops.coverage.queries import CollegeCover
from workshops.database import rows
from workshops.database.row_types import row_as, rows_as
from workshops.equity.rules import BAND_KEYS, band_of
from workshops.refusals import or_not_found
from workshops.schools.queries import AROUND, KILOMETRES, MAILBOX
from workshops.slots.queries import HOST_CLOSED, SEATS_FREE

_KM = KILOMETRES.format(school="l", lat="c.lat", lon="c.lon")
_NEXT = """(SELECT min(r.starts_at) FROM reservations r WHERE r.school = c.id AND r.starts_at > $1
  AND r.state IN {states})"""
_AHEAD, _BOOKED = _NEXT.format(states=LIVE_SQL), _NEXT.format(states=HOLDS_SEATS_SQL)

_TOLD = "concat_ws(' ', c.name, c.commune, c.uai)"
# Those who came once and for all: asked for each collège, PostgreSQL goes through them for each.
_NOT_YET = """c.kind = 'college' AND c.sector = 'public' AND c.part_of IS NULL AND NOT c.closed AND c.id NOT IN (
  SELECT t.college FROM tallies t WHERE t.span = 'ever' AND t.begins = date '2000-01-01' AND t.by = 'college'
    AND t.visits > 0)"""
# Near enough that the index of where lycées stand knows all who could be nearer.
_CLOSE_KM = 60
# $1 now, $2 the school year. The nearest lycée is looked for among the partners alone, which have a workshop that is
# published: around the collège, and where none is there everywhere. OFFSET 0: each is looked at alone.
_TO_COME = f"""
WITH hosts AS MATERIALIZED (
  SELECT s.id, s.name || ', ' || s.commune AS named, s.lat, s.lon FROM schools s
  WHERE s.id IN (SELECT school FROM workshops WHERE state = 'published')
)
SELECT c.id, c.uai, c.name, c.commune, c.department, c.priority, c.rural,
  {MAILBOX.format(school="c")} AS mail, coalesce(close.named, far.named) AS nearest,
  coalesce(close.id, far.id) AS nearest_lycee, coalesce(close.km, far.km) AS km,
  {_BOOKED} AS booked_at, {_AHEAD} IS NOT NULL AS coming, i.invited_at, n.state AS mail_state
FROM (SELECT * FROM schools c WHERE {{who}} OFFSET 0) c
LEFT JOIN LATERAL (
  SELECT l.id, l.name || ', ' || l.commune AS named, {_KM} AS km FROM schools l WHERE l.kind = 'lycee'
    AND {AROUND.format(lat="c.lat", lon="c.lon", km=_CLOSE_KM, school="l")}
    AND EXISTS (SELECT FROM workshops w WHERE w.school = l.id AND w.state = 'published' OFFSET 0)
  ORDER BY km, l.id LIMIT 1
) close ON close.km <= {_CLOSE_KM}
LEFT JOIN LATERAL (
  SELECT l.id, l.named, {_KM} AS km FROM hosts l WHERE close.km IS NULL
  ORDER BY km NULLS LAST, l.id LIMIT 1) far ON true
LEFT JOIN college_invitations i ON i.school = c.id AND i.school_year = $2
LEFT JOIN notices n ON n.once = 'college_invited:' || i.id
"""  # noqa: S608 - constants only
BESIDE = _TO_COME.replace("{who}", "c.id = ANY ($3::int[])")
NEAREST = f"""
SELECT c.id, (SELECT min({_KM}) FROM schools l WHERE EXISTS (
  SELECT FROM workshops w WHERE w.school = l.id AND w.state = 'published' OFFSET 0)) AS km
FROM schools c WHERE c.id = ANY ($1::int[])
"""  # noqa: S608 - constants only
# $3 the words wanted, $4 the département, null for all, $5 the number that they follow.
_FOLLOWING = f"""{_NOT_YET} AND {holds(_TOLD, "$3::text[]")} AND ($4::varchar IS NULL OR c.department = $4)
  AND c.id > $5 ORDER BY c.id LIMIT $6"""
TO_COME_AFTER = f"{_TO_COME.replace('{who}', _FOLLOWING)} ORDER BY c.id"
NEVER_CAME = f"SELECT c.id FROM schools c WHERE {_NOT_YET}"  # noqa: S608 - constants only
ADDRESSEE = f"""
SELECT c.id, c.name, c.commune, {MAILBOX.format(school="c")} AS mail, {_AHEAD} IS NOT NULL AS coming, i.invited_at
FROM schools c LEFT JOIN college_invitations i ON i.school = c.id AND i.school_year = $2
WHERE c.id = $3 AND c.kind = 'college' AND c.sector = 'public' AND c.part_of IS NULL AND NOT c.closed
"""  # noqa: S608 - constants only
OPEN_NEAR = f"""
SELECT l.id, l.name, l.commune, {_KM} AS km, count(*) AS slots, min(s.starts_at) AS first_at
FROM schools c JOIN slots s ON s.state = 'open' AND s.booking_closes_at > $2 AND {SEATS_FREE} > 0
  AND NOT {HOST_CLOSED.format(slot="s")}
JOIN schools l ON l.id = s.school
WHERE c.id = $1 GROUP BY c.id, l.id ORDER BY km NULLS LAST, l.id LIMIT $3
"""  # noqa: S608 - constants only
# $1 now, $2 the school year, $3 the collèges.
WRITABLE = f"""
SELECT c.id, CASE WHEN {MAILBOX.format(school="c")} = '' THEN 'no_address' WHEN {_AHEAD} IS NOT NULL THEN 'coming'
    WHEN i.id IS NOT NULL THEN 'written' ELSE '' END AS why_not
FROM schools c LEFT JOIN college_invitations i ON i.school = c.id AND i.school_year = $2
WHERE c.id = ANY ($3::int[]) AND c.kind = 'college' AND c.sector = 'public' AND c.part_of IS NULL AND NOT c.closed
ORDER BY c.name, c.id
"""  # noqa: S608 - constants only
# Who was written to long enough ago, has not come since, and has nothing ahead.
SILENT_SINCE = f"""
SELECT c.id FROM college_invitations i JOIN schools c ON c.id = i.school
WHERE i.school_year = $2 AND i.invited_at <= $3 AND i.reminded_at IS NULL AND NOT c.closed AND {_AHEAD} IS NULL
  AND NOT EXISTS (SELECT FROM received r WHERE r.college = c.id AND r.starts_at > i.invited_at)
"""  # noqa: S608 - constants only
# The départements where a letter or its reminder may leave, and none left of late: those of $4, by now, the year.
TO_WRITE_TO = f"""
SELECT DISTINCT c.department FROM schools c LEFT JOIN college_invitations i ON i.school = c.id AND i.school_year = $2
WHERE {_NOT_YET} AND c.department = ANY ($4::varchar[]) AND {MAILBOX.format(school="c")} <> '' AND {_AHEAD} IS NULL
  AND (i.id IS NULL OR i.invited_at <= $3 AND i.reminded_at IS NULL) AND NOT EXISTS (
    SELECT FROM college_invitations l JOIN schools o ON o.id = l.school
    WHERE o.department = c.department AND greatest(l.invited_at, l.reminded_at) > $3)
"""  # noqa: S608 - constants only
LETTER = """
SELECT i.school, i.words, coalesce(a.name, '') AS from_name, coalesce(a.email, '') AS from_email
FROM college_invitations i LEFT JOIN accounts a ON a.id = i.invited_by WHERE i.id = $1
"""


async def colleges_asked(
    asked: CollegesAsked, known: Iterable[CollegeCover], *, came: Container[int], now: datetime
) -> list[CollegeCover]:
    """Those of the collèges known that a list asks for, in their order; `came`: those that did in its period."""
    found = [
        one
        for one in known
        if asked.keeps(priority=one.priority, rural=one.rural, without=one.leaving.without or 0, came=one.id in came)
    ]
    among = await _among(asked.who, now=now)
    found = found if among is None else [one for one in found if one.id in among]
    if not asked.distance:
        return found
    far = await rows(NEAREST, [one.id for one in found])
    near = {one["id"] for one in far if BAND_KEYS[band_of(one["km"])] == asked.distance}
    return [one for one in found if one.id in near]


async def _among(who: str, *, now: datetime) -> Container[int] | None:
    """The collèges of which something else tells; None where nothing else does."""
    if who == NEVER:
        return await never_came()
    if who == WAITING:
        return await colleges_waiting(now=now)
    return await silent_since_written(now=now) if who == SILENT else None


async def beside(colleges: Sequence[int], *, now: datetime) -> dict[int, ToCome]:
    """What stands beside some collèges of a list, by number: their nearest lycée, their next visit, their letter."""
    found = await rows_as(ToCome, BESIDE, now, school_year_began(now).year, colleges)
    return {one.id: one for one in found}


async def to_come_after(
    number: int, *, words: str = "", department: str | None = None, limit: int, now: datetime
) -> list[ToCome]:
    """The public collèges that have never come, by number: at most `limit` that follow this one."""
    asked = (now, school_year_began(now).year, patterns(words), department)
    return await rows_as(ToCome, TO_COME_AFTER, *asked, number, limit)


_never: VersionedCache[frozenset[int]] = VersionedCache(size=1, figures=True)


async def never_came() -> frozenset[int]:
    """The numbers of the public collèges that have never come; kept until a visit is closed or a school changes."""

    async def ask() -> frozenset[int]:
        return frozenset([one["id"] for one in await rows(NEVER_CAME)])

    return await _never.answer("", ask, lycee="")


async def addressee(school: int, *, now: datetime) -> Addressee:
    """The public collège that a letter is for. Raises NotFound."""
    return or_not_found(await row_as(Addressee, ADDRESSEE, now, school_year_began(now).year, school))


async def open_near(school: int, *, now: datetime) -> list[OpenLycee]:
    """The three lycées nearest to a collège that have free places."""
    return await rows_as(OpenLycee, OPEN_NEAR, school, now, LYCEES_NAMED)


async def silent_since_written(*, now: datetime) -> set[int]:
    """The collèges that a letter of this school year has not brought, two weeks later."""
    found = await rows(SILENT_SINCE, now, school_year_began(now).year, now - BEFORE_A_REMINDER)
    return {one["id"] for one in found}


async def departments_to_write_to(departments: Sequence[str], *, now: datetime) -> list[str]:
    """Those where some collège may be written to, or reminded, and where no letter waits for its two weeks to pass."""
    asked = (now, school_year_began(now).year, now - BEFORE_A_REMINDER, departments)
    return [one["department"] for one in await rows(TO_WRITE_TO, *asked)]


async def writable(colleges: Sequence[int], *, now: datetime) -> dict[int, str]:
    """Whether a letter may leave to each of some collèges: why not (no_address, coming, written), else empty."""
    found = await rows(WRITABLE, now, school_year_began(now).year, colleges)
    return {one["id"]: one["why_not"] for one in found}


async def letter_kept(invitation: int) -> CollegeLetter | None:
    """What a letter holds that cannot be read anywhere else."""
    return await row_as(CollegeLetter, LETTER, invitation)
