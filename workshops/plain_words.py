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
A_LINE = rf"^[^\t\n\r{_UNSEEN}]*(?![\s\S])"
SOME_LINES = rf"^[^{_UNSEEN}]*(?![\s\S])"

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


def patterns(words: str) -> list[str]:
    """What `plain(...) LIKE ALL` must hold for every word typed; none for no words, which everything holds."""
    return [f"%{word}%" for word in words.casefold().translate(_TABLE).split()]


def holds(text: str, words: str) -> str:
    """The SQL that asks whether a text holds all `words`, an array of patterns(); without any, no text is read."""
    return f"(cardinality({words}) = 0 OR {plain(text)} LIKE ALL ({words}))"


def plain(text: str) -> str:
    """The SQL of a text as it is compared."""
    return f"translate(lower({text}), '{_TOLD}', '{_PLAIN}')"
