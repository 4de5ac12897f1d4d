"""The September hands as the file for France 2030 tells them: the lycées of each year, and how many answered. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from booking.programme.figures.rules import FEW, is_few
from booking.programme.figures.september_hands import RULE, answered_words, hands_words
from booking.programme.report.rules import Block, Cell, Figures, Paragraph
from workshops.september_hands.queries import HandsOfYear, LyceeHands
from workshops.september_hands.rules import HandsSum

TITLE = "Nouveaux élèves de 2de professionnelle venus à un TECHNILAB au collège"
COLUMNS = ("Lycée", "Année scolaire", "Présents", "Mains levées", "Part (%)")
HIDDEN = "masqué"


def hands_blocks(years: Sequence[HandsOfYear], *, masked: bool) -> tuple[Block, ...]:
    """A sentence for each year, the latest first, then its lycées; nothing where no lycée was asked.

    `masked`: a lycée of which so few were there, raised a hand or did not that it could point at somebody is hidden
    whole, and others with it until it cannot be computed from the sums.
    """
    told = [of_year for of_year in years if of_year.asked]
    lines = [line for of_year in told if of_year.answered for line in _lines(of_year, masked=masked)]
    sentences = tuple(Paragraph(_sentence(of_year, masked=masked)) for of_year in told)
    table = (Figures(TITLE, COLUMNS, tuple(lines), RULE),) if lines else ()
    return (*sentences, *table)


def _sentence(of_year: HandsOfYear, *, masked: bool) -> str:
    whole = of_year.whole
    words = "Trop peu d'élèves pour le dire." if masked and _is_few(whole) else hands_words(whole)
    return " ".join(filter(None, (f"Septembre {of_year.school_year} :", words, answered_words(of_year))))


def _lines(of_year: HandsOfYear, *, masked: bool) -> list[tuple[Cell, ...]]:
    hidden = hidden_lycees(of_year.lycees) if masked else frozenset()
    return [
        (
            f"{its.name}, {its.commune}",
            of_year.words,
            *([HIDDEN] * 3 if its.lycee in hidden else (its.whole.present, its.whole.hands, its.whole.share)),
        )
        for its in of_year.lycees
    ]


def hidden_lycees(lycees: Sequence[LyceeHands]) -> frozenset[int]:
    """The lycées of a year whose counts are hidden: those of a few pupils, and others until their sums tell none."""
    hidden = [its for its in lycees if _is_few(its.whole)]
    others = sorted((its for its in lycees if not _is_few(its.whole)), key=lambda its: (its.whole.present, its.lycee))
    while hidden and others and not _is_safe(hidden):
        hidden.append(others.pop(0))
    return frozenset(its.lycee for its in hidden)


def _is_few(whole: HandsSum) -> bool:
    return any(is_few(pupils) for pupils in _parts(whole))


def _parts(whole: HandsSum) -> tuple[int, int]:
    return whole.hands, whole.present - whole.hands


def _is_safe(hidden: Sequence[LyceeHands]) -> bool:
    """Whether what the hidden ones make together, which the sum of the year tells, is the count of none of them."""
    sums = [sum(part) for part in zip(*(_parts(its.whole) for its in hidden), strict=True)]
    return len(hidden) > 1 and all(not told or told >= max(FEW, len(hidden) + 1) for told in sums)
