"""Which slot was shown to whom."""

from typing import Any

from piccolo.columns import ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Unique
from piccolo.table import Table

from booking.people.accounts.tables import Membership
from booking.visits.groups.tables import Group
from workshops.slots.tables import Slot


class Share(Table, tablename="shares"):
    """A slot shown by one teacher to another of the same collège, once, with the class that was searched for."""

    id: Serial
    slot: ForeignKey[Any] = ForeignKey(Slot, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    by_member: ForeignKey[Any] = ForeignKey(
        Membership, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    to_member: ForeignKey[Any] = ForeignKey(
        Membership, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    group: ForeignKey[Any] = ForeignKey(
        Group, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade
    )
    level = Varchar(length=2, default="")
    pupils = SmallInt(null=True, default=None)
    shared_at = Timestamptz(default=None)

    shares_once = Unique(["slot", "by_member", "to_member"])
