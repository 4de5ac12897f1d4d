"""The past visits that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta

from msgspec import Struct
from msgspec.structs import fields

from workshops.database import row, rows, value
from workshops.database.row_types import row_as, rows_as
from workshops.past_visits.rules import KeptVisit, VisitSketch, counted_group_of
from workshops.school_calendar.rules import paris_instant

_SKETCH = ", ".join(f"p.{field.name}" for field in fields(VisitSketch))
LIKE = f"""
SELECT p.id, {_SKETCH} FROM past_visits p
WHERE p.held_on = ANY ($1::date[]) OR (p.reference <> '' AND p.reference = ANY ($2::varchar[])) ORDER BY p.id
"""  # noqa: S608 - constants only
_CARD = f"""
SELECT p.id, {_SKETCH}, h.uai AS lycee_uai, h.name || ', ' || h.commune AS lycee_name, c.uai AS college_uai,
  c.name || ', ' || c.commune AS college_name, coalesce(o.name, '') AS object_name, p.example,
  ARRAY(SELECT coalesce(f.name, s.siret) FROM unnest(p.companies) WITH ORDINALITY s (siret, place)
        LEFT JOIN companies f ON f.siret = s.siret ORDER BY s.place) AS company_names
FROM past_visits p JOIN schools h ON h.id = p.lycee JOIN schools c ON c.id = p.college
LEFT JOIN tech_objects o ON o.id = p.tech_object
"""  # noqa: S608 - constants only
ONE = f"{_CARD} WHERE p.id = $1"
AFTER = f"{_CARD} WHERE p.id > $1 ORDER BY p.id LIMIT $2"
FIRST = "SELECT min(held_on) FROM past_visits"
BETWEEN = """
SELECT count(*)::int AS visits, coalesce(sum(pupils), 0)::int AS pupils FROM past_visits WHERE held_on BETWEEN $1 AND $2
"""
SCANNED = """
SELECT (starts_at AT TIME ZONE 'Europe/Paris')::date AS day, lycee, college, sum(pupils)::int AS pupils
FROM received WHERE NOT declared AND starts_at >= $1 AND starts_at < $2 GROUP BY day, lycee, college
"""
# What a group that came to a slot (turnouts t, slots s, its lycée h) is called in a file of visits.
COUNTED_REFERENCE = (
    "h.uai || '-' || to_char(s.starts_at AT TIME ZONE 'Europe/Paris', 'YYYYMMDD') || '-' || s.id || '-' || t.group_ref"
)
COUNTED = f"""
SELECT {COUNTED_REFERENCE} AS reference, t.counted FROM unnest($1::int[], $2::int[]) a (slot, group_ref)
JOIN turnouts t ON t.slot = a.slot AND t.group_ref = a.group_ref
JOIN slots s ON s.id = t.slot AND s.state = 'done' JOIN schools h ON h.id = s.school
"""  # noqa: S608 - constants only


class PastVisitCard(Struct, frozen=True):
    """A past visit as a page or a file names it; `example`: invented for a trial."""

    id: int
    sketch: VisitSketch
    lycee_uai: str
    lycee_name: str
    college_uai: str
    college_name: str
    object_name: str
    company_names: list[str]
    example: bool


async def alike(sketches: Sequence[VisitSketch]) -> list[KeptVisit]:
    """The visits kept that one of these could be about: of the same days, or with one of their references."""
    days, references = {one.held_on for one in sketches}, {one.reference for one in sketches}
    return await rows_as(KeptVisit, LIKE, list(days), list(references))


async def past_visit(number: int) -> PastVisitCard | None:
    """One past visit by its number."""
    return await row_as(PastVisitCard, ONE, number)


async def past_visits_after(number: int, *, limit: int) -> list[PastVisitCard]:
    """At most `limit` past visits that follow this number, in the order in which they were declared."""
    return await rows_as(PastVisitCard, AFTER, number, limit)


async def first_held_on() -> date | None:
    """The day of the oldest past visit."""
    first: date | None = await value(FIRST)
    return first


async def declared_between(from_on: date, to_on: date) -> tuple[int, int]:
    """How many past visits were held between two days, both included, and of how many pupils."""
    found = await row(BETWEEN, from_on, to_on)
    assert found is not None  # noqa: S101 - an aggregate always has its row
    return found["visits"], found["pupils"]


async def scanned_between(from_on: date, to_on: date) -> dict[tuple[date, int, int], int]:
    """The pupils that lycées counted themselves, by day, lycée and collège: what must not be declared once more."""
    found = await rows(SCANNED, paris_instant(from_on, time()), paris_instant(to_on + timedelta(days=1), time()))
    return {(one["day"], one["lycee"], one["college"]): one["pupils"] for one in found}


async def counted_here(references: Iterable[str]) -> dict[str, int]:
    """Of these references those of groups that a lycée counted here, and how many pupils it counted."""
    named = [group for one in references if (group := counted_group_of(one)) is not None]
    found = await rows(COUNTED, [slot for slot, _ in named], [group for _, group in named])
    return {one["reference"]: one["counted"] for one in found}
