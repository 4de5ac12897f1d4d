"""Take a file of records in: a dry run of the whole first, then the lines by steps, each step whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from booking.journal.write import write
from booking.records.bts1_sheets import bts1_sheets
from booking.records.ptech_sheets import ptech_sheets
from booking.records.read_table import read_table
from booking.records.sheet import Sheet
from booking.wording import counted
from workshops.database import savepoint, transaction
from workshops.refusals import Invalid, Refusal
from workshops.schools.rules import FileRefused

STEP = 100
ERRORS_MOST = 200

SHEETS = {sheet.name: sheet for sheet in (*ptech_sheets(), *bts1_sheets())}
Progress = Callable[[int, int], None]
Line = tuple[int, dict[str, Any]]


@dataclass
class Done:
    """What a file does, or would do. `lines` are those read, `upto` how many of them are dealt with."""

    sheet: Sheet
    lines: int
    upto: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether no line is left."""
        return self.upto >= self.lines


class _NotKept(Exception):
    """Rolls a dry run back."""


async def foresee(content: bytes, *, now: datetime, progress: Progress | None = None) -> Done:
    """Do all that the file asks, say what it changed, and undo it. Raises FileRefused with every line in error."""
    sheet, lines = await asyncio.to_thread(_read, content)
    done = Done(sheet, len(lines))
    try:
        async with transaction():
            await _keep(done, lines, await _stored(sheet), now, progress)
            raise _NotKept
    except _NotKept:
        pass
    if done.errors:
        raise FileRefused(*done.errors)
    return done


async def take_in(
    content: bytes,
    *,
    after: int = 0,
    step: int = STEP,
    by: int | None,
    now: datetime,
    progress: Progress | None = None,
) -> Done:
    """Store the lines that follow the first `after`, `step` of them at most; those already so change nothing.

    Raises FileRefused when a line no longer can be: nothing of this step is stored then.
    """
    sheet, lines = await asyncio.to_thread(_read, content)
    done = Done(sheet, len(lines), upto=min(max(after, 0), len(lines)))
    async with transaction():
        await _keep(done, lines[done.upto : done.upto + step], await _stored(sheet), now, progress)
        if done.errors:
            raise FileRefused(*done.errors)
        if done.added or done.changed:
            told = f"{sheet.title} : {counted(done.added, 'ajout')}, {counted(done.changed, 'correction')}"
            await write("records_imported", account=by, about_kind="results", about=None, detail=told, now=now)
    return done


def sheet_named(name: str) -> Sheet | None:
    """A table by its name."""
    return SHEETS.get(name)


def _read(content: bytes) -> tuple[Sheet, list[Line]]:
    """The table that the columns announce, and its lines as values. Raises FileRefused."""
    table = read_table(content)
    fits = [sheet for sheet in SHEETS.values() if set(sheet.needed) <= set(table.header)]
    if not fits:
        raise FileRefused(_lacking(table.header))
    sheet = max(fits, key=lambda one: len(one.needed))
    lines: list[Line] = []
    errors: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in table.lines:
        line, wrong = sheet.read(cells)
        if not wrong:
            first = seen.setdefault(sheet.written(line)[: sheet.keys], number)
            wrong = [] if first == number else [f"la même chose est déjà dite ligne {first}"]
        errors += [f"ligne {number} : {why}" for why in wrong]
        lines.append((number, line))
    if errors:
        raise FileRefused(*errors[:ERRORS_MOST])
    if not lines:
        raise FileRefused("le fichier n'a que ses titres de colonnes")
    return sheet, lines


def _lacking(header: Sequence[str]) -> str:
    nearest = max(SHEETS.values(), key=lambda one: len(set(one.needed) & set(header)) / len(one.needed))
    missing = [name for name in nearest.needed if name not in header]
    return (
        f"ligne 1 : colonnes absentes pour « {nearest.title} » ({', '.join(missing)}) ; partez d'un modèle, séparé par"
        " des points-virgules"
    )


async def _stored(sheet: Sheet) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What is known, as a file would say it."""
    found = {}
    for record in await sheet.stored():
        cells = {column.name: column.write(record[column.name]) for column in sheet.columns}
        line, wrong = sheet.read(cells)
        if not wrong:
            written = sheet.written(line)
            found[written[: sheet.keys]] = written
    return found


async def _keep(
    done: Done,
    lines: Sequence[Line],
    stored: Mapping[tuple[str, ...], tuple[str, ...]],
    now: datetime,
    progress: Progress | None,
) -> None:
    for number, line in lines:
        written = done.sheet.written(line)
        before = stored.get(written[: done.sheet.keys])
        if before == written:
            done.unchanged += 1
        elif not await _kept(done, number, line, now):
            pass
        elif before is None:
            done.added += 1
        else:
            done.changed += 1
        done.upto += 1
        if progress is not None:
            progress(done.upto, done.lines)
        if len(done.errors) >= ERRORS_MOST:
            return


async def _kept(done: Done, number: int, line: dict[str, Any], now: datetime) -> bool:
    try:
        async with savepoint():
            await done.sheet.keep(line, now)
    except Invalid as no:
        done.errors += [f"ligne {number} : {_in_words(sentence)}" for sentence in no.errors.values()]
    except Refusal as no:
        done.errors.append(f"ligne {number} : {_in_words(no.sentence)}")
    else:
        return True
    return False


def _in_words(sentence: str) -> str:
    """Within a longer sentence."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")
