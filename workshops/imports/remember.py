"""Keeping what an import made and replaced, inside the import's own transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from workshops.database import rows
from workshops.imports.tables import Import

FORGET = "DELETE FROM imports"
# What a file of records replaced may hold words whose time has come: $1 some just went, $2 the day before which.
FORGET_RECORDS = "DELETE FROM imports WHERE kind = 'records' AND ($1::boolean OR at < $2)"


async def remember(
    kind: str, *, made: Collection[int], before: str = "[]", after: str = "[]", by: int | None, now: datetime
) -> None:
    """This is the import that can be undone from now on, and none before it; `by` nobody, a command's can not be."""
    await rows(FORGET)
    if by is not None and (made or before != after):
        await Import.insert(Import(kind=kind, at=now, by=by, made=list(made), before=before, after=after))
