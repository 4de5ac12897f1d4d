"""Events take the turn of their transaction."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T13:00:00:003151"
VERSION = "1.38.0"
DESCRIPTION = "Turns, given"

STEPS = (
    ("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
    (
        """CREATE FUNCTION event_turn(xid8) RETURNS bigint LANGUAGE sql IMMUTABLE
AS $$ SELECT $1::text::bigint + 0 $$""",
        "DROP FUNCTION event_turn(xid8)",
    ),
    (
        "ALTER TABLE events ALTER COLUMN turn SET DEFAULT event_turn(pg_current_xact_id())",
        "ALTER TABLE events ALTER COLUMN turn SET DEFAULT 0",
    ),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
