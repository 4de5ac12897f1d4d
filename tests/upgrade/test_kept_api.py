"""A program written against an earlier API goes on: whatever it would notice is written down, and nothing else.

The documents of api/ are those of the versions that were given out, the last one among them; a version that is given
out keeps its own there (`python -m tests.upgrade.api_breaks --keep VERSION`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from booking.api.document import described
from tests.upgrade.api_breaks import Break, breaks, kept

Told = dict[str, Any]
CHANGES = Path(__file__).parents[2] / "CHANGELOG.md"
LAST = "1b2265b8"


@cache
def today() -> Told:
    return dict(described())


def lines() -> list[str]:
    return [line for line in CHANGES.read_text(encoding="utf-8").splitlines() if "`" in line]


def is_told(one: Break) -> bool:
    """Whether one line names the operation and the last word of what is no more as it was."""
    word = re.split(r"\.", one.name)[-1].removesuffix("[]")
    return any(f"`{one.route}`" in line and re.search(rf"\b{re.escape(word)}\b", line) for line in lines())


def test_whatever_a_program_of_the_last_version_would_notice_is_told_in_the_changes():
    assert [one for one in breaks(kept(LAST), today()) if not is_told(one)] == []


def test_every_path_of_the_last_version_is_still_there():
    gone = [one for one in breaks(kept(LAST), today()) if one.what in {"path", "method", "status", "header"}]
    assert gone == []


def test_a_document_breaks_nothing_of_itself():
    assert breaks(today(), today()) == []


def reservation(document: Told) -> Told:
    return document["components"]["schemas"]["Reservation"]["properties"]


def booking(document: Told) -> Told:
    return document["components"]["schemas"]["BookSlot"]


def act(document: Told, method: str, path: str) -> Told:
    return document["paths"][f"/api/v1{path}"][method]


def planted(document: Told) -> dict[str, tuple[Callable[[], object], Break]]:
    """Each kind of break, as somebody would make it."""
    book, read = act(document, "post", "/reservations"), act(document, "get", "/reservations/{reservation}")
    lists = act(document, "get", "/slots")
    fields, body = reservation(document), booking(document)
    name, one = "POST /reservations", "GET /reservations/{reservation}"
    level = next(parameter for parameter in lists["parameters"] if parameter["name"] == "limit")
    at = "/api/v1/reservations/{reservation}"
    return {
        "a path goes": (
            lambda: document["paths"].pop(f"{at}/papers.pdf"), Break(f"{one}/papers.pdf", "path")
        ),
        "a method goes": (lambda: document["paths"]["/api/v1/slots"].pop("post"), Break("POST /slots", "method")),
        "a status changes": (
            lambda: book["responses"].update({"200": book["responses"].pop("201")}), Break(name, "status", "201")
        ),
        "a header goes": (lambda: book["responses"]["201"].pop("headers"), Break(name, "header", "Location")),
        "a body is of another kind": (
            lambda: book["requestBody"].update(content={"text/csv": {}}),
            Break(name, "content type", "application/json"),
        ),
        "a field is sent no more": (lambda: body["properties"].pop("adults"), Break(name, "not taken", "adults")),
        "a field must be sent": (lambda: body["required"].append("needs"), Break(name, "required", "needs")),
        "a field is sent as another type": (
            lambda: body["properties"].update({"pupils": {"type": "string"}}), Break(name, "type", "pupils")
        ),
        "a parameter must be sent": (lambda: level.update(required=True), Break("GET /slots", "required", "limit")),
        "a parameter takes fewer values": (
            lambda: level["schema"].update(enum=[50, 200]), Break("GET /slots", "enum", "limit")
        ),
        "a parameter goes": (lambda: lists["parameters"].remove(level), Break("GET /slots", "not taken", "limit")),
        "a field is read no more": (lambda: fields.pop("uid"), Break(one, "not given", "uid")),
        "a field is read as another type": (
            lambda: fields.update(pupils={"type": ["integer", "null"]}), Break(one, "type", "pupils")
        ),
        "a field may be absent": (
            lambda: document["components"]["schemas"]["Reservation"]["required"].remove("uid"),
            Break(one, "may be absent", "uid"),
        ),
        "a field has more values": (
            lambda: document["components"]["schemas"]["State"]["enum"].append("dreamt"), Break(one, "enum", "state")
        ),
        "an answer is of another kind": (
            lambda: read["responses"]["200"].update(content={"text/html": {}}),
            Break(one, "content type", "application/json"),
        ),
    }  # fmt: skip


@pytest.mark.parametrize("what", planted(deepcopy(today())))
def test_each_kind_of_break_is_found(what: str):
    document = deepcopy(today())
    break_it, expected = planted(document)[what]
    break_it()
    assert expected in breaks(today(), document)


def test_what_is_only_added_breaks_nobody():
    document = deepcopy(today())
    document["paths"]["/api/v1/more"] = {"get": {"responses": {"200": {"content": {}}}}}
    reservation(document)["more"] = {"type": "string"}
    booking(document)["properties"]["more"] = {"type": "object", "required": ["so"], "properties": {"so": {}}}
    act(document, "get", "/slots")["parameters"].append({"name": "more", "schema": {"type": "string"}})
    act(document, "get", "/slots")["responses"]["418"] = {}
    assert breaks(today(), json.loads(json.dumps(document))) == []
