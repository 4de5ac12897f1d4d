"""A company is told when classes reserve near it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Array, Date, Integer, SmallInt, Timestamptz

from workshops.migration import CASCADE, SET_NULL, check, column, known, makes, refers, table

ID = "2026-12-01T04:00:00:002831"
VERSION = "1.38.0"
DESCRIPTION = "Alerts of companies"

CREATED = [
    table(
        "NearAlert",
        "near_alerts",
        refers("company", known("Company", "companies"), CASCADE, unique=True),
        refers("asked_by", known("Account", "accounts"), SET_NULL, null=True),
        column("km", SmallInt, default=0),
        column("asked_at", Timestamptz),
        column("known", Array, base_column=Integer(default=0), default=list),
        column("slots", Array, base_column=Integer(default=0), default=list),
        column("looked_on", Date, null=True),
        check("near_alerts_near", "km BETWEEN 1 AND 200"),
    )
]


async def forwards() -> MigrationManager:
    return makes("booking", ID, DESCRIPTION, CREATED)
