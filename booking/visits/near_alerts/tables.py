"""Companies that are told when classes reserve near them."""

from piccolo.columns import Array, Date, ForeignKey, Integer, Serial, SmallInt, Timestamptz
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check
from piccolo.table import Table

from booking.people.accounts.tables import Account
from workshops.companies.tables import Company


class NearAlert(Table, tablename="near_alerts"):
    """A company that is told when classes reserve within so many kilometres of it: once a day at most, on `looked_on`.

    `known` are the slots to come that it has been shown or told of already, `slots` those of its last mail.
    """

    id: Serial
    company = ForeignKey(Company, null=False, unique=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    asked_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    km = SmallInt()
    asked_at = Timestamptz(default=None)
    known = Array(base_column=Integer(default=0), default=list)
    slots = Array(base_column=Integer(default=0), default=list)
    looked_on = Date(null=True, default=None)

    near_alerts_near = Check("km BETWEEN 1 AND 200")
