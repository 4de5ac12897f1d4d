"""Repopulates a form: writes submitted values back into the form of a rendered page, whatever the form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

Typed = Mapping[str, Sequence[str]]
# The idempotency key belongs to the newly rendered page, as do the technical fields (`_csrf` and the like).
OWN_FIELDS = {"key"}


def repopulate(page: str, action: str, typed: Typed) -> tuple[str, bool]:
    """The page with the typed values in the form that is submitted to `action`, and whether it has such a form.

    Of several forms with that action, the one whose hidden fields are the same; without any, the form that has most of
    the typed fields: the first step of one that has two.
    """
    parser = _FormParser()
    parser.feed(page)
    form_index = _matching_form(parser.forms, action, typed)
    if form_index is None:
        return page, False
    filler = _FormFiller(typed, form_index=form_index)
    filler.feed(page)
    filler.close()
    return "".join(filler.output), True


@dataclass
class _ParsedForm:
    """A form of a page: its action, its hidden fields with their values, the names of its visible fields."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    visible: set[str] = field(default_factory=set)


def _matching_form(forms: list[_ParsedForm], action: str, typed: Typed) -> int | None:
    candidates = [index for index, form in enumerate(forms) if form.action == action]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        same = (i for i in candidates if all(list(typed.get(name, ())) == [v] for name, v in forms[i].hidden.items()))
        return next(same, None)
    shared = [len(form.visible & set(typed)) for form in forms]
    return shared.index(max(shared)) if shared and max(shared) > 1 else None


class _FormParser(HTMLParser):
    """Collects the POST forms of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_ParsedForm] = []
        self.in_form = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.in_form = _is_post(attributes)
            if self.in_form:
                self.forms.append(_ParsedForm(urlsplit(attributes.get("action", "")).path))
        elif self.in_form and (name := attributes.get("name", "")) and not name.startswith("_"):
            if attributes.get("type") != "hidden":
                self.forms[-1].visible.add(name)
            elif name not in OWN_FIELDS:
                self.forms[-1].hidden[name] = attributes.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.in_form = False


class _FormFiller(HTMLParser):
    """Copies a page to `output`, and fills in the fields of one form."""

    def __init__(self, typed: Typed, *, form_index: int) -> None:
        super().__init__(convert_charrefs=False)
        self.typed, self.form_index = typed, form_index
        self.output: list[str] = []
        self.open_details: list[int] = []
        self.current_form = -1
        self.in_form = False
        self.selected: Sequence[str] | None = None
        self.skipping = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes, raw = {name: value or "" for name, value in attrs}, self.get_starttag_text() or ""
        if tag == "details":
            self.open_details.append(len(self.output))
        if tag == "form" and _is_post(attributes):
            self.current_form += 1
            self.in_form = self.current_form == self.form_index
            if self.in_form:
                self._unfold()
        elif self.in_form:
            raw = self._filled(tag, attributes, raw)
        self.output.append(raw)

    def _filled(self, tag: str, attributes: dict[str, str], raw: str) -> str:
        name, kind = attributes.get("name", ""), attributes.get("type", "text")
        values = self.typed.get(name)
        if tag == "input" and kind in {"checkbox", "radio"}:
            return self._toggled(raw, "checked", attributes.get("value", "on") in (values or ()))
        if tag == "option" and self.selected is not None:
            return self._toggled(raw, "selected", attributes.get("value", "") in self.selected)
        if values is None or kind in {"hidden", "file", "submit"} or name.startswith("_"):
            return raw
        if tag == "select":
            self.selected = values
        elif tag == "textarea":
            self.skipping = True
            raw += "\n" + escape(values[-1])
        elif tag == "input":
            raw = _with(raw, "value", values[-1])
        if tag in {"input", "textarea"} and values[-1]:
            self._unfold()
        return raw

    def _toggled(self, raw: str, attribute: str, on: bool) -> str:
        bare = _without(raw, attribute)
        if on and attribute == "checked":
            self._unfold()
        return _with(bare, attribute, None) if on else bare

    def _unfold(self) -> None:
        """Open every `details` element around the current position."""
        for index in self.open_details:
            self.output[index] = _with(self.output[index], "open", None)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.skipping = False
        elif tag == "select":
            self.selected = None
        elif tag == "form":
            self.in_form = False
        elif tag == "details" and self.open_details:
            self.open_details.pop()
        self.output.append(f"</{tag}>")

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
        if not self.skipping:
            self.output.append(text)


def _is_post(form: dict[str, str]) -> bool:
    return form.get("method", "").lower() == "post"


def _without(raw: str, name: str) -> str:
    return re.sub(rf"\s{name}(=(\"[^\"]*\"|'[^']*'|[^\s>]+))?(?=[\s/>])", "", raw)


def _with(raw: str, name: str, value: str | None) -> str:
    """A start tag with one attribute set to a value."""
    bare = _without(raw, name)
    end = "/>" if bare.endswith("/>") else ">"
    return f"{bare.removesuffix(end).rstrip()} {name}" + ("" if value is None else f'="{escape(value)}"') + end
