"""The demands of a draw."""

from piccolo.columns import ForeignKey, Integer, Serial, SmallInt, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check
from piccolo.table import Table

from workshops.openings.tables import Opening
from workshops.slots.tables import Slot


class DrawDemand(Table, tablename="draw_demands"):
    """A demand as everybody may read it: a random `number`, its `weight`, its slot, its `rank` and what came of it.

    `reservation` is its reservation's number, a plain value here, which nobody else reads. One that is withdrawn before
    the draw has no rank.
    """

    id: Serial
    opening = ForeignKey(Opening, null=False, index=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    reservation = Integer(unique=True)
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    number = Varchar(length=16, unique=True)
    weight = SmallInt()
    rank = Integer(null=True, default=None)
    result = Varchar(length=8, default="")

    draw_demands_known_result = Check("result IN ('', 'placed', 'waits', 'out')")
    draw_demands_has_weight = Check("weight BETWEEN 1 AND 3")
