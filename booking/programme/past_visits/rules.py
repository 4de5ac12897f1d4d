"""What the cells of a past visit mean: schools, objects and companies as people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from booking.programme.past_visits.find_entry import Entry, Found, NotOne, Register, Registers
from booking.programme.records.rules import Column, plain
from booking.words.wording import counted
from workshops.past_visits.rules import LABEL_MOST, REFERENCE_MOST, SOURCE_MOST, VisitSketch, wrong
from workshops.refusals import Refusal
from workshops.schools.rules import LEVELS

# By the heading that a file gives them and the name that the form gives them, in the order of the template.
COLUMNS = {
    plain(one.name): one
    for one in (
        Column("date", "day"),
        Column("lycée", most=200),
        Column("collège", most=200),
        Column("niveau", most=20),
        Column("groupe", needed=False, most=LABEL_MOST),
        Column("élèves", "count"),
        Column("filles", "count", needed=False),
        Column("objet", needed=False),
        Column("entreprises", needed=False, most=800),
        Column("source", most=SOURCE_MOST),
        Column("référence", needed=False, most=REFERENCE_MOST),
    )
}
NEEDED = [name for name, column in COLUMNS.items() if column.needed]
# The cell of each field of a visit.
CELLS = {
    "held_on": "date",
    "lycee": "lycee",
    "college": "college",
    "level": "niveau",
    "group_label": "groupe",
    "pupils": "eleves",
    "girls": "filles",
    "tech_object": "objet",
    "companies": "entreprises",
    "source": "source",
    "reference": "reference",
}
# Of a class too: « 4e B », « 4ème 2 », « 4B ».
_LEVEL = re.compile(r"([3-6]) ?(?:(?:eme|e) ?(?:segpa|[a-z]?\d?|\d\d)|[a-z]\d?)?")
_SPELLED = {"sixieme": "6e", "cinquieme": "5e", "quatrieme": "4e", "troisieme": "3e"}


class ToConfirm(Refusal):
    """A past visit that raises questions: it is kept once somebody says that it is right. `questions` are sentences."""

    kind = "to-confirm"
    title = "À confirmer"

    def __init__(self, questions: Sequence[str]) -> None:
        self.questions = list(questions)
        super().__init__(" ".join(questions))


class CellsRead(Struct, frozen=True):
    """The visit that the cells tell, or what is wrong in each of them, as « élèves : à remplir ».

    `remarks` are what was understood of a cell that says less, as « objet « Lampe » lu « Lampe à balancier » ».
    """

    sketch: VisitSketch | None
    errors: dict[str, str]
    remarks: list[str]


def read_cells(
    cells: Mapping[str, str], known: Registers, *, today: date, without_unknown_object: bool = False
) -> CellsRead:
    """What the cells tell; a visit whose object is not known may go `without_unknown_object`."""
    told: dict[str, Any] = {}
    errors: dict[str, str] = {}
    remarks: list[str] = []
    for name, column in COLUMNS.items():
        try:
            value = column.read(cells.get(name, ""))
            told[name], by_part = _meant(name, value, known)
            remarks += [f"{column.name} « {value} » lu « {one.name} »" for one in by_part]
        except ValueError as no:
            if name == "objet" and without_unknown_object and isinstance(no, NotOne):
                told[name] = None
                which = f"peut être {' ou '.join(one.name for one in no.among)}" if no.among else "inconnu ici"
                remarks.append(f"{column.name} « {value} » {which}, laissé vide")
                continue
            said = str(no)
            errors[name] = said if said.startswith(f"{column.name} : ") else f"{column.name} : {said}"
    if errors:
        return CellsRead(None, errors, remarks)
    sketch = VisitSketch(**{field: told[cell] for field, cell in CELLS.items()})
    for field, sentence in wrong(sketch, today=today).items():
        errors[CELLS[field]] = f"{COLUMNS[CELLS[field]].name} : {sentence}"
    return CellsRead(None if errors else sketch, errors, remarks)


def _meant(name: str, value: Any, known: Registers) -> tuple[Any, list[Entry]]:
    """What a cell means, and the entries that it names by a part of their names."""
    if value in (None, ""):
        return {"objet": None, "entreprises": ()}.get(name, value), []
    one_of = {"lycee": known.lycees, "college": known.colleges, "objet": known.objects}
    if name in one_of:
        found = one_of[name].find(value)
        return found.entry.key, [found.entry] if found.by_part else []
    if name == "entreprises":
        some = _several(value, known.companies)
        return tuple(dict.fromkeys(one.entry.key for one in some)), [one.entry for one in some if one.by_part]
    return (_level(value) if name == "niveau" else value), []


def _level(text: str) -> str:
    found = _LEVEL.fullmatch(plain(text))
    if found is not None:
        return f"{found[1]}e"
    if plain(text) in _SPELLED:
        return _SPELLED[plain(text)]
    digit = re.search(r"[3-6]", text)
    near = f" ; proche : {digit[0]}e" if digit else ""
    raise ValueError(f"« {text} » n'est pas un niveau de collège ({', '.join(LEVELS)}){near}")


def _several(text: str, companies: Register) -> list[Found]:
    """One company, or several: a name may hold a comma, so the whole is tried first."""
    for separator in (None, r"\s*[;|]\s*", r"\s*[;|,]\s*"):
        pieces = [text] if separator is None else [one for one in re.split(separator, text) if one]
        try:
            return [companies.find(one) for one in pieces]
        except ValueError as no:
            last = no
    raise last


def visit_words(held_on: date, lycee: str, college: str, level: str, label: str, pupils: int) -> str:
    """« 14/03/2024, Lycée Jules Haag, Besançon : Collège Diderot, Besançon, 4e B, 24 élèves »."""
    group = label if label.startswith(level) else f"{label} ({level})" if label else level
    return f"{held_on:%d/%m/%Y}, {lycee} : {college}, {group}, {counted(pupils, 'élève')}"
