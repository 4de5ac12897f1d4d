"""Reading what was done."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

COLUMNS = "e.id, e.at, e.act, e.by, e.about_kind, e.about, e.sequence, e.was, e.state, e.also, e.detail"


class RecordedAct(Struct, frozen=True):
    """One act, as it was recorded."""

    id: int
    at: datetime
    act: str
    by: int | None
    about_kind: str
    about: int | None
    sequence: int | None
    was: str
    state: str
    also: int | None
    detail: str
