"""The open tables as files: CSV, JSON, Table Schema, and one Data Package that names them all. Pure.

https://specs.frictionlessdata.io/table-schema/ and https://specs.frictionlessdata.io/data-package/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from booking.presentation.spreadsheet import csv_of
from booking.programme.open_figures.rules import Cell, OpenColumn, OpenTable

LICENCE = "Licence Ouverte 2.0"
LICENCE_ADDRESS = "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"
YES, NO = "oui", "non"
PACKAGE = "datapackage.json"
SCHEMA = "-schema.json"


class Publisher(msgspec.Struct, frozen=True):
    """Who answers for the figures: whose programme it is, who may be written to, where the figures stand."""

    programme: str
    operator: str
    contact: str
    address: str


def csv_file(table: OpenTable) -> bytes:
    """The lines alone, below the names of their columns: semicolons, days as 2027-01-31, a hidden number empty."""
    return csv_of([[one.name for one in table.columns], *([_in_csv(cell) for cell in line] for line in table.lines)])


def json_file(table: OpenTable) -> bytes:
    """The same lines, each with its values by their columns; a hidden number is null."""
    names = [one.name for one in table.columns]
    return msgspec.json.encode([dict(zip(names, line, strict=True)) for line in table.lines])


def schema_file(table: OpenTable) -> bytes:
    """The table's Table Schema."""
    return _laid_out(_schema(table))


def package_file(tables: Sequence[OpenTable], of: Publisher, *, now: datetime) -> bytes:
    """The Data Package: whose figures these are, under which licence, of which day, and each file with its schema."""
    return _laid_out(
        {
            "profile": "tabular-data-package",
            "name": "technilab",
            "title": f"{of.programme}, chiffres publics",
            "description": "Les chiffres des pages publiques du programme. Un nombre d'élèves inférieur à 5 est masqué,"
            " et avec lui un autre s'il permettait de le retrouver.",
            "homepage": of.address,
            "created": now.isoformat(),
            "licenses": [{"name": "etalab-2.0", "title": LICENCE, "path": LICENCE_ADDRESS}],
            "sources": [{"title": "Visites closes et recensements des lycées, dans Technilab", "path": of.address}],
            **_contributors(of),
            "resources": [_resource(table, form) for table in tables for form in ("csv", "json")],
        }
    )


def _contributors(of: Publisher) -> dict[str, Any]:
    """Whoever publishes, as a package needs it: with a title; nothing where nobody is set."""
    if not (of.operator or of.contact):
        return {}
    mail = {"email": of.contact} if of.contact else {}
    return {"contributors": [{"title": of.operator or of.programme, "role": "publisher"} | mail]}


def _resource(table: OpenTable, form: str) -> dict[str, Any]:
    alone: Mapping[str, Any] = {"dialect": {"delimiter": ";"}} if form == "csv" else {}
    return {
        "profile": "tabular-data-resource",
        "name": table.name if form == "csv" else f"{table.name}-json",
        "title": table.title,
        "description": table.words,
        "path": f"{table.name}.{form}",
        "format": form,
        "mediatype": "text/csv" if form == "csv" else "application/json",
        "encoding": "utf-8",
        **alone,
        "schema": _schema(table),
    }


def _schema(table: OpenTable) -> dict[str, Any]:
    keys = [one.name for one in table.columns[: table.keys]]
    return {"fields": [_field(one) for one in table.columns], "missingValues": [""], "primaryKey": keys}


def _field(column: OpenColumn) -> dict[str, Any]:
    more: dict[str, Any] = {"trueValues": [YES], "falseValues": [NO]} if column.kind == "boolean" else {}
    bounds = ({"required": True} if column.needed else {}) | ({"minimum": 0} if column.kind == "integer" else {})
    told = {"name": column.name, "type": column.kind, "title": column.title, "description": column.words}
    return told | more | ({"constraints": bounds} if bounds else {})


def _in_csv(cell: Cell) -> str | int | None:
    if isinstance(cell, bool):
        return YES if cell else NO
    return cell.isoformat() if isinstance(cell, date) else cell


def _laid_out(told: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(told), indent=2)
