"""The series that were opened before their slots were kept together, as the journal tells them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-27T17:00:02:001702"
VERSION = "1.38.0"
DESCRIPTION = "Series known before"

STEPS = (
    "CREATE INDEX series_of_school ON series (school, id)",
    "CREATE INDEX series_slots_of ON series_slots (series)",
    """INSERT INTO series (school, workshop, opened_at)
  SELECT DISTINCT s.school, s.workshop, e.at FROM events e JOIN slots s ON s.id = e.about
  WHERE e.act = 'slot_opened' AND e.about_kind = 'slot' AND e.detail LIKE 'série de %'""",
    """INSERT INTO series_slots (series, slot)
  SELECT DISTINCT n.id, s.id FROM events e JOIN slots s ON s.id = e.about
  JOIN series n ON n.school = s.school AND n.workshop = s.workshop AND n.opened_at = e.at
  WHERE e.act = 'slot_opened' AND e.about_kind = 'slot' AND e.detail LIKE 'série de %'""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
