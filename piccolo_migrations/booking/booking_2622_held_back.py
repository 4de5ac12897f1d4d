"""The demands that are held back are found without reading the others; a group may be a club's."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-30T10:22:00:002622"
VERSION = "1.38.0"
DESCRIPTION = "Demands that are held back, found; clubs"

DROP = "ALTER TABLE groups DROP CONSTRAINT groups_known_section"
ADD = "ALTER TABLE groups ADD CONSTRAINT groups_known_section CHECK (section IN {})"

STEPS = (
    """CREATE INDEX reservations_held_back ON reservations (created_at)
  WHERE state = 'waiting' AND beyond AND NOT let_through""",
    (DROP, ADD.format("('', 'SEGPA')")),
    (ADD.format("('', 'SEGPA', 'Club')"), DROP),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
