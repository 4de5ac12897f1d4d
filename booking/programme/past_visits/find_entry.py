"""Which school, object or company somebody means by the words of a cell. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

from msgspec import Struct

from booking.programme.records.rules import plain
from booking.words.wording import counted

# The kinds of schools, written out and shortened: they tell two of one name apart.
_KINDS = {
    "lp": {"professionnel"},
    "lpo": {"polyvalent"},
    "lgt": {"general", "technologique"},
    "legt": {"general", "technologique"},
    "lt": {"technologique"},
} | {kind: {kind} for kind in ("general", "technologique", "professionnel", "polyvalent", "prive", "public")}
_KIND_WORDS = {"college", "clg", "lycee", "lyc", "metiers"} | _KINDS.keys()
# As they are written: « dé » is none of them.
_LINK_WORDS = {"le", "la", "les", "l", "de", "du", "des", "d", "et", "à", "a", "au", "aux", "en"}
NEAR, NEAR_SOUGHT = 3, 20
_UAI = re.compile(r"(?<!\w)\d{7}[A-Z](?!\w)", re.IGNORECASE)
_SIRET = re.compile(r"(?<!\d)\d(?:\s?\d){13}(?!\d)")


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


class Found(Struct, frozen=True):
    """What somebody means, and whether a part of its name alone was written."""

    entry: Entry
    by_part: bool = False


class _Missed(Struct, frozen=True):
    """Why nothing is meant, in words; `among` several, those that it may be."""

    sentence: str
    among: Sequence[Entry] = ()


class NotOne(ValueError):
    """None is meant, or one of several (`among`)."""

    def __init__(self, missed: _Missed) -> None:
        self.among = missed.among
        super().__init__(missed.sentence)


class Register:
    """Finds what somebody means by a code, by a name, with its commune or not, or by some words of one name alone."""

    def __init__(
        self, entries: Sequence[Entry], *, none: str, several: str, code: str = "", finds: re.Pattern[str] | None = None
    ) -> None:
        self._none, self._several, self._code, self._finds = none, several, code, finds
        self._entries = entries
        self._by_code = {one.code: one for one in entries}
        self._words = [(one, _words(one.name), _words(one.place)) for one in entries]
        self._found: dict[str, Found | _Missed] = {}
        self._sought = 0

    def find(self, text: str) -> Found:
        """The one that is meant. Raises NotOne with the sentence to show, near matches included."""
        if text not in self._found:
            self._found[text] = self._seek(text)
        found = self._found[text]
        if isinstance(found, _Missed):
            raise NotOne(found)
        return found

    def _seek(self, text: str) -> Found | _Missed:
        codes = {"".join(one.split()).upper() for one in (self._finds.findall(text) if self._finds else ())}
        if len(codes) > 1:
            return _Missed(f"« {text} » nomme plusieurs {self._several.split('|')[1]}")
        for told in codes:
            unknown = f"{self._none} n'a {self._code} {told}"
            known = self._by_code.get(told)
            return Found(known) if known else _Missed(unknown + self._near(told, code=True))
        words = _words(text)
        meant = [one for one, name, place in self._words if name and name <= words <= name | place]
        by_part = not meant
        if by_part:
            meant = [one for one, name, place in self._words if words <= name | place and (words - place) & name]
        exact = [one for one in meant if _words(one.name) == words]
        fits = exact if len(exact) == 1 else _of_the_kind(text, meant)
        if len(fits) == 1:
            return Found(fits[0], by_part)
        if fits:
            some = " ; ".join(one.words for one in fits[:NEAR])
            precise = f"écrivez {self._code}" if self._code else "écrivez le nom entier"
            several = counted(len(fits), *self._several.split("|"))
            return _Missed(f"« {text} » peut être {several} ({some}) : {precise}", fits[:NEAR])
        return _Missed(f"{self._none} ne s'appelle « {text} »{self._near(text)}")

    def _near(self, text: str, *, code: bool = False) -> str:
        """The nearest entries, those with a word of it first; a file full of unknown names is told the first alone."""
        self._sought += 1
        if self._sought > NEAR_SOUGHT:
            return ""
        known = {(one.code if code else plain(f"{one.name} {one.place}")): one for one in self._entries}
        near: list[Entry] = []
        if not code:
            known |= {plain(one.name): one for one in self._entries}
            shared = {one: len((_words(text) - place) & name) for one, name, place in self._words}
            near = sorted((one for one in shared if shared[one]), key=lambda one: -shared[one])[:NEAR]
            text = plain(text)
        near += [known[one] for one in get_close_matches(text, known, n=NEAR, cutoff=0.6)]
        some = list(dict.fromkeys(one.words for one in near))[:NEAR]
        return f" : voulez-vous dire {' ou '.join(some)} ?" if some else ""


def _of_the_kind(text: str, meant: Sequence[Entry]) -> Sequence[Entry]:
    """Of several that bear a name, those of the kind that is said: « LP Pâris » is none general."""
    kind = _kind(text)
    return [one for one in meant if kind <= _kind(one.name)] or meant


def _kind(text: str) -> set[str]:
    return {kind for word in _tokens(text) for kind in _KINDS.get(plain(word), ())}


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


def _words(text: str) -> frozenset[str]:
    """The words that tell one name from another, or all where none does: « DE » may be a die."""
    words = _tokens(text)
    telling = {plain(word) for word in words if word not in _LINK_WORDS} - _KIND_WORDS
    return frozenset((telling or set(map(plain, words))) - {""})


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", normalize("NFC", text).casefold())
