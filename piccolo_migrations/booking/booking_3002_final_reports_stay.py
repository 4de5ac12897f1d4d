"""A file declared final is never rewritten nor taken away."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T09:00:01:003002"
VERSION = "1.38.0"
DESCRIPTION = "Final reports, guarded"

STEPS = (
    """CREATE FUNCTION final_reports_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Those of an invented coordinator go with the examples.
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT FROM accounts WHERE id = OLD.declared_by AND example) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'a report declared final stays as it is';
END $$""",
    """CREATE TRIGGER final_reports_unchanged BEFORE UPDATE OR DELETE ON final_reports FOR EACH ROW
  EXECUTE FUNCTION final_reports_stay()""",
    """CREATE TRIGGER final_reports_whole BEFORE TRUNCATE ON final_reports FOR EACH STATEMENT
  EXECUTE FUNCTION final_reports_stay()""",
)


async def forwards() -> MigrationManager:
    return steps("booking", ID, DESCRIPTION, STEPS)
