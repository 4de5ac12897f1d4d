"""What a public page may tell of counts of pupils. Pure."""

from __future__ import annotations

TOLD_FROM = 5


def masked(count: int) -> int | None:
    """The count as a public page tells it: None for one to four pupils, who could be recognised."""
    return None if 0 < count < TOLD_FROM else count
