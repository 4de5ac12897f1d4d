"""Nothing that a closed year counts changes without a reason: triggers refuse it, and write what was corrected.

What counts in a year is told by SQL expressions of a line, {row}, for a year y: null where it does not count in it. Words
(titles, notes, reasons, places) are none of it: the night erases them of closed years too.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.migration import raising, steps

ID = "2026-11-29T12:00:02:002462"
VERSION = "1.38.0"
DESCRIPTION = "Closed years, guarded"

_DAY = "({day}) BETWEEN make_date(y, 8, 1) AND make_date(y + 1, 7, 31)"
_HELD = "({row}.starts_at AT TIME ZONE 'Europe/Paris')::date"
_LEFT = ("left_reoriented", "left_moved", "left_work", "left_dropout", "left_other")
_INTAKE = (
    *("places", "applicants", "enrolled", "apprentices", "girls", "completed"),
    *("employed_6m", "studying_6m", "seeking_6m", "unknown_6m"),
)


def _counts(*names: str) -> str:
    """The counts of a line, in words: « présents 24, filles 6 »; those that are not known are left out."""
    told = ", ".join(f"'{name} ' || {{row}}.{name}" for name in names)
    return f"concat_ws(', ', {told})"


# Table -> programme, what it is of and the column that says so, whether a line counts in year y, its name, its counts.
GUARDED = {
    "ptech_censuses": (
        *("ptech", "cohort", "cohort", "{row}.school_year = y", "'census ' || {row}.term"),
        _counts("present", "girls", "entered", *_LEFT),
    ),
    "ptech_outcomes": (
        *("ptech", "cohort", "cohort", "{row}.school_year = y", "'outcome ' || {row}.kind"),
        _counts("pupils"),
    ),
    "ptech_mentors": (
        *("ptech", "cohort", "cohort"),
        "daterange({row}.from_on, {row}.to_on, '[]') && daterange(make_date(y, 8, 1), make_date(y + 1, 7, 31), '[]')",
        "'mentor ' || {row}.company",
        """concat_ws(', ', greatest({row}.from_on, make_date(y, 8, 1)),
          least(coalesce({row}.to_on, make_date(y + 1, 7, 31)), make_date(y + 1, 7, 31)))""",
    ),
    "mentoring_actions": (
        *("ptech", "cohort", "cohort", "{row}.state = 'held' AND " + _DAY.format(day=_HELD)),
        "concat_ws(' ', 'action', {row}.kind, " + _HELD + ", 'company ' || {row}.company)",
        _counts("minutes", "people", "pupils"),
    ),
    "ptech_cohorts": ("ptech", "cohort", "id", "{row}.entry_year = y", "'cohort'", "{row}.entry_year::varchar"),
    "bts1_steps": (
        *("bts1", "course", "course", "NOT {row}.planned AND " + _DAY.format(day="{row}.step_on")),
        *("'step ' || {row}.step", "{row}.step_on::varchar"),
    ),
    "bts1_intakes": ("bts1", "course", "course", "{row}.school_year = y", "'intake'", _counts(*_INTAKE)),
    "bts1_mobilities": (
        *("bts1", "course", "course", "{row}.school_year = y", "concat_ws(' ', 'mobility', {row}.kind, {row}.country)"),
        _counts("people"),
    ),
}


def _guard(table: str) -> list[str]:
    programme, of, about, counts_in, what, told = GUARDED[table]

    def at(row: str) -> str:
        line = [one.format(row=row) for one in (counts_in, what, told)]
        return f"CASE WHEN {line[0]} THEN jsonb_build_object('what', {line[1]}, 'told', {line[2]}) END"

    function = f"""CREATE FUNCTION guards_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  y int; again boolean; was jsonb; becomes jsonb; said jsonb; why text; number int;
BEGIN
  FOR y, again IN SELECT school_year, reopened FROM closed_years ORDER BY school_year LOOP
    was := NULL; becomes := NULL;
    IF TG_OP <> 'INSERT' THEN was := {at("OLD")}; number := OLD.{about}; END IF;
    IF TG_OP <> 'DELETE' THEN becomes := {at("NEW")}; number := NEW.{about}; END IF;
    CONTINUE WHEN was IS NOT DISTINCT FROM becomes;
    said := nullif(current_setting('technilab.correction', true), '')::jsonb;
    why := coalesce(said ->> 'reason', '');
    IF why = '' AND NOT again THEN RAISE EXCEPTION 'year frozen: %', y; END IF;
    IF why = '' THEN
      why := coalesce((SELECT reason FROM year_corrections WHERE school_year = y AND what = 'reopened'
        ORDER BY id DESC LIMIT 1), '');
    END IF;
    INSERT INTO year_corrections (school_year, programme, "of", about, what, was, becomes, reason, by, school, at)
    VALUES (y, '{programme}', '{of}', number, left(coalesce(becomes ->> 'what', was ->> 'what'), 80),
      left(coalesce(was ->> 'told', ''), 200), left(coalesce(becomes ->> 'told', ''), 200),
      why, (said ->> 'by')::int, (said ->> 'school')::int, coalesce((said ->> 'at')::timestamptz, now()));
    PERFORM set_config('technilab.corrected',
      concat_ws(' ', nullif(current_setting('technilab.corrected', true), ''), y), true);
  END LOOP;
  RETURN NULL;
END $$"""
    return [
        function,
        f"""CREATE TRIGGER {table}_guarded AFTER INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION guards_{table}()""",
    ]


# What a collège had enrolled in a closed year is replaced whole: whoever does it says why, and writes one line of it.
HEAD_COUNTS = (
    """CREATE FUNCTION guards_head_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  y int;
BEGIN
  y := CASE TG_OP WHEN 'DELETE' THEN OLD.school_year ELSE NEW.school_year END;
  IF coalesce(nullif(current_setting('technilab.correction', true), '')::jsonb ->> 'reason', '') = ''
    AND EXISTS (SELECT FROM closed_years WHERE school_year = y AND NOT reopened)
  THEN RAISE EXCEPTION 'year frozen: %', y; END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER head_counts_guarded AFTER INSERT OR UPDATE OR DELETE ON head_counts
  FOR EACH ROW EXECUTE FUNCTION guards_head_counts()""",
)
STAYS = (
    """CREATE FUNCTION closed_years_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a closed year was counted as stays: % %', TG_OP, TG_TABLE_NAME;
END $$""",
    *(
        f"""CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION closed_years_stay()"""
        for table in ("school_facts", "year_figures", "year_corrections")
    ),
)
STEPS = (
    *(step for table in GUARDED for step in _guard(table)),
    *HEAD_COUNTS,
    *STAYS,
    *(
        step
        for table in ("closed_years", "school_facts", "year_corrections")
        for step in raising(table, "-1 FROM {rows}")
    ),
)


async def forwards() -> MigrationManager:
    return steps("workshops", ID, DESCRIPTION, STEPS)
