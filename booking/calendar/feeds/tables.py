"""Links by which an agenda program reads, again and again, what a person has to attend."""

from piccolo.columns import Bytea, ForeignKey, Serial, Timestamptz
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from booking.people.accounts.tables import Membership


class Feed(Table, tablename="feeds"):
    """The secret link of one role of one person, kept as SHA-256 only. A role has one live link at most."""

    id: Serial
    token_hash = Bytea(unique=True)
    membership = ForeignKey(Membership, null=False, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    created_at = Timestamptz(default=TimestamptzNow())
    revoked_at = Timestamptz(null=True, default=None)
