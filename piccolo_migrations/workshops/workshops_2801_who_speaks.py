"""Who speaks: the carriers and the funder of an académie's programme, and their marks."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, Bytea, Integer, Varchar

from workshops.migration import check, column, makes, table, unique

ID = "2026-12-01T03:00:00:002801"
VERSION = "1.38.0"
DESCRIPTION = "Carriers, funder, marks"

CREATED = [
    table(
        "AcademieMark",
        "academie_marks",
        column("which", Varchar, length=8, default=""),
        column("alternative", Varchar, length=120, default=""),
        column("width", Integer, default=0),
        column("height", Integer, default=0),
        column("picture", Bytea, default=b""),
        column("example", Boolean, default=False),
        unique("academie_marks_once", "which"),
        check("academie_marks_known", "which IN ('academie', 'funder')"),
    )
]
GROWN = [
    table(
        "Academie",
        "academie",
        column("carriers", Varchar, length=120, default=""),
        column("funder", Varchar, length=120, default=""),
    )
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED, grown=GROWN)
