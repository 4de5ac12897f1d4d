"""When the slots of a period may be reserved."""

from piccolo.columns import Date, Serial, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table


class Opening(Table, tablename="openings"):
    """The slots of these days, both included, may be reserved from `opens_at` on; before, they are only seen.

    No day is of two openings: a day that is of none is open at once.
    """

    id: Serial
    first_on = Date(default=None)
    last_on = Date(default=None)
    opens_at = Timestamptz(default=None)
    created_at = Timestamptz(default=TimestamptzNow())

    openings_ordered = Check("first_on <= last_on")
