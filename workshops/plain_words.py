"""Words typed to find something by its name: accents, capitals and order do not count."""

from __future__ import annotations

_TOLD, _PLAIN = "àâäçéèêëîïôöùûüÿœæ", "aaaceeeeiioouuuyoa"
_TABLE = str.maketrans(_TOLD + "%_\\,;()\x00", _PLAIN + " " * 8)


def patterns(words: str) -> list[str]:
    """What `plain(...) LIKE ALL` must hold for every word typed; none for no words, which everything holds."""
    return [f"%{word}%" for word in words.casefold().translate(_TABLE).split()]


def plain(text: str) -> str:
    """The SQL of a text as it is compared."""
    return f"translate(lower({text}), '{_TOLD}', '{_PLAIN}')"
