"""The OpenAPI document: what each route takes and gives, read off the very types that its handler is written with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Any, get_args, get_type_hints

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import OpenAPI

import booking.api
from booking.api.glossary import RESOURCES, WORDS
from booking.api.named_refusals import kinds_of
from booking.api.statuses import REFUSALS, SAFE, body_of, kinds_at_the_door, statuses_of
from booking.door.http.first_answers import HEADER, keeps_first_answer
from booking.door.http.refusals import Problem
from booking.door.http.routes import routes_in
from booking.door.rights.programs import IN_NAME_OF, takes_a_name
from booking.people.accounts.roles import ANYONE, BY_DESK_LINK, Permission, roles_that
from booking.people.first_answers.rules import KEY_MOST
from workshops.acts.plain_words import END

Told = dict[str, Any]
REF = "#/components/schemas/{name}"
# What keeps the class of an answer apart from the table that it is read from: clients know the shape without it.
ANSWER = re.compile(r"Answer(?![a-z])")
FORM = "application/x-www-form-urlencoded"
BINARY: Told = {"type": "string", "format": "binary"}
_PAGE = re.compile(r"Page_(\w+)_")
_UNICODE = re.compile(r"\\u([0-9a-f]{4})")
TEXT = {"type": "string"}
LOCATION = {"Location": {"description": "Where what was made is read.", "required": True, "schema": TEXT}}
WAIT = {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "string"}}}
WHO = {"WWW-Authenticate": {"description": "Bearer.", "required": True, "schema": TEXT}}
KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Drawn by the client: sent again, it gives the first answer, for two days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_MOST},
}
HELD = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer that the client holds: 304 without a body while it is the same.",
    "schema": TEXT,
}
IN_HER_NAME = {
    "name": IN_NAME_OF,
    "in": "header",
    "required": False,
    "description": "Of a collège's program, which must say it: the mail address of the teacher in whose name it acts.",
    "schema": {"type": "string", "maxLength": 254},
}
ETAG = {"ETag": {"description": "Of this answer, to be sent as `If-None-Match`.", "required": True, "schema": TEXT}}
HEADERS = {401: WHO, 429: WAIT, 503: WAIT}
FRESH = (
    "Not by key: it gives or refuses somebody an access. Every key is answered `/problems/fresh-proof-needed`; the"
    " pages do it, in a session whose person has proved herself in the last ten minutes."
)


def answer_of(handler: HTTPRouteHandler) -> Any:
    """The type that a handler answers with; `opt["answers"]` says it of one that hands on bytes that are JSON."""
    told = handler.opt.get("answers") or get_type_hints(handler.fn)["return"]
    if told is Response or getattr(told, "__origin__", None) is Response:
        return get_args(told)[0]
    return told


@dataclass
class Document(OpenAPI):
    """Litestar's document, with the shapes as msgspec writes and reads them, and every refusal of every route."""

    def to_schema(self) -> Told:
        """The document as JSON."""
        document = super().to_schema()
        handlers = {one.fn.__name__: one for one in _handlers()}
        told = [
            (handlers[act["operationId"]], method.upper(), path, act)
            for path, acts in document["paths"].items()
            for method, act in acts.items()
        ]
        types = [one for handler, *_ in told for one in _types_of(handler) if _has_shape(one)]
        shapes, named = msgspec.json.schema_components([Problem, *types], ref_template=REF)
        of = dict(zip(map(str, [Problem, *types]), map(_named_plainly, shapes), strict=True))
        for handler, method, path, act in told:
            _say(act, handler, method, path, of)
        _add(document, {_name(name): _named_plainly(shape) | {"title": _name(name)} for name, shape in named.items()})
        _speak_plainly(document)
        return document


class Contract(OpenAPIConfig):
    """Litestar's configuration, with a document of ours."""

    def to_openapi_schema(self) -> OpenAPI:
        """The document that the routes are added to."""
        plain = super().to_openapi_schema()
        return Document(**{one.name: getattr(plain, one.name) for one in fields(plain)})


def _handlers() -> Iterator[HTTPRouteHandler]:
    return (one for one in routes_in(booking.api) if isinstance(one, HTTPRouteHandler))


def _types_of(handler: HTTPRouteHandler) -> tuple[Any, ...]:
    return answer_of(handler), body_of(handler), handler.opt.get("form"), handler.opt.get("form_error")


def _has_shape(one: Any) -> bool:
    return one not in {None, type(None), bytes}


def _name(struct: str) -> str:
    """What clients call a shape: Alert for AlertAnswer, AlertPage for a page of them, Bts1StepKind for one of two."""
    module, _, name = ANSWER.sub("", struct).rpartition(".")
    of = module.removesuffix(".rules").rpartition(".")[2].capitalize()
    return of + _PAGE.sub(r"\1Page", name)


def _named_plainly(shape: Any) -> Any:
    """A shape whose title and references name others as clients know them."""
    if isinstance(shape, list):
        return [_named_plainly(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    return {
        key: _reference(part) if key in {"$ref", "title"} and isinstance(part, str) else _named_plainly(part)
        for key, part in shape.items()
    }


def _reference(told: str) -> str:
    at, slash, name = told.rpartition("/")
    return at + slash + _name(name)


def _say(act: Told, handler: HTTPRouteHandler, method: str, path: str, of: Mapping[str, Told]) -> None:
    permission = handler.opt["may"]
    act["tags"] = [path.removeprefix("/api/v1/").split("/")[0]]
    act["summary"] = re.split(r"(?<=[.:;])\s", act["description"], maxsplit=1)[0].rstrip(".:;")
    act["description"] += f"\n\n{_open_to(permission)}"
    if handler.opt.get("fresh"):
        act["description"] += f" {FRESH}"
    if permission in ANYONE:
        act["security"] = [{}] if handler.opt.get("form") else [{}, {"bearer": []}, {"program": []}]
    if told_by_etag(handler, method):
        act.setdefault("parameters", []).append(HELD)
    if keeps_first_answer(handler):
        act.setdefault("parameters", []).append(KEY)
    if takes_a_name(handler, acts=method not in SAFE):
        act.setdefault("parameters", []).append(IN_HER_NAME)
    if body_of(handler) is not None:
        act["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": of[str(body_of(handler))]}},
        }
    elif form := handler.opt.get("form"):
        act["requestBody"] = {"required": True, "content": {FORM: {"schema": of[str(form)]}}}
    elif handler.opt.get("reads_file"):
        act["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": BINARY}}}
    act["responses"] = {
        **{str(status): answer for status, answer in _answers(handler, method, of)},
        **{str(status): _refusal(status, of, handler, method) for status in statuses_of(handler, method, path)},
    }
    if handler.opt.get("fresh"):
        act["responses"]["403"]["description"] += f" {FRESH}"
    for one in act.get("parameters", ()):
        one.setdefault("description", WORDS.get(one["name"], ""))
        one["schema"].pop("description", None)
        one["schema"] = _given(one["schema"])
        for unsaid in [name for name, value in one.items() if value is False]:
            del one[unsaid]


def told_by_etag(handler: HTTPRouteHandler, method: str) -> bool:
    """Whether an answer has an ETag: what is read as JSON."""
    return method in SAFE and handler.status_code == 200 and _has_shape(answer_of(handler))


def _open_to(permission: Permission) -> str:
    if permission in ANYONE:
        return "Open to anyone."
    by_link = {"desk link"} if permission in BY_DESK_LINK else set()
    return f"Open to: {', '.join(sorted(roles_that(permission) | by_link))}."


def _answers(handler: HTTPRouteHandler, method: str, of: Mapping[str, Told]) -> Iterator[tuple[int, Told]]:
    shape = answer_of(handler)
    answer: Told = {"description": HTTPStatus(handler.status_code).phrase}
    if _has_shape(shape):
        answer["content"] = {"application/json": {"schema": of[str(shape)]}}
    elif shape is bytes:
        answer["content"] = {kind: {"schema": BINARY} for kind in handler.opt.get("kinds", (str(handler.media_type),))}
    told = told_by_etag(handler, method)
    if told:
        answer["headers"] = ETAG
    for status in dict.fromkeys((handler.status_code, *handler.opt.get("also", ()), *((304,) if told else ()))):
        if status == 304:
            yield status, {"description": "What the client holds is still the same."}
        else:
            yield status, answer | {"headers": LOCATION} if status == 201 else answer


def _refusal(status: int, of: Mapping[str, Told], handler: HTTPRouteHandler, method: str) -> Told:
    """One status of refusal, with every `type` that this operation gives it."""
    named = {kind for at, kind in kinds_of(handler.fn) if at == status}
    kinds = sorted(named | kinds_at_the_door(status, handler, safe=method in SAFE))
    own = f" `type`: {', '.join(f'`/problems/{kind}`' for kind in sorted(named))}." if named else ""
    content = {"application/problem+json": {"schema": of[str(Problem)]}}
    if (error := handler.opt.get("form_error")) and status in {400, 401}:
        content["application/json"] = {"schema": of[str(error)]}
    told = {
        "description": f"{REFUSALS[status]}{own}",
        "content": content,
        "x-problems": [f"/problems/{kind}" for kind in kinds],
    }
    return told | {"headers": HEADERS[status]} if status in HEADERS else told


def _given(schema: Told) -> Told:
    """A parameter as it is given, or left out: nobody sends null in an address."""
    either: list[Told] = schema.get("oneOf") or schema.get("anyOf") or [{}]
    ways = [way for way in either if way.get("type") != "null"]
    if len(ways) != 1:
        return schema
    rest = {key: value for key, value in schema.items() if key not in {"oneOf", "anyOf"}}
    told = {**rest, **ways[0]}
    if isinstance(told.get("type"), list):
        told |= {"type": "string", "enum": [value for value in told["enum"] if value is not None]}
    return {key: value for key, value in told.items() if key != "default" or value is not None}


def _speak_plainly(told: Any) -> None:
    """Each pattern as RE2 and JavaScript read it: what nobody sees is written as itself, the end of a text as `$`."""
    if isinstance(told, dict):
        if isinstance(told.get("pattern"), str):
            told["pattern"] = _UNICODE.sub(lambda code: chr(int(code[1], 16)), told["pattern"].replace(END, "$"))
        for part in told.values():
            _speak_plainly(part)
    elif isinstance(told, list):
        for part in told:
            _speak_plainly(part)


def _add(document: Told, named: Mapping[str, Told]) -> None:
    """Put the shapes among the components, with a sentence on each field, and leave out what nobody refers to."""
    document["tags"] = [{"name": name, "description": words} for name, words in RESOURCES.items()]
    schemas = {**document["components"].get("schemas", {}), **named}
    kept: dict[str, Told] = {}
    waiting = [*_references(document["paths"])]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = schemas[name]
            waiting += _references(schemas[name])
    fields = [(name, field) for shape in kept.values() for name, field in shape.get("properties", {}).items()]
    words_of_acts: dict[str, set[str]] = {}
    for name, field in fields:
        # What may be left out is told within its `anyOf`.
        words_of_acts.setdefault(name, set()).update(
            part["description"] for part in (field, *field.get("anyOf", ())) if "description" in part
        )
    for name, field in fields:
        if words := {WORDS[name]} if name in WORDS else words_of_acts[name]:
            field.setdefault("description", " ".join(words) if len(words) == 1 else "")
    document["components"]["schemas"] = dict(sorted(kept.items()))


def _references(told: Any) -> Iterator[str]:
    if isinstance(told, Mapping):
        if isinstance(told.get("$ref"), str):
            yield told["$ref"].rsplit("/", 1)[1]
        for one in told.values():
            yield from _references(one)
    elif isinstance(told, Sequence) and not isinstance(told, str):
        for one in told:
            yield from _references(one)
