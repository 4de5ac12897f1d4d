"""The September hands: of each 2de professionnelle how many were there, and how many raised a hand. Counts only."""

from piccolo.columns import Boolean, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.schools.tables import School


class SectionHands(Table, tablename="september_hands"):
    """A section of a lycée in the September of a school year (2026 is 2026-2027); never a pupil.

    `present` and `hands` are both empty while the section is named and nobody has asked it yet. `example`: invented.
    """

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    school_year = SmallInt(index=True)
    section = Varchar(length=60)
    present = SmallInt(null=True, default=None)
    hands = SmallInt(null=True, default=None)
    example = Boolean(default=False)
    recorded_at = Timestamptz(default=TimestamptzNow())

    september_hands_once = Unique(["school", "school_year", "section"])
    september_hands_known_year = Check("school_year BETWEEN 2000 AND 2110")
    september_hands_counts = Check(
        "(present IS NULL) = (hands IS NULL) AND (present IS NULL OR present BETWEEN 0 AND 200 AND hands BETWEEN 0 AND"
        " present)"
    )


class WithoutSections(Table, tablename="lycees_without_sections"):
    """A lycée that said that it has no 2de professionnelle: it is not asked again until it says otherwise."""

    id: Serial
    school = ForeignKey(School, null=False, unique=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    said_at = Timestamptz(default=TimestamptzNow())


class AskedLycee(Table, tablename="september_asked"):
    """A lycée that was asked in a school year, kept on the day of the year's closing. Triggers refuse UPDATE."""

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    school_year = SmallInt()

    september_asked_once = Unique(["school_year", "school"])
