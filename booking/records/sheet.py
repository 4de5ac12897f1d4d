"""A table of records: its columns, what is known of it, how a line is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.records.rules import Column
from workshops.database import rows

Keep = Callable[[dict[str, Any], datetime], Awaitable[None]]


@dataclass(frozen=True)
class Sheet:
    """`name` is its address and file name; the first `keys` columns say which record a line is about.

    `known` gives what is stored, one value for each column; `keep` stores a line through the verbs of its subject.
    """

    name: str
    title: str
    columns: Sequence[Column]
    keys: int
    known: str
    keep: Keep

    @property
    def needed(self) -> list[str]:
        """The columns that a file must have."""
        return [column.name for column in self.columns if column.kind != "info"]

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
        """A line as cells, in order, those given out only left aside."""
        return tuple(column.write(line[column.name]) for column in self.columns if column.kind != "info")

    async def stored(self) -> list[dict[str, Any]]:
        """Everything that is stored, a dictionary of values for each record."""
        found = await rows(self.known)
        return [dict(zip((one.name for one in self.columns), record.values(), strict=True)) for record in found]
