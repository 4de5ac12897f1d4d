"""What makes a school's number right, and which holidays it follows."""

from __future__ import annotations

import math
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from workshops.acts.plain_words import bare_words, farness, unaccented
from workshops.refusals import Refusal

# How many school days before a visit its reservations close, unless the lycée says another number.
BOOKING_DAYS, BOOKING_DAYS_MOST = 5, 20
WORDS_MOST = 8
UAI_KEYS = "ABCDEFGHJKLMNPRSTUVWXYZ"
EARTH_KM = 6371.0
BYTES_MOST = 1_000_000
ENCODINGS = ("utf-8-sig", "cp1252")
NOT_TEXT = "le fichier n'est ni en UTF-8 ni en Windows-1252"

# The whole country's, whichever of them this Technilab serves.
# Zones since 2016: arrêté du 16 avril 2015 (MENE1508968A). Corsica and the overseas have calendars of their own.
_ACADEMIES = {
    "A": "Besançon, Bordeaux, Clermont-Ferrand, Dijon, Grenoble, Limoges, Lyon, Poitiers",
    "B": (
        "Aix-Marseille, Amiens, Caen, Lille, Nancy-Metz, Nantes, Nice, Normandie, Orléans-Tours, Reims, Rennes, Rouen,"
        " Strasbourg"
    ),
    "C": "Créteil, Montpellier, Paris, Toulouse, Versailles",
    "": (
        "Corse, Guadeloupe, Guyane, La Réunion, Martinique, Mayotte, Nouvelle-Calédonie, Polynésie française,"
        " Saint-Pierre-et-Miquelon, Wallis-et-Futuna"
    ),
}


# What is said of every school, and what is written shorter.
_OF_ALL = frozenset(["college", "lycee", "ecole", "etablissement", "clg", "lyc", "prive", "public"])
_LINKS = frozenset(["le", "la", "les", "de", "du", "des", "d", "l", "et", "en", "sur", "a", "au", "aux"])
SPELT_OUT = {"st": "saint", "ste": "sainte", "sts": "saints", "mt": "mont", "gal": "general", "dr": "docteur"}
# Of so many words typed, one may be of nothing that the annuaire says.
_ONE_TOO_MANY = 3


class Named:
    """Schools by the words of their names, communes and numbers, for who types a name as she remembers it."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._having: dict[str, set[int]] = {}
        self._places = {school: place for place, school in enumerate(texts)}
        for school, text in texts.items():
            words = [SPELT_OUT.get(one, one) for one in bare_words(text)]
            told = [one for one in words if one not in _LINKS | _OF_ALL]
            for word in {*words, *(one + other for one, other in pairwise(told))}:
                self._having.setdefault(word, set()).add(school)

    def nearest(self, typed: str) -> list[int]:
        """The schools that hold every word typed, or nearly, the nearest first, as they were given."""
        words = [SPELT_OUT.get(one, one) for one in bare_words(typed)[:WORDS_MOST]]
        asked = [one for one in words if one not in _LINKS | _OF_ALL] or words
        found = [self._like(one) for one in asked]
        lacks = {school: sum(school not in one for one in found) for school in set().union(*found)}
        least = min(lacks.values(), default=0)
        if least > (1 if len(asked) >= _ONE_TOO_MANY else 0):
            return []
        far = {
            school: sum(one[school] for one in found if school in one) for school, one in lacks.items() if one == least
        }
        return sorted(far, key=lambda school: (far[school], self._places[school]))

    def _like(self, typed: str) -> dict[int, int]:
        near: dict[int, int] = {}
        for word, schools in self._having.items():
            if (far := farness(typed, word)) is not None:
                for school in schools:
                    near[school] = min(far, near.get(school, far))
        return near


class SchoolKind(StrEnum):
    """Who comes, and who receives."""

    COLLEGE = "college"
    LYCEE = "lycee"


class Level(StrEnum):
    """A year of collège, the youngest first."""

    SIXIEME = "6e"
    CINQUIEME = "5e"
    QUATRIEME = "4e"
    TROISIEME = "3e"


LEVELS = tuple(Level)


class FileRefused(Refusal):
    """The file is not taken: nothing was stored. `lines` says each error with its line number."""

    kind = "file-refused"
    status = 422
    title = "Fichier refusé"

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        others = len(lines) - 1
        more = f" (et {others} autre{'s' if others > 1 else ''} erreur{'s' if others > 1 else ''})" if others else ""
        super().__init__(f"Rien n'a été enregistré : {lines[0]}{more}.")


class Arrival(Struct, frozen=True):
    """How a group comes to a lycée: the nearest stop, how far it is on foot, where a coach sets down."""

    stop: str = ""
    walk_minutes: int | None = None
    coach_drop: str = ""


def text_of(content: bytes, *, most: int = BYTES_MOST) -> str:
    """The text of an imported file: UTF-8, the CP1252 that older spreadsheets write, or UTF-16 where it says so."""
    if len(content) > most:
        raise FileRefused(f"le fichier dépasse {most // 1_000_000} Mo")
    for encoding in ("utf-16",) if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ENCODINGS:
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise FileRefused(NOT_TEXT)


def is_uai(text: str) -> bool:
    """Whether this is a school's national number: 7 digits and the letter that they give."""
    digits, key = text[:7], text[7:]
    return len(digits) == 7 and digits.isascii() and digits.isdigit() and key == UAI_KEYS[int(digits) % 23]


def department_of(code: str) -> str:
    """The département as people write it: the annuaire's "025" is 25, its "02A" is 2A, its "971" stays."""
    return code[1:] if len(code) == 3 and code.startswith("0") else code


def _plain(name: str) -> str:
    return unaccented(name).replace("-", " ").strip()


_KNOWN = {_plain(name): (name.strip(), zone) for zone, names in _ACADEMIES.items() for name in names.split(",")}
ACADEMIES = sorted((name for name, _ in _KNOWN.values()), key=_plain)


@lru_cache(maxsize=256)
def academie_named(text: str) -> str | None:
    """An académie's name as the annuaire writes it, from what somebody typed; None when there is none such."""
    name, _ = _KNOWN.get(_plain(text), (None, ""))
    return name


def zone_of(academie: str) -> str | None:
    """The holiday zone of an académie: A, B or C, empty where it has its own calendar, None when unknown."""
    _, zone = _KNOWN.get(_plain(academie), ("", None))
    return zone


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance between two schools as the crow flies (great circle)."""
    a, b = math.radians(lat), math.radians(other_lat)
    part = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(part))
