"""Badges: a number for a place in a group or in a company, never a pupil."""

from piccolo.columns import Boolean, Bytea, ForeignKey, Serial, SmallInt, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from booking.visits.attendance.tables import Attendance
from booking.visits.reservations.tables import Reservation


class Badge(Table, tablename="badges"):
    """One printed badge, of a visit or of a company announced. The token is derived again when it is printed; only
    its SHA-256 is kept.

    `short_code` is what a hand types when a camera cannot: 5 characters and a check character. `no_photo` has no
    reason. `first_name` is a pupil's, of a group that opted in; it is erased 30 days after the visit.
    """

    id: Serial
    reservation = ForeignKey(
        Reservation, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    attendance = ForeignKey(
        Attendance, null=True, default=None, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade
    )
    kind = Varchar(length=8, default="pupil")
    number = SmallInt()
    token_hash = Bytea(unique=True)
    short_code = Varchar(length=6, index=True)
    no_photo = Boolean(default=False)
    first_name = Varchar(length=30, default="")
    revoked_at = Timestamptz(null=True, default=None)

    badges_numbered_once = Unique(["reservation", "kind", "number"])
    badges_of_a_kind = Check("kind IN ('pupil', 'adult', 'spare', 'company')")
    badges_of_one_thing = Check(
        "(reservation IS NULL) <> (attendance IS NULL) AND (kind = 'company') = (attendance IS NOT NULL)"
    )
    badges_name_pupils_only = Check("first_name = '' OR kind = 'pupil'")
