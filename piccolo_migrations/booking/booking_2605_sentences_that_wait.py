"""Whoever still waits for whatever suits is found without reading all that was ever asked."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:00:08:002608"
VERSION = "1.38.0"
DESCRIPTION = "Sentences that wait"

STEPS = (
    """CREATE INDEX demands_sentences ON demands (rank, asked_at, id)
  WHERE ((sentence IS NOT NULL) AND (ended_at IS NULL) AND (NOT tells))""",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
