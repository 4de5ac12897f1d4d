"""What a BTS+1 course gives and in which language, its partners abroad, whom a mobility leads where and how long."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import SmallInt, Varchar

from workshops.migration import check, column, makes, table

ID = "2026-12-01T09:00:00:003081"
VERSION = "1.38.0"
DESCRIPTION = "What a course gives, and where its students go"

GROWN = [
    table(
        "Course",
        "bts1_courses",
        column("ects", SmallInt, null=True),
        column("language", Varchar, length=60, default=""),
        check("bts1_courses_ects", "ects BETWEEN 0 AND 180"),
    ),
    table("CoursePartner", "bts1_partners", column("country", Varchar, length=60, default="")),
    table(
        "Mobility",
        "bts1_mobilities",
        column("direction", Varchar, length=8, default="outgoing"),
        column("host_name", Varchar, length=160, default=""),
        column("weeks", SmallInt, null=True),
        check("bts1_mobilities_known_direction", "direction IN ('outgoing', 'incoming')"),
        check("bts1_mobilities_weeks", "weeks BETWEEN 1 AND 104"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, grown=GROWN)
