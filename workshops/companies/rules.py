"""What makes a SIRET right, and where a company is as far as its commune tells. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from workshops.acts.plain_words import bare_words
from workshops.schools.rules import SPELT_OUT

LA_POSTE = "356000000"
NOT_A_SIRET = "Ce SIRET n'est pas valable : 14 chiffres, dont le dernier est une clé."
# Of the Insee's official code, with the collectivities overseas.
DEPARTMENT = re.compile(r"0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-8]|98[4678]", re.ASCII)
NOT_A_DEPARTMENT = "Département : son numéro, par exemple 25."


def is_siret(text: str) -> bool:
    """Whether this is an establishment's number: 14 digits whose Luhn sum is a multiple of ten.

    The places of La Poste (SIREN 356000000) are also right when their digits add up to a multiple of five (Insee).
    """
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        return False
    doubled = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(text))
    if doubled % 10 == 0:
        return True
    return text.startswith(LA_POSTE) and sum(int(digit) for digit in text) % 5 == 0


def wrong_siret(text: str) -> str:
    """What is wrong with a number, spaces allowed; empty where nothing is."""
    return "" if is_siret("".join(text.split())) else NOT_A_SIRET


def wrong_department(text: str) -> str:
    """What is wrong with the number of a département, if there is one; empty where nothing is."""
    return NOT_A_DEPARTMENT if text and not DEPARTMENT.fullmatch(text) else ""


class SchoolPoint(Struct, frozen=True):
    """Where the schools of a commune stand, in degrees, and how many they are."""

    commune: str
    postcode: str
    department: str
    lat: float
    lon: float
    schools: int


class CompanyPlace(Struct, frozen=True):
    """Where a company is, in degrees; `estimated`: in the middle of its département's schools, no nearer."""

    lat: float
    lon: float
    estimated: bool = False


class KnownPlaces:
    """Where companies are by the schools that are known: a SIRET gives a commune, and no point of the map."""

    def __init__(self, points: Iterable[SchoolPoint]) -> None:
        self._communes: dict[tuple[str, ...], list[SchoolPoint]] = defaultdict(list)
        self._postcodes: dict[str, list[SchoolPoint]] = defaultdict(list)
        self._departments: dict[str, list[SchoolPoint]] = defaultdict(list)
        for point in points:
            self._communes[_named(point.commune)].append(point)
            self._postcodes[point.postcode].append(point)
            self._departments[point.department].append(point)

    @property
    def communes(self) -> list[str]:
        """Their names, as schools write them, in order."""
        return sorted({point.commune for points in self._communes.values() for point in points})

    def commune_named(self, typed: str) -> str | None:
        """« besancon » is Besançon; None for a commune that is not known."""
        found = self._communes.get(_named(typed), [])
        return found[0].commune if found else None

    def place_of(self, commune: str, department: str) -> CompanyPlace | None:
        """By the schools of its commune, or of a postcode written with it; else in the middle of its département."""
        written = [self._postcodes.get(word, []) for word in bare_words(commune) if len(word) == 5 and word.isdigit()]
        for there in (self._communes.get(_named(commune), []), *written):
            found = [point for point in there if department in ("", point.department)]
            # Two communes of one name, and nothing says which.
            if found and len({point.department for point in found}) == 1:
                return CompanyPlace(*_middle(found))
        around = self._departments.get(department, [])
        return CompanyPlace(*_middle(around), estimated=True) if around else None


def _named(commune: str) -> tuple[str, ...]:
    """« 25000 BESANCON Cedex » is besancon, « St-Claude » is saint, claude."""
    words = [SPELT_OUT.get(word, word) for word in bare_words(commune)]
    return tuple(word for word in words if word != "cedex" and not word.isdigit())


def _middle(points: Sequence[SchoolPoint]) -> tuple[float, float]:
    schools = sum(point.schools for point in points)
    return (
        sum(point.lat * point.schools for point in points) / schools,
        sum(point.lon * point.schools for point in points) / schools,
    )
