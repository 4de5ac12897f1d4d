"""Scans as they came, and the presence that they amount to."""

from piccolo.columns import UUID, Boolean, ForeignKey, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check
from piccolo.table import Table

from booking.day.badges.tables import Badge
from booking.people.accounts.tables import Account
from workshops.slots.tables import Slot


class Scan(Table, tablename="scans"):
    """One reading of a badge, kept for ever as it came (append-only); its id was made on the device.

    `scanned_at` is when it was made by the server's clock, `device_at` what the device's own clock showed then, and
    `received_at` when it arrived. `off_hours`: outside [start - 2 h, end + 4 h], counted and flagged. An undo is a row
    too. `declared`: no badge was read, the host said that its bearer is here; `confirms`: a badge read after that.
    `first_scanned_at` is since when the badge was in, or for a departure since when it was out.
    """

    id = UUID(primary_key=True, default=None)
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    badge = ForeignKey(Badge, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)
    result = Varchar(length=12)
    undoes = UUID(null=True, default=None)
    first_scanned_at = Timestamptz(null=True, default=None)
    scanned_at = Timestamptz(default=None)
    device_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz(default=None)
    off_hours = Boolean(default=False)
    declared = Boolean(default=False)
    confirms = Boolean(default=False)
    scanned_by = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.set_null, on_update=OnUpdate.cascade)

    scans_known_result = Check(
        "result IN ('present', 'already', 'unknown', 'wrong_slot', 'cancelled', 'too_early', 'closed', 'undone',"
        " 'left', 'not_here')"
    )


class Presence(Table, tablename="presences"):
    """A badge that came in; counters derive from these rows and from nothing else.

    `slot` is where it was received, which for a guest is not its group's. `left_at`: gone before the end.
    `declaration` is what the host said before any badge was read: no badge was, while it is the `scan` too.
    """

    id: Serial
    badge = ForeignKey(Badge, null=False, unique=True, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    slot = ForeignKey(Slot, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.cascade)
    scan = UUID(default=None)
    declaration = UUID(null=True, default=None)
    first_scanned_at = Timestamptz(default=None)
    left_at = Timestamptz(null=True, default=None)
    left_scan = UUID(null=True, default=None)

    presences_left_by_a_scan = Check("(left_at IS NULL) = (left_scan IS NULL)")
