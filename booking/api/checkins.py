"""The desk's scans, for the desk page and for machines."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import delete, post
from litestar.params import FromPath, JSONBody

from booking.api.shapes import Instant, Whole, answer_of
from booking.day.checkin.rules import Outcome, ScanAsked, ScanResult
from booking.day.checkin.say import said
from booking.day.checkin.undo import undo
from booking.day.desk_links.queries import is_scan_of
from booking.door.forms.read import AnyRequest
from booking.door.rights.desk_link import AtDesk, scans_at
from booking.door.rights.guards import Now, SiteSettings, may
from booking.door.rights.session import address_of
from booking.process.wake_worker import skip_wake
from workshops.refusals import NotFound


class Scan(msgspec.Struct, forbid_unknown_fields=True):
    """One reading of a badge. `scan_id` is made on the device: sent again, it changes nothing.

    `act` welcome receives here a badge that another visit of the lycée expects; departure is before the end.
    declaration is the host's word that its bearer is here, from 30 minutes before the start, without any badge read: a
    badge read later confirms it. `DELETE /checkins/{scan_id}` takes it back.
    """

    scan_id: uuid.UUID
    slot_id: Whole
    badge: Annotated[str, msgspec.Meta(max_length=512, description="The QR's token or the short code")]
    scanned_at: Annotated[datetime, msgspec.Meta(tz=True, description="When it was read, by the device's own clock.")]
    act: Literal["arrival", "welcome", "departure", "declaration"] = "arrival"


class Scans(msgspec.Struct, forbid_unknown_fields=True):
    """What a phone has to send, 500 at most.

    `sent_at` is what the device's clock shows as it sends: from it the server knows how far that clock is off, and
    counts each scan at its true time. Without it `scanned_at` is believed.
    """

    scans: list[Scan]
    sent_at: Instant | None = None


class Told(msgspec.Struct):
    """What became of a scan, and the French words for the person at the desk.

    Counted: present, already, left. Kept as refused: unknown, wrong_slot, cancelled, too_early (before the visit's day,
    in France), closed (after the closing), not_here (a departure of a badge that never came in).

    `mark` is the group's sign at this desk, null where the group is not received. `badge_mark` is the one printed on
    the badge, where it is not the same: a guest whose sign another group wears here gets one of its own.
    `reservation_id` is the group of a badge that the lycée expects at another visit.
    """

    scan_id: uuid.UUID
    result: Outcome
    kind: str | None
    number: int | None
    face: str
    group: str | None
    mark: str | None
    badge_mark: str | None
    first_scanned_at: Instant | None
    left_at: Instant | None
    may_welcome: bool
    reservation_id: int | None
    by_declaration: bool
    confirms: bool
    title: str
    advice: str


class AllTold(msgspec.Struct):
    """One answer per scan, in the order of the request."""

    results: list[Told]


def told(answer: ScanResult) -> Told:
    """An answer as JSON tells it."""
    words = said(answer)
    return answer_of(
        Told,
        answer,
        mark=answer.sign.words if answer.sign else None,
        badge_mark=answer.badge_sign.words if answer.badge_sign else None,
        reservation_id=answer.reservation,
        by_declaration=answer.declared,
        title=words.title,
        advice=words.advice,
    )


@post("/checkins", opt=may("desk.scan"), status_code=200)
async def check_in_scans(
    request: AnyRequest, data: JSONBody[Scans], receiver: AtDesk, settings: SiteSettings, now: Now
) -> AllTold:
    """Count badges in or out, each of them once. A scan that is refused is an answer, never an error."""
    asked = [ScanAsked(scan.scan_id, scan.slot_id, scan.badge, scan.scanned_at, scan.act) for scan in data.scans]
    address = address_of(request, settings)
    if all(scan.act != "declaration" for scan in asked):
        skip_wake(request.scope)
    answers = await scans_at(
        receiver, asked, address=address, secret_key=settings.secret_key, now=now, sent_at=data.sent_at
    )
    return AllTold([told(answer) for answer in answers])


@delete("/checkins/{scan_id:uuid}", opt=may("desk.scan"), status_code=200)
async def undo_scan(scan_id: FromPath[uuid.UUID], receiver: AtDesk, now: Now) -> Told:
    """Take a scan back; it stays written, and so does its undoing."""
    if receiver.helper is not None and not await is_scan_of(scan_id, slot=receiver.helper.slot):
        raise NotFound()
    return told(await undo(scan_id, account=receiver.account, school=receiver.school, now=now))
