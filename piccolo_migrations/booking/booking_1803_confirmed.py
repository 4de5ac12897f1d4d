"""A badge that is undone while it confirms a declaration enters nobody either."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-27T12:00:03:001803"
VERSION = "1.38.0"
DESCRIPTION = "Declared present, undone"

STEPS = (
    """CREATE TRIGGER presences_confirmed_by_undone_scans AFTER UPDATE OF scan ON presences FOR EACH ROW
  WHEN (NEW.scan <> OLD.scan) EXECUTE FUNCTION undone_scans_enter_nobody()""",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
