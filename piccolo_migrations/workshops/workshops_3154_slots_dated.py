"""Whatever changes a slot dates its change: its seats too, which every reservation writes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T13:00:00:003154"
VERSION = "1.38.0"
DESCRIPTION = "Slots, dated"

# No index: a change of seats alone would write all others too.
STEPS = (
    ("SET LOCAL lock_timeout = '5s'", "SET LOCAL lock_timeout = '5s'"),
    """CREATE FUNCTION slots_are_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END $$""",
    "CREATE TRIGGER slots_dated BEFORE UPDATE ON slots FOR EACH ROW EXECUTE FUNCTION slots_are_dated()",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
