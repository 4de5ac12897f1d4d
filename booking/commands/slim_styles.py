"""Cutting Bootstrap down to what the desk uses: a phone at the door loads a ninth of it, and keeps it.

Run at set-up by the Makefile; a rule stays when every class that it names may be one of the desk's templates or
scripts, and a variable of the root when something reads it.
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
# Where a class can come from: an attribute, a string of the template's own code, a string of a script.
_CLASSES = re.compile(r'\bclass="([^"]*)"')
_CODE = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_STRING = re.compile(r"""\"[^"\n]*"|'[^'\n]*'|`[^`]*`""")
_READS = re.compile(r"var\((--[\w-]+)")
_DEFINED = re.compile(r"(?<=[;{])(--[\w-]+):[^;}]*;?")


def words_of_the_desk() -> set[str]:
    """Every word that could be a class: more than there are, never fewer."""
    pages = [file for pattern in (*READ, "templates/base.html") for file in sorted(ROOT.glob(pattern))]
    found: list[str] = []
    for file in pages:
        page = file.read_text()
        found += _CLASSES.findall(page)
        found += [told for code in _CODE.findall(page) for told in _STRING.findall(code)]
    for file in sorted(ROOT.glob(SCRIPTS)):
        found += _STRING.findall(file.read_text())
    return {word for told in found for word in _WORD.findall(told)}


def read_by_ours() -> set[str]:
    """The variables that our own sheets read."""
    return {name for file in (ROOT / "booking/static/css").glob("*.css") for name in _READS.findall(file.read_text())}


def slim(css: str, words: set[str], *, read: set[str] | None = None) -> str:
    """The rules of a style sheet whose classes are all among `words`; other colour themes and animations go.

    Of the variables, those stay that a rule reads, or that are among `read`.
    """
    kept, before = _rules(css, words), ""
    while kept != before:
        before, used = kept, {*_READS.findall(kept), *(read or ())}
        kept = _DEFINED.sub(lambda one: one[0] if one[1] in used else "", kept)  # noqa: B023 - called at once
    return re.sub(r"[^{}]*\{\}", "", kept)


def _rules(css: str, words: set[str]) -> str:
    kept = []
    for head, body in _blocks(_COMMENT.sub("", css)):
        if head.startswith(("@media", "@supports")):
            inner = "" if "print" in head else _rules(body, words)
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
    sys.stdout.write(slim(Path(sys.argv[1]).read_text(), words_of_the_desk(), read=read_by_ours()))
