"""Badges at the door: made out, let in, welcomed from another visit, or on their way out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from asyncpg import Record
from msgspec import Struct

from booking.day.checkin.let_in import Sent, let_in, let_in_one, let_out
from booking.day.checkin.queries import guest_marks
from booking.day.checkin.rules import (
    COUNTED,
    DECLARED_BEFORE,
    RECEPTION,
    DeclaredByHosts,
    ScanAsked,
    ScanResult,
    made_at,
    refuse_a_bad_batch,
)
from booking.process.counting import SCANS, count
from booking.visits.badge_codes.rules import HASH_PREFIX, PREFIX, hash_of, is_short_code, normalize_code
from workshops.database import value
from workshops.refusals import NotFound

STRANGE = "SELECT count(*) < cardinality($1::int[]) FROM slots WHERE id = ANY ($1) AND school = $2"
SAID_BY_HOSTS = frozenset({"declaration", RECEPTION})
KINDS = {"": "pupil", "A": "adult", "R": "spare"}
# What a phone keeps of a badge while its scan waits: lost, it holds no token and no number. It opens no more than a tap
# on a number does.
HASHED = re.compile(re.escape(HASH_PREFIX) + r"[0-9A-F]{64}", re.ASCII)
TAPPED = re.compile(r"([0-9]{1,9})/([AR]?)([0-9]{1,3})", re.ASCII)


async def check_in(
    scans: list[ScanAsked], *, account: int | None, school: int, now: datetime, sent_at: datetime | None = None
) -> list[ScanResult]:
    """Count the badges that a phone has read, each of them once, and answer for each scan in order.

    A scan is kept for ever as it came, refused ones too; a scan_id sent again changes nothing and gets its first
    answer ("undone" once it has been undone). A scan made before the closure that arrives after it still counts as a
    presence, beside the frozen figures; one made after the closure is kept and answered "closed". One made before the
    visit's day, in France, is kept and answered "too_early"; on that day, far from the visit's hours, it counts and is
    flagged. When it was made is worked out from `sent_at`, the device's clock at the sending: see `made_at`.
    A batch is one statement as long as it does one thing; each change of act makes one more, since what a badge does
    on its way out depends on what the same batch did with it on its way in. Scans that arrive one by one while such a
    statement is under way are the next one together.
    Without an `account`, by a desk link, a badge of another visit is refused without a word of whose it is.
    A declaration is the host's word that somebody is here: it counts as a presence, apart from badges read, until one
    is. Raises NotFound when one of the slots is not this lycée's, Invalid when the batch cannot be read,
    DeclaredByHosts for a declaration without an account.
    """
    refuse_a_bad_batch(scans, sent_at=sent_at, now=now)
    if account is None and any(scan.act in SAID_BY_HOSTS for scan in scans):
        raise DeclaredByHosts()
    runs = [(act, list(run)) for act, run in groupby(scans, key=lambda scan: scan.act)]
    if len(runs) > 1 and await value(STRANGE, sorted({scan.slot for scan in scans}), school):
        raise NotFound()
    told: list[Record] = []
    for act, run in runs:
        sent = [_sent(scan, sent_at=sent_at, account=account, school=school, now=now) for scan in run]
        if act == "departure":
            told += await let_out(sent)
        elif act == "arrival" and len(scans) == 1:
            told.append(await let_in_one(*sent))
        else:
            welcome = act in {"welcome", RECEPTION} and account is not None
            told += await let_in(sent, welcome=welcome, declared=DECLARED_BEFORE if act in SAID_BY_HOSTS else None)
    if any(one["slot"] is None for one in told):
        raise NotFound()
    for result, number in Counter(one["result"] for one in told).items():
        count(SCANS, result, number=number)
    guests = {one["slot"] for one in told if one["result"] in COUNTED and one["home"] not in {None, one["slot"]}}
    marks = {slot: await guest_marks(slot) for slot in sorted(guests)}
    return [_result(one, marks, told_all=account is not None) for one in told]


def _sent(scan: ScanAsked, *, sent_at: datetime | None, account: int | None, school: int, now: datetime) -> Sent:
    badge = read_badge(scan.badge)
    return (
        scan.scan_id,
        scan.slot,
        made_at(scan.scanned_at, sent_at=sent_at, now=now),
        badge.token_hash,
        badge.code,
        badge.reservation,
        badge.kind,
        badge.number,
        scan.scanned_at,
        school,
        account,
        now,
    )


def _result(told: Record, marks: Mapping[int, Mapping[int, int]], *, told_all: bool) -> ScanResult:
    if not (told_all or told["home"] == told["slot"] or told["result"] in COUNTED):
        return ScanResult(told["id"], told["result"])
    out, own = told["result"] == "left", told["mark"]
    at_home, received = told["home"] == told["slot"], told["result"] in COUNTED
    here = own if at_home else marks[told["slot"]].get(told["reservation"]) if received and told["home"] else None
    return ScanResult(
        scan_id=told["id"],
        result=told["result"],
        kind=told["kind"],
        number=told["number"],
        group=told["group"],
        mark=here,
        badge_mark=None if here == own else own,
        first_scanned_at=None if out else told["first_scanned_at"],
        left_at=told["first_scanned_at"] if out else None,
        expected_at=told["expected_at"],
        reservation=told["reservation"] if told["result"] == "wrong_slot" else None,
        declared=told["declared"],
        confirms=told["confirms"],
    )


class BadgeRead(Struct, frozen=True):
    """What a badge's text looks it up by: one of the token's hash, the short code, or a place in a group."""

    token_hash: bytes | None = None
    code: str | None = None
    reservation: int | None = None
    kind: str | None = None
    number: int | None = None


def read_badge(text: str) -> BadgeRead:
    """Make out what was shown, typed or tapped; whatever it is, it is never an error, only a badge that nobody has."""
    shown = text.strip().upper()
    if shown.startswith(PREFIX):
        return BadgeRead(token_hash=hash_of(shown))
    if HASHED.fullmatch(shown):
        return BadgeRead(token_hash=bytes.fromhex(shown.removeprefix(HASH_PREFIX)))
    tapped = TAPPED.fullmatch(shown)
    if tapped:
        return BadgeRead(reservation=int(tapped[1]), kind=KINDS[tapped[2]], number=int(tapped[3]))
    code = normalize_code(shown)
    return BadgeRead(code=code if is_short_code(code) else None)


def reservations_tapped(scans: Iterable[ScanAsked]) -> set[int]:
    """The groups of which a number was tapped: of these a badge is received that nobody has needed before."""
    return {int(tapped[1]) for scan in scans if (tapped := TAPPED.fullmatch(scan.badge.strip().upper()))}
