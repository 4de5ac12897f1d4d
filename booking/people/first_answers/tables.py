"""The first answers to what programs asked under a key."""

from piccolo.columns import Bytea, ForeignKey, Integer, Serial, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Unique
from piccolo.table import Table

from booking.people.accounts.tables import Account


class FirstAnswer(Table, tablename="first_answers"):
    """What somebody's program was answered, written in the transaction of what it made.

    `asked` is a hash of what was asked: the same key with something else is no repeat. `program`: the number of whose
    key it is, where an organisation's program asked; in whose name it did is then no matter.
    """

    id: Serial
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    key = Varchar(length=80)
    asked = Bytea()
    status = SmallInt(default=0)
    location = Varchar(length=200, default="")
    body = Text(default="")
    created_at = Timestamptz(default=None, index=True)
    program = Integer(null=True, default=None)

    first_answers_once = Unique(["account", "key"])
