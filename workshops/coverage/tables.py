"""How many pupils a collège has, a level and a year: what a share of them is counted over."""

from piccolo.columns import Boolean, ForeignKey, Serial, SmallInt, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.schools.tables import School


class HeadCount(Table, tablename="head_counts"):
    """The pupils enrolled at one level of one collège in one school year (2026 is 2026-2027), as the ministry counts.

    `girls` of them, where the file tells them apart. `example`: invented, as the examples' years are.
    """

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    school_year = SmallInt()
    level = Varchar(length=2)
    pupils = SmallInt()
    girls = SmallInt(null=True, default=None)
    example = Boolean(default=False)

    head_counts_once = Unique(["school", "school_year", "level"])
    head_counts_known_level = Check("level IN ('6e', '5e', '4e', '3e')")
    head_counts_counts = Check("pupils BETWEEN 0 AND 3000")
    head_counts_girls_are_some = Check("girls BETWEEN 0 AND pupils")


class ClassNumber(Table, tablename="class_numbers"):
    """How many classes of a level the coordination says that a collège has, where its head count tells fewer or none.

    It raises what the head count gives, and never lowers it.
    """

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    level = Varchar(length=2)
    classes = SmallInt()

    class_numbers_once = Unique(["school", "level"])
    class_numbers_known_level = Check("level IN ('6e', '5e', '4e', '3e')")
    class_numbers_some = Check("classes BETWEEN 1 AND 40")
