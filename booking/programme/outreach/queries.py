"""The public collèges that have never come, and what a letter may propose to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from booking.programme.outreach.rules import (
    BEFORE_A_REMINDER,
    LYCEES_NAMED,
    Addressee,
    CollegeLetter,
    OpenLycee,
    ToCome,
    departments_of_page,
)
from booking.visits.reservation_states import LIVE_SQL
from booking.words.wording import school_year_began
from workshops.acts.plain_words import holds, patterns
from workshops.cache.versions import VersionedCache
from workshops.database import rows
from workshops.database.row_types import row_as, rows_as
from workshops.refusals import or_not_found
from workshops.schools.queries import AROUND, KILOMETRES, MAILBOX
from workshops.slots.queries import SEATS_FREE

_KM = KILOMETRES.format(school="l", lat="c.lat", lon="c.lon")
_AHEAD = f"""(SELECT min(r.starts_at) FROM reservations r WHERE r.school = c.id AND r.starts_at > $1
  AND r.state IN {LIVE_SQL})"""  # noqa: S608 - constants only

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
  {MAILBOX.format(school="c")} AS mail, coalesce(close.named, far.named) AS nearest, coalesce(close.km, far.km) AS km,
  {_AHEAD} AS booked_at, i.invited_at, n.state AS mail_state
FROM (SELECT * FROM schools c WHERE {{who}} OFFSET 0) c
LEFT JOIN LATERAL (
  SELECT l.name || ', ' || l.commune AS named, {_KM} AS km FROM schools l WHERE l.kind = 'lycee'
    AND {AROUND.format(lat="c.lat", lon="c.lon", km=_CLOSE_KM, school="l")}
    AND EXISTS (SELECT FROM workshops w WHERE w.school = l.id AND w.state = 'published' OFFSET 0)
  ORDER BY km, l.id LIMIT 1
) close ON close.km <= {_CLOSE_KM}
LEFT JOIN LATERAL (
  SELECT l.named, {_KM} AS km FROM hosts l WHERE close.km IS NULL ORDER BY km NULLS LAST, l.id LIMIT 1) far ON true
LEFT JOIN college_invitations i ON i.school = c.id AND i.school_year = $2
LEFT JOIN notices n ON n.once = 'college_invited:' || i.id
"""  # noqa: S608 - constants only
TO_COME = f"""
{_TO_COME.replace("{who}", "c.id = ANY ($3::int[])")}
ORDER BY c.department, array_position(ARRAY['REP+', 'REP', '']::varchar[], c.priority), km NULLS LAST, c.id
LIMIT $4 OFFSET $5
"""
# $3 the words wanted, $4 the département, null for all, $5 the number that they follow.
_FOLLOWING = f"""{_NOT_YET} AND {holds(_TOLD, "$3::text[]")} AND ($4::varchar IS NULL OR c.department = $4)
  AND c.id > $5 ORDER BY c.id LIMIT $6"""
TO_COME_AFTER = f"{_TO_COME.replace('{who}', _FOLLOWING)} ORDER BY c.id"
TO_COME_IN_ALL = f"""
SELECT c.department, array_agg(c.id) AS colleges FROM schools c
WHERE {_NOT_YET} AND {holds(_TOLD, "$1::text[]")} GROUP BY c.department ORDER BY c.department
"""  # noqa: S608 - constants only
ADDRESSEE = f"""
SELECT c.id, c.name, c.commune, {MAILBOX.format(school="c")} AS mail, {_AHEAD} IS NOT NULL AS coming, i.invited_at
FROM schools c LEFT JOIN college_invitations i ON i.school = c.id AND i.school_year = $2
WHERE c.id = $3 AND c.kind = 'college' AND c.sector = 'public' AND c.part_of IS NULL AND NOT c.closed
"""  # noqa: S608 - constants only
OPEN_NEAR = f"""
SELECT l.id, l.name, l.commune, {_KM} AS km, count(*) AS slots, min(s.starts_at) AS first_at
FROM schools c JOIN slots s ON s.state = 'open' AND s.booking_closes_at > $2 AND {SEATS_FREE} > 0
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
SILENT = f"""
SELECT c.id FROM college_invitations i JOIN schools c ON c.id = i.school
WHERE i.school_year = $2 AND i.invited_at <= $3 AND i.reminded_at IS NULL AND NOT c.closed AND {_AHEAD} IS NULL
  AND NOT EXISTS (SELECT FROM received r WHERE r.college = c.id AND r.starts_at > i.invited_at)
  AND ($4::varchar IS NULL OR c.department = $4) AND {holds(_TOLD, "$5::text[]")}
ORDER BY c.name, c.id
"""  # noqa: S608 - constants only
# The départements where a letter or its reminder may leave, and none left of late: those of $4, by now, the year.
TO_WRITE_TO = f"""
SELECT DISTINCT c.department FROM schools c LEFT JOIN college_invitations i ON i.school = c.id AND i.school_year = $2
WHERE {_NOT_YET} AND c.department = ANY ($4::varchar[]) AND {MAILBOX.format(school="c")} <> '' AND {_AHEAD} IS NULL
  AND (i.id IS NULL OR i.invited_at <= $3 AND i.reminded_at IS NULL) AND NOT EXISTS (
    SELECT FROM college_invitations l JOIN schools o ON o.id = l.school
    WHERE o.department = c.department AND greatest(l.invited_at, l.reminded_at) > $3)
"""  # noqa: S608 - constants only
NEVER = f"""
SELECT c.id FROM schools c WHERE {_NOT_YET} AND ($1::varchar IS NULL OR c.department = $1)
  AND {holds(_TOLD, "$2::text[]")} ORDER BY c.name, c.id
"""  # noqa: S608 - constants only
LETTER = """
SELECT i.school, i.words, coalesce(a.name, '') AS from_name, coalesce(a.email, '') AS from_email
FROM college_invitations i LEFT JOIN accounts a ON a.id = i.invited_by WHERE i.id = $1
"""


async def colleges_to_come(
    known: Mapping[str, Sequence[int]], *, limit: int = 50, skip: int = 0, now: datetime
) -> list[ToCome]:
    """The public collèges that have never come, by département, priority education first, then the nearest.

    At most `limit` of them, after the first `skip`. `known` are those of to_come_by_department(), or some of them: only
    the départements of the page are looked into.
    """
    counts = {code: len(colleges) for code, colleges in known.items()}
    touched, before = departments_of_page(counts, skip=skip, limit=limit)
    colleges = [one for code in touched for one in known[code]]
    return await rows_as(ToCome, TO_COME, now, school_year_began(now).year, colleges, limit, skip - before)


async def to_come_after(
    number: int, *, words: str = "", department: str | None = None, limit: int, now: datetime
) -> list[ToCome]:
    """The same collèges by number: at most `limit` that follow this one."""
    asked = (now, school_year_began(now).year, patterns(words), department)
    return await rows_as(ToCome, TO_COME_AFTER, *asked, number, limit)


_known: VersionedCache[dict[str, list[int]]] = VersionedCache(size=8, figures=True)


async def to_come_by_department(*, words: str = "") -> dict[str, list[int]]:
    """Their numbers in each département that has one, those alone whose name, commune or UAI holds the words.

    Kept until a visit is closed or a school changes.
    """

    async def ask() -> dict[str, list[int]]:
        return {one["department"]: one["colleges"] for one in await rows(TO_COME_IN_ALL, patterns(words))}

    return await _known.answer(words, ask, lycee="")


async def addressee(school: int, *, now: datetime) -> Addressee:
    """The public collège that a letter is for. Raises NotFound."""
    return or_not_found(await row_as(Addressee, ADDRESSEE, now, school_year_began(now).year, school))


async def open_near(school: int, *, now: datetime) -> list[OpenLycee]:
    """The three lycées nearest to a collège that have free places."""
    return await rows_as(OpenLycee, OPEN_NEAR, school, now, LYCEES_NAMED)


async def never_came(*, department: str | None, words: str) -> list[int]:
    """The numbers of the public collèges that have never come."""
    return [one["id"] for one in await rows(NEVER, department, patterns(words))]


async def silent_since_written(*, department: str | None, words: str, now: datetime) -> list[int]:
    """The collèges that a letter of this school year has not brought, two weeks later."""
    asked = (now, school_year_began(now).year, now - BEFORE_A_REMINDER, department, patterns(words))
    return [one["id"] for one in await rows(SILENT, *asked)]


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
