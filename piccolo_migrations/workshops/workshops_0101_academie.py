"""The académie served, the départements by their names, and the schools that have closed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Array, Boolean, Varchar

from workshops.migration import check, column, makes, table

ID = "2026-11-26T20:00:01:000101"
VERSION = "1.38.0"
DESCRIPTION = "The académie is data"

CREATED = [
    table(
        "DepartmentName",
        "departments",
        column("code", Varchar, length=3, default="", unique=True),
        column("name", Varchar, length=80, default=""),
        column("academie", Varchar, length=60, default=""),
    ),
    table(
        "Academie",
        "academie",
        column("name", Varchar, length=60, default=""),
        column("zone", Varchar, length=1, default=""),
        column("departments", Array, base_column=Varchar(length=3, default=""), default=list),
        column("neighbours", Array, base_column=Varchar(length=60, default=""), default=list),
        column("project", Varchar, length=80, default=""),
        column("operator", Varchar, length=200, default=""),
        column("contact", Varchar, length=254, default=""),
        check("academie_alone", "id = 1"),
        check("academie_known_zone", "zone IN ('', 'A', 'B', 'C')"),
    ),
]
GROWN = [table("School", "schools", column("closed", Boolean, default=False))]


async def forwards() -> MigrationManager:
    manager = makes("workshops", ID, DESCRIPTION, CREATED, grown=GROWN)
    manager.alter_column(
        table_class_name="School",
        tablename="schools",
        column_name="zone",
        params={"default": ""},
        old_params={"default": "A"},
        column_class=Varchar,
        old_column_class=Varchar,
    )
    return manager
