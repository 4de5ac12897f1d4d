"""What was given in a closed year changes with its reason alone: a trigger refuses it without, and writes what was.

Each line is of one school year: who received, of that of its visit.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import raising, steps

ID = "2026-12-01T09:00:01:003042"
VERSION = "1.38.0"
DESCRIPTION = "Contributions, guarded"

GUARDS = """CREATE FUNCTION guards_contributions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was jsonb; becomes jsonb; line jsonb; y int; again boolean; name text; kind text; number int; said jsonb; why text;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
  IF TG_OP <> 'DELETE' THEN becomes := to_jsonb(NEW); END IF;
  line := coalesce(becomes, was);
  IF TG_TABLE_NAME = 'slot_hosts' THEN
    SELECT extract(year FROM held - interval '7 months'), 'hosts ' || held::date INTO y, name
    FROM (SELECT starts_at AT TIME ZONE 'Europe/Paris' AS held FROM slots WHERE id = (line ->> 'slot')::int) s;
    kind := 'slot'; number := (line ->> 'slot')::int;
  ELSE
    y := (line ->> 'school_year')::int;
    IF TG_TABLE_NAME = 'hourly_rates' THEN
      kind := 'year'; number := y; name := 'rate ' || (line ->> 'giver');
    ELSE
      kind := 'school'; number := (line ->> 'school')::int; name := 'mobilised';
    END IF;
  END IF;
  SELECT reopened INTO again FROM closed_years WHERE school_year = y;
  IF NOT FOUND THEN RETURN NULL; END IF;
  was := told_of_contribution(was); becomes := told_of_contribution(becomes);
  IF was IS NOT DISTINCT FROM becomes THEN RETURN NULL; END IF;
  said := nullif(current_setting('technilab.correction', true), '')::jsonb;
  why := coalesce(said ->> 'reason', '');
  IF why = '' AND NOT again THEN RAISE EXCEPTION 'year frozen: %', y; END IF;
  IF why = '' THEN
    why := coalesce((SELECT reason FROM year_corrections WHERE school_year = y AND what = 'reopened'
      ORDER BY id DESC LIMIT 1), '');
  END IF;
  INSERT INTO year_corrections (school_year, programme, "of", about, what, was, becomes, reason, by, school, at)
  VALUES (y, 'apports', kind, number, name, coalesce(was #>> '{}', ''), coalesce(becomes #>> '{}', ''),
    why, (said ->> 'by')::int, (said ->> 'school')::int, coalesce((said ->> 'at')::timestamptz, now()));
  PERFORM set_config('technilab.corrected',
    concat_ws(' ', nullif(current_setting('technilab.corrected', true), ''), y), true);
  RETURN NULL;
END $$"""
TOLD = """CREATE FUNCTION told_of_contribution(line jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT to_jsonb(string_agg(name || ' ' || (line ->> name), ', ' ORDER BY name))
  FROM unnest(ARRAY['lyceens', 'staff', 'people', 'cents']) name WHERE line ->> name IS NOT NULL
$$"""
STEPS = (
    (TOLD, "DROP FUNCTION told_of_contribution(jsonb)"),
    GUARDS,
    *(
        f"""CREATE TRIGGER {table}_guarded AFTER INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION guards_contributions()"""
        for table in ("slot_hosts", "lycee_staff", "hourly_rates")
    ),
    # The hours given are kept at hand until who received, or whom a lycée mobilises, is told anew.
    *(step for table in ("slot_hosts", "lycee_staff") for step in raising(table, "-1 FROM {rows}")),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
