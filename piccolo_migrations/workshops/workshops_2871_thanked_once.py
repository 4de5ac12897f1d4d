"""Who received a visit and who came to it is thanked once, and a company has one certificate a year; what was closed of
late is found without a look at all other slots."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T03:31:00:002871"
VERSION = "1.38.0"
DESCRIPTION = "Thanks and certificates, said once"

STEPS = (
    "CREATE INDEX slots_closed ON slots (closed_at) WHERE closed_at IS NOT NULL",
    """CREATE UNIQUE INDEX events_thanked_once ON events (act, also, about)
  WHERE act IN ('slot_thanked', 'slot_thanked_also', 'coming_thanked', 'coming_thanked_also', 'company_attested')""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
