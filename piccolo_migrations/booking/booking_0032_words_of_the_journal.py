"""The words of a line of the journal may be forgotten before the line is; nothing else of it ever changes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-25T10:00:01:000032"
VERSION = "1.38.0"
DESCRIPTION = "An append-only journal whose words can be emptied"

FUNCTION = """CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {but} RAISE EXCEPTION 'the journal is append-only'; END $$"""
BUT_EMPTIED = """IF NEW.detail = '' AND (NEW.id, NEW.at, NEW.account, NEW.act, NEW.about_kind, NEW.about)
  IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.account, OLD.act, OLD.about_kind, OLD.about) THEN RETURN NEW; END IF;"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)

    async def run() -> None:
        await rows(FUNCTION.format(but=BUT_EMPTIED))

    async def run_backwards() -> None:
        await rows(FUNCTION.format(but=""))

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
