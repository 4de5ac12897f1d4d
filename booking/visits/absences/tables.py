"""What collèges are asked about the visits to which they did not come."""

from piccolo.columns import ForeignKey, Integer, Serial, SmallInt, Timestamptz
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Unique
from piccolo.table import Table

from workshops.schools.tables import School


class AbsenceQuestion(Table, tablename="absence_questions"):
    """A collège that missed so many visits (`no_shows`) in a school year is asked what happened, once for each number.

    It is asked `until` the year ends. What was answered are the words of the journal's `event`, which are forgotten
    with the others of the year; `read_at` is when a coordinator had read them.
    """

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    school_year = SmallInt()
    no_shows = SmallInt()
    until = Timestamptz(default=None)
    asked_at = Timestamptz(default=None)
    answered_at = Timestamptz(null=True, default=None)
    event = Integer(null=True, default=None)
    read_at = Timestamptz(null=True, default=None)

    absence_questions_once = Unique(["school", "school_year", "no_shows"])
