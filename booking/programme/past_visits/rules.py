"""What the cells of a past visit mean: schools, objects and companies as people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

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
_KIND_WORDS = {
    *("college", "clg", "lycee", "lyc", "lp", "lpo", "lgt", "legt", "lt", "metiers"),
    *("general", "technologique", "professionnel", "polyvalent", "prive", "public"),
    *("le", "la", "les", "l", "de", "du", "des", "d", "et"),
}
# Of a class too: « 4e B », « 4ème 2 », « 4B ».
_LEVEL = re.compile(r"([3-6]) ?(?:(?:eme|e) ?(?:segpa|[a-z]?\d?|\d\d)|[a-z]\d?)?")
_SPELLED = {"sixieme": "6e", "cinquieme": "5e", "quatrieme": "4e", "troisieme": "3e"}
NEAR, NEAR_SOUGHT = 3, 20
_UAI = re.compile(r"(?<!\w)\d{7}[A-Z](?!\w)", re.IGNORECASE)
_SIRET = re.compile(r"(?<!\d)\d(?:\s?\d){13}(?!\d)")


class ToConfirm(Refusal):
    """A past visit that raises questions: it is kept once somebody says that it is right. `questions` are sentences."""

    kind = "to-confirm"
    title = "À confirmer"

    def __init__(self, questions: Sequence[str]) -> None:
        self.questions = list(questions)
        super().__init__(" ".join(questions))


class Entry(Struct, frozen=True):
    """One line of a register: `key` is its number or SIRET here, `code` names it everywhere, `place` its commune."""

    key: Any
    name: str
    code: str = ""
    place: str = ""

    @property
    def words(self) -> str:
        """« Collège Diderot, Besançon (0250011B) »."""
        return ", ".join(filter(None, (self.name, self.place))) + (f" ({self.code})" if self.code else "")


class Register:
    """Finds what somebody means by a code or by a whole name, with its commune or not; never by a part of a name."""

    def __init__(
        self, entries: Sequence[Entry], *, none: str, several: str, code: str = "", finds: re.Pattern[str] | None = None
    ) -> None:
        self._none, self._several, self._code, self._finds = none, several, code, finds
        self._entries = entries
        self._by_code = {one.code: one for one in entries}
        self._words = [(one, _words(one.name), _words(one.place)) for one in entries]
        self._found: dict[str, Entry | str] = {}
        self._sought = 0

    def find(self, text: str) -> Entry:
        """The one that is meant. Raises ValueError with the sentence to show, near matches included."""
        if text not in self._found:
            self._found[text] = self._seek(text)
        found = self._found[text]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _seek(self, text: str) -> Entry | str:
        codes = {"".join(one.split()).upper() for one in (self._finds.findall(text) if self._finds else ())}
        if len(codes) > 1:
            return f"« {text} » nomme plusieurs {self._several.split('|')[1]}"
        for told in codes:
            unknown = f"{self._none} n'a {self._code} {told}"
            return self._by_code.get(told) or unknown + self._near(told, code=True)
        words = _words(text)
        meant = [one for one, name, place in self._words if name and name <= words <= name | place]
        exact = [one for one in meant if _words(one.name) == words]
        fits = exact if len(exact) == 1 else meant
        if len(fits) == 1:
            return fits[0]
        if fits:
            some = " ; ".join(one.words for one in fits[:NEAR])
            precise = f"écrivez {self._code}" if self._code else "écrivez le nom entier"
            return f"« {text} » peut être {counted(len(fits), *self._several.split('|'))} ({some}) : {precise}"
        return f"{self._none} ne s'appelle « {text} »{self._near(plain(text))}"

    def _near(self, text: str, *, code: bool = False) -> str:
        """The nearest entries; a file full of unknown names is told the first ones alone."""
        self._sought += 1
        if self._sought > NEAR_SOUGHT:
            return ""
        known = {(one.code if code else plain(f"{one.name} {one.place}")): one for one in self._entries}
        if not code:
            known |= {plain(one.name): one for one in self._entries}
        near = dict.fromkeys(known[one].words for one in get_close_matches(text, known, n=NEAR, cutoff=0.6))
        return f" ; proches : {' ; '.join(near)}" if near else ""


class Registers(Struct, frozen=True):
    """What the cells of a past visit may name."""

    lycees: Register
    colleges: Register
    objects: Register
    companies: Register


def registers(
    *, lycees: Sequence[Entry], colleges: Sequence[Entry], objects: Sequence[Entry], companies: Sequence[Entry]
) -> Registers:
    """The registers, each with its words."""
    return Registers(
        lycees=Register(lycees, none="aucun lycée", several="lycée|lycées", code="l'UAI", finds=_UAI),
        colleges=Register(colleges, none="aucun collège", several="collège|collèges", code="l'UAI", finds=_UAI),
        objects=Register(objects, none="aucun objet", several="objet|objets"),
        companies=Register(
            companies, none="aucune entreprise", several="entreprise|entreprises", code="le SIRET", finds=_SIRET
        ),
    )


def read_cells(cells: Mapping[str, str], known: Registers, *, today: date) -> tuple[VisitSketch | None, dict[str, str]]:
    """The visit that the cells tell, or what is wrong in each of them, as « élèves : à remplir »."""
    told: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, column in COLUMNS.items():
        try:
            told[name] = _meant(name, column.read(cells.get(name, "")), known)
        except ValueError as no:
            said = str(no)
            errors[name] = said if said.startswith(f"{column.name} : ") else f"{column.name} : {said}"
    if errors:
        return None, errors
    sketch = VisitSketch(**{field: told[cell] for field, cell in CELLS.items()})
    for field, sentence in wrong(sketch, today=today).items():
        errors[CELLS[field]] = f"{COLUMNS[CELLS[field]].name} : {sentence}"
    return (None, errors) if errors else (sketch, {})


def _meant(name: str, value: Any, known: Registers) -> Any:
    if value in (None, ""):
        return {"objet": None, "entreprises": ()}.get(name, value)
    one_of = {"lycee": known.lycees, "college": known.colleges, "objet": known.objects}
    if name in one_of:
        return one_of[name].find(value).key
    if name == "entreprises":
        return tuple(dict.fromkeys(one.key for one in _several(value, known.companies)))
    return _level(value) if name == "niveau" else value


def _level(text: str) -> str:
    found = _LEVEL.fullmatch(plain(text))
    if found is not None:
        return f"{found[1]}e"
    if plain(text) in _SPELLED:
        return _SPELLED[plain(text)]
    digit = re.search(r"[3-6]", text)
    near = f" ; proche : {digit[0]}e" if digit else ""
    raise ValueError(f"« {text} » n'est pas un niveau de collège ({', '.join(LEVELS)}){near}")


def _several(text: str, companies: Register) -> list[Entry]:
    """One company, or several: a name may hold a comma, so the whole is tried first."""
    for separator in (None, r"\s*[;|]\s*", r"\s*[;|,]\s*"):
        pieces = [text] if separator is None else [one for one in re.split(separator, text) if one]
        try:
            return [companies.find(one) for one in pieces]
        except ValueError as no:
            last = no
    raise last


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", plain(text))) - _KIND_WORDS


def visit_words(held_on: date, lycee: str, college: str, level: str, label: str, pupils: int) -> str:
    """« 14/03/2024, Lycée Jules Haag, Besançon : Collège Diderot, Besançon, 4e B, 24 élèves »."""
    group = label if label.startswith(level) else f"{label} ({level})" if label else level
    return f"{held_on:%d/%m/%Y}, {lycee} : {college}, {group}, {counted(pupils, 'élève')}"
