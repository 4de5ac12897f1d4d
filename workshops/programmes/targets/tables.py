"""Targets of the programme: data with dates, never constants of the code."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Target(Table, tablename="targets"):
    """What France 2030 expects of one scheme, between two dates. `note`: what a coordinator says of it.

    How it is counted, the code that counts it says (see metrics).
    `declared`: its figure is typed by hand, see Declared. `official`: of two units of one thing, the one that counts.
    """

    id: Serial
    programme = Varchar(length=12)
    metric = Varchar(length=40)
    label = Varchar(length=120)
    unit = Varchar(length=40)
    target = Integer()
    note = Text()
    from_on = Date(default=None)
    to_on = Date(default=None)
    official = Boolean(default=True)
    declared = Boolean(default=False)

    targets_once = Unique(["programme", "metric"])
    targets_known_programme = Check("programme IN ('technilab', 'ptech', 'bts1')")
    targets_ordered = Check("from_on < to_on AND target > 0")


class Declared(Table, tablename="declared_figures"):
    """A figure of a target that the application does not count: the whole reached on a day, and who said so."""

    id: Serial
    target = ForeignKey(Target, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    figure = Integer()
    counted_on = Date(default=None)
    source = Varchar(length=200)
    recorded_at = Timestamptz(default=TimestamptzNow())

    declared_figures_once = Unique(["target", "counted_on"])
    declared_figures_counts = Check("figure BETWEEN 0 AND 10000000 AND trim(source) <> ''")
