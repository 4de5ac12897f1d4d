"""The scans of a desk: a host's as they come, a helper's with no word of other visits and no guessing of codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.day.checkin.check_in import check_in, read_badge
from booking.day.checkin.rules import ScanAsked, ScanResult
from booking.door.rights.desk_link import Receiver
from booking.people.accounts import tries

# Wrong codes in 15 minutes. Only those count that a hand typed, that pass their check character and that nobody here
# bears: a typing mistake is one in 23 times, a badge that a camera reads or a number of the grid never. Sixty are two
# classes of another visit that come to the wrong desk and are all typed; four desks share a school's address.
DESK_TRIES_PER_LINK = 60
DESK_TRIES_PER_ADDRESS = 240
WRONG = frozenset({"unknown", "wrong_slot", "cancelled", "not_here"})


async def scans_at(
    receiver: Receiver, scans: Sequence[ScanAsked], *, address: str, now: datetime, sent_at: datetime | None = None
) -> list[ScanResult]:
    """Count badges in or out for whoever receives. Raises what `check_in` does, TooManyTries for a guessing helper."""
    receiver.refuse_other_slots(*(scan.slot for scan in scans))
    account, school = receiver.account, receiver.school
    link = "" if receiver.helper is None else str(receiver.helper.link)
    typed = [bool(read_badge(scan.badge).code) for scan in scans if link]
    if not any(typed):
        return await check_in(list(scans), account=account, school=school, now=now, sent_at=sent_at)
    most, right = (DESK_TRIES_PER_LINK, DESK_TRIES_PER_ADDRESS), sum(typed)
    await tries.take("desk", account=link, address=address, now=now, often=right, most=most)
    try:
        answers = await check_in(list(scans), account=account, school=school, now=now, sent_at=sent_at)
        right -= sum(one and answer.result in WRONG for one, answer in zip(typed, answers, strict=True))
        return answers
    finally:
        await tries.give_back("desk", account=link, address=address, now=now, often=right)
