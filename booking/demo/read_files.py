"""Read what the examples are made of."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from random import Random
from typing import Any

FILES = Path(__file__).parent / "files"


def read_tables(name: str) -> list[dict[str, Any]]:
    """The entries of one of the invented files: objets, ateliers, entreprises or groupes."""
    (entries,) = tomllib.loads((FILES / f"{name}.toml").read_text(encoding="utf-8")).values()
    return list(entries)


def read_bytes(name: str) -> bytes:
    """An official file, as an import receives it."""
    return (FILES / name).read_bytes()


class Names:
    """Draws a fictional person, never the same twice."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw
        self._first = [one["prenom"] for one in _lines("prenoms.csv")]
        self._family = [one["nom"] for one in _lines("noms.csv")]
        self._drawn: set[str] = set()

    def draw(self) -> str:
        """A first name and a family name, drawn apart."""
        while (name := f"{self._draw.choice(self._first)} {self._draw.choice(self._family)}") in self._drawn:
            pass
        self._drawn.add(name)
        return name


def _lines(name: str) -> list[dict[str, str]]:
    with (FILES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))
