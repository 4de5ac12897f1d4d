"""The Meta of a field of an act, in a line: its label, its description, its bounds; `more` stands in `extra`."""

from __future__ import annotations

from typing import Any

from msgspec import Meta

from workshops.typed_text.plain_words import A_LINE, SOME_LINES


def labelled(label: str, description: str, **more: Any) -> Meta:
    """A day, a yes or no, one of a kind: its type says what it may be."""
    return Meta(description=description, extra={"label": label, **more})


def a_number(label: str, description: str, low: int, high: int, **more: Any) -> Meta:
    """A number from `low` to `high`, both included."""
    return Meta(ge=low, le=high, description=description, extra={"label": label, **more})


def typed(label: str, description: str, *, most: int, least: int = 0, lines: bool = False, **more: Any) -> Meta:
    """Words of `most` characters, at `least` one where they must be filled in; on one line, or on several `lines`."""
    pattern, extra = SOME_LINES if lines else A_LINE, {"label": label, **more}
    return Meta(min_length=least or None, max_length=most, pattern=pattern, description=description, extra=extra)
