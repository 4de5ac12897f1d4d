"""The calendar and the density grid are undone like the other imports."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T12:00:03:002123"
VERSION = "1.38.0"
DESCRIPTION = "Every import may be the last"

DROP = "ALTER TABLE imports DROP CONSTRAINT imports_known_kind"
BEFORE = "ALTER TABLE imports ADD CONSTRAINT imports_known_kind CHECK (kind IN ('schools', 'head_counts', 'past_visits', 'invitations'))"
AFTER = """ALTER TABLE imports ADD CONSTRAINT imports_known_kind
CHECK (kind IN ('schools', 'head_counts', 'past_visits', 'invitations', 'calendar', 'density'))"""


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, [(DROP, BEFORE), AFTER])
