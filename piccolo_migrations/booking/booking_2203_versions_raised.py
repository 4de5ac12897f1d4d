"""The groups that wait and the companies that come are told beside a slot: they raise the version of its lycée.

Of reservations nothing else is shown (the seats are the slot's), so that a booking is asked for nothing here.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import RAISED, raising, steps

ID = "2026-11-28T18:00:43:002203"
VERSION = "1.38.0"
DESCRIPTION = "Versions, raised by who waits and who comes"

OF_SLOTS = "SELECT DISTINCT school FROM slots WHERE id IN (OLD.slot, NEW.slot)"
BY_WAITING = f"""CREATE FUNCTION raised_by_reservations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{RAISED.format(touched=OF_SLOTS)}
  RETURN NULL;
END $$"""
WAITS = {"insert": ("NEW",), "delete": ("OLD",), "update": ("OLD", "NEW")}

STEPS = (
    *raising("attendances", "s.school FROM {rows} JOIN slots s ON s.id = {rows}.slot"),
    BY_WAITING,
    *(
        f"""CREATE TRIGGER reservations_{act}_raises AFTER {act.upper()} ON reservations
  FOR EACH ROW WHEN ({" OR ".join(f"{line}.state = 'waiting'" for line in lines)})
  EXECUTE FUNCTION raised_by_reservations()"""
        for act, lines in WAITS.items()
    ),
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
