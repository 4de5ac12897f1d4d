"""Putting what was typed back into a page's form, whatever the form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

Typed = Mapping[str, Sequence[str]]
# A key that says « this very form » is the new page's own, and so are the door's fields.
OWN = {"key"}


def filled_in(page: str, action: str, typed: Typed) -> tuple[str, bool]:
    """The page with the form sent to `action` as it was typed, and whether it has such a form.

    Of several that are sent there, the one whose hidden fields are the same; without any, the form that asks most of
    what was typed: the first step of one that has two.
    """
    read = _Reader()
    read.feed(page)
    which = _meant(read.forms, action, typed)
    if which is None:
        return page, False
    writer = _Writer(typed, which=which)
    writer.feed(page)
    writer.close()
    return "".join(writer.written), True


@dataclass
class _Seen:
    """A form of a page: where it is sent, what it hides, what it asks."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)


def _meant(forms: list[_Seen], action: str, typed: Typed) -> int | None:
    sent_there = [number for number, one in enumerate(forms) if one.action == action]
    if len(sent_there) == 1:
        return sent_there[0]
    if sent_there:
        same = (n for n in sent_there if all(list(typed.get(name, ())) == [v] for name, v in forms[n].hidden.items()))
        return next(same, None)
    shared = [len(one.asked & set(typed)) for one in forms]
    return shared.index(max(shared)) if shared and max(shared) > 1 else None


class _Reader(HTMLParser):
    """The forms of a page that write something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Seen] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = _writes(told)
            if self.inside:
                self.forms.append(_Seen(urlsplit(told.get("action", "")).path))
        elif self.inside and (name := told.get("name", "")) and not name.startswith("_"):
            if told.get("type") != "hidden":
                self.forms[-1].asked.add(name)
            elif name not in OWN:
                self.forms[-1].hidden[name] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


class _Writer(HTMLParser):
    """Copies a page, but for the fields of one form."""

    def __init__(self, typed: Typed, *, which: int) -> None:
        super().__init__(convert_charrefs=False)
        self.typed, self.which = typed, which
        self.written: list[str] = []
        self.folded: list[int] = []
        self.seen = -1
        self.inside = False
        self.select: Sequence[str] | None = None
        self.muted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told, raw = {name: value or "" for name, value in attrs}, self.get_starttag_text() or ""
        if tag == "details":
            self.folded.append(len(self.written))
        if tag == "form" and _writes(told):
            self.seen += 1
            self.inside = self.seen == self.which
            if self.inside:
                self._unfold()
        elif self.inside:
            raw = self._answered(tag, told, raw)
        self.written.append(raw)

    def _answered(self, tag: str, told: dict[str, str], raw: str) -> str:
        name, kind = told.get("name", ""), told.get("type", "text")
        answers = self.typed.get(name)
        if tag == "input" and kind in {"checkbox", "radio"}:
            return self._marked(raw, "checked", told.get("value", "on") in (answers or ()))
        if tag == "option" and self.select is not None:
            return self._marked(raw, "selected", told.get("value", "") in self.select)
        if answers is None or kind in {"hidden", "file", "submit"} or name.startswith("_"):
            return raw
        if tag == "select":
            self.select = answers
        elif tag == "textarea":
            self.muted = True
            raw += "\n" + escape(answers[-1])
        elif tag == "input":
            raw = _with(raw, "value", answers[-1])
        if tag in {"input", "textarea"} and answers[-1]:
            self._unfold()
        return raw

    def _marked(self, raw: str, word: str, on: bool) -> str:
        bare = _without(raw, word)
        if on and word == "checked":
            self._unfold()
        return _with(bare, word, None) if on else bare

    def _unfold(self) -> None:
        for place in self.folded:
            self.written[place] = _with(self.written[place], "open", None)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.muted = False
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False
        elif tag == "details" and self.folded:
            self.folded.pop()
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._copy(data)

    def handle_entityref(self, name: str) -> None:
        self._copy(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._copy(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._copy(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._copy(f"<!{decl}>")

    def _copy(self, text: str) -> None:
        if not self.muted:
            self.written.append(text)


def _writes(form: dict[str, str]) -> bool:
    return form.get("method", "").lower() == "post"


def _without(raw: str, name: str) -> str:
    return re.sub(rf"\s{name}(=(\"[^\"]*\"|'[^']*'|[^\s>]+))?(?=[\s/>])", "", raw)


def _with(raw: str, name: str, value: str | None) -> str:
    """A start tag with one attribute as told."""
    bare = _without(raw, name)
    end = "/>" if bare.endswith("/>") else ">"
    return f"{bare.removesuffix(end).rstrip()} {name}" + ("" if value is None else f'="{escape(value)}"') + end
