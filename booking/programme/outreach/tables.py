"""Which collèges the coordinator wrote to."""

from piccolo.columns import ForeignKey, Serial, SmallInt, Text, Timestamptz
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Unique
from piccolo.table import Table

from booking.people.accounts.tables import Account
from workshops.schools.tables import School


class CollegeInvitation(Table, tablename="college_invitations"):
    """A letter to a collège, one a school year, and its one reminder.

    `school_year` 2026 is 2026-2027, `words` are the coordinator's own.
    """

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    school_year = SmallInt()
    words = Text(default="")
    invited_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    invited_at = Timestamptz(default=TimestamptzNow())
    reminded_at = Timestamptz(null=True, default=None)

    college_invitations_once = Unique(["school", "school_year"])
