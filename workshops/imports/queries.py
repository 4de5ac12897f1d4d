"""The import that can still be taken back."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.database.row_types import row_as

LAST = "SELECT id, kind, at, by, made, before, after FROM imports ORDER BY id DESC LIMIT 1"
LOCK = f"{LAST} FOR UPDATE"


class LastImport(Struct, frozen=True):
    """What was taken in last: the numbers that it made, what it replaced and by what, as JSON."""

    id: int
    kind: str
    at: datetime
    by: int | None
    made: tuple[int, ...]
    before: str
    after: str


async def last_import(*, lock: bool = False) -> LastImport | None:
    """The last import, None once it is undone; `lock` for whoever undoes it."""
    return await row_as(LastImport, LOCK if lock else LAST)
