"""Links by which a helper without account receives the groups of one slot."""

from piccolo.columns import Bytea, ForeignKey, Serial, Timestamptz
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from booking.people.accounts.tables import Account
from workshops.slots.tables import Slot


class DeskLink(Table, tablename="desk_links"):
    """A link to the desk of one slot, kept as SHA-256 only. When it opens and ends follows the slot, moved or not."""

    id: Serial
    token_hash = Bytea(unique=True)
    slot = ForeignKey(Slot, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    made_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    created_at = Timestamptz(default=TimestamptzNow())
    revoked_at = Timestamptz(null=True, default=None)
