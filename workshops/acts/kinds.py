"""One of a kind, and how French says it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class WordedKind(StrEnum):
    """A kind of which each value stands beside its French words: `STAGE = "stage", "Stage"`."""

    words: str

    def __new__(cls, code: str, words: str = "") -> Self:
        one = str.__new__(cls, code)
        one._value_, one.words = code, words
        return one

    @classmethod
    def in_words(cls) -> dict[str, str]:
        """The words of each value, in their order."""
        return {one.value: one.words for one in cls}
