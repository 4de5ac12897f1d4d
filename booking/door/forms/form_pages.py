"""Which page a form stands on, so that the address it is sent to leads there when it is merely visited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

KINDS = {"int": "[0-9]+", "str": "[^/]+", "uuid": "[0-9a-fA-F-]+", "path": ".+"}
NEW = ("/nouveau", "/nouvelle")
_PART = re.compile(r"\{(\w+)(?::(\w+))?\}")
# Some hundreds, which most processes never need: each is read when it is first looked at.
_read = cache(re.compile)


@dataclass(frozen=True)
class FormPages:
    """The addresses that take a form, each with the page of that form: `/creneaux/{slot}/reserver`."""

    pages: tuple[tuple[str, str], ...]
    shown: tuple[str, ...]

    def is_shown(self, path: str) -> bool:
        """Whether a page of ours answers there."""
        return any(_read(page).fullmatch(path) for page in self.shown)

    def page_of(self, path: str, typed: Mapping[str, str] | None = None) -> str | None:
        """The page of the form that is sent to this address; a number that the address lacks is looked for in `typed`.

        The home page when it is not there either; None for an address that takes no form.
        """
        for address, page in self.pages:
            if found := _read(address).fullmatch(path):
                numbers = {name: told for name, told in (typed or {}).items() if re.fullmatch("[0-9]{1,9}", told)}
                try:
                    return page.format(**numbers | found.groupdict())
                except KeyError:
                    return "/"
        return None


def form_pages(routes: Iterable[tuple[str, str, dict[str, Any]]]) -> FormPages:
    """The pages of every form: what the route says in `opt["form_on"]`, else the nearest page above its address."""
    forms: dict[str, str | None] = {}
    shown: set[str] = set()
    pages: list[str] = []
    for method, path, opt in routes:
        if method == "GET":
            shown.add(_shape(path))
            pages.append(_pattern(path))
        elif method == "POST" and not path.startswith("/api/"):
            forms[path] = opt.get("form_on")
    # An address without numbers is looked at before one whose number could be anything.
    known = sorted(forms.items(), key=lambda form: (form[0].count("{"), form[0]))
    forms_on = tuple((_pattern(path), page or _nearest(path, shown)) for path, page in known)
    return FormPages(forms_on, tuple(pages))


def _nearest(path: str, shown: set[str]) -> str:
    for one in NEW:
        if _shape(path + one) in shown:
            return _PART.sub(r"{\1}", path + one)
    while path and _shape(path) not in shown:
        path = path.rpartition("/")[0]
    return _PART.sub(r"{\1}", path) or "/"


def _shape(path: str) -> str:
    return _PART.sub(lambda part: f"{{{part[2] or 'str'}}}", path)


def _pattern(path: str) -> str:
    places = iter(_PART.findall(path))
    parts = (re.escape(text) for text in _PART.sub("\x00", path).split("\x00"))
    pattern = next(parts)
    for (name, kind), text in zip(places, parts, strict=True):
        pattern += f"(?P<{name}>{KINDS[kind or 'str']}){text}"
    return pattern
