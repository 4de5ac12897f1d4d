"""What the night erases is found without a look at all that it erased before: normally these hold next to nothing."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-28T23:00:41:002341"
VERSION = "1.38.0"
DESCRIPTION = "What slots have left to erase"

STEPS = (
    """CREATE INDEX slots_to_erase ON slots (ends_at)
  WHERE state = 'called_off' AND reason NOT IN ('Texte effacé', 'Aucun groupe ne s''est inscrit')""",
    "CREATE INDEX turnouts_to_erase ON turnouts (slot) WHERE note <> ''",
    "CREATE INDEX builds_to_erase ON builds (slot) WHERE note <> '' OR photo <> ''",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
