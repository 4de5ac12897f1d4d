"""Which company does what is asked for, in whatever number and with whatever accents. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from workshops.acts.plain_words import bare_words, farness

KM = (10, 20, 40, 80)
# What is shorter says no trade, nor do the links that are not.
WORD_LEAST = 3
LINKS = frozenset({"aux", "des", "les", "par", "pour", "sur", "une"})


def words_wanted(trade: str) -> list[str]:
    """The words of a trade, each in the singular."""
    return [_singular(word) for word in bare_words(trade) if len(word) >= WORD_LEAST and word not in LINKS]


def does(told: str, wanted: Sequence[str]) -> bool:
    """Whether what is told of a company holds every word that is wanted, or nearly."""
    words = [_singular(word) for word in bare_words(told)]
    return all(any(farness(one, word) is not None for word in words) for one in wanted)


def _singular(word: str) -> str:
    """« horlogers » is horloger, « métaux » metau, which is near métal."""
    return word[:-1] if len(word) > WORD_LEAST and word[-1] in "sx" else word
