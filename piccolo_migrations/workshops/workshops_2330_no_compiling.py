"""Every question here is short: a server that compiles some of them first (`jit`) makes whoever asks wait for it.

Where the database is another's, its owner says it once (docs/running.md).
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T22:00:30:002330"
VERSION = "1.38.0"
DESCRIPTION = "PostgreSQL compiles no question"

SAY = """DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I {}', current_database());
EXCEPTION WHEN insufficient_privilege THEN RAISE NOTICE 'jit stays as it is: the database is not ours';
END $$"""

STEPS = ((SAY.format("SET jit = off"), SAY.format("RESET jit")),)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
