"""A school as every answer of the API names it."""

from __future__ import annotations

from typing import Any

from workshops.database import rows


async def named(school: int | str) -> dict[str, Any]:
    """By its number, or by its UAI."""
    column = "id" if isinstance(school, int) else "uai"
    (one,) = await rows(f"SELECT id, uai, name, commune FROM schools WHERE {column} = $1", school)
    return dict(one)
