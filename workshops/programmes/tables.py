"""Targets of the programme: data with dates, never constants of the code."""

from piccolo.columns import Date, Integer, Serial, Text, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Target(Table, tablename="targets"):
    """What France 2030 expects of one scheme, between two dates, and how it is counted."""

    id: Serial
    programme = Varchar(length=12)
    metric = Varchar(length=40)
    label = Varchar(length=120)
    unit = Varchar(length=40)
    target = Integer()
    rule = Text()
    from_on = Date(default=None)
    to_on = Date(default=None)

    targets_once = Unique(["programme", "metric"])
    targets_known_programme = Check("programme IN ('technilab', 'ptech', 'bts1')")
    targets_ordered = Check("from_on < to_on AND target > 0")
