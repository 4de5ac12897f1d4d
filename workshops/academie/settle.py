"""Set the académie that this Technilab serves."""

from __future__ import annotations

from msgspec import structs

from workshops.academie.queries import academie
from workshops.academie.rules import LABELS, AcademieSettings, Served, settled
from workshops.database import rows, transaction
from workshops.schools.queries import department_names
from workshops.schools.rules import zone_of

SET = f"""
INSERT INTO academie (id, {", ".join(LABELS)})
VALUES (1, {", ".join(f"${place}" for place in range(1, len(LABELS) + 1))})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in LABELS)}
"""  # noqa: S608 - names of columns only
ALONE = "SELECT pg_advisory_xact_lock(hashtext('academie'))"
BEGIN = "INSERT INTO academie (id, name, zone, neighbours) VALUES (1, $1, $2, $3) ON CONFLICT (id) DO NOTHING"


async def settle(asked: AcademieSettings) -> tuple[Served, Served]:
    """Every page and paper says so from now on; returns what was set before and what is now. Raises Invalid."""
    async with transaction():
        await rows(ALONE)
        before = await academie()
        tidy = settled(asked, known=await department_names())
        await rows(SET, *(list(value) if isinstance(value, tuple) else value for value in structs.astuple(tidy)))
        return before, await academie()


async def begin(names: list[str]) -> None:
    """The first import says which académie this is, the others being its neighbours; what is set already stays."""
    if names:
        first, *others = names
        await rows(BEGIN, first, zone_of(first) or "", sorted(others))
