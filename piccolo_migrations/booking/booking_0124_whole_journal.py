"""PostgreSQL itself refuses to change the journal, to empty it, and to delete a line of it before its year is over."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-26T10:00:01:000124"
VERSION = "1.38.0"
DESCRIPTION = "A journal that nobody changes, empties or shortens"

APPEND_ONLY = """CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {but} RAISE EXCEPTION 'the journal is append-only'; END $$"""
BUT_EMPTIED = """IF NEW.detail = '' AND (NEW.id, NEW.at, NEW.account, NEW.act, NEW.about_kind, NEW.about)
  IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.account, OLD.act, OLD.about_kind, OLD.about) THEN RETURN NEW; END IF;"""
TYPED = "act IN ('slot_reopened', 'year_reopened') AND detail <> ''"
# An hour of grace, for the clock of the machine that purges may run ahead of PostgreSQL's.
KEPT = """CREATE FUNCTION journal_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.at > now() - interval '365 days' + interval '1 hour' THEN
    RAISE EXCEPTION 'the journal is kept for a year';
  END IF;
  RETURN OLD;
END $$"""

FORWARDS = (
    f"INSERT INTO journal_words (entry, words) SELECT id, detail FROM journal WHERE {TYPED}",
    f"UPDATE journal SET detail = '' WHERE {TYPED}",
    APPEND_ONLY.format(but=""),
    KEPT,
    "CREATE TRIGGER journal_whole BEFORE TRUNCATE ON journal EXECUTE FUNCTION journal_is_append_only()",
    "CREATE TRIGGER journal_kept BEFORE DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_is_kept()",
    "CREATE TRIGGER refusal_counts_whole BEFORE TRUNCATE ON refusal_counts EXECUTE FUNCTION journal_is_append_only()",
    "CREATE TRIGGER refusal_counts_kept BEFORE DELETE ON refusal_counts FOR EACH ROW EXECUTE FUNCTION journal_is_kept()",
    """CREATE TRIGGER refusal_counts_grow BEFORE UPDATE ON refusal_counts FOR EACH ROW
       WHEN (NEW.often <= OLD.often OR NEW.until < OLD.until
             OR (NEW.id, NEW.hour, NEW.at, NEW.account, NEW.act) IS DISTINCT FROM
                (OLD.id, OLD.hour, OLD.at, OLD.account, OLD.act))
       EXECUTE FUNCTION journal_is_append_only()""",
)
BACKWARDS = (
    "DROP TRIGGER refusal_counts_grow ON refusal_counts",
    "DROP TRIGGER refusal_counts_kept ON refusal_counts",
    "DROP TRIGGER refusal_counts_whole ON refusal_counts",
    "DROP TRIGGER journal_kept ON journal",
    "DROP TRIGGER journal_whole ON journal",
    "DROP FUNCTION journal_is_kept()",
    APPEND_ONLY.format(but=BUT_EMPTIED),
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
