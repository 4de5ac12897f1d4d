"""The cookie that holds a desk link's token, and who receives at a desk: a host, or a helper with such a link.

Scans of a desk: a host's as they come; a helper's tell nothing of other visits and are limited against guessing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from litestar.di import NamedDependency
from msgspec import Struct
from msgspec.structs import replace

from booking.day.badges.issue_due import issue_of
from booking.day.checkin.check_in import check_in, read_badge, reservations_tapped
from booking.day.checkin.open_desk import open_desk
from booking.day.checkin.roster import RefusedScan, Roster
from booking.day.checkin.rules import ScanAsked, ScanResult
from booking.day.desk_links.queries import helper_of
from booking.day.desk_links.rules import TOLD, Helper
from booking.people.accounts import tries
from booking.people.accounts.queries import Host
from booking.people.accounts.rules import csrf_of
from workshops.refusals import NotFound

if TYPE_CHECKING:
    from litestar.datastructures import Cookie
    from litestar.types import Scope

    from booking.door.forms.read import AnyRequest
    from booking.process.settings import Settings


class Receiver(Struct, frozen=True):
    """Who receives: a host at any slot of the lycée, or a helper (`helper`) at one slot, of whom nothing is known."""

    account: int | None
    school: int
    helper: Helper | None = None

    def refuse_other_slots(self, *slots: int) -> None:
        """Raise NotFound when a link is shown for another slot than its own."""
        if self.helper is not None and any(slot != self.helper.slot for slot in slots):
            raise NotFound()


AtDesk: TypeAlias = NamedDependency[Receiver]
"""Whoever receives at a desk: a host, or a helper by a link."""


def cookie_name(settings: Settings) -> str:
    """The `__Host-` prefix binds it to this very host, as it does the session's cookie."""
    return "__Host-technilab-accueil" if settings.secure else "technilab-accueil"


def link_cookie(settings: Settings, token: str, helper: Helper, *, now: datetime) -> Cookie:
    """The link's token, out of reach of scripts; it outlives the link, so that a page can say that it has ended."""
    from litestar.datastructures import Cookie  # noqa: PLC0415 - keeps the command line's start light

    return Cookie(
        key=cookie_name(settings),
        value=token,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
        max_age=max(1, int((helper.ends_at + TOLD - now).total_seconds())),
    )


async def helper_of_request(request: AnyRequest, settings: Settings, *, now: datetime) -> Helper | None:
    """The helper whose valid desk link this browser holds."""
    token = request.cookies.get(cookie_name(settings))
    if not token:
        return None
    return await helper_of(token, csrf=csrf_of(token, settings.secret_key), now=now, trial=settings.demo)


def link_of_request(request: AnyRequest, settings: Settings) -> str:
    """The token of the desk link that this browser holds, valid or not."""
    return request.cookies.get(cookie_name(settings), "")


def has_link_cookie(request: AnyRequest, settings: Settings) -> bool:
    """Whether this browser holds a desk link, valid or not."""
    return bool(request.cookies.get(cookie_name(settings)))


def receiver_of(scope: Scope) -> Receiver:
    """Who receives on a route that is open to hosts and to desk links."""
    helper: Helper | None = scope["state"].get("helper")
    if helper is not None:
        return Receiver(None, helper.school, helper)
    person: Host = scope["user"]
    return Receiver(person.account, person.school)


async def roster_seen_by(receiver: Receiver, slot: int, *, secret_key: str) -> Roster:
    """What this desk shows: everything to a host; to a helper groups and numbers, no need, company nor object.

    Raises NotFound for another lycée's slot, and for a link's other slots.
    """
    receiver.refuse_other_slots(slot)
    seen = await open_desk(slot, school=receiver.school, secret_key=secret_key)
    if receiver.helper is None:
        return seen
    groups, guests = (
        tuple(replace(group, needs="", needed=(), builds=(), note=None) for group in part)
        for part in (seen.groups, seen.guests)
    )
    own = {group.label for group in seen.received}
    refused = tuple(scan if scan.told.group in own else _without_badge(scan) for scan in seen.refused)
    return replace(seen, groups=groups, guests=guests, companies=(), objects={}, refused=refused)


def _without_badge(scan: RefusedScan) -> RefusedScan:
    """Without the owner of a badge of another visit, which a helper may not know."""
    expected_at = scan.told.expected_at if scan.told.result == "too_early" else None
    return replace(scan, told=ScanResult(scan.told.scan_id, scan.told.result, expected_at=expected_at))


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
    if tapped := reservations_tapped(scans):
        await issue_of(tapped, school=school, secret_key=secret_key)
    typed = [bool(read_badge(scan.badge).code) for scan in scans if link]
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
