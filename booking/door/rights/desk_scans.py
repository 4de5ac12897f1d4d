"""Scans of a desk: a host's as they come; a helper's tell nothing of other visits and are limited against guessing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.day.badges.issue_due import issue_of
from booking.day.checkin.check_in import check_in, read_badge
from booking.day.checkin.rules import ScanAsked, ScanResult
from booking.door.rights.desk_link import Receiver
from booking.people.accounts import tries

# Limits on wrong codes in 15 minutes. Only those count that were typed by hand, that pass their check character and
# that no badge here has: a typing mistake does once in 23 times, a badge read by a camera or a number of the grid
# never. Sixty are two classes of another visit that come to the wrong desk and are all typed; four desks share a
# school's IP address.
DESK_TRIES_PER_LINK = 60
DESK_TRIES_PER_ADDRESS = 240
WRONG = frozenset({"unknown", "wrong_slot", "cancelled", "not_here"})


async def scans_at(
    receiver: Receiver,
    scans: Sequence[ScanAsked],
    *,
    address: str,
    secret_key: str,
    now: datetime,
    sent_at: datetime | None = None,
) -> list[ScanResult]:
    """Check badges in or out for whoever receives. Raises what `check_in` does, TooManyTries for a guessing helper.

    A number that is named by its group is a badge, whether anybody has needed it before or not.
    """
    receiver.refuse_other_slots(*(scan.slot for scan in scans))
    account, school = receiver.account, receiver.school
    link = "" if receiver.helper is None else str(receiver.helper.link)
    badges = [read_badge(scan.badge) for scan in scans]
    if named := {badge.reservation for badge in badges if badge.reservation is not None}:
        await issue_of(named, school=school, secret_key=secret_key)
    typed = [bool(badge.code) for badge in badges if link]
    if not any(typed):
        return await check_in(list(scans), account=account, school=school, now=now, sent_at=sent_at)
    limits, unused = (DESK_TRIES_PER_LINK, DESK_TRIES_PER_ADDRESS), sum(typed)
    await tries.take("desk", account=link, address=address, now=now, often=unused, most=limits)
    try:
        results = await check_in(list(scans), account=account, school=school, now=now, sent_at=sent_at)
        unused -= sum(by_hand and result.result in WRONG for by_hand, result in zip(typed, results, strict=True))
        return results
    finally:
        await tries.give_back("desk", account=link, address=address, now=now, often=unused)
