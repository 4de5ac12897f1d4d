"""Whether a line that others read tells the health of a child: a short list of words, each with its box. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from msgspec import Struct

from workshops.acts.pupil_names import FILES, says_who

# What a teacher ticks instead, as the boxes of what a group needs are called.
BOXES = {
    "plain-pied": "Accès de plain-pied ou par ascenseur",
    "boucle": "Boucle auditive",
    "calme": "Lieu calme à l'écart",
    "repas": "Repas à convenir avec le lycée",
}
# A word of so few letters has no other ending than its plural: « pai », never « paie ».
SHORT = 4
_ENDINGS, _ANY = "(?:e|s|es|x)?", r"[a-z]*"


class HealthWords(Struct, frozen=True):
    """The words of a line that tell somebody's health, and the box that says what is needed, empty for none."""

    words: str
    box: str


def health_told(text: str) -> HealthWords | None:
    """What a line tells of a child's health; None for an ordinary one.

    Capitals, accents, plurals and hyphens count for nothing, but for sigla that are words otherwise (« TSA »).
    """
    text = unicodedata.normalize("NFC", text)
    # Letter for letter, so that what is found is shown as it was typed.
    bare = "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)
    plain = re.sub(r"[^\w]|_", " ", bare.casefold() if len(bare.casefold()) == len(bare) else bare.lower())
    ordinary, words, sigla = _patterns()
    plain = ordinary.sub(lambda match: "." * len(match[0]), plain)
    if (match := words.search(plain)) is not None:
        return HealthWords(text[match.start() : match.end()], _box_of(match[0]))
    # « a-sthme », « mal-entendant », « œ »: the same words written otherwise.
    joined = re.sub(r"(?<=\w)[-‐‑–’'.·](?=\w)", "", bare.casefold()).replace("œ", "oe").replace("\u00ad", "")
    if (match := words.search(ordinary.sub("", joined))) is not None:
        return HealthWords(match[0], _box_of(match[0]))
    if (match := sigla.search(bare.replace(".", ""))) is not None:
        return HealthWords(match[0], _box_of(match[0].casefold()))
    return None


def says_health(label: str, text: str) -> str | None:
    """The sentence that refuses a line which tells a child's health, None for another; it names what to do instead."""
    health = health_told(text)
    if health is None:
        return None
    box = f"la case « {health.box} »" if health.box else "une case"
    return (
        f"{label} : « {health.words} » parle de la santé d'un élève, qui ne s'écrit pas ici. Cochez {box} dans les"
        " besoins d'accueil de la visite, ou dites-le par téléphone."
    )


def says_of_pupil(label: str, text: str, *, instead: str) -> str | None:
    """The sentence that refuses a line which names somebody, gives a telephone number or tells a child's health, None
    for another."""
    return says_who(label, text, instead=instead) or says_health(label, text)


def _box_of(words: str) -> str:
    spaced = re.sub(r"\s+", " ", words)
    return next((box for pattern, box in _listed() if pattern.fullmatch(spaced)), "")


@cache
def _listed() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(word)), BOXES[box] if box else "") for word, box in _entries())


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """The ordinary expressions, the words, the sigla that count in capitals alone."""
    ordinary = [_pattern(line.removeprefix("- ")) for line in _lines() if line.startswith("- ")]
    words = [_pattern(word) for word, _ in _entries() if not word.isupper()]
    sigla = [word for word, _ in _entries() if word.isupper()]
    return tuple(re.compile(rf"\b(?:{'|'.join(each)})\b") for each in (ordinary, words, sigla))  # type: ignore[return-value]


def _pattern(word: str) -> str:
    parts = re.split(r"[\s'’-]+", word.strip().casefold())
    return r"\s+".join(_part(part) for part in parts)


def _part(part: str) -> str:
    if part.endswith("*"):
        return part[:-1] + _ANY
    return part + ("s?" if len(part) <= SHORT else _ENDINGS)


def _entries() -> list[tuple[str, str]]:
    told = [line.partition("=") for line in _lines() if line[0] not in "#-"]
    return [(word.strip(), box.strip()) for word, _, box in told]


def _lines() -> list[str]:
    bare = (FILES / "sante.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in bare if line.strip()]
