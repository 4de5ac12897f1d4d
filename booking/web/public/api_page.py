"""The pages that explain the JSON API, written from its own OpenAPI document: no script, no outside resource.

One page says how to begin and what there is; each subject, the first word of a path, has one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response, Template
from msgspec import Struct

from booking.door.forms.read import AnyRequest
from booking.door.http.answers import Page, page, renders
from booking.door.http.compression import ENCODINGS, preferred_encoding
from booking.door.rights.guards import ANY_SITE, SHARED, Now, SiteSettings
from booking.mails.webhooks.sign import headers_of
from booking.web.public.api_examples import example_of
from booking.web.public.help import PROBLEMS
from booking.words.wording import school_year_of
from workshops.refusals import NotFound

Schema = dict[str, Any]
API = "/api/v1/"
METHODS = ("get", "post", "put", "patch", "delete")
WHERE = {"path": "adresse", "query": "adresse, après ?", "header": "en-tête"}
# The shape of every refusal is told once, on the first page.
PROBLEM = "Problem"


class Field(Struct, frozen=True):
    """A value that is sent, in the address, a header or the body, or that an answer has."""

    name: str
    kind: str
    where: str
    required: bool
    words: str


class Answer(Struct, frozen=True):
    """An answer that is no refusal: its status, what kind of file or which shape, an example of it."""

    status: str
    words: str
    kind: str
    shape: str
    example: str


class Refused(Struct, frozen=True):
    """A status of refusal, and each of its kinds with its French title."""

    status: str
    kinds: list[tuple[str, str]]


class Operation(Struct, frozen=True):
    """One thing that a program may ask for."""

    method: str
    path: str
    short: str
    anchor: str
    summary: str
    words: list[str]
    fields: list[Field]
    answers: list[Answer]
    refusals: list[Refused]


class Shape(Struct, frozen=True):
    """What an answer is made of."""

    name: str
    words: str
    fields: list[Field]


class Subject(Struct, frozen=True):
    """The operations under one first word of a path, and the shapes of their answers."""

    name: str
    words: str
    operations: list[Operation]
    shapes: list[Shape]


class Sample(Struct, frozen=True):
    """A webhook that anyone can check: what it brought, and the secret of this one alone."""

    secret: str
    headers: dict[str, str]
    body: str


SAMPLE_SECRET = "whsec_dGVjaG5pbGFiLCB1biBleGVtcGxlIGEgdmVyaWZpZXI="  # noqa: S105 - printed for everyone, of no site
SAMPLE_AT = datetime(2027, 1, 11, 8, tzinfo=UTC)
SAMPLE_BODY = (
    '{"type":"reservation_moved","timestamp":"2027-01-11T08:00:00Z","data":{"id":812,"at":"2027-01-11T08:00:00Z",'
    '"act":"reservation_moved","about_kind":"reservation","about":93,"sequence":2,'
    '"href":"https://technilab.example.org/api/v1/reservations/93"}}'
)


@renders("public/api.html")
class Contents(Page, frozen=True):
    """How to begin, and every operation by its subject."""

    subjects: list[Subject]
    refusal: Shape
    address: str
    year: str
    sample: Sample


@renders("public/api_subject.html")
class SubjectPage(Page, frozen=True):
    """One subject, whole."""

    subject: Subject


@get("/api", opt=SHARED)
async def api_page(request: AnyRequest, settings: SiteSettings, now: Now) -> Template:
    """How a program presents itself, reads, is refused and told; then what there is to call."""
    told = _document(request)
    headers = headers_of("msg_812", SAMPLE_BODY.encode(), secrets=[SAMPLE_SECRET], at=SAMPLE_AT)
    sample = Sample(SAMPLE_SECRET, headers, SAMPLE_BODY)
    return page(Contents(by_subject(told), _shape(told, PROBLEM), settings.base_url, school_year_of(now), sample))


@get("/api/{subject:str}", opt=SHARED)
async def api_subject(subject: FromPath[str], request: AnyRequest) -> Template:
    """What may be asked of one subject, whole."""
    subjects = {one.name: one for one in by_subject(_document(request))}
    if subject not in subjects:
        raise NotFound()
    return page(SubjectPage(subjects[subject]))


@get("/api/openapi.json", opt=SHARED | ANY_SITE | {"as_it_is": True})
async def openapi_document(request: AnyRequest) -> Response[bytes]:
    """The document as it was built, byte for byte."""
    packed = bool(preferred_encoding(request.headers.get("accept-encoding", ""), ENCODINGS))
    coded = {"Content-Encoding": "gzip"} if packed else {}
    return Response(request.app.state.document(packed=packed), media_type="application/json", headers=coded)


def _document(request: AnyRequest) -> Schema:
    """What the application that serves the API says of it."""
    return dict(msgspec.json.decode(request.app.state.document()))


def by_subject(told: Schema) -> list[Subject]:
    """The operations of an OpenAPI document under the first word of their path, with the shapes of their answers."""
    found: dict[str, list[Operation]] = {}
    for path, item in sorted(told.get("paths", {}).items()):
        if path.startswith(API):
            name = path.removeprefix(API).split("/")[0]
            acts = [_operation(told, method, path, item[method]) for method in METHODS if method in item]
            found.setdefault(name, []).extend(acts)
    words = {tag["name"]: tag["description"] for tag in told.get("tags", ())}
    return [
        Subject(name, words.get(name, ""), acts, [_shape(told, shape) for shape in _shapes_of(told, acts)])
        for name, acts in sorted(found.items())
    ]


def _operation(told: Schema, method: str, path: str, act: Schema) -> Operation:
    answers = act.get("responses", {}).items()
    return Operation(
        method=method.upper(),
        path=path,
        short=path.removeprefix(API[:-1]),
        anchor=f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
        summary=act.get("summary", ""),
        words=act.get("description", "").split("\n\n"),
        fields=[*_parameters(told, act), *_body(told, act)],
        answers=[_answer(told, status, answer) for status, answer in answers if status < "400"],
        refusals=[Refused(status, _kinds_of(answer)) for status, answer in answers if status >= "400"],
    )


def _answer(told: Schema, status: str, answer: Schema) -> Answer:
    kinds: Schema = answer.get("content", {})
    whole = "application/json" in kinds
    schema = kinds["application/json"].get("schema", {}) if whole else {}
    return Answer(
        status=status,
        words=answer.get("description", ""),
        kind="" if whole else " · ".join(kinds),
        shape=_named(schema) if whole else "",
        example=_indented(example_of(told, schema)) if whole else "",
    )


def _indented(example: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(example), indent=2).decode()


def _kinds_of(answer: Schema) -> list[tuple[str, str]]:
    kinds = [address.rpartition("/")[2] for address in answer.get("x-problems", ())]
    return [(kind, PROBLEMS[kind].title if kind in PROBLEMS else kind) for kind in kinds]


def _shapes_of(told: Schema, acts: list[Operation]) -> list[str]:
    """The shapes that some answers are made of, each once, in the order in which they are met."""
    found: dict[str, None] = {}
    waiting = [one.shape for act in acts for one in act.answers if one.shape]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += [
                named
                for field in _schema_of(told, name).get("properties", {}).values()
                if (named := _named(field)) and "properties" in _schema_of(told, named)
            ]
    return list(found)


def _schema_of(told: Schema, name: str) -> Schema:
    found: Schema = told.get("components", {}).get("schemas", {}).get(name, {})
    return found


def _named(schema: Schema) -> str:
    """The name of the shape that a schema is, or of which it is a list; empty for none."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    ways = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *([schema["items"]] if "items" in schema else ())]
    return next((name for way in ways if (name := _named(way))), "")


def _shape(told: Schema, name: str) -> Shape:
    schema = _schema_of(told, name)
    needed = schema.get("required", ())
    fields = [
        Field(field, _kind(told, one), _named(one), field in needed, one.get("description", ""))
        for field, one in schema.get("properties", {}).items()
    ]
    return Shape(name, schema.get("description", ""), fields)


def _parameters(told: Schema, act: Schema) -> Iterator[Field]:
    for one in act.get("parameters", []):
        yield Field(
            name=one["name"],
            kind=_kind(told, one.get("schema", {})),
            where=WHERE.get(one["in"], one["in"]),
            required=one.get("required", False),
            words=one.get("description", ""),
        )


def _body(told: Schema, act: Schema) -> Iterator[Field]:
    for kind, content in act.get("requestBody", {}).get("content", {}).items():
        schema = content.get("schema", {})
        if not kind.endswith("json"):
            yield Field("le fichier", kind, "corps", required=True, words="")
        yield from _of_body(told, _schema_of(told, _named(schema)) if "$ref" in schema else schema, "")


def _of_body(told: Schema, schema: Schema, at: str) -> Iterator[Field]:
    """The fields of a body, and those of what it holds: `headcounts[].adults`."""
    for name, one in schema.get("properties", {}).items():
        needed = name in schema.get("required", [])
        yield Field(f"{at}{name}", _kind(told, one), "corps", needed, one.get("description", ""))
        inner = _schema_of(told, _named(one))
        if "properties" in inner:
            yield from _of_body(told, inner, f"{at}{name}{'[]' if _is_list(one) else ''}.")


def _is_list(schema: Schema) -> bool:
    return "items" in schema or any("items" in way for way in schema.get("anyOf", ()))


def _kind(told: Schema, schema: Schema) -> str:
    """« integer », « string (uuid) », « array of Builds », « string or null »."""
    if "$ref" in schema:
        name = _named(schema)
        found = _schema_of(told, name)
        return name if "properties" in found else _kind(told, found)
    if ways := [*schema.get("oneOf", ()), *schema.get("anyOf", ())]:
        return " or ".join(_kind(told, one) for one in ways)
    if "enum" in schema:
        return " | ".join(f'"{one}"' if one == "" else str(one) for one in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"array of {_kind(told, schema.get('items', {}))}"
    shape = schema.get("format")
    return f"{kind} ({shape})" if shape else str(kind)
