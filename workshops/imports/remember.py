"""Keeping what an import made and replaced, inside the import's own transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from workshops.database import rows

FORGET = "DELETE FROM imports"
REMEMBER = "INSERT INTO imports (kind, at, by, made, before, after) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id"


async def remember(
    kind: str, *, made: Collection[int], before: str = "[]", after: str = "[]", by: int | None, now: datetime
) -> None:
    """This is the import that can be undone from now on, and none before it; `by` nobody, a command's can not be."""
    await rows(FORGET)
    if by is not None and (made or before != after):
        await rows(REMEMBER, kind, now, by, list(made), before, after)
