"""What a past visit may name, and the ground on which it is weighed."""

from __future__ import annotations

from msgspec import Struct

from booking.programme.past_visits.find_entry import Entry, Registers, registers
from workshops.database import rows

SCHOOLS = "SELECT id, uai, name, commune, kind, zone FROM schools ORDER BY commune, name, id"
OBJECTS = "SELECT id, name FROM tech_objects ORDER BY name, id"
COMPANIES = "SELECT siret, name, commune FROM companies ORDER BY name, siret"
COLUMNS_CHOSEN = (
    "SELECT heading, array_remove(array_agg(cell), '')::text[] AS cells FROM visit_columns GROUP BY heading"
)
CLOSED = "SELECT school_year FROM year_closings WHERE closed_at IS NOT NULL"


class Books(Struct, frozen=True):
    """The registers, and each of their lines in words by its number (a company's by its SIRET); `zones` by lycée."""

    registers: Registers
    schools: dict[int, str]
    objects: dict[int, str]
    companies: dict[str, str]
    zones: dict[int, str]


async def books() -> Books:
    """Every school, object and company that is known."""
    schools = await rows(SCHOOLS)
    by_kind = {
        kind: [Entry(one["id"], one["name"], one["uai"], one["commune"]) for one in schools if one["kind"] == kind]
        for kind in ("lycee", "college")
    }
    objects = [Entry(one["id"], one["name"]) for one in await rows(OBJECTS)]
    companies = [Entry(one["siret"], one["name"], one["siret"], one["commune"]) for one in await rows(COMPANIES)]
    return Books(
        registers=registers(lycees=by_kind["lycee"], colleges=by_kind["college"], objects=objects, companies=companies),
        schools={one.key: one.words for some in by_kind.values() for one in some},
        objects={one.key: one.words for one in objects},
        companies={one.key: one.name for one in companies},
        zones={one["id"]: one["zone"] for one in schools},
    )


async def closed_years() -> set[str]:
    """The school years whose figures are frozen, as « 2024-2025 »."""
    return {one["school_year"] for one in await rows(CLOSED)}


async def columns_remembered() -> dict[str, frozenset[str]]:
    """The cells of a visit that a heading was chosen for; none for one that says nothing, for all its name."""
    return {one["heading"]: frozenset(one["cells"]) for one in await rows(COLUMNS_CHOSEN)}
