"""What the coordination put off."""

from piccolo.columns import Date, ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table

from booking.people.accounts.tables import Account


class PutOff(Table, tablename="put_offs"):
    """A subject of what there is to do that asks no more before a day, unless it counts more than it did: `number`."""

    id: Serial
    subject = Varchar(length=20, unique=True)
    until_on = Date(default=None)
    number = Integer(default=0)
    put_off_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    put_off_at = Timestamptz(default=TimestamptzNow())

    put_offs_of_something = Check("number > 0")
