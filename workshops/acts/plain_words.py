"""Words that people type: what a text may hold, and how one is found by its name.

Pages, API and imports keep texts without the characters that nobody sees: one of them begins another header, another
turns a line around, and PostgreSQL holds no NUL at all.
"""

from __future__ import annotations

import re
import unicodedata

# Controls (C0, C1), the two separators of Unicode, and what turns the direction of reading.
_UNSEEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
_UNSEEN_ONE = re.compile(f"[{_UNSEEN}]")
# What machines send is refused otherwise. Said so that Python and JavaScript read the same, a last line feed too.
END = r"(?![\s\S])"
A_LINE = rf"^[^\t\n\r{_UNSEEN}]*{END}"
SOME_LINES = rf"^[^{_UNSEEN}]*{END}"

_TOLD, _PLAIN = "àâäçéèêëîïôöùûüÿœæ", "aaaceeeeiioouuuyoa"
_TABLE = str.maketrans(_TOLD + "%_\\,;()\x00", _PLAIN + " " * 8)


def one_line(text: str) -> str:
    """A text on one line, its spaces single, without what nobody sees."""
    return " ".join(_UNSEEN_ONE.sub("", " ".join(text.split())).split())


def some_lines(text: str) -> str:
    """A text that keeps its lines, without what nobody sees."""
    return _UNSEEN_ONE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def unaccented(text: str) -> str:
    """« Élèves » is eleves: without case nor accents, nor what has no letter then."""
    return unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()


# What of a typed name may be wrong: nothing of a word of three letters, one letter of six, two of longer ones.
_SURE, _SHORT = 3, 6
# A word that goes on after what is typed is less near than one that ends there.
_MISSED, _GOES_ON = 4, 1


def bare_words(text: str) -> list[str]:
    """« Collège Victor-Hugo » is college, victor, hugo."""
    return re.findall(r"[a-z0-9]+", unaccented(text.replace("œ", "oe").replace("æ", "ae")))


def farness(typed: str, word: str) -> int | None:
    """How far a typed word is from one that may be meant; None when it is another one.

    0 for the same word. Letters that are wrong, missing, too many or swapped (Damerau) each count; what is typed may be
    the beginning of the word.
    """
    most = 0 if len(typed) <= _SURE else 1 if len(typed) <= _SHORT else 2
    if word.startswith(typed):
        return 0 if word == typed else _GOES_ON
    if not most or len(typed) - len(word) > most or typed[0].isdigit() or not _begin_alike(typed, word):
        return None
    goes_on = len(word) > len(typed) + most
    word = word[: len(typed) + most]
    before: list[int] = []
    line = list(range(len(word) + 1))
    for row, letter in enumerate(typed, 1):
        further, before, line = before, line, [row]
        for place, other in enumerate(word, 1):
            least = min(line[-1] + 1, before[place] + 1, before[place - 1] + (letter != other))
            if row > 1 and place > 1 and letter == word[place - 2] and typed[row - 2] == other:
                least = min(least, further[place - 2] + 1)
            line.append(least)
        if min(line) > most:
            return None
    whole, begun = line[-1], min(line)
    if whole <= most and not goes_on:
        return whole * _MISSED
    return begun * _MISSED + _GOES_ON if begun <= most else None


def _begin_alike(typed: str, word: str) -> bool:
    """Whether the first two letters have one in common: whatever else is wrong with one of them, this stays."""
    return typed[0] in word[:2] or typed[1] in word[:2]


def patterns(words: str) -> list[str]:
    """What `plain(...) LIKE ALL` must hold for every word typed; none for no words, which everything holds."""
    return [f"%{word}%" for word in words.casefold().translate(_TABLE).split()]


def holds(text: str, words: str) -> str:
    """The SQL that asks whether a text holds all `words`, an array of patterns(); without any, no text is read."""
    return f"(cardinality({words}) = 0 OR {plain(text)} LIKE ALL ({words}))"


def plain(text: str) -> str:
    """The SQL of a text as it is compared."""
    return f"translate(lower({text}), '{_TOLD}', '{_PLAIN}')"
