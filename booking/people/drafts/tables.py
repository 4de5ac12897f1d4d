"""Drafts: sealed, short-lived, and of no use without the browser that they belong to."""

from piccolo.columns import Bytea, ForeignKey, Serial, Timestamptz
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.table import Table

from booking.people.accounts.tables import Account


class Draft(Table, tablename="drafts"):
    """A form that was not taken, or the page that says why, under a key that the browser alone holds.

    The database keeps the key's SHA-256: a copy of it reads no draft.
    """

    id: Serial
    key_hash = Bytea(index=True)
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    sealed = Bytea()
    expires_at = Timestamptz(default=None, index=True)
