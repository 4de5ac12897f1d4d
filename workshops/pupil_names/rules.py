"""Whether a line that others read names somebody: a known first name, then a word in capitals. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

FILES = Path(__file__).parent / "files"
# Between the place and the name that it bears: "lycée professionnel privé Jules Haag".
REACH = 3
ACRONYMS = frozenset({"AESH", "AVS", "IME", "ITEP", "LSF", "PAI", "PAP", "PMR", "PPRE", "PPS", "REP", "SEGPA", "ULIS"})
PARTICLES = frozenset(["da", "de", "del", "des", "di", "dos", "du", "van", "von"])
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*\.?")
_ELIDED = re.compile(r"\b[cdjlmnst]['’](?=\w)|\bqu['’](?=\w)", re.IGNORECASE)


def person_named(text: str) -> str | None:
    """The words of a line that name a person; None when it names nobody. Accents count for nothing.

    A known first name and a word with a capital, whatever the case of the first name ("lea Martin"), or a name in
    capitals and a known first name ("MARTIN Léa"). Those that places bear and well-known people are nobody.
    """
    text = unicodedata.normalize("NFC", text)
    words = list(_WORD.finditer(_illustrious().sub(_blank, _unaccented(text))))
    for place, word in enumerate(words):
        after = _run(text, words[place:])
        first, family = word[0].rstrip("."), after[-1][0].rstrip(".") if len(after) > 1 else ""
        if family and (_names(first, family) or _reversed(first, family)) and not _of_a_place(words[:place]):
            start, end = word.start() + len(_elision(word[0])), after[-1].start() + len(family)
            return " ".join(text[start:end].split())
    return None


def says_who(label: str, text: str, *, instead: str) -> str | None:
    """The sentence that refuses a line which names somebody, None for another; `instead` says what to write."""
    found = person_named(text)
    if found is None:
        return None
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


def _names(first: str, family: str) -> bool:
    first, family = first[len(_elision(first)) :], family[len(_elision(family)) :]
    if not family[:1].isupper() or not _known(first):
        return False
    word_too = first.casefold() in _read("mots.txt")
    return not (word_too and (first[0].islower() or len(family) == 1))


def _reversed(family: str, first: str) -> bool:
    return len(family) > 1 and family.isupper() and family not in ACRONYMS and first[0].isupper() and _known(first)


def _known(word: str) -> bool:
    whole = word.casefold()
    return whole in (names := _read("prenoms.txt")) or whole.split("-")[0] in names


def _of_a_place(before: list[re.Match[str]]) -> bool:
    return any(word[0].casefold().rstrip(".") in _read("lieux.txt") for word in before[-REACH:])


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
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)


def _lines(name: str) -> list[str]:
    return (FILES / name).read_text(encoding="utf-8").splitlines()
