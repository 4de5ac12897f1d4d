"""The refusals that the journal shows among the events. Triggers keep them for a year, as they keep events."""

from piccolo.columns import BigSerial, Integer, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class RefusalCount(Table, tablename="refusal_counts"):
    """How often one account was refused one thing in one hour; `account` 0 is whoever has none.

    However often somebody knocks, an hour takes one row. `id` is drawn among the events', so that both are
    read in one order; `detail` is the last one's.
    """

    id = BigSerial(primary_key=True, index=False)
    hour = Timestamptz(default=None)
    at = Timestamptz(default=None)
    until = Timestamptz(default=None)
    account = Integer(default=0)
    act = Varchar(length=40)
    about_kind = Varchar(length=20, default="")
    detail = Text(default="")
    often = Integer(default=1)

    refusal_counts_once = Unique(["hour", "account", "act"])
