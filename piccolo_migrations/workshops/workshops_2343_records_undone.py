"""A file of P-TECH or BTS+1 records is undone like the other imports."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T23:00:43:002343"
VERSION = "1.38.0"
DESCRIPTION = "Records may be the last import"

DROP = "ALTER TABLE imports DROP CONSTRAINT imports_known_kind"
BEFORE = """ALTER TABLE imports ADD CONSTRAINT imports_known_kind
CHECK (kind IN ('schools', 'head_counts', 'past_visits', 'invitations', 'calendar', 'density'))"""
AFTER = """ALTER TABLE imports ADD CONSTRAINT imports_known_kind
CHECK (kind IN ('schools', 'head_counts', 'past_visits', 'invitations', 'calendar', 'density', 'records'))"""


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, [(DROP, BEFORE), AFTER])
