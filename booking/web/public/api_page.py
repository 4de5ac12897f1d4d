"""The page that explains the JSON API, written from its own OpenAPI document: no script, no outside resource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from litestar import MediaType
from litestar.openapi.plugins import OpenAPIRenderPlugin
from msgspec import Struct

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, render, renders

Schema = dict[str, Any]
API = "/api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")


class Field(Struct, frozen=True):
    """A value to send: in the address, in a header, or in the body."""

    name: str
    kind: str
    where: str
    required: bool
    words: str


class Operation(Struct, frozen=True):
    """One thing that a program may ask for."""

    method: str
    path: str
    anchor: str
    words: str
    fields: list[Field]
    answers: list[tuple[str, str]]


@renders("public/api.html")
class Explained(Page, frozen=True):
    """The operations under the first word of their path."""

    resources: dict[str, list[Operation]]


class ApiPage(OpenAPIRenderPlugin):
    """Litestar's place for such a page; its own ones load scripts from elsewhere."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=MediaType.HTML)

    def render(self, request: AnyRequest, openapi_schema: Schema) -> bytes:
        return render(Explained(by_resource(openapi_schema)), request)


def by_resource(document: Schema) -> dict[str, list[Operation]]:
    """The operations of an OpenAPI document under the first word of their path."""
    found: dict[str, list[Operation]] = {}
    for path, item in document.get("paths", {}).items():
        if not path.startswith(API):
            continue
        resource = path.removeprefix(API).split("/")[0]
        for method in METHODS:
            if method in item:
                found.setdefault(resource, []).append(_operation(document, method, path, item[method]))
    return found


def _operation(document: Schema, method: str, path: str, told: Schema) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        anchor=f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
        words=told.get("description") or _spaced(told.get("summary", "")),
        fields=[*_parameters(document, told), *_body(document, told)],
        answers=[(status, answer.get("description", "")) for status, answer in told.get("responses", {}).items()],
    )


def _spaced(name: str) -> str:
    """« Close visit » for a handler that has no sentence of its own."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


def _parameters(document: Schema, told: Schema) -> Iterator[Field]:
    for one in told.get("parameters", []):
        yield Field(
            name=one["name"],
            kind=_kind(document, one.get("schema", {})),
            where={"path": "adresse", "query": "adresse, après ?", "header": "en-tête"}.get(one["in"], one["in"]),
            required=one.get("required", False),
            words=one.get("description", ""),
        )


def _body(document: Schema, told: Schema) -> Iterator[Field]:
    for content in told.get("requestBody", {}).get("content", {}).values():
        schema = _resolved(document, content.get("schema", {}))
        for name, one in schema.get("properties", {}).items():
            yield Field(
                name=name,
                kind=_kind(document, one),
                where="corps",
                required=name in schema.get("required", []),
                words=one.get("description", ""),
            )


def _resolved(document: Schema, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].rsplit("/", 1)[-1]
    found: Schema = document.get("components", {}).get("schemas", {}).get(name, {})
    return found


def _kind(document: Schema, schema: Schema) -> str:
    """« integer », « string (uuid) », « array of object », « string or null »."""
    schema = _resolved(document, schema)
    if "oneOf" in schema or "anyOf" in schema:
        return " or ".join(_kind(document, one) for one in schema.get("oneOf") or schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"array of {_kind(document, schema.get('items', {}))}"
    shape = schema.get("format")
    return f"{kind} ({shape})" if shape else str(kind)
