"""In how many files a field that a person types is named by hand: Python, SQL in it, templates and settings.

    python -m tests.architecture.mentions          # each field of each act, most often named first, and the median
    python -m tests.architecture.mentions seats    # the files that name one

A name that several subjects share (name, note, title) counts all its files.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from booking.app import create_app
from workshops.acts import Act
from workshops.acts.fields import fields_of

ROOT = Path(__file__).parents[2]
KINDS = {".py", ".html", ".toml", ".txt"}


def sources() -> dict[str, set[str]]:
    """The words of each product file."""
    every = [ROOT / "pyproject.toml", *(path for top in ("booking", "workshops", "templates") for path in _under(top))]
    return {
        str(path.relative_to(ROOT)): set(re.findall(r"[a-z_]+", path.read_text(encoding="utf-8"))) for path in every
    }


def _under(top: str) -> Iterator[Path]:
    left_out = ROOT / "booking" / "static" / "built"
    return (path for path in (ROOT / top).rglob("*") if path.suffix in KINDS and left_out not in path.parents)


def typed_fields() -> set[str]:
    """The names of the fields of every act."""
    create_app()
    acts, left = set(), [Act]
    while left:
        left += (act := left.pop()).__subclasses__()
        acts.add(act)
    return {field.name for act in acts for field in fields_of(act)}


def main(arguments: list[str]) -> None:
    files = sources()
    named = {field: sorted(path for path, words in files.items() if field in words) for field in typed_fields()}
    for field in arguments:
        print(*named[field], sep="\n")
    if not arguments:
        for field, places in sorted(named.items(), key=lambda item: -len(item[1])):
            print(f"{len(places):4} {field}")
        print(f"{median(map(len, named.values())):4.0f} the median of {len(named)} fields")


if __name__ == "__main__":
    main(sys.argv[1:])
