"""The OpenAPI document says every answer: a short name, a sentence on each field, every refusal, where a thing is."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
import msgspec

from booking.api.oauth import FORM
from tests.browsing import Browser
from tests.contract import document

PROBLEM = {"$ref": "#/components/schemas/Problem"}


def operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", act) for path, acts in document()["paths"].items() for method, act in acts.items()
    ]


def test_every_operation_has_a_short_name_of_its_own_and_one_resource():
    names = [act["operationId"] for _, act in operations()]
    resources = {one["name"] for one in document()["tags"]}
    assert len(set(names)) == len(names)
    assert [name for name in names if len(name) > 30] == []
    assert {tag for _, act in operations() for tag in act["tags"]} == resources


def test_an_answer_is_known_without_its_suffix_and_no_other_shape_has_that_name():
    from booking.api.contract import ANSWER  # noqa: PLC0415

    names = [struct.__name__ for struct in _structs(msgspec.Struct) if struct.__module__.startswith("booking.api.")]
    plain = {ANSWER.sub("", name) for name in names if ANSWER.search(name)}
    assert [name for name in document()["components"]["schemas"] if ANSWER.search(name)] == []
    assert plain <= set(document()["components"]["schemas"])
    assert plain & set(names) == set()


def _structs(shape: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    below = shape.__subclasses__()
    return [*below, *(deeper for struct in below for deeper in _structs(struct))]


def test_every_name_of_a_shape_is_one_that_a_client_may_have():
    """Two of one name came with their modules before them: a client that is generated from that has neither."""
    names = [name for name in document()["components"]["schemas"] if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name)]
    titles = [one["title"] for one in _schemas(document()["components"]) if isinstance(one.get("title"), str)]
    assert names == []
    assert [title for title in titles if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", title)] == []
    assert {title for title in titles if titles.count(title) > 1} == set()


def test_every_success_has_a_shape():
    bare = [
        (where, status)
        for where, act in operations()
        for status, answer in act["responses"].items()
        if status.startswith("2") and status != "204"
        for kind, content in answer.get("content", {"nothing": {}}).items()
        if kind in {"nothing", "application/json"} and not content.get("schema")
    ]
    assert bare == []


def test_every_refusal_is_a_problem():
    other = [
        (where, status)
        for where, act in operations()
        for status, answer in act["responses"].items()
        if status >= "400" and answer["content"] != {"application/problem+json": {"schema": PROBLEM}}
    ]
    # RFC 6749 says what is answered there.
    assert other == [("POST /api/v1/oauth/token", "400"), ("POST /api/v1/oauth/token", "401")]


def test_whatever_was_made_has_an_address():
    made = {where: act["responses"]["201"] for where, act in operations() if "201" in act["responses"]}
    assert [where for where, answer in made.items() if "Location" not in answer.get("headers", ())] == []


def test_every_field_and_parameter_is_explained():
    fields = [
        f"{shape}.{name}"
        for shape, told in document()["components"]["schemas"].items()
        for name, field in told.get("properties", {}).items()
        if not field.get("description")
    ]
    parameters = [
        f"{where} {one['name']}"
        for where, act in operations()
        for one in act.get("parameters", ())
        if not one.get("description")
    ]
    assert (fields, parameters) == ([], [])


def test_no_word_of_the_glossary_is_left_over():
    from booking.api.glossary import WORDS  # noqa: PLC0415

    fields = {name for told in document()["components"]["schemas"].values() for name in told.get("properties", {})}
    parameters = {one["name"] for _, act in operations() for one in act.get("parameters", ())}
    assert set(WORDS) - fields - parameters == set()


def test_a_word_that_the_glossary_leaves_out_means_one_thing():
    from booking.api.glossary import WORDS  # noqa: PLC0415

    meant: dict[str, set[str]] = {}
    for told in document()["components"]["schemas"].values():
        for name, field in told.get("properties", {}).items():
            meant.setdefault(name, set()).update(
                part["description"] for part in (field, *field.get("anyOf", ())) if "description" in part
            )
    assert {name: words for name, words in meant.items() if name not in WORDS and len(words) > 1} == {}


def test_every_shape_is_a_schema():
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    shapes = document()["components"]["schemas"]
    assert [name for name, shape in shapes.items() if not jsonschema_rs.meta.is_valid(dialect | shape)] == []


def test_the_document_that_is_served_is_the_one_that_today_s_routes_make():
    from booking.api.document import BUILT, written  # noqa: PLC0415

    assert BUILT.read_bytes() == written(), "make setup builds it anew"


async def test_the_document_is_sent_as_it_was_built(app):
    from booking.api.document import BUILT  # noqa: PLC0415

    visitor = Browser(app)
    plain = await visitor.get("/api/openapi.json", headers={"Accept-Encoding": "identity"})
    packed = await visitor.get("/api/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert (plain.content, packed.content) == (BUILT.read_bytes(), BUILT.read_bytes())
    assert packed.headers["content-encoding"] == "gzip"


def _schemas(part: Any) -> list[dict[str, Any]]:
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return [*([part] if isinstance(part, dict) else ()), *(one for deeper in inside for one in _schemas(deeper))]


def test_no_pattern_asks_more_than_re2_gives():
    """Clients in Go, Rust and many others know neither what stands ahead nor JavaScript's codes of characters."""
    patterns = {one["pattern"] for one in _schemas(document()) if isinstance(one.get("pattern"), str)}
    for pattern in patterns:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
        assert "\\u" not in pattern
    line = next(one for one in patterns if one.startswith("^[^\\t"))
    validator = jsonschema_rs.Draft202012Validator({"pattern": line}, pattern_options=jsonschema_rs.RegexOptions())
    assert [text for text in ("4e B", "4e\tB", "4e\u202eB", "4e B\n") if validator.is_valid(text)] == ["4e B"]


def test_no_parameter_may_be_null():
    nullable = [
        (where, one["name"])
        for where, act in operations()
        for one in act.get("parameters", ())
        if any("null" in (part.get("type") or ()) for part in _schemas(one["schema"]))
    ]
    assert nullable == []


def test_every_list_takes_a_limit_and_a_cursor():
    lists = {
        where: {one["name"] for one in act.get("parameters", ())}
        for where, act in operations()
        for answer in act["responses"].values()
        if "Page" in str(answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", ""))
    }
    assert len(lists) >= 30
    assert {where: names for where, names in lists.items() if not {"limit", "cursor"} <= names} == {}


def test_every_file_has_its_type_and_is_binary():
    files = [
        (where, kind, content.get("schema"))
        for where, act in operations()
        for part in (act.get("requestBody", {}), *act["responses"].values())
        for kind, content in part.get("content", {}).items()
        if not kind.endswith("json")
    ]
    assert len(files) > 10
    other = [one for one in files if one[2] != {"type": "string", "format": "binary"}]
    # A form, as RFC 6749 asks for it.
    assert [(where, kind) for where, kind, _ in other] == [("POST /api/v1/oauth/token", FORM)]


def test_a_school_has_its_uai_and_a_level_is_one_of_four_wherever_an_answer_names_one():
    schemas = document()["components"]["schemas"]
    answered: set[str] = set()
    waiting = [one["$ref"] for _, act in operations() for one in _schemas(act["responses"]) if "$ref" in one]
    while waiting:
        name = waiting.pop().rpartition("/")[2]
        if name not in answered:
            answered.add(name)
            waiting += [one["$ref"] for one in _schemas(schemas[name]) if "$ref" in one]
    fields = {
        f"{shape}.{name}": [one["$ref"].rpartition("/")[2] for one in _schemas(field) if "$ref" in one]
        for shape in answered
        for name, field in schemas[shape].get("properties", {}).items()
        if name in {"school", "college", "lycee", "host", "bts_lycee", "diploma_lycee", "level", "levels"}
    }
    named = {"uai", "name"}
    assert {of for where, of in fields.items() if where.split(".")[1].startswith("level") for of in of} == {"Level"}
    for where, shapes in fields.items():
        if not where.split(".")[1].startswith("level"):
            assert shapes and named <= set(schemas[shapes[0]]["properties"]), where
