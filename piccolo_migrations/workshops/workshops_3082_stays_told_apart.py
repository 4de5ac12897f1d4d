"""Mobilities are one line for each way and host, and how long they last counts in a closed year."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import steps

ID = "2026-12-01T09:00:01:003082"
VERSION = "1.38.0"
DESCRIPTION = "Mobilities told apart"

DROP = "ALTER TABLE bts1_mobilities DROP CONSTRAINT bts1_mobilities_once"
ADD = "ALTER TABLE bts1_mobilities ADD CONSTRAINT bts1_mobilities_once UNIQUE ({})"
BEFORE = "course, school_year, country, kind"

# As in workshops_2462, with the words of a line and its counts as they are told.
GUARD = """CREATE OR REPLACE FUNCTION guards_bts1_mobilities() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  y int; again boolean; was jsonb; becomes jsonb; said jsonb; why text; number int;
BEGIN
  FOR y, again IN SELECT school_year, reopened FROM closed_years ORDER BY school_year LOOP
    was := NULL; becomes := NULL;
    IF TG_OP <> 'INSERT' THEN was := {old}; number := OLD.course; END IF;
    IF TG_OP <> 'DELETE' THEN becomes := {new}; number := NEW.course; END IF;
    CONTINUE WHEN was IS NOT DISTINCT FROM becomes;
    said := nullif(current_setting('technilab.correction', true), '')::jsonb;
    why := coalesce(said ->> 'reason', '');
    IF why = '' AND NOT again THEN RAISE EXCEPTION 'year frozen: %', y; END IF;
    IF why = '' THEN
      why := coalesce((SELECT reason FROM year_corrections WHERE school_year = y AND what = 'reopened'
        ORDER BY id DESC LIMIT 1), '');
    END IF;
    INSERT INTO year_corrections (school_year, programme, "of", about, what, was, becomes, reason, by, school, at)
    VALUES (y, 'bts1', 'course', number, left(coalesce(becomes ->> 'what', was ->> 'what'), 80),
      left(coalesce(was ->> 'told', ''), 200), left(coalesce(becomes ->> 'told', ''), 200),
      why, (said ->> 'by')::int, (said ->> 'school')::int, coalesce((said ->> 'at')::timestamptz, now()));
    PERFORM set_config('technilab.corrected',
      concat_ws(' ', nullif(current_setting('technilab.corrected', true), ''), y), true);
  END LOOP;
  RETURN NULL;
END $$"""
AT = """CASE WHEN {{row}}.school_year = y THEN jsonb_build_object('what', {what},
      'told', concat_ws(', ', {told})) END"""
PEOPLE = "'people ' || {row}.people"


def _guard(what: str, told: str) -> str:
    line = AT.format(what=what, told=told)
    return GUARD.format(old=line.format(row="OLD"), new=line.format(row="NEW"))


GUARDED_BEFORE = _guard("concat_ws(' ', 'mobility', {row}.kind, {row}.country)", PEOPLE)
GUARDED = _guard(
    "concat_ws(' ', 'mobility', CASE {row}.direction WHEN 'incoming' THEN 'incoming' END, {row}.kind, {row}.country)",
    f"{PEOPLE}, 'weeks ' || {{row}}.weeks",
)

STEPS = (
    (DROP, ADD.format(BEFORE)),
    (ADD.format(f"{BEFORE}, direction, host_name"), DROP),
    (GUARDED, GUARDED_BEFORE),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
