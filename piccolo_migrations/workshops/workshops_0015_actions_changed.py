"""A mentoring action says when it last changed; the target of mentor companies says that it counts places."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.indexes import IndexMethod

from workshops.database import rows

ID = "2026-11-25T10:00:00:000015"
VERSION = "1.38.0"
DESCRIPTION = "When an action was last changed"

# The rule that stood beside the figure, where nobody has written another.
RULE = """UPDATE targets SET rule = 'Trois places d''entreprise mentore par cohorte ; une place prise compte une fois,'
  ' même si une entreprise y en remplace une autre.'
WHERE programme = 'ptech' AND metric = 'companies'
  AND rule = 'Entreprises mentores d''une cohorte, comptées une fois par cohorte.'"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="workshops", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Action",
        tablename="mentoring_actions",
        column_name="changed_at",
        db_column_name="changed_at",
        column_class_name="Timestamptz",
        column_class=Timestamptz,
        params={
            "default": TimestamptzNow(),
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
    )

    async def run() -> None:
        await rows(RULE)

    manager.add_raw(run)
    return manager
