"""The public figures of today, each in its table, for whoever wants to use them."""

from __future__ import annotations

from datetime import datetime

from booking.programme.figures.publish import publish
from booking.programme.open_figures.lay_out import open_tables
from booking.programme.open_figures.rules import LyceeNamed, OpenTable
from booking.words.wording import school_year_of
from workshops.database.row_types import rows_as
from workshops.schools.queries import department_names

NAMED = "SELECT id, uai, name, commune, department FROM schools WHERE id = ANY ($1::int[]) AND kind = 'lycee'"


async def open_figures(*, now: datetime) -> tuple[OpenTable, ...]:
    """Every table that anybody may take, with what /programme and /consortium tell today and nothing else."""
    found = await publish(now=now)
    named = await rows_as(LyceeNamed, NAMED, [one.card.school for one in found.members if one.card.school])
    return open_tables(
        found,
        lycees={one.id: one for one in named},
        departments=await department_names(),
        year=school_year_of(now),
    )
