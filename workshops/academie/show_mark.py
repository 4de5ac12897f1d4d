"""Show a mark of the académie or of its funder on pages and papers, or take it away."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from workshops.academie.rules import ShowMark, WhichMark
from workshops.academie.tables import AcademieMark
from workshops.database import row, transaction
from workshops.events.record import record

SHOW = """
INSERT INTO academie_marks (which, alternative, width, height, picture, example)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (which) DO UPDATE SET alternative = excluded.alternative, width = excluded.width,
  height = excluded.height, picture = excluded.picture, example = excluded.example
RETURNING id
"""
NAMES: dict[str, str] = {"academie": "Marque de l'académie", "funder": "Marque du financeur"}


class DrawnMark(Struct, frozen=True):
    """A mark as it was drawn anew: a PNG, its size in points."""

    picture: bytes
    width: int
    height: int


async def show_mark(asked: ShowMark, drawn: DrawnMark, *, by: int | None, example: bool = False, now: datetime) -> None:
    """Pages and papers bear this mark from now on, in place of the former one; the trial's is an `example`."""
    async with transaction():
        await row(SHOW, asked.which, asked.alternative, drawn.width, drawn.height, drawn.picture, example)
        await _told(f"{NAMES[asked.which]} : {asked.alternative}", by=by, now=now)


async def hide_mark(which: WhichMark, *, by: int, now: datetime) -> None:
    """No mark of this kind any more; nothing is said where there was none."""
    async with transaction():
        if await AcademieMark.delete().where(AcademieMark.which == which).returning(AcademieMark.id):
            await _told(f"{NAMES[which]} : retirée", by=by, now=now)


async def _told(words: str, *, by: int | None, now: datetime) -> None:
    await record("settings_changed", by=by, about_kind="settings", about=None, words=words, now=now)
