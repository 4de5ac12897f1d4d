"""Whether a line that others read names somebody: a known first name, alone or beside a family name. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from workshops.acts.telephones import says_telephone

FILES = Path(__file__).parent / "files"
# Between the place and the name that it bears: "lycée professionnel privé Jules Haag".
REACH = 3
ACRONYMS = frozenset({"AESH", "AVS", "IME", "ITEP", "LSF", "PAI", "PAP", "PMR", "PPRE", "PPS", "REP", "SEGPA", "ULIS"})
PARTICLES = frozenset(["da", "de", "del", "des", "di", "dos", "du", "van", "von"])
# What a first name follows that is a word too, and a colour or a thing seldom: "une chaise pour Violette".
TO_SOMEBODY = frozenset(["avec", "chez", "par", "pour", "sans"])
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*\.?")
_ELIDED = re.compile(r"\b[cdjlmnst]['’](?=\w)|\bqu['’](?=\w)", re.IGNORECASE)


def person_named(text: str) -> str | None:
    """The words of a line that name a person; None when it names nobody. Accents count for nothing.

    A known first name and a word with a capital, whatever the case of the first name ("lea Martin"), a name in
    capitals and a known first name ("MARTIN Léa"), or a first name alone with its capital ("Lina est absente"), which
    one that is a word too ("Rose") is only after "pour", "avec"... Those that places bear and well-known people are
    nobody.
    """
    text = unicodedata.normalize("NFC", text)
    words = list(_WORD.finditer(_illustrious().sub(_blank, _unaccented(text))))
    for place, word in enumerate(words):
        after = _run(text, words[place:])
        first, family = word[0].rstrip("."), after[-1][0].rstrip(".") if len(after) > 1 else ""
        before = _clause(text, words[: place + 1])
        if _of_a_place(before):
            continue
        start = word.start() + len(_elision(word[0]))
        if family and (_names(first, family) or _reversed(first, family)):
            return " ".join(text[start : after[-1].start() + len(family)].split())
        if _alone(first, before):
            return text[start : word.start() + len(first)]
    return None


def says_who(label: str, text: str, *, instead: str) -> str | None:
    """The sentence that refuses a line which names somebody or gives a telephone number, None for another; `instead`
    says what to write instead of a name."""
    found = person_named(text)
    if found is None:
        return says_telephone(label, text)
    return f"{label} : « {found} » ressemble à un nom de personne, et cette ligne est lue et imprimée. {instead}"


def _run(text: str, words: list[re.Match[str]]) -> list[re.Match[str]]:
    """A word and what follows it with spaces alone between, up to the first word that is no particle."""
    run = words[:1]
    for word in words[1:]:
        if text[run[-1].end() : word.start()].strip() or run[-1][0].endswith("."):
            break
        run.append(word)
        if word[0] not in PARTICLES:
            break
    return run


def _clause(text: str, words: list[re.Match[str]]) -> list[str]:
    """The words just before the last one, with spaces alone between."""
    clause: list[str] = []
    for word, following in zip(words[-2::-1], words[:0:-1], strict=True):
        if text[word.end() : following.start()].strip():
            break
        clause.insert(0, word[0].casefold().rstrip("."))
    return clause


def _names(first: str, family: str) -> bool:
    first, family = first[len(_elision(first)) :], family[len(_elision(family)) :]
    if not family[:1].isupper() or not _known(first):
        return False
    word_too = first.casefold() in _read("mots.txt")
    return not (word_too and (first[0].islower() or len(family) == 1))


def _reversed(family: str, first: str) -> bool:
    return len(family) > 1 and family.isupper() and family not in ACRONYMS and first[0].isupper() and _known(first)


def _alone(first: str, before: list[str]) -> bool:
    bare = first[len(elided := _elision(first)) :]
    if not bare[:1].isupper() or not all(_known(part) for part in bare.split("-")):
        return False
    after = elided.casefold()[:1] or "".join(before[-1:])
    return bare.casefold() not in _read("mots.txt") or after in TO_SOMEBODY or after in ("d", "de")


def _known(word: str) -> bool:
    whole = word.casefold()
    return whole in (names := _read("prenoms.txt")) or whole.split("-")[0] in names


def _of_a_place(before: list[str]) -> bool:
    near = before[-REACH:]
    return not TO_SOMEBODY.intersection(near[-1:]) and any(word in _read("lieux.txt") for word in near)


def _elision(word: str) -> str:
    found = _ELIDED.match(word)
    return found[0] if found else ""


def _unaccented(text: str) -> str:
    """The same text without accents, letter for letter."""
    return "".join(_bare(letter) for letter in text)


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[:1] or letter


def _blank(found: re.Match[str]) -> str:
    return "." * len(found[0])


@cache
def _read(name: str) -> frozenset[str]:
    return frozenset(_unaccented(one).casefold() for one in _lines(name))


@cache
def _illustrious() -> re.Pattern[str]:
    names = sorted((_unaccented(one) for one in _lines("illustres.txt")), key=len, reverse=True)
    either = "|".join(re.escape(one).replace(r"\ ", "[ -]") for one in names)
    return re.compile(rf"\b(?:{either})\b", re.IGNORECASE)


def _lines(name: str) -> list[str]:
    return (FILES / name).read_text(encoding="utf-8").splitlines()
