"""The OpenAPI document says every answer: a short name, a sentence on each field, every refusal, where a thing is."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import msgspec

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
    assert other == []


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
