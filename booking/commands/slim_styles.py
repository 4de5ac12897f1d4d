"""Cutting Bootstrap down to what the desk uses: a phone at the door loads a ninth of it, and keeps it.

Run at set-up by the Makefile; a rule stays when every class that it names is a word of the desk's templates or scripts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ = ("templates/desk/*.html", "templates/_parts.html", "templates/_header.html", "templates/_footer.html")
SCRIPTS = "booking/static/js/desk*.js"

_COMMENT = re.compile(r"/\*.*?\*/|@charset[^;]*;", re.DOTALL)
_EXCEPT = re.compile(r":not\([^)]*\)")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_WORD = re.compile(r"[A-Za-z][\w-]*")


def words_of_the_desk() -> set[str]:
    """Every word that could be a class: more than there are, never fewer."""
    files = [file for pattern in (*READ, SCRIPTS, "templates/base.html") for file in sorted(ROOT.glob(pattern))]
    return {word for file in files for word in _WORD.findall(file.read_text())}


def slim(css: str, words: set[str]) -> str:
    """The rules of a style sheet whose classes are all among `words`; other colour themes and animations go."""
    kept = []
    for head, body in _blocks(_COMMENT.sub("", css)):
        if head.startswith(("@media", "@supports")):
            inner = "" if "print" in head else slim(body, words)
            kept.append(f"{head}{{{inner}}}" if inner else "")
        elif not head.startswith("@"):
            used = [one for one in head.split(",") if _is_used(one, words)]
            kept.append(f"{','.join(used)}{{{body}}}" if used else "")
    return "".join(kept)


def _is_used(selector: str, words: set[str]) -> bool:
    return "data-bs-theme=dark" not in selector and set(_CLASS.findall(_EXCEPT.sub("", selector))) <= words


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    start = 0
    while (opening := css.find("{", start)) >= 0:
        end, depth = opening + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[start:opening].strip(), css[opening + 1 : end - 1]
        start = end


if __name__ == "__main__":
    sys.stdout.write(slim(Path(sys.argv[1]).read_text(), words_of_the_desk()))
