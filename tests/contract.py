"""Every answer of the JSON API is held to the OpenAPI document: its status, its kind, its shape, its headers."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import pytest

PREFIX = "/api/v1"


@cache
def document() -> dict[str, Any]:
    from booking.api.document import described  # noqa: PLC0415 - after the settings of the tests

    return described()


@cache
def _paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """What is written out comes before what has a parameter in its place."""
    told = sorted(document()["paths"].items(), key=lambda one: one[0].count("{"))
    return [(re.compile(re.sub(r"\\{[^/]+\\}", "[^/]+", re.escape(path))), acts) for path, acts in told]


def closed(shape: Any) -> Any:
    """The same shape, where a field that is not described is a fault too."""
    if isinstance(shape, list):
        return [closed(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    told = {name: closed(one) for name, one in shape.items()}
    return (
        told | {"additionalProperties": False} if "properties" in told and "additionalProperties" not in told else told
    )


@cache
def _components() -> dict[str, Any]:
    return closed(document()["components"]["schemas"])


@cache
def _validator(schema: str) -> Any:
    """What all the answers of one shape are held to: most refusals are of one."""
    root = {"components": {"schemas": _components()}, **closed(json.loads(schema))}
    return jsonschema_rs.Draft202012Validator(root, validate_formats=True)


@cache
def _validator_of(method: str, path: str, status: str, kind: str) -> Any:
    answer = next(acts for one, acts in _paths() if one.pattern == path)[method]["responses"][status]
    return _validator(json.dumps(answer["content"][kind].get("schema", {})))


@cache
def _problem() -> Any:
    return _validator('{"$ref": "#/components/schemas/Problem"}')


def faults_of(method: str, path: str, answer: httpx.Response) -> list[str]:
    """How an answer departs from the document, [] when it does not."""
    where = f"{method} {path} {answer.status_code}"
    found = next(((one, acts) for one, acts in _paths() if one.fullmatch(path)), None)
    if found is None or method.lower() not in found[1]:
        # No operation of ours: a refusal like any other.
        return [f"{where}: {one.message}" for one in _problem().iter_errors(answer.json())]
    told = found[1][method.lower()]["responses"].get(str(answer.status_code))
    if told is None:
        return [f"{where}: a status that is not described: {answer.text[:300]}"]
    strangers = _strangers(found[1][method.lower()], answer)
    if strangers:
        return [f"{where}: errors under names that its sender does not know: {', '.join(strangers)}"]
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    if is_problem and answer.json()["type"] not in told["x-problems"]:
        return [f"{where}: {answer.json()['type']} is none of its refusals: {', '.join(told['x-problems'])}"]
    absent = [f"{where}: without its header {name}" for name in told.get("headers", {}) if name not in answer.headers]
    return absent or [f"{where}: {fault}" for fault in _faults_of_body(found[0].pattern, method.lower(), told, answer)]


def _strangers(act: dict[str, Any], answer: httpx.Response) -> list[str]:
    """The names in `errors` that are no parameter, no field of the body, and nothing that was sent."""
    if answer.status_code != 422 or "errors" not in answer.json():
        return []
    known = {one["name"] for one in act.get("parameters", ())} | {"body", *answer.request.url.params}
    for content in act.get("requestBody", {}).get("content", {}).values():
        shape = content["schema"]
        shape = _components()[shape["$ref"].rsplit("/", 1)[1]] if "$ref" in shape else shape
        known |= set(shape.get("properties", {}))
    with suppress(ValueError, AttributeError):
        known |= set(json.loads(answer.request.content))
    return [name for name in answer.json()["errors"] if re.split(r"[.\[]", name)[0] not in known]


def _faults_of_body(path: str, method: str, told: dict[str, Any], answer: httpx.Response) -> list[str]:
    kinds = list(told.get("content", {}))
    kind = answer.headers.get("content-type", "").split(";")[0]
    if not kinds:
        return ["a body that is not described"] if answer.content else []
    if kind not in kinds:
        return [f"{kind} instead of {', '.join(kinds)}"]
    if not kind.endswith("json"):
        return []
    validator = _validator_of(method, path, str(answer.status_code), kind)
    return [
        f"{'.'.join(map(str, one.instance_path))}: {one.message[:300]}" for one in validator.iter_errors(answer.json())
    ]


async def hold(answer: httpx.Response) -> None:
    """A hook of httpx: fails the test whose answer departs from the document."""
    path = answer.request.url.path
    if not path.startswith(PREFIX) or answer.status_code >= 500 or answer.request.method in {"HEAD", "OPTIONS"}:
        return
    await answer.aread()
    faults = faults_of(answer.request.method, path, answer)
    if faults:
        pytest.fail("\n".join(faults))
