"""The page of each form, so that a GET on the URL that a form is submitted to can redirect there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

CONVERTERS = {"int": "[0-9]+", "str": "[^/]+", "uuid": "[0-9a-fA-F-]+", "path": ".+"}
NEW_ITEM_PATHS = ("/nouveau", "/nouvelle")
_PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")
# Some hundreds, which most processes never need: each is compiled at its first use.
_compile = cache(re.compile)


class FormPages(Struct, frozen=True):
    """The URL patterns that forms are submitted to, each with the page of its form: `/creneaux/{slot}/reserver`."""

    pages: tuple[tuple[str, str], ...]
    shown: tuple[str, ...]

    def is_shown(self, path: str) -> bool:
        """Whether one of our pages has this path."""
        return any(_compile(page).fullmatch(path) for page in self.shown)

    def page_of(self, path: str, typed: Mapping[str, str] | None = None) -> str | None:
        """The page of the form that is submitted to this path; an id that the path lacks is taken from `typed`.

        The home page when it is not there either; None for a path that takes no form.
        """
        for pattern, page in self.pages:
            if match := _compile(pattern).fullmatch(path):
                ids = {name: value for name, value in (typed or {}).items() if re.fullmatch("[0-9]{1,9}", value)}
                try:
                    return page.format(**ids | match.groupdict())
                except KeyError:
                    return "/"
        return None


def form_pages(routes: Iterable[tuple[str, str, dict[str, Any]]]) -> FormPages:
    """The page of every form: the one in its route's `opt["form_on"]`, else the nearest page above its path."""
    forms: dict[str, str | None] = {}
    shown: set[str] = set()
    pages: list[str] = []
    for method, path, opt in routes:
        if method == "GET":
            shown.add(_shape(path))
            pages.append(_pattern(path))
        elif method == "POST" and not path.startswith("/api/"):
            forms[path] = opt.get("form_on")
    # A path without parameters is tried before one whose parameter could match anything.
    by_precedence = sorted(forms.items(), key=lambda form: (form[0].count("{"), form[0]))
    pages_of_forms = tuple((_pattern(path), page or _nearest(path, shown)) for path, page in by_precedence)
    return FormPages(pages_of_forms, tuple(pages))


def _nearest(path: str, shown: set[str]) -> str:
    for suffix in NEW_ITEM_PATHS:
        if _shape(path + suffix) in shown:
            return _PARAMETER.sub(r"{\1}", path + suffix)
    while path and _shape(path) not in shown:
        path = path.rpartition("/")[0]
    return _PARAMETER.sub(r"{\1}", path) or "/"


def _shape(path: str) -> str:
    return _PARAMETER.sub(lambda parameter: f"{{{parameter[2] or 'str'}}}", path)


def _pattern(path: str) -> str:
    parameters = iter(_PARAMETER.findall(path))
    literals = (re.escape(text) for text in _PARAMETER.sub("\x00", path).split("\x00"))
    pattern = next(literals)
    for (name, kind), literal in zip(parameters, literals, strict=True):
        pattern += f"(?P<{name}>{CONVERTERS[kind or 'str']}){literal}"
    return pattern
