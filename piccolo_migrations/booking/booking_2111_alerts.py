"""Searches that teachers keep until a slot suits them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Boolean, Date, Integer, SmallInt, Timestamptz, Varchar

from workshops.migration import CASCADE, SET_NULL, check, column, known, makes, refers, table

ID = "2026-11-28T12:00:11:002111"
VERSION = "1.38.0"
DESCRIPTION = "Alerts"

Membership, Group = known("Membership", "memberships"), known("Group", "groups")
TechObject = known("TechObject", "tech_objects")
NUMBERS = {"base_column": Integer(default=0), "default": list}

CREATED = [
    table(
        "Alert",
        "alerts",
        refers("membership", Membership, CASCADE, index=True),
        refers("group", Group, SET_NULL, null=True),
        column("level", Varchar, length=2, default=""),
        column("pupils", SmallInt, default=0),
        column("km", SmallInt, null=True),
        column("from_on", Date, null=True),
        column("to_on", Date, null=True),
        column("away", Varchar, length=3, default=""),
        column("department", Varchar, length=3, default=""),
        column("lycee", Varchar, length=8, default=""),
        refers("tech_object", TechObject, CASCADE, null=True),
        column("companies", Boolean, default=False),
        column("known", Array, **NUMBERS),
        column("slots", Array, **NUMBERS),
        column("asked_at", Timestamptz),
        column("ends_at", Timestamptz),
        column("met_at", Timestamptz, null=True),
        check("alerts_known_level", "level IN ('6e', '5e', '4e', '3e')"),
        check("alerts_has_pupils", "pupils BETWEEN 1 AND 60"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
