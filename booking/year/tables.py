"""School years that are closed, with what was frozen, erased and kept."""

from piccolo.columns import ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class YearClosing(Table, tablename="year_closings"):
    """A school year (« 2026-2027 ») whose closing began; `closed_at` is empty while it was interrupted.

    `reopened_at`: its figures take past visits again until it is closed anew; those of its slots stay frozen.
    `closed_by` is an account's number, a plain value: the report outlives the account.
    """

    id: Serial
    school_year = Varchar(length=9, unique=True)
    started_at = Timestamptz(default=None)
    closed_at = Timestamptz(null=True, default=None)
    closed_by = Integer(null=True, default=None)
    reopened_at = Timestamptz(null=True, default=None)


class YearCount(Table, tablename="year_counts"):
    """One line of a closing's report: how many of what; it grows slot by slot."""

    id: Serial
    closing = ForeignKey(YearClosing, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    what = Varchar(length=20)
    number = Integer(default=0)

    year_counts_once = Unique(["closing", "what"])
    year_counts_positive = Check("number >= 0")
