"""An example of each answer: what the trial really answered, kept shape by shape in api_examples.json.

`python -m tests.booking.api.keep_examples` writes them anew.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_suffix(".json")


@cache
def examples() -> dict[str, Any]:
    """What the trial answered, by the name of the shape."""
    return dict(json.loads(KEPT.read_text(encoding="utf-8")))


def example_of(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """An example of what a schema describes: kept whole where it has a name, else put together from what it holds."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return examples()[name] if name in examples() else example_of(document, document["components"]["schemas"][name])
    if "enum" in schema:
        return schema["enum"][0]
    if ways := schema.get("anyOf") or schema.get("oneOf"):
        return example_of(document, ways[0])
    if "properties" in schema:
        return {name: example_of(document, one) for name, one in schema["properties"].items()}
    kind = schema.get("type")
    if kind == "array":
        return [example_of(document, schema["items"])]
    return {"string": _text_of(schema), "integer": 1, "number": 1.5, "boolean": True, "object": {}}.get(str(kind))


def _text_of(schema: dict[str, Any]) -> str:
    of_format = {
        "date": "2027-03-25",
        "date-time": "2027-03-25T09:00:00+01:00",
        "uuid": "0e8f5b1c-2a5d-4f0e-9d39-6a5d3c1b7f42",
    }
    return of_format.get(schema.get("format", ""), "...")
