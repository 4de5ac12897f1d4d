"""What lycées count in September among the new pupils of their 2des professionnelles, and who was asked."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean, SmallInt, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow

from workshops.migration import CASCADE, RESTRICT, check, column, known, makes, refers, table, unique

ID = "2026-12-01T09:30:00:003061"
VERSION = "1.38.0"
DESCRIPTION = "September hands"

School = known("School", "schools")
CREATED = [
    table(
        "SectionHands",
        "september_hands",
        refers("school", School, RESTRICT),
        column("school_year", SmallInt, default=0, index=True),
        column("section", Varchar, length=60, default=""),
        column("present", SmallInt, null=True),
        column("hands", SmallInt, null=True),
        column("example", Boolean, default=False),
        column("recorded_at", Timestamptz, default=TimestamptzNow()),
        unique("september_hands_once", "school", "school_year", "section"),
        check("september_hands_known_year", "school_year BETWEEN 2000 AND 2110"),
        check(
            "september_hands_counts",
            "(present IS NULL) = (hands IS NULL) AND (present IS NULL OR present BETWEEN 0 AND 200 AND hands BETWEEN 0"
            " AND present)",
        ),
    ),
    table(
        "WithoutSections",
        "lycees_without_sections",
        refers("school", School, CASCADE, unique=True),
        column("said_at", Timestamptz, default=TimestamptzNow()),
    ),
    table(
        "AskedLycee",
        "september_asked",
        refers("school", School, RESTRICT),
        column("school_year", SmallInt, default=0),
        unique("september_asked_once", "school_year", "school"),
    ),
]
# What the annuaire says of a lycée: whether it teaches towards a diploma of a trade. Empty until it is imported again.
GROWN = [table("School", "schools", column("vocational", Boolean, null=True))]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED, grown=GROWN)
