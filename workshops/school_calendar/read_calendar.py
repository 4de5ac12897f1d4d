"""Read a file of school holidays, and name each line that cannot be taken.

Two shapes are known. The ministry's `fr-en-calendrier-scolaire` (Licence Ouverte 2.0) gives instants in UTC for
midnight in Paris; its first day is a school day that ends with the holidays, its last the day when lessons start again.
The other gives plain dates: first and last whole days off (`premier_jour`, `dernier_jour`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

from workshops.school_calendar.rules import DayOff, paris_day
from workshops.schools.rules import FileRefused, text_of
from workshops.typed_text.days import FIRST_DAY, LAST_DAY, far_away
from workshops.typed_text.plain_words import one_line

SATURDAY = 5
PLAIN = ("type", "libelle", "premier_jour", "dernier_jour", "zone")
OFFICIAL = ("Description", "Population", "Date de début", "Date de fin", "Zones")
EVERYONE = "France métropolitaine"
ZONES = {"Zone A": "A", "Zone B": "B", "Zone C": "C"}


def read_calendar(content: bytes) -> list[DayOff]:
    """The days off of a file in UTF-8 or CP1252.

    Lines for teachers alone and zones outside A, B and C are left out. Raises FileRefused with every line in error.
    """
    reader = csv.reader(io.StringIO(text_of(content), newline=""), delimiter=";")
    header = next(reader, [])
    read = _reading_of(header)
    found: dict[DayOff, None] = {}
    errors: list[str] = []
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) != len(header):
            errors.append(f"ligne {reader.line_num} : {len(cells)} colonnes au lieu de {len(header)}")
            continue
        try:
            off = read({name: one_line(text) for name, text in zip(header, cells, strict=True)})
        except ValueError as why:
            errors.append(f"ligne {reader.line_num} : {why}")
            continue
        if off is not None:
            found[off] = None
    if errors:
        raise FileRefused(*errors)
    if not found:
        raise FileRefused("le fichier ne contient aucun jour de congé des zones A, B et C")
    return list(found)


def public_holidays(first_year: int, last_year: int) -> dict[date, str]:
    """The public holidays of metropolitan France, from the package `holidays`, with their French names."""
    from holidays import country_holidays  # noqa: PLC0415 - slow to load, and only an import of a calendar needs it

    return dict(country_holidays("FR", years=range(first_year, last_year + 1), language="fr"))


def _reading_of(header: list[str]) -> Callable[[dict[str, str]], DayOff | None]:
    if set(PLAIN) <= set(header):
        return _plain
    if set(OFFICIAL) <= set(header):
        return _official
    raise FileRefused("ligne 1 : ces colonnes ne sont pas celles d'un calendrier scolaire")


def _plain(cell: dict[str, str]) -> DayOff | None:
    first_on, last_on = _date(cell["premier_jour"]), _date(cell["dernier_jour"])
    label = _label(cell["libelle"])
    if cell["type"] == "ferie" and cell["zone"] == EVERYONE:
        return _ordered(DayOff("public_holiday", label, first_on, last_on))
    if cell["type"] not in {"vacances", "pont"}:
        raise ValueError(f"le type « {cell['type']} » n'est ni vacances, ni pont, ni ferie")
    if cell["zone"] not in ZONES:
        return None
    return _ordered(DayOff("holiday", label, first_on, last_on, zone=ZONES[cell["zone"]]))


def _official(cell: dict[str, str]) -> DayOff | None:
    starts, ends = _paris_date(cell["Date de début"]), _paris_date(cell["Date de fin"])
    label = _label(cell["Description"])
    if cell["Population"] == "Enseignants" or cell["Zones"] not in ZONES:
        return None
    last_on = ends - timedelta(days=1)
    if label.startswith("Début des Vacances d'Été"):
        label, last_on = "Vacances d'Été", date(starts.year, 8, 31)
    return _ordered(DayOff("holiday", label, _first_whole_day(starts), last_on, zone=ZONES[cell["Zones"]]))


def _first_whole_day(published: date) -> date:
    """Holidays start after the lessons of the published day; a Saturday or a public holiday has none."""
    no_lessons = published.weekday() >= SATURDAY or published in public_holidays(published.year, published.year)
    return published if no_lessons else published + timedelta(days=1)


def _ordered(off: DayOff) -> DayOff:
    if far_away(off.first_on) or far_away(off.last_on):
        raise ValueError(f"{off.label} n'est pas entre {FIRST_DAY.year} et {LAST_DAY.year}")
    if off.first_on > off.last_on:
        raise ValueError(f"{off.label} finit avant de commencer")
    return off


def _label(text: str) -> str:
    if not text or len(text) > 120:
        raise ValueError("le nom des congés manque ou dépasse 120 caractères")
    return text


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"« {text} » n'est pas une date (attendu : 2027-03-25)") from None


def _paris_date(text: str) -> date:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"« {text} » n'est pas une date") from None
    return paris_day(instant) if instant.tzinfo else instant.date()
