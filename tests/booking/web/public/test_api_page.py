"""The page of the API says what its OpenAPI document says."""

from __future__ import annotations

import re

from booking.web.public.api_page import by_resource


async def test_the_page_shows_each_operation_of_the_document(visitor):
    document = (await visitor.get("/api/openapi.json")).json()
    shown = (await visitor.get("/api")).text
    told = [f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item]
    listed = re.findall(r'<span class="method">(\w+)</span> <code>([^<]+)</code>', shown)
    assert sorted(f"{method} {path}" for method, path in listed) == sorted(
        one for one in told if one.split(" ")[1].startswith("/api/v1/")
    )


def test_a_body_is_read_through_its_reference():
    document = {
        "paths": {
            "/api/v1/groups": {
                "post": {
                    "summary": "Register a group",
                    "parameters": [
                        {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}}
                    ],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
                    "responses": {"201": {"description": "made"}},
                }
            }
        },
        "components": {
            "schemas": {
                "New": {
                    "required": ["pupils"],
                    "properties": {
                        "pupils": {"type": "integer"},
                        "levels": {"type": "array", "items": {"type": "string"}},
                        "note": {"oneOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]},
                    },
                }
            }
        },
    }
    (operation,) = by_resource(document)["groups"]
    assert [(one.name, one.kind, one.where, one.required) for one in operation.fields] == [
        ("Idempotency-Key", "string", "en-tête", True),
        ("pupils", "integer", "corps", True),
        ("levels", "array of string", "corps", False),
        ("note", "string (uuid) or null", "corps", False),
    ]
