"""What each group built."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from workshops.catalogue.tables import TechObject
from workshops.slots.tables import Slot


class Build(Table, tablename="builds"):
    """One kind of object built by one group: made, of which finished, working, taken home.

    `photo` is the name of a file that shows the object, empty without one; `photo_alone`: its host said that nobody is
    on it.
    """

    id: Serial
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    group_ref = Integer()
    tech_object = ForeignKey(TechObject, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    made = SmallInt()
    finished = SmallInt()
    working = SmallInt()
    taken_home = SmallInt()
    minutes = SmallInt(null=True, default=None)
    note = Text(default="")
    photo = Varchar(length=40, default="")
    photo_alone = Boolean(default=False)
    example = Boolean(default=False)
    recorded_at = Timestamptz(default=TimestamptzNow())

    builds_once = Unique(["slot", "group_ref", "tech_object"])
    builds_adds_up = Check(
        "made BETWEEN 0 AND 500 AND finished BETWEEN 0 AND made AND working BETWEEN 0 AND finished"
        " AND taken_home BETWEEN 0 AND made",
    )
