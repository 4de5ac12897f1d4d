"""A program written against the API of commit 1b2265b8 goes on: each field that it sends or reads is still there.

openapi.json.gz is the document that commit made. An answer may have more since, a body may leave out more, and a bound
is the one that was refused in words all along; whatever else a program could notice is named here, one line each.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.application import assembled

Told = dict[str, Any]
SENT_OTHERWISE = {
    ("POST", "/reservations/{reservation}/paper-visa", "note"): "signed_by and signed_on say who signed, and when",
    ("POST", "/slots/{slot}/closure", "companies"): "null was the same as leaving it out, which is still allowed",
    ("PUT", "/targets/{programme}/{metric}", "rule"): "the rule is the code's; a coordinator adds a note",
}
READ_OTHERWISE = {
    ("GET", "/coverage", "items[].pupils_received"): "null to an inspection, a new role, where few came",
    ("GET", "/openings/{opening}/draw/demands", "items[].slot_id"): "null of what is drawn since: no list says a slot",
}
NEEDED_NOW = {
    ("POST", "/reservations/{reservation}/paper-visa", "signed_by"),
    ("POST", "/reservations/{reservation}/paper-visa", "signed_on"),
    # An empty reason was refused all along, in words.
    ("POST", "/attendances/{attendance}/refusal", "reason"),
    ("POST", "/ptech/actions/{number}/calling-off", "reason"),
    # A closing counts adults too.
    ("POST", "/slots/{slot}/closure", "headcounts[].adults"),
}


class Shapes:
    """What each route takes and gives, by the paths of its fields: `headcounts[].adults`."""

    def __init__(self, document: Told) -> None:
        self.document = document
        self.routes = {
            (method.upper(), path.removeprefix("/api/v1")): act
            for path, acts in document["paths"].items()
            for method, act in acts.items()
        }

    def taken(self, route: tuple[str, str]) -> dict[str, Told]:
        return dict(self._fields(_json_of(self.routes[route].get("requestBody", {}))))

    def given(self, route: tuple[str, str]) -> dict[str, Told]:
        answers = self.routes[route]["responses"].items()
        return {name: shape for status, one in answers if status < "3" for name, shape in self._fields(_json_of(one))}

    def parameters(self, route: tuple[str, str]) -> dict[str, Told]:
        return {one["name"]: one for one in self.routes[route].get("parameters", ())}

    def _fields(self, shape: Told, at: str = "", seen: tuple[str, ...] = ()) -> Iterator[tuple[str, Told]]:
        if (name := shape.get("$ref")) is not None:
            if name not in seen:
                yield from self._fields(self._named(name), at, (*seen, name))
            return
        for way in (*shape.get("anyOf", ()), *shape.get("allOf", ())):
            yield from self._fields(way, at, seen)
        for name, part in shape.get("properties", {}).items():
            path = f"{at}.{name}".lstrip(".")
            yield path, {"needed": name in shape.get("required", ()), "kinds": self._kinds(part)}
            yield from self._fields(part, path, seen)
        if "items" in shape:
            yield from self._fields(shape["items"], f"{at}[]", seen)

    def _kinds(self, shape: Told) -> frozenset[str]:
        """The types of a value: string, null. An enumeration is a string."""
        if (name := shape.get("$ref")) is not None:
            return self._kinds(self._named(name))
        if "anyOf" in shape:
            return frozenset().union(*map(self._kinds, shape["anyOf"]))
        kind = shape.get("type", "string" if "enum" in shape else "any")
        return frozenset(kind if isinstance(kind, list) else [kind])

    def _named(self, reference: str) -> Told:
        return self.document["components"]["schemas"][reference.rpartition("/")[2]]


def _json_of(part: Mapping[str, Any]) -> Told:
    return part.get("content", {}).get("application/json", {}).get("schema", {})


@cache
def kept() -> Shapes:
    return Shapes(json.loads(gzip.decompress((Path(__file__).parent / "openapi.json.gz").read_bytes())))


@cache
def now() -> Shapes:
    return Shapes(assembled().openapi_schema.to_schema())


def test_every_route_is_still_there():
    assert kept().routes.keys() - now().routes.keys() == set()


def test_what_a_program_sends_is_still_taken():
    otherwise = {
        (*route, name)
        for route in kept().routes
        for name, field in kept().taken(route).items()
        if not field["kinds"] <= now().taken(route).get(name, {"kinds": frozenset()})["kinds"]
    }
    assert otherwise == set(SENT_OTHERWISE)


def test_nothing_more_must_be_sent():
    needed = {
        (*route, name)
        for route in kept().routes
        for name, field in now().taken(route).items()
        if field["needed"] and not kept().taken(route).get(name, {"needed": False})["needed"]
    }
    assert needed == NEEDED_NOW


def test_what_a_program_reads_is_still_given():
    otherwise = {
        (*route, name)
        for route in kept().routes
        for name, field in kept().given(route).items()
        if not now().given(route).get(name, {"kinds": {"gone"}})["kinds"] <= field["kinds"]
    }
    assert otherwise == set(READ_OTHERWISE)


def test_every_parameter_of_an_address_is_still_known_and_none_more_is_needed():
    for route in kept().routes:
        before, after = kept().parameters(route), now().parameters(route)
        assert (route, before.keys() - after.keys()) == (route, set())
        needed = {name for name, one in after.items() if one.get("required")}
        assert needed == {name for name, one in before.items() if one.get("required")}
