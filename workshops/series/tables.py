"""Which slots were opened together."""

from piccolo.columns import ForeignKey, Serial, Timestamptz
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Unique
from piccolo.table import Table

from workshops.catalogue.tables import Workshop
from workshops.schools.tables import School
from workshops.slots.tables import Slot


class SlotSeries(Table, tablename="series"):
    """A workshop that a lycée offered on many dates in one act. What its slots say by now stands in them alone."""

    id: Serial
    school = ForeignKey(School, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    workshop = ForeignKey(Workshop, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    opened_at = Timestamptz(default=None)


class SlotInSeries(Table, tablename="series_slots"):
    """A slot of a series; it is of one series at most."""

    id: Serial
    series = ForeignKey(SlotSeries, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)

    series_slots_once = Unique(["slot"])
