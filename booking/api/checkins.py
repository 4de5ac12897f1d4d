"""The desk's scans, for the desk page and for machines."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.accounts.queries import Person
from booking.api.bodies import Whole
from booking.checkin.check_in import check_in
from booking.checkin.rules import ScanAsked, ScanResult, said
from booking.checkin.undo import undo


class Scan(msgspec.Struct, forbid_unknown_fields=True):
    """One reading of a badge. `scan_id` is made on the device: sent again, it changes nothing."""

    scan_id: uuid.UUID
    slot_id: Whole
    badge: Annotated[str, msgspec.Meta(max_length=512, description="The QR's token or the short code")]
    scanned_at: datetime


class Scans(msgspec.Struct, forbid_unknown_fields=True):
    """What a phone has to send, 500 at most."""

    scans: list[Scan]


class Told(msgspec.Struct):
    """What became of a scan, and the French words for the person at the desk."""

    scan_id: uuid.UUID
    result: str
    kind: str | None
    number: int | None
    face: str
    group: str | None
    mark: str | None
    first_scanned_at: datetime | None
    title: str
    advice: str


class AllTold(msgspec.Struct):
    """One answer per scan, in the order of the request."""

    results: list[Told]


def told(answer: ScanResult) -> Told:
    """An answer as JSON tells it."""
    words = said(answer)
    return Told(
        scan_id=answer.scan_id,
        result=answer.result,
        kind=answer.kind,
        number=answer.number,
        face=answer.face,
        group=answer.group,
        mark=answer.sign.words if answer.sign else None,
        first_scanned_at=answer.first_scanned_at,
        title=words.title,
        advice=words.advice,
    )


@post("/checkins", opt={"who": {"host"}}, status_code=200)
async def check_in_scans(
    data: JSONBody[Scans], person: NamedDependency[Person], now: NamedDependency[datetime]
) -> AllTold:
    """Count badges in, each of them once. A scan that is refused is an answer, never an error."""
    answers = await check_in(
        [ScanAsked(scan.scan_id, scan.slot_id, scan.badge, scan.scanned_at) for scan in data.scans],
        account=person.account,
        school=person.school or 0,
        now=now,
    )
    return AllTold([told(answer) for answer in answers])


@delete("/checkins/{scan_id:uuid}", opt={"who": {"host"}}, status_code=200)
async def undo_scan(
    scan_id: FromPath[uuid.UUID], person: NamedDependency[Person], now: NamedDependency[datetime]
) -> Told:
    """Take a scan back; it stays written, and so does its undoing."""
    return told(await undo(scan_id, account=person.account, school=person.school or 0, now=now))
