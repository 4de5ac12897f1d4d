"""What a closed year was counted as stays: the schools' facts of that day, the figures, and each correction since."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean, DoublePrecision, Integer, SmallInt, Text, Timestamptz, Varchar

from workshops.migration import RESTRICT, column, known, makes, refers, table, unique

ID = "2026-11-29T12:00:01:002461"
VERSION = "1.38.0"
DESCRIPTION = "Closed years"

School = known("School", "schools")
CREATED = [
    table(
        "ClosedYear",
        "closed_years",
        column("school_year", SmallInt, default=0, unique=True),
        column("frozen_at", Timestamptz),
        column("at_upgrade", Boolean, default=False),
        column("reopened", Boolean, default=False),
    ),
    table(
        "SchoolFacts",
        "school_facts",
        refers("school", School, RESTRICT),
        column("school_year", SmallInt, default=0),
        column("department", Varchar, length=3, default=""),
        column("priority", Varchar, length=4, default=""),
        column("rural", Boolean, null=True),
        column("lat", DoublePrecision, null=True),
        column("lon", DoublePrecision, null=True),
        column("counted", Boolean, default=False),
        unique("school_facts_once", "school", "school_year"),
    ),
    table(
        "YearFigure",
        "year_figures",
        column("school_year", SmallInt, default=0),
        column("programme", Varchar, length=12, default=""),
        column("metric", Varchar, length=40, default=""),
        column("figure", Integer, default=0),
        unique("year_figures_once", "school_year", "programme", "metric"),
    ),
    table(
        "Correction",
        "year_corrections",
        column("school_year", SmallInt, default=0, index=True),
        column("programme", Varchar, length=12, default=""),
        column("of", Varchar, length=20, default=""),
        column("about", Integer, default=0),
        column("what", Varchar, length=80, default=""),
        column("was", Varchar, length=200, default=""),
        column("becomes", Varchar, length=200, default=""),
        column("reason", Text, default=""),
        column("by", Integer, null=True),
        column("school", Integer, null=True),
        column("at", Timestamptz),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
