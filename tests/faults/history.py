"""What the clients of a fault run did and saw, one line each in a file of their own, outside what they test."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """One act of one client, as the client knows it.

    `began` and `ended` are seconds of one clock; `answer` is `done`, a refusal's kind (`slot-full`), or empty when no
    answer came or when it does not say whether the act was done (then `ended` is None). `slot` is left for `to_slot`
    by a move. A read's `answer` is `seen`, and `seen` the places that it showed as free; it may show what was true up
    to `late` seconds before it was sent. A look at a group's reservation has `seen` the slot it stands in, 0 once it is
    cancelled; at one that entered the draw of an opening (`draw`), its `answer` is the state it is in. A scan's
    `answer` is its result, an undoing's `undone`, a scan sent again as if its answer had been lost `same`, or the other
    answer that it got. Scans that a phone sends together each stand in a line of their own, with what the whole request
    took. `tries` is how often it was sent, `first_sent` when first, where `began` is the last try.
    """

    client: int
    act: str
    began: float
    ended: float | None = None
    answer: str = ""
    slot: int = 0
    to_slot: int = 0
    group: int = 0
    pupils: int = 0
    badge: str = ""
    scan: str = ""
    seen: int = 0
    draw: int = 0
    late: float = 0.0
    tries: int = 1
    first_sent: float = 0.0

    @property
    def asked_since(self) -> float:
        """When its client first asked for it."""
        return self.first_sent or self.began


_written = msgspec.json.Encoder()
_read = msgspec.json.Decoder(Act)


def line(act: Act) -> bytes:
    """One act as a line of a log; what is at its default is not written."""
    return _written.encode(act) + b"\n"


def parsed(text: bytes) -> tuple[list[Act], int]:
    """The acts of a log and how many bytes they take; a last line that is half-written is left."""
    whole = text.rfind(b"\n") + 1
    return _read.decode_lines(text[:whole]), whole


def read(file: Path) -> list[Act]:
    """The acts of a log; a last line that a killed client left half-written is passed over."""
    return parsed(file.read_bytes())[0]


def write(acts: Iterable[Act], file: Path) -> None:
    """Keep a history."""
    file.write_bytes(b"".join(map(line, acts)))
