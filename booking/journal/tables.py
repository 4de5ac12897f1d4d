"""The journal: append-only (a trigger refuses UPDATE; only the retention job deletes), without any pupil."""

from piccolo.columns import BigSerial, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table


class Entry(Table, tablename="journal"):
    """Who did what, when, to what."""

    id = BigSerial(primary_key=True, index=False)
    at = Timestamptz(default=None, index=True)
    account = Integer(null=True, default=None)
    act = Varchar(length=40)
    about_kind = Varchar(length=20, default="")
    about = Integer(null=True, default=None)
    detail = Text(default="")
