"""An extract of the annuaire is taken back: the schools that it added go, the others are again as they were."""

from __future__ import annotations

import json
from collections.abc import Sequence

from workshops.database import rows, value
from workshops.schools.directory import TOLD

_FIELDS = (*TOLD, "part_of")
STORED = f"""SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.id), '[]')
FROM (SELECT id, uai, {", ".join(_FIELDS)} FROM schools WHERE uai = ANY ($1::varchar[])) s"""  # noqa: S608 - constants only
RESTORE = f"""
UPDATE schools s SET {", ".join(f"{name} = was.{name}" for name in _FIELDS)}
FROM jsonb_populate_recordset(NULL::schools, $1::jsonb) was WHERE s.id = was.id RETURNING s.id
"""  # noqa: S608 - constants only
CHANGED_SINCE = f"""
SELECT count(*) FROM jsonb_populate_recordset(NULL::schools, $1::jsonb) told LEFT JOIN schools s ON s.id = told.id
WHERE ({", ".join(f"s.{name}" for name in _FIELDS)}) IS DISTINCT FROM ({", ".join(f"told.{name}" for name in _FIELDS)})
"""  # noqa: S608 - constants only
REMOVE = "DELETE FROM schools WHERE id = ANY ($1::int[])"


async def stored(uais: Sequence[str]) -> str:
    """The schools of these UAI as they stand, as JSON."""
    return str(await value(STORED, list(uais)))


def added_between(before: str, after: str) -> list[int]:
    """The numbers of the schools that are in the second and not in the first."""
    known = {one["id"] for one in json.loads(before)}
    return [one["id"] for one in json.loads(after) if one["id"] not in known]


async def changed_since(after: str) -> int:
    """How many of these schools are no longer as the import left them."""
    return int(await value(CHANGED_SINCE, after))


async def take_back_schools(made: Sequence[int], before: str) -> None:
    """Inside the caller's transaction; the schools `made` have nothing that hangs on them."""
    await rows(RESTORE, before)
    await rows(REMOVE, list(made))
