"""What teachers asked to be told of."""

from typing import Any

from piccolo.columns import Array, Boolean, Date, ForeignKey, Integer, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check
from piccolo.table import Table

from booking.people.accounts.tables import Membership
from booking.visits.groups.tables import Group
from workshops.catalogue.tables import TechObject


class Alert(Table, tablename="alerts"):
    """A search of a teacher for one class, without what the class needs.

    `lycee` is a UAI, `away` the zone whose holidays are left out (« moi » for those of her collège, with the days that
    it closes). `known` are the slots that suited when she asked, and still do: they are no news. Told once, `met_at`
    says when and `slots` of which; over from `ends_at` on.
    """

    id: Serial
    membership: ForeignKey[Any] = ForeignKey(
        Membership, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    group: ForeignKey[Any] = ForeignKey(
        Group, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade
    )
    level = Varchar(length=2)
    pupils = SmallInt()
    km = SmallInt(null=True, default=None)
    from_on = Date(null=True, default=None)
    to_on = Date(null=True, default=None)
    away = Varchar(length=3, default="")
    department = Varchar(length=3, default="")
    lycee = Varchar(length=8, default="")
    tech_object: ForeignKey[Any] = ForeignKey(
        TechObject, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade
    )
    companies = Boolean(default=False)
    known = Array(base_column=Integer(default=0), default=list)
    slots = Array(base_column=Integer(default=0), default=list)
    asked_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    met_at = Timestamptz(null=True, default=None)

    alerts_known_level = Check("level IN ('6e', '5e', '4e', '3e')")
    alerts_has_pupils = Check("pupils BETWEEN 1 AND 60")
