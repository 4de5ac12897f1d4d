"""What a cell may hold, and how each value is written: read and written again, it is the same. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from msgspec import Struct, field

from workshops.acts.days import FIRST_DAY, LAST_DAY, far_away
from workshops.acts.plain_words import one_line, unaccented
from workshops.programmes.bts1.rules import country_written
from workshops.schools.rules import is_uai

ROWS_MOST = 2_000
UNSAVED = "#FORMULE"
"""A cell whose formula the workbook holds without its result."""
NO_RESULT = (
    "la formule n'a pas de résultat : ouvrez le classeur dans un tableur, enregistrez-le, puis envoyez-le de nouveau"
)
YES = {"oui": True, "non": False}
_ACTS = ("'=", "'+", "'-", "'@")
_SCHOOL_YEAR = re.compile(r"(20\d\d)\s*[-/]\s*(?:20)?(\d\d)")
_FRENCH_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
# A day as spreadsheets count them, from 1990 to 2099, with its hour or not; an hour after a day is of no use.
_COUNTED_DAY = re.compile(r"([3-7]\d{4})(?:[.,]\d+)?")
_BEFORE_DAY_ONE = date(1899, 12, 30)
_HOUR_OF_DAY = re.compile(r"[ T]\d{1,2}:\d\d(?::\d\d)?(?:\.0+)?$")
_COUNT = re.compile(r"(\d{1,5})(?:[.,]0+)?(?: ?(?:[ée]l[èe]ves?|[ée]l\.?|e|filles?|coll[ée]giens?))?", re.IGNORECASE)
_HOUR = re.compile(r"([01]?\d|2[0-3])(?: ?h(?: ?([0-5]\d))?|:([0-5]\d)(?::\d\d)?)")


CELL_MOST = 120
"""Characters of a cell, where nothing else is said of its column."""
# What a column of each kind holds, for those who fill it in; one of `choices` says these.
KINDS = {
    "text": "texte",
    "country": "pays",
    "uai": "UAI du lycée",
    "siret": "SIRET, 14 chiffres",
    "year": "année (2026)",
    "school_year": "année scolaire (2026-2027)",
    "day": "date (25/03/2027)",
    "hour": "heure (14:30)",
    "count": "nombre",
    "number": "donné par Technilab, vide pour une ligne nouvelle",
    "yes": "oui ou non",
    "info": "pour information, jamais relu",
    "meant": "oui, si ce que dit la ligne est bien voulu",
}


class Column(Struct, frozen=True):
    """A column of a sheet. `kind`: text, country, uai, siret, year, school_year, day, hour, count, number, yes,
    choice, info, which is given out and never read, or meant, a yes to what the line asks: no part of its record.
    `choices` are words by code; `title` is the column as pages and refusals say it, where it is not its name. One that
    came `later` may be left out: an empty cell, or a new line without it, is its `absent` value."""

    name: str
    kind: str = "text"
    needed: bool = True
    most: int = CELL_MOST
    choices: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    later: bool = False
    absent: Any = None

    @property
    def words(self) -> str:
        """« année scolaire » for annee_scolaire."""
        return self.title or self.name

    def read(self, text: str) -> Any:
        """The value of a cell; None when it is empty and may be. Raises ValueError with the sentence to show."""
        text = text[1:] if text.startswith(_ACTS) else text
        text = one_line(text)
        if text == UNSAVED:
            raise ValueError(f"{self.words} : {NO_RESULT}")
        if not text:
            if self.needed:
                raise ValueError(f"{self.words} : à remplir")
            if self.later:
                return self.absent
            return "" if self.kind in {"text", "country"} else None
        if len(text) > self.most:
            raise ValueError(f"{self.words} : {self.most} caractères au plus")
        return self._READERS.get(self.kind, Column._text)(self, text)

    def write(self, value: Any) -> str:
        """The value as a cell shows it."""
        if value is None:
            return ""
        if self.kind == "school_year":
            return f"{value}-{value + 1}"
        if self.kind == "choice":
            return self.choices[value]
        if self.kind == "yes":
            return "oui" if value else "non"
        if self.kind == "hour":
            return f"{value:%H:%M}"
        return value.isoformat() if isinstance(value, date) else str(value)

    def _text(self, text: str) -> str:
        return text

    def _country(self, text: str) -> str:
        return country_written(text)

    def _uai(self, text: str) -> str:
        if not is_uai(text.upper()):
            raise ValueError(f"{self.words} : « {text} » n'est pas un UAI (7 chiffres et leur clé)")
        return text.upper()

    def _siret(self, text: str) -> str:
        digits = text.replace(" ", "")
        if re.fullmatch(r"\d[.,]?\d*E\+?\d+", digits.upper()):
            shortened = "est abrégé par le tableur, partez du fichier XLSX ou mettez la colonne en texte"
            raise ValueError(f"{self.words} : « {text} » {shortened}")
        if not re.fullmatch(r"\d{14}", digits):
            raise ValueError(f"{self.words} : « {text} » n'a pas 14 chiffres")
        return digits

    def _year(self, text: str) -> int:
        if not re.fullmatch(r"20\d\d", text):
            raise ValueError(f"{self.words} : « {text} » n'est pas une année (attendu : 2026)")
        return int(text)

    def _school_year(self, text: str) -> int:
        found = _SCHOOL_YEAR.fullmatch(text)
        if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
            raise ValueError(f"{self.words} : « {text} » n'est pas une année scolaire (attendu : 2026-2027)")
        return int(found[1])

    def _day(self, text: str) -> date:
        try:
            day = day_of(text)
        except ValueError:
            raise ValueError(f"{self.words} : « {text} » n'est pas une date (attendu : 25/03/2027)") from None
        if far_away(day):
            raise ValueError(f"{self.words} : « {text} » n'est pas entre {FIRST_DAY.year} et {LAST_DAY.year}")
        return day

    def _hour(self, text: str) -> time:
        found = _HOUR.fullmatch(text)
        if found is None:
            raise ValueError(f"{self.words} : « {text} » n'est pas une heure (attendu : 14:30)")
        return time(int(found[1]), int(found[2] or found[3] or 0))

    def _number(self, text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text):
            raise ValueError(f"{self.words} : « {text} » n'est pas un numéro, laissez la cellule vide")
        return int(text)

    def _count(self, text: str) -> int:
        found = _COUNT.fullmatch(text)
        if found is None:
            raise ValueError(f"{self.words} : « {text} » n'est pas un nombre entier")
        return int(found[1])

    def _yes(self, text: str) -> bool:
        if plain(text) not in YES:
            raise ValueError(f"{self.words} : écrivez oui ou non")
        return YES[plain(text)]

    def _choice(self, text: str) -> str:
        known = {plain(word): code for code, words in self.choices.items() for word in (code, words)}
        if plain(text) not in known:
            raise ValueError(f"{self.words} : « {text} » n'est pas dans la liste ({', '.join(self.choices.values())})")
        return known[plain(text)]

    _READERS = {
        "country": _country,
        "uai": _uai,
        "siret": _siret,
        "year": _year,
        "school_year": _school_year,
        "day": _day,
        "hour": _hour,
        "count": _count,
        "number": _number,
        "yes": _yes,
        "meant": _yes,
        "choice": _choice,
    }


UAI = Column("uai", "uai", title="UAI")
UAI_OF_BTS = Column("uai_bts", "uai", needed=False, title="UAI du lycée du BTS")
SIRET = Column("siret", "siret", needed=False, title="SIRET")
FIRM_NAME = Column("entreprise", "info", needed=False, title="nom de l'entreprise")


def day_of(text: str) -> date:
    """A day as people and spreadsheets write it: 25/03/2027, 25.3.27, 2027-03-25 or 46471. Raises ValueError."""
    text = _HOUR_OF_DAY.sub("", text)
    if french := _FRENCH_DAY.fullmatch(text):
        year = int(french[4])
        return date(year if len(french[4]) == 4 else 2000 + year, int(french[3]), int(french[1]))
    if day := _COUNTED_DAY.fullmatch(text):
        return _BEFORE_DAY_ONE + timedelta(days=int(day[1]))
    return date.fromisoformat(text)


def plain(text: str) -> str:
    """A word without case nor accents."""
    return unaccented(text).strip()
