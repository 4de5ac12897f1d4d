"""What the clients of a fault run did and saw, one line each in a file of their own, outside what they test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Act:
    """One request of one client, as the client knows it.

    `began` and `ended` are seconds of one clock; `answer` is `done`, a refusal's kind (`slot-full`), or empty when no
    answer came or when it does not say whether the act was done (then `ended` is None). `slot` is left for `to_slot`
    by a move. A read's `answer` is `seen`, and `seen` the places that it showed as free; it may show what was true up
    to `late` seconds before it was sent. A look at a group's reservation has `seen` the slot it stands in, 0 once it is
    cancelled. A scan's `answer` is its result. `tries` is how often it was sent.
    """

    client: int
    act: str
    began: float
    ended: float | None
    answer: str
    slot: int = 0
    to_slot: int = 0
    group: int = 0
    pupils: int = 0
    badge: str = ""
    seen: int = 0
    late: float = 0.0
    tries: int = 1


def line(act: Act) -> str:
    """One act as a line of a log; what is at its default is not written."""
    usual = {field.name: field.default for field in fields(act)}
    return json.dumps({name: value for name, value in asdict(act).items() if value != usual[name]})


def read(file: Path) -> Iterator[Act]:
    """The acts of a log; a last line that a killed client left half-written is passed over."""
    with file.open() as lines:
        for text in lines:
            if text.endswith("\n"):
                yield Act(**{"ended": None, "answer": "", **json.loads(text)})


def write(acts: Iterable[Act], file: Path) -> None:
    """Keep a history."""
    file.write_text("".join(f"{line(act)}\n" for act in acts))
