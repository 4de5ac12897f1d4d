"""Events that nobody rewrites nor shortens, and reminders that are said once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-11-26T19:00:01:000302"
VERSION = "1.38.0"
DESCRIPTION = "Events, guarded"

STEPS = (
    "CREATE INDEX events_about ON events (about_kind, about)",
    "CREATE INDEX events_to_tell_of ON events_to_tell (about_kind, about, event)",
    """CREATE UNIQUE INDEX events_reminded_once ON events (act, about_kind, about, also)
  WHERE act IN ('visit_in_a_week', 'visit_tomorrow', 'coming_tomorrow', 'coming_unanswered', 'action_tomorrow',
    'day_tomorrow', 'week_begins')""",
    """CREATE FUNCTION events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN  RAISE EXCEPTION 'events are append-only'; END $$""",
    """CREATE FUNCTION events_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.at > now() - interval '365 days' + interval '1 hour' THEN
    RAISE EXCEPTION 'events are kept for a year';
  END IF;
  RETURN OLD;
END $$""",
    """CREATE TRIGGER events_append_only BEFORE UPDATE ON events FOR EACH ROW
  EXECUTE FUNCTION events_are_append_only()""",
    "CREATE TRIGGER events_kept BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_are_kept()",
    """CREATE TRIGGER events_whole BEFORE TRUNCATE ON events FOR EACH STATEMENT
  EXECUTE FUNCTION events_are_append_only()""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
