"""A scan that was undone while it was being sent again enters nobody and lets nobody out."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:01:000014"
VERSION = "1.38.0"
DESCRIPTION = "An undone scan enters nobody"

# Each statement of a trigger's function sees what others committed meanwhile, which the statement that fired it does
# not: a presence that could be written again was taken back by an undoing, and that undoing is visible here.
FORWARDS = (
    "CREATE INDEX scans_undoing ON scans (undoes) WHERE undoes IS NOT NULL",
    """CREATE FUNCTION undone_scans_enter_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT FROM scans WHERE undoes = NEW.scan) THEN
           DELETE FROM presences WHERE id = NEW.id;
         END IF;
         RETURN NULL;
       END $$""",
    """CREATE TRIGGER presences_of_undone_scans AFTER INSERT ON presences
       FOR EACH ROW EXECUTE FUNCTION undone_scans_enter_nobody()""",
    """CREATE FUNCTION undone_scans_let_nobody_out() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT FROM scans WHERE undoes = NEW.left_scan) THEN
           NEW.left_at := NULL;
           NEW.left_scan := NULL;
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER departures_of_undone_scans BEFORE UPDATE OF left_scan ON presences
       FOR EACH ROW WHEN (NEW.left_scan IS NOT NULL) EXECUTE FUNCTION undone_scans_let_nobody_out()""",
)
BACKWARDS = (
    "DROP TRIGGER departures_of_undone_scans ON presences",
    "DROP FUNCTION undone_scans_let_nobody_out()",
    "DROP TRIGGER presences_of_undone_scans ON presences",
    "DROP FUNCTION undone_scans_enter_nobody()",
    "DROP INDEX scans_undoing",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)

    async def run() -> None:
        for statement in FORWARDS:
            await rows(statement)

    async def run_backwards() -> None:
        for statement in BACKWARDS:
            await rows(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
