"""The September hands of a closed year change with a reason alone, and who was asked in it stays.

A section that nobody has asked counts for nothing.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T09:30:01:003062"
VERSION = "1.38.0"
DESCRIPTION = "September hands, guarded"


def _at(row: str) -> str:
    """What a line counts in a year y, null where it does not."""
    return f"""CASE WHEN {row}.school_year = y AND {row}.present IS NOT NULL THEN jsonb_build_object(
      'what', 'hands ' || {row}.section, 'told', 'present ' || {row}.present || ', hands ' || {row}.hands) END"""


STEPS = (
    f"""CREATE FUNCTION guards_september_hands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  y int; again boolean; was jsonb; becomes jsonb; said jsonb; why text; number int;
BEGIN
  FOR y, again IN SELECT school_year, reopened FROM closed_years ORDER BY school_year LOOP
    was := NULL; becomes := NULL;
    IF TG_OP <> 'INSERT' THEN was := {_at("OLD")}; number := OLD.school; END IF;
    IF TG_OP <> 'DELETE' THEN becomes := {_at("NEW")}; number := NEW.school; END IF;
    CONTINUE WHEN was IS NOT DISTINCT FROM becomes;
    said := nullif(current_setting('technilab.correction', true), '')::jsonb;
    why := coalesce(said ->> 'reason', '');
    IF why = '' AND NOT again THEN RAISE EXCEPTION 'year frozen: %', y; END IF;
    IF why = '' THEN
      why := coalesce((SELECT reason FROM year_corrections WHERE school_year = y AND what = 'reopened'
        ORDER BY id DESC LIMIT 1), '');
    END IF;
    INSERT INTO year_corrections (school_year, programme, "of", about, what, was, becomes, reason, by, school, at)
    VALUES (y, 'september', 'school', number, left(coalesce(becomes ->> 'what', was ->> 'what'), 80),
      left(coalesce(was ->> 'told', ''), 200), left(coalesce(becomes ->> 'told', ''), 200),
      why, (said ->> 'by')::int, (said ->> 'school')::int, coalesce((said ->> 'at')::timestamptz, now()));
    PERFORM set_config('technilab.corrected',
      concat_ws(' ', nullif(current_setting('technilab.corrected', true), ''), y), true);
  END LOOP;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER september_hands_guarded AFTER INSERT OR UPDATE OR DELETE ON september_hands
  FOR EACH ROW EXECUTE FUNCTION guards_september_hands()""",
    """CREATE TRIGGER september_asked_stay BEFORE UPDATE OR DELETE ON september_asked
  FOR EACH STATEMENT EXECUTE FUNCTION closed_years_stay()""",
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
