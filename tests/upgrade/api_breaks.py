"""What a program written against one OpenAPI document would notice of another: each thing that breaks it, by name.

What it sends must still be taken: no path, method, parameter, kind of body or field gone, none more needed, no type or
value less. What it reads must still be given: no status, header, kind of answer or field gone, none that may be absent
now, no type or value more. Whatever else is added breaks nobody. Refusals are one shape, whose statuses may be more.

    python -m tests.upgrade.api_breaks KEPT.json.gz     what today's document breaks of a kept one
    python -m tests.upgrade.api_breaks --keep VERSION   keeps today's, for the next version to be held to
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

Told = dict[str, Any]
KEPT = Path(__file__).parent / "api"
NONE: frozenset[str] = frozenset()
ANY = "any"


class Break(NamedTuple):
    """One thing that is not as it was: `what` is the kind of break, `name` the field, header or status."""

    route: str
    what: str
    name: str = ""


class Value(NamedTuple):
    """A value that is sent or read: whether it must be there, its types, the values that it may have, if told."""

    needed: bool
    types: frozenset[str]
    enum: frozenset[str]


def breaks(before: Told, after: Told) -> list[Break]:
    """Everything of `before` that `after` breaks."""
    return [*dict.fromkeys(_breaks(Document(before), Document(after)))]


def _breaks(before: Document, after: Document) -> Iterator[Break]:
    for (method, path), act in before.acts.items():
        route = f"{method} {path}"
        if (now := after.acts.get((method, path))) is None:
            yield Break(route, "path" if path not in {path for _, path in after.acts} else "method")
            continue
        yield from _sent(route, before.parameters(act), after.parameters(now))
        yield from _sent(route, before.body(act), after.body(now))
        yield from _kinds(route, before.kinds(act.get("requestBody", {})), after.kinds(now.get("requestBody", {})))
        for status, answer in act["responses"].items():
            if status >= "400":
                continue
            if (given := now["responses"].get(status)) is None:
                yield Break(route, "status", status)
                continue
            yield from _kinds(route, before.kinds(answer), after.kinds(given))
            for name, header in answer.get("headers", {}).items():
                if header.get("required") and not given.get("headers", {}).get(name, {}).get("required"):
                    yield Break(route, "header", name)
            yield from _read(route, before.answer(answer), after.answer(given))


def _kinds(route: str, before: frozenset[str], after: frozenset[str]) -> Iterator[Break]:
    yield from (Break(route, "content type", kind) for kind in sorted(before - after) if before)


def _sent(route: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterator[Break]:
    for name, was in before.items():
        if (value := after.get(name)) is None:
            yield Break(route, "not taken", name)
        elif not was.types <= value.types and ANY not in value.types:
            yield Break(route, "type", name)
        elif value.enum and not (was.enum and was.enum <= value.enum):
            yield Break(route, "enum", name)
    for name, value in after.items():
        # What stands inside something that may be left out is needed only of who sends that.
        held = name.removesuffix("[]") if name.endswith("[]") else name.rpartition(".")[0].removesuffix("[]")
        if value.needed and not before.get(name, Value(held not in before and bool(held), NONE, NONE)).needed:
            yield Break(route, "required", name)


def _read(route: str, before: Mapping[str, Value], after: Mapping[str, Value]) -> Iterator[Break]:
    for name, was in before.items():
        if (value := after.get(name)) is None:
            yield Break(route, "not given", name)
        elif was.needed and not value.needed:
            yield Break(route, "may be absent", name)
        elif not value.types <= was.types and ANY not in was.types:
            yield Break(route, "type", name)
        elif was.enum and not (value.enum and value.enum <= was.enum):
            yield Break(route, "enum", name)


class Document:
    """A document by its operations, and the values of each by their paths: `headcounts[].adults`."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.acts: dict[tuple[str, str], Told] = {
            (method.upper(), path.removeprefix("/api/v1")): act
            for path, acts in told["paths"].items()
            for method, act in acts.items()
        }

    def parameters(self, act: Told) -> dict[str, Value]:
        return {
            # Nobody sends null in an address: a parameter that may be null is one that may be left out.
            one["name"]: Value(
                one.get("required", False), self._types(one["schema"]) - {"null"}, self._enum(one["schema"])
            )
            for one in act.get("parameters", ())
        }

    def body(self, act: Told) -> dict[str, Value]:
        return self.answer(act.get("requestBody", {}))

    def answer(self, part: Told) -> dict[str, Value]:
        return dict(self._fields(part.get("content", {}).get("application/json", {}).get("schema", {})))

    def kinds(self, part: Told) -> frozenset[str]:
        return frozenset(part.get("content", {}))

    def _fields(self, schema: Told, at: str = "", seen: tuple[str, ...] = ()) -> Iterator[tuple[str, Value]]:
        if (name := schema.get("$ref")) is not None:
            if name not in seen:
                yield from self._fields(self._named(name), at, (*seen, name))
            return
        for way in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            yield from self._fields(way, at, seen)
        for name, part in schema.get("properties", {}).items():
            path = f"{at}.{name}".lstrip(".")
            yield path, Value(name in schema.get("required", ()), self._types(part), self._enum(part))
            yield from self._fields(part, path, seen)
        if "items" in schema:
            item = schema["items"]
            yield f"{at}[]", Value(True, self._types(item), self._enum(item))
            yield from self._fields(item, f"{at}[]", seen)

    def _types(self, schema: Told) -> frozenset[str]:
        if (name := schema.get("$ref")) is not None:
            return self._types(self._named(name))
        if ways := (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            return frozenset[str]().union(*map(self._types, ways))
        kind = schema.get("type", "string" if "enum" in schema else ANY)
        return frozenset(kind if isinstance(kind, list) else [kind])

    def _enum(self, schema: Told) -> frozenset[str]:
        if (name := schema.get("$ref")) is not None:
            return self._enum(self._named(name))
        ways = [self._enum(way) for way in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))]
        return frozenset(map(str, (one for one in schema.get("enum", ()) if one is not None))).union(*ways)

    def _named(self, reference: str) -> Told:
        return dict(self.told["components"]["schemas"][reference.rpartition("/")[2]])


def kept(version: str) -> Told:
    """The document of a version, as it was kept."""
    return dict(json.loads(gzip.decompress((KEPT / f"{version}.json.gz").read_bytes())))


def main(*asked: str) -> int:
    from booking.api.document import described  # noqa: PLC0415 - a second of imports

    if asked[:1] == ("--keep",):
        content = json.dumps(described(), ensure_ascii=False, sort_keys=True).encode()
        (KEPT / f"{asked[1]}.json.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        return 0
    found = breaks(json.loads(gzip.decompress(Path(asked[0]).read_bytes())), described())
    print("\n".join(" | ".join(one) for one in found) or "Rien n'est cassé.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
