"""The public collèges that have never come, and what a letter may propose to them."""

from __future__ import annotations

from datetime import datetime

from booking.outreach.rules import LYCEES_NAMED, Addressee, Letter, OpenLycee, ToCome
from booking.wording import school_year_began
from workshops.database import row, rows
from workshops.refusals import NotFound
from workshops.schools.queries import KILOMETRES

_KM = KILOMETRES.format(school="l", lat="c.lat", lon="c.lon")
_AHEAD = """(SELECT min(r.starts_at) FROM reservations r WHERE r.school = c.id AND r.starts_at > $1
  AND r.state IN ('requested', 'confirmed', 'locked', 'waiting', 'offered'))"""
_CAME = """EXISTS (SELECT FROM turnouts t JOIN slots s ON s.id = t.slot AND s.state = 'done'
  WHERE t.school = c.id AND t.counted > 0)"""

# $1 now, $2 the school year. A partner lycée has a workshop that is published.
TO_COME = f"""
SELECT c.id, c.uai, c.name, c.commune, c.department, c.priority, c.rural, c.mail, near.nearest, near.km,
  {_AHEAD} AS booked_at, i.invited_at, n.state AS mail_state
FROM schools c
LEFT JOIN LATERAL (
  SELECT l.name || ', ' || l.commune AS nearest, {_KM} AS km FROM schools l
  WHERE EXISTS (SELECT FROM workshops w WHERE w.school = l.id AND w.state = 'published')
  ORDER BY km NULLS LAST, l.id LIMIT 1) near ON true
LEFT JOIN college_invitations i ON i.school = c.id AND i.school_year = $2
LEFT JOIN notices n ON n.once = 'college_invited:' || i.id
WHERE c.kind = 'college' AND c.sector = 'public' AND c.part_of IS NULL AND NOT {_CAME}
ORDER BY c.department, array_position(ARRAY['REP+', 'REP', '']::varchar[], c.priority), near.km NULLS LAST, c.id
"""  # noqa: S608 - constants only
ADDRESSEE = f"""
SELECT c.id, c.name, c.commune, c.mail, {_CAME} OR {_AHEAD} IS NOT NULL AS came, i.invited_at
FROM schools c LEFT JOIN college_invitations i ON i.school = c.id AND i.school_year = $2
WHERE c.id = $3 AND c.kind = 'college' AND c.sector = 'public' AND c.part_of IS NULL
"""  # noqa: S608 - constants only
OPEN_NEAR = f"""
SELECT l.id, l.name, l.commune, {_KM} AS km, count(*) AS slots, min(s.starts_at) AS first_at
FROM schools c JOIN slots s ON s.state = 'open' AND s.booking_closes_at > $2 AND s.seats_taken < s.seats
  AND s.groups_taken < s.groups_max
JOIN schools l ON l.id = s.school
WHERE c.id = $1 GROUP BY c.id, l.id ORDER BY km NULLS LAST, l.id LIMIT $3
"""  # noqa: S608 - constants only
LETTER = """
SELECT i.school, i.words, coalesce(a.name, '') AS from_name, coalesce(a.email, '') AS from_email
FROM college_invitations i LEFT JOIN accounts a ON a.id = i.invited_by WHERE i.id = $1
"""


async def colleges_to_come(*, now: datetime) -> list[ToCome]:
    """The public collèges that have never come, by département, priority education first, then the nearest."""
    return [ToCome(**dict(one)) for one in await rows(TO_COME, now, school_year_began(now).year)]


async def addressee(school: int, *, now: datetime) -> Addressee:
    """The public collège that a letter is for. Raises NotFound."""
    found = await row(ADDRESSEE, now, school_year_began(now).year, school)
    if found is None:
        raise NotFound
    return Addressee(**dict(found))


async def open_near(school: int, *, now: datetime) -> list[OpenLycee]:
    """The three lycées nearest to a collège that have free places."""
    return [OpenLycee(**dict(one)) for one in await rows(OPEN_NEAR, school, now, LYCEES_NAMED)]


async def letter_kept(invitation: int) -> Letter | None:
    """What a letter holds that cannot be read anywhere else."""
    found = await row(LETTER, invitation)
    return None if found is None else Letter(**dict(found))
