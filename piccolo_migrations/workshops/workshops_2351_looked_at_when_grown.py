"""PostgreSQL looks at events once there are a thousand: what it plans when it has seen a few dozen is to read them
all each time that one is named by its number, and a rush writes thousands before it looks again.

Of a table that it never looked at it supposes that it is large enough for its indexes.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T23:00:51:002351"
VERSION = "1.38.0"
DESCRIPTION = "PostgreSQL looks at events when there are a thousand"

STEPS = (
    (
        "ALTER TABLE events SET (autovacuum_analyze_threshold = 1000, autovacuum_vacuum_threshold = 1000)",
        "ALTER TABLE events RESET (autovacuum_analyze_threshold, autovacuum_vacuum_threshold)",
    ),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
