"""A table of records: its columns, what is known of it, how a line is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from booking.programme.records.rules import CELL_MOST, Column
from workshops.acts import Act, AnyAct
from workshops.acts.fields import Field, fields_of
from workshops.database import rows
from workshops.scope import Scope, within


class Sender(Struct, frozen=True):
    """Who sends a table in: a lycée for its own records (`uai`), the coordination for those of all.

    `by` is None on the command line. `uid` draws the calendar UID of an action that is new.
    """

    by: int | None
    uid: Callable[[], str]
    scope: Scope
    uai: str = ""

    def acts(self, now: datetime, *, named: bool = False) -> dict[str, Any]:
        """For whom, by whom and when a line is kept: by nobody, unless it is `named`, as people are told of it."""
        return {"scope": self.scope, "by": self.by if named else None, "now": now}


Cells = dict[str, Any]
Keep = Callable[[Cells, Sender, datetime], Awaitable[None]]
# Keeps one line of what has this number, as its page and the API do.
LineVerb = Callable[..., Awaitable[object]]
# Ends the WHERE of what is known: the records of the lycées $1.
OWN = within("s.id", 1)


class RecordSheet(Struct, frozen=True):
    """`name` is its address and file name; the first `keys` columns say which record a line is about.

    `known` gives what is stored, one value for each column; `keep` stores a line through the verbs of its subject, as
    nobody's act: the file is the act, and is said once. Only what people are told of is an act of the sender's.
    Where records have a `number`, the line that gives it is about that record, whatever its keys have become.
    The columns `shared` speak of what the first `of` columns name: two lines may not say two things of it.
    `hint` is read beside the columns, `warning` before the file is stored. A file of a table that is not `undone` has
    told people of what it made.
    """

    name: str
    title: str
    columns: Sequence[Column]
    keys: int
    known: str
    keep: Keep
    number: str = ""
    of: int = 0
    shared: tuple[str, ...] = ()
    hint: str = ""
    warning: str = ""
    undone: bool = True

    @property
    def needed(self) -> list[str]:
        """The columns that a file must have: not those that came later."""
        return [column.name for column in self.told if not column.later]

    @property
    def told(self) -> list[Column]:
        """The columns that say what a record is, in their order."""
        return [one for one in self.columns if one.kind not in {"info", "meant"} and one.name != self.number]

    def read(self, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
        """A line's values, and what is wrong in it."""
        line: dict[str, Any] = {}
        wrong: list[str] = []
        for column in self.columns:
            if column.kind == "info":
                continue
            try:
                line[column.name] = column.read(cells.get(column.name, ""))
            except ValueError as no:
                wrong.append(str(no))
        return line, wrong

    def written(self, line: Mapping[str, Any]) -> tuple[str, ...]:
        """What a line says, as cells in order: neither its number nor what is given out only."""
        return tuple(column.write(line[column.name]) for column in self.told)

    def keys_of(self, line: Mapping[str, Any]) -> tuple[str, ...]:
        """Which record a line is about, by its number where it has one."""
        if self.number and line[self.number] is not None:
            return (str(line[self.number]),)
        return self.written(line)[: self.keys]

    def as_before(
        self, line: dict[str, Any], before: tuple[str, ...] | None, left_out: Collection[str]
    ) -> dict[str, Any]:
        """A line of which the file leaves columns out: what is stored of them stays."""
        if before is None or not left_out:
            return line
        told = zip(self.told, before, strict=True)
        return line | {column.name: column.read(cell) for column, cell in told if column.name in left_out}

    async def stored(self, *, scope: Scope) -> list[dict[str, Any]]:
        """What is stored of the lycées that a scope reaches: a dictionary of values for each record."""
        found = await rows(self.known, scope.schools)
        return [dict(zip((one.name for one in self.columns), record.values(), strict=True)) for record in found]


def columns_of(act: type[Act]) -> tuple[Column, ...]:
    """The columns of the fields of an act that files have, in the act's order: `column` in their `extra`, a name or a
    name and its words where they are not the label."""
    return tuple(_column(field) for field in _in_files(act))


def act_of(act: type[AnyAct], line: Cells, **read: Any) -> AnyAct:
    """The act that a line asks for; `read` are fields of which the line says the key. Raises Invalid."""
    cells = {field.name: line[_name_and_words(field)[0]] for field in _in_files(act) if field.name not in read}
    return act(**cells, **read)


class Owner(Struct, frozen=True):
    """What lines hang on: the `columns` that name it, their values in its rows `c`, by which column a line has its
    number, and who finds it by a line."""

    columns: tuple[Column, ...]
    named: str
    rows: str
    key: str
    find: Callable[[Cells], Awaitable[int]]


def lines_of(
    owner: Owner, table: str, act: type[Act], verb: LineVerb, *, name: str, title: str, keys: int, order: str = ""
) -> RecordSheet:
    """The table of lines that one act writes: its columns, what is known and how a line is kept follow from the act.

    The rows have the names of the act's fields; the first `keys` of them say which line it is.
    """

    async def keep(line: Cells, sender: Sender, now: datetime) -> None:
        await verb(await owner.find(line), act_of(act, line), **sender.acts(now))

    selected = [f"t.{field.name}" for field in _in_files(act)]
    return RecordSheet(
        name=name,
        title=title,
        columns=(*owner.columns, *columns_of(act)),
        keys=len(owner.columns) + keys,
        known=f"""SELECT {owner.named}, {", ".join(selected)} FROM {owner.rows} JOIN {table} t ON t.{owner.key} = c.id
WHERE {OWN} ORDER BY {owner.named}, {order or ", ".join(selected[:keys])}""",  # noqa: S608 - constants only
        keep=keep,
    )


_KINDS = {"number": "count", "date": "day", "tick": "yes", "select": "choice"}


def _in_files(act: type[Act]) -> list[Field]:
    return [field for field in fields_of(act) if "column" in field.extra]


def _column(field: Field) -> Column:
    name, words = _name_and_words(field)
    asked, later = field.inputs[0], field.extra.get("later", False)
    return Column(
        name,
        field.extra.get("cell", _KINDS.get(field.kind, "text")),
        needed=not later and not field.nullable and field.default != "",
        most=asked.most if field.is_text and asked.most else CELL_MOST,
        choices=field.extra.get("cells", asked.words),
        title=words,
        later=later,
        absent=field.default if later else None,
    )


def _name_and_words(field: Field) -> tuple[str, str]:
    told = field.extra["column"]
    return (told, field.label[:1].lower() + field.label[1:]) if isinstance(told, str) else told
