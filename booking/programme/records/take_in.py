"""Take a file of records in: a dry run of the whole first, then the lines by steps, each step whole or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from booking.programme.records.read_lines import COLUMN_WORDS, ERRORS_MOST, SHEETS, Line, read_lines
from booking.programme.records.sheet import RecordSheet, Sender
from booking.programme.records.take_back import stored_records
from booking.words.wording import counted
from workshops.closed_years.correct import recording
from workshops.closed_years.rules import YearFrozen
from workshops.database import savepoint, transaction
from workshops.events.record import record
from workshops.imports.queries import last_import
from workshops.imports.remember import remember
from workshops.imports.whole_rows import Rows, changed_between, made_between, together
from workshops.refusals import Invalid, Refusal
from workshops.schools.rules import FileRefused
from workshops.scope import Scope

STEP = 100

Progress = Callable[[int, int], None]
Known = Mapping[tuple[str, ...], tuple[str, ...]]


class CellChange(Struct, frozen=True):
    """A cell as it is stored, empty for what is new, and as the file says it."""

    column: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The column as people say it."""
        return COLUMN_WORDS[self.column]


class LineChange(Struct, frozen=True):
    """What a line of a table of the file, by its number there, does to the record that `which` names: added, or
    corrected."""

    table: str
    number: int
    which: str
    new: bool
    cells: tuple[CellChange, ...]

    @property
    def title(self) -> str:
        """Its table as people say it."""
        return SHEETS[self.table].title


@dataclass
class Done:
    """What a file does, or would do. `sheets` are the tables of which it has lines, `lines` those read, `upto` how many
    of them are dealt with; `told` names each that adds or corrects a record."""

    sheets: Sequence[RecordSheet]
    lines: int
    upto: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    told: list[LineChange] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def table(self) -> str:
        """The names of its tables."""
        return ", ".join(sheet.name for sheet in self.sheets)

    @property
    def title(self) -> str:
        """Its tables as people say them."""
        return ", ".join(sheet.title for sheet in self.sheets)

    @property
    def warnings(self) -> Sequence[str]:
        """What is to be known before the lines that change something are stored."""
        changed = {line.table for line in self.told}
        return [sheet.warning for sheet in self.sheets if sheet.warning and sheet.name in changed]

    @property
    def over(self) -> bool:
        """Whether no line is left."""
        return self.upto >= self.lines


class _NotKept(Exception):
    """Rolls a dry run back."""


async def foresee(content: bytes, *, sender: Sender, now: datetime, progress: Progress | None = None) -> Done:
    """Do all that the file asks, say what it changed, and undo it. Raises FileRefused with every line in error."""
    lines, wrong = await asyncio.to_thread(read_lines, content, uai=sender.uai)
    done = Done(_sheets(lines), len(lines))
    try:
        async with transaction():
            await _keep(done, lines, sender, now, progress)
            raise _NotKept
    except _NotKept:
        pass
    # What the records themselves refuse is said in the same round, each line at its place in the file.
    if wrong:
        raise FileRefused(*sorted([*wrong, *done.errors], key=_number_of)[:ERRORS_MOST])
    if done.errors:
        raise FileRefused(*done.errors)
    return done


def _number_of(error: str) -> int:
    return int(error.removeprefix("ligne ").partition(" ")[0])


async def take_in(
    content: bytes, *, after: int = 0, step: int = STEP, sender: Sender, now: datetime, progress: Progress | None = None
) -> Done:
    """Store the lines that follow the first `after`, `step` of them at most; those already so change nothing.

    A lycée's file holds its own records alone. Raises FileRefused with every line in error, and with those that the
    records themselves refuse, as far as can be: nothing of this step is stored then.
    """
    lines, wrong = await asyncio.to_thread(read_lines, content, uai=sender.uai)
    if wrong:
        raise FileRefused(*wrong[:ERRORS_MOST])
    done = Done(_sheets(lines), len(lines), upto=min(max(after, 0), len(lines)))
    # What a lycée sends of its own takes the place of nobody's last import.
    undone = all(sheet.undone for sheet in done.sheets) and sender.by is not None and sender.scope.schools is None
    async with recording(by=sender.by, school=sender.scope.school, now=now):
        before = await stored_records() if undone else {}
        await _keep(done, lines[done.upto : done.upto + step], sender, now, progress)
        if done.errors:
            raise FileRefused(*done.errors)
        if done.added or done.changed:
            told = f"{done.title} : {counted(done.added, 'ajout')}, {counted(done.changed, 'correction')}"
            await record("records_imported", by=sender.by, about_kind="results", about=None, detail=told, now=now)
            if undone:
                await _remember(before, sha256(content).hexdigest(), going_on=after > 0, by=sender.by, now=now)
    return done


async def _remember(before: Rows, file: str, *, going_on: bool, by: int | None, now: datetime) -> None:
    """The file can be undone whole, also the steps of it that were stored before."""
    was, becomes = changed_between(before, await stored_records())
    last = await last_import(lock=True)
    if going_on and last is not None and last.kind == "records" and json.loads(last.after)["file"] == file:
        first_was, first_becomes = json.loads(last.before)["rows"], json.loads(last.after)["rows"]
        made = made_between(first_was, first_becomes)
        kept = {name: [one for one in stored if one["id"] not in made.get(name, ())] for name, stored in was.items()}
        was, becomes = together(first_was, kept), together(becomes, first_becomes)
    await remember(
        "records",
        made=(),
        before=json.dumps({"file": file, "rows": was}),
        after=json.dumps({"file": file, "rows": becomes}),
        by=by,
        now=now,
    )


async def _stored(sheet: RecordSheet, scope: Scope) -> Known:
    """What is known, as a file would say it, by its keys and by its number."""
    found = {}
    for one in await sheet.stored(scope=scope):
        cells = {column.name: column.write(one[column.name]) for column in sheet.columns}
        line, wrong = sheet.read(cells)
        if not wrong:
            written = sheet.written(line)
            found[written[: sheet.keys]] = found[sheet.keys_of(line)] = written
    return found


def _sheets(lines: Sequence[Line]) -> list[RecordSheet]:
    return list({line.sheet.name: line.sheet for line in lines}.values())


async def _keep(done: Done, lines: Sequence[Line], sender: Sender, now: datetime, progress: Progress | None) -> None:
    stored = {sheet.name: await _stored(sheet, sender.scope) for sheet in _sheets(lines)}
    for said in lines:
        before = stored[said.sheet.name].get(said.sheet.keys_of(said.values))
        line = replace(said, values=said.sheet.as_before(said.values, before, said.left_out))
        if before == line.sheet.written(line.values):
            done.unchanged += 1
        elif not await _kept(done, line, sender, now):
            pass
        else:
            done.told.append(_change(line, before))
            done.added += before is None
            done.changed += before is not None
        done.upto += 1
        if progress is not None:
            progress(done.upto, done.lines)
        if len(done.errors) >= ERRORS_MOST:
            return


def _change(line: Line, before: tuple[str, ...] | None) -> LineChange:
    """What a line adds is its record named by its keys, then its cells; what it corrects, the cells that differ."""
    sheet, after = line.sheet, line.sheet.written(line.values)
    then = before or (*after[: sheet.keys], *[""] * (len(after) - sheet.keys))
    told = zip((column.name for column in sheet.told), then, after, strict=True)
    cells = tuple(CellChange(name, was, becomes) for name, was, becomes in told if was != becomes)
    which = ", ".join(filter(None, after[: sheet.keys]))
    return LineChange(sheet.name, line.number, which, new=before is None, cells=cells)


async def _kept(done: Done, line: Line, sender: Sender, now: datetime) -> bool:
    where = f"ligne {line.number}" if len(done.sheets) == 1 else f"{line.sheet.title}, ligne {line.number}"
    try:
        async with savepoint():
            await line.sheet.keep(line.values, sender, now)
    except Invalid as no:
        done.errors += [f"{where} : {_in_words(sentence)}" for sentence in no.errors.values()]
    except Refusal as no:
        done.errors.append(f"{where} : {_in_words(no.sentence)}")
    except YearFrozen as no:
        done.errors.append(f"{where} : {_in_words(no.sentence)}")
    else:
        return True
    return False


def _in_words(sentence: str) -> str:
    """Within a longer sentence."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")
