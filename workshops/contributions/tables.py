"""Who received a class, whom a lycée mobilises besides, what an hour is worth, and the sums that were told."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.schools.tables import School
from workshops.slots.tables import Slot


class SlotHosts(Table, tablename="slot_hosts"):
    """How many lycéens and how many `staff` (teachers and others) received the class of a closed visit; no name.

    Empty is what nobody knows. In a closed year a trigger asks for the reason of a change.
    """

    id: Serial
    slot = ForeignKey(Slot, null=False, unique=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    lyceens = SmallInt(null=True, default=None)
    staff = SmallInt(null=True, default=None)

    slot_hosts_counts = Check("lyceens BETWEEN 0 AND 60 AND staff BETWEEN 0 AND 60")
    slot_hosts_says_one = Check("lyceens IS NOT NULL OR staff IS NOT NULL")


class LyceeStaff(Table, tablename="lycee_staff"):
    """How many people of a lycée a slot mobilises besides those who receive the class, from a school year on.

    It holds until a later year says another number; empty, nobody knows from then on.
    """

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    school_year = SmallInt()
    people = SmallInt(null=True, default=None)
    example = Boolean(default=False)

    lycee_staff_once = Unique(["school", "school_year"])
    lycee_staff_counts = Check("people BETWEEN 0 AND 20")


class HourlyRate(Table, tablename="hourly_rates"):
    """What an hour of a `giver` is worth in a school year, in cents, and who says so; it holds until a later year has
    its own."""

    id: Serial
    school_year = SmallInt()
    giver = Varchar(length=10)
    cents = Integer()
    source = Varchar(length=200)
    example = Boolean(default=False)

    hourly_rates_once = Unique(["school_year", "giver"])
    hourly_rates_known_giver = Check("giver IN ('companies', 'lyceens', 'staff', 'lycees')")
    hourly_rates_worth = Check("cents BETWEEN 0 AND 50000 AND trim(source) <> ''")


class FundingSum(Table, tablename="funding_sums"):
    """A sum of the programme's money as somebody told it, to a day; a later one stands beside it, not in its place."""

    id: Serial
    kind = Varchar(length=10)
    euros = Integer()
    counted_on = Date(default=None)
    source = Varchar(length=200)
    example = Boolean(default=False)
    recorded_at = Timestamptz(default=TimestamptzNow())

    funding_sums_known_kind = Check("kind IN ('envelope', 'spent', 'cofinanced')")
    funding_sums_told = Check("euros BETWEEN 0 AND 1000000000 AND trim(source) <> ''")
