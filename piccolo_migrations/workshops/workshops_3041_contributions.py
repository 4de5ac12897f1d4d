"""Who received a class, whom lycées mobilise besides, what an hour is worth, and the sums of the programme's money."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Boolean, Date, Integer, SmallInt, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow

from workshops.migration import RESTRICT, check, column, known, makes, refers, table, unique

ID = "2026-12-01T09:00:00:003041"
VERSION = "1.38.0"
DESCRIPTION = "Contributions"

CREATED = [
    table(
        "SlotHosts",
        "slot_hosts",
        refers("slot", known("Slot", "slots"), RESTRICT, unique=True),
        column("lyceens", SmallInt, null=True),
        column("staff", SmallInt, null=True),
        check("slot_hosts_counts", "lyceens BETWEEN 0 AND 60 AND staff BETWEEN 0 AND 60"),
        check("slot_hosts_says_one", "lyceens IS NOT NULL OR staff IS NOT NULL"),
    ),
    table(
        "LyceeStaff",
        "lycee_staff",
        refers("school", known("School", "schools"), RESTRICT),
        column("school_year", SmallInt, default=0),
        column("people", SmallInt, null=True),
        column("example", Boolean, default=False),
        unique("lycee_staff_once", "school", "school_year"),
        check("lycee_staff_counts", "people BETWEEN 0 AND 20"),
    ),
    table(
        "HourlyRate",
        "hourly_rates",
        column("school_year", SmallInt, default=0),
        column("giver", Varchar, length=10, default=""),
        column("cents", Integer, default=0),
        column("source", Varchar, length=200, default=""),
        column("example", Boolean, default=False),
        unique("hourly_rates_once", "school_year", "giver"),
        check("hourly_rates_known_giver", "giver IN ('companies', 'lyceens', 'staff', 'lycees')"),
        check("hourly_rates_worth", "cents BETWEEN 0 AND 50000 AND trim(source) <> ''"),
    ),
    table(
        "FundingSum",
        "funding_sums",
        column("kind", Varchar, length=10, default=""),
        column("euros", Integer, default=0),
        column("counted_on", Date),
        column("source", Varchar, length=200, default=""),
        column("example", Boolean, default=False),
        column("recorded_at", Timestamptz, default=TimestamptzNow()),
        check("funding_sums_known_kind", "kind IN ('envelope', 'spent', 'cofinanced')"),
        check("funding_sums_told", "euros BETWEEN 0 AND 1000000000 AND trim(source) <> ''"),
    ),
]


async def forwards() -> MigrationManager:
    return makes("workshops", ID, DESCRIPTION, CREATED)
