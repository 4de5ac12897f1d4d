"""Badges: a number for a place in a group, never a pupil."""

from piccolo.columns import Bytea, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from booking.reservations.tables import Reservation


class Badge(Table, tablename="badges"):
    """One printed badge. The token is derived again when it is printed; only its SHA-256 is kept.

    `short_code` is what a hand types when a camera cannot: 5 characters and a check character.
    """

    id: Serial
    reservation = ForeignKey(Reservation, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    kind = Varchar(length=8, default="pupil")
    number = SmallInt()
    token_hash = Bytea(unique=True)
    short_code = Varchar(length=6, index=True)
    revoked_at = Timestamptz(null=True, default=None)

    badges_numbered_once = Unique(["reservation", "kind", "number"])
    badges_known_kind = Check("kind IN ('pupil', 'adult', 'spare')")
