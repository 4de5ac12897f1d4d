"""Groups that visit: a label, a level, a head count. No pupil has a row."""

from piccolo.columns import Boolean, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from booking.people.accounts.tables import Account
from workshops.schools.tables import School


class Group(Table, tablename="groups"):
    """A class or a part of one, in one school year; `ulis` of its pupils are of ULIS.

    `first_names` says that the teacher chose first names on its badges; without it, badges carry numbers alone.
    An archived one is hidden where groups are listed and chosen. Capitals, spaces and signs tell no two groups apart.
    """

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    teacher = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    name = Varchar(length=60)
    level = Varchar(length=2)
    section = Varchar(length=8, default="")
    pupils = SmallInt()
    ulis = SmallInt(default=0)
    school_year = Varchar(length=9)
    first_names = Boolean(default=False)
    example = Boolean(default=False)
    created_at = Timestamptz(default=TimestamptzNow())
    archived_at = Timestamptz(null=True, default=None)

    groups_named_once = Unique(["school", "school_year", "name"])
    groups_known_level = Check("level IN ('6e', '5e', '4e', '3e')")
    groups_known_section = Check("section IN ('', 'SEGPA', 'Club')")
    groups_ulis_of_pupils = Check("ulis BETWEEN 0 AND pupils")
    groups_has_pupils = Check("pupils BETWEEN 1 AND 60")
