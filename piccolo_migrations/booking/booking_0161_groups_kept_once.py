"""A collège's groups of one year are told apart by more than capitals and spaces, and may be archived."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.indexes import IndexMethod

from workshops.database import rows

ID = "2026-11-26T10:00:01:000161"
VERSION = "1.38.0"
DESCRIPTION = "Groups kept once"

KEY = r"""regexp_replace(translate(lower({0}), 'àâäçéèêëîïôöùûüÿ', 'aaaceeeeiioouuuy'),
  '[[:space:][:punct:]]+', '', 'g')"""
# Those that were told apart by so little keep their visits: the later ones are numbered.
TOLD_APART = f"""
UPDATE groups g SET name = left(g.name, 52) || ' (no ' || same.place || ')'
FROM (SELECT id, row_number() OVER (PARTITION BY school, school_year, {KEY.format("name")} ORDER BY id) AS place
      FROM groups) same
WHERE same.id = g.id AND same.place > 1
"""
ONCE = f"CREATE UNIQUE INDEX groups_told_apart ON groups (school, school_year, ({KEY.format('name')}))"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)

    async def run() -> None:
        await rows(TOLD_APART)
        await rows(ONCE)

    async def run_backwards() -> None:
        await rows("DROP INDEX groups_told_apart")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    manager.add_column(
        table_class_name="Group",
        tablename="groups",
        column_name="archived_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
    )
    return manager
