"""Which column of a file says what of a visit: as somebody says, as it was said once, as it is called. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from msgspec import Struct

from booking.programme.past_visits.rules import COLUMNS
from booking.programme.records.rules import plain
from workshops.acts.plain_words import one_line

HEADING_MOST = 120
SAMPLES = 3
# What people call each column: it is proposed, in this order, and never taken without somebody's choice.
GUESSES = {
    "date": ("date", "jour"),
    "lycee": ("lycee", "accueil"),
    "college": ("college", "provenance", "origine", "etablissement"),
    "niveau": ("niveau", "classe"),
    "groupe": ("groupe", "classe", "division"),
    "eleves": ("eleve", "effectif", "nombre", "nb"),
    "filles": ("fille",),
    "objet": ("objet", "realisation", "fabrication"),
    "entreprises": ("entreprise",),
    "source": ("source",),
    "reference": ("reference",),
}
_TOLD_TOGETHER = {"niveau", "groupe"}


class FileColumn(Struct, frozen=True):
    """A column of the file: its heading in plain letters, which no other has, and as it is written; what it holds."""

    heading: str
    place: int
    title: str
    samples: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        """« D », as spreadsheets show it."""
        return letter_of(self.place)

    @property
    def words(self) -> str:
        """« colonne D « Nb » : 24, 18 »."""
        named = f"colonne {self.letter}" + (f" « {self.title} »" if self.title else "")
        return f"{named} : {', '.join(self.samples)}" if self.samples else named


def columns_of(titles: Sequence[str], below: Sequence[tuple[int, list[str]]]) -> tuple[FileColumn, ...]:
    """Every column that has a heading or holds something; two of one heading are told apart by their letters."""
    width = max([len(titles), *(len(cells) for _, cells in below)])
    columns: list[FileColumn] = []
    for place in range(width):
        title = one_line(titles[place]) if place < len(titles) else ""
        held = (cells[place] for _, cells in below if place < len(cells) and cells[place])
        samples = tuple(one_line(one)[:30] for one in islice(dict.fromkeys(held), SAMPLES))
        letter = letter_of(place).lower()
        if not title and not samples:
            continue
        heading = bare_heading(title) or f"colonne {letter}"
        if any(one.heading == heading for one in columns):
            heading = f"{heading[: HEADING_MOST - 5]} ({letter})"
        columns.append(FileColumn(heading, place, title, samples))
    return tuple(columns)


def chosen_among(
    columns: Sequence[FileColumn], said: Mapping[str, str], meaning: Mapping[str, frozenset[str]]
) -> dict[str, str]:
    """The heading of each cell of a visit: as somebody says now, as it was said once, as it is called."""
    there = [one.heading for one in columns]
    chosen = {}
    for name in COLUMNS:
        if name in said:
            heading = said[name] if said[name] in there else ""
        else:
            heading = next(
                (one for one in sorted(there, key=lambda one: one != name) if name in meaning.get(one, ())), ""
            )
        if heading:
            chosen[name] = heading
    return chosen


def proposed_among(columns: Sequence[FileColumn], chosen: dict[str, str]) -> dict[str, str]:
    """For what nothing gives, the first column that is called alike and gives nothing yet, but « 4e B » for two."""
    proposed: dict[str, str] = {}
    for name in COLUMNS:
        taken = {heading for cell, heading in (chosen | proposed).items() if {cell, name} != _TOLD_TOGETHER}
        alike = (
            one.heading for word in GUESSES[name] for one in columns if word in one.heading and one.heading not in taken
        )
        if name not in chosen and (heading := next(alike, "")):
            proposed[name] = heading
    return proposed


def bare_heading(text: str) -> str:
    """A heading as it is compared: on one line, without case nor accents."""
    return plain(one_line(text))


def letter_of(place: int) -> str:
    """0 is A, 26 is AA."""
    return (letter_of(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)
