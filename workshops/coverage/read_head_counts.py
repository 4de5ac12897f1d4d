"""Reading the ministry's head counts by level (fr-en-college-effectifs-niveau-sexe-lv)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from msgspec import Struct, field

from workshops.schools.rules import FileRefused, is_uai, text_of
from workshops.typed_text.plain_words import unaccented

LEVELS = ("6e", "5e", "4e", "3e")
NUMBERS = {"numerocollege", "numeroducollege", "uai", "numerouai", "codeuai", "identifiantdeletablissement"}
ERRORS_MOST = 200
PUPILS_MOST = 3000


class CountedCollege(Struct, frozen=True):
    """A line of the file: a collège, and its pupils at each level that the file gives; the girls, if it does."""

    uai: str
    pupils: dict[str, int]
    girls: Mapping[str, int] = field(default_factory=dict)


def read_head_counts(content: bytes) -> list[CountedCollege]:
    """The collèges of the file with their pupils by level; a level without a figure is left out, never nought.

    Columns by their names, whatever their accents: the number (UAI), « 6eme_total » to « 3eme_total », and
    « 6eme_filles » to « 3eme_filles » where they are there. Raises FileRefused with every line in error.
    """
    lines = list(csv.reader(io.StringIO(text_of(content), newline=""), delimiter=";"))
    header = [_name(cell) for cell in lines[0]] if lines else []
    number_at = next((at for at, name in enumerate(header) if name in NUMBERS), None)
    level_at = {level: at for level in LEVELS for at, name in enumerate(header) if _is_total(name, level)}
    if number_at is None or not level_at:
        missing = "numero_college" if number_at is None else "3eme_total"
        raise FileRefused(f"colonne absente ({missing}) ; le séparateur est le point-virgule")
    girls_at = {level: at for level in level_at for at, name in enumerate(header) if _is_girls(name, level)}
    found: dict[str, CountedCollege] = {}
    errors: list[str] = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cells) or len(errors) > ERRORS_MOST:
            continue
        told = [*cells, *[""] * (len(header) - len(cells))]
        uai = told[number_at].strip().upper()
        pupils = {level: told[at].strip() for level, at in level_at.items() if told[at].strip()}
        if wrong := _wrong(uai, pupils, twice=uai in found):
            errors.append(f"ligne {number} : {wrong}")
        else:
            counts = {level: int(told) for level, told in pupils.items()}
            apart = {level: told[at].strip() for level, at in girls_at.items() if level in counts}
            girls = {level: int(girls) for level, girls in apart.items() if _are_some(girls, counts[level])}
            found[uai] = CountedCollege(uai, counts, girls)
    if errors:
        raise FileRefused(*errors)
    if not found:
        raise FileRefused("le fichier ne contient aucun collège")
    return list(found.values())


def _wrong(uai: str, pupils: dict[str, str], *, twice: bool) -> str:
    if not is_uai(uai):
        return f"« {uai[:20]} » n'est pas un UAI"
    if twice:
        return f"{uai} a déjà une ligne"
    for level, told in pupils.items():
        if not (told.isascii() and told.isdigit() and int(told) <= PUPILS_MOST):
            return f"« {told[:20]} » n'est pas un nombre d'élèves de {level}"
    return ""


def _name(cell: str) -> str:
    return re.sub(r"[^a-z0-9]", "", unaccented(cell))


def _are_some(girls: str, pupils: int) -> bool:
    """Whether a cell tells so many girls of so many pupils: what is left empty, or cannot be, is not known."""
    return girls.isascii() and girls.isdigit() and int(girls) <= pupils


def _is_girls(name: str, level: str) -> bool:
    return re.fullmatch(rf"{level}(me)?s?filles", name) is not None


def _is_total(name: str, level: str) -> bool:
    return re.fullmatch(rf"{level}(me)?s?total", name) is not None
