"""A teacher has one question open with a lycée about each visit, beside one about none."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-29T18:20:01:002511"
VERSION = "1.38.0"
DESCRIPTION = "one open question about each visit"

STEPS = (
    (
        "DROP INDEX questions_one_open",
        "CREATE UNIQUE INDEX questions_one_open ON questions (asked_by, lycee) WHERE ((state)::text <> 'closed'::text)",
    ),
    "CREATE UNIQUE INDEX questions_one_open_about ON questions (asked_by, lycee, coalesce(reservation, 0))"
    " WHERE ((state)::text <> 'closed'::text)",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
