"""Which reports of returned mails count. A report can be forged: none counts without a sign of ours."""

from __future__ import annotations

import hmac
import re

from msgspec import Struct

from booking.outbox.notices.signs import sign_of

# RFC 3463: the mail will never arrive. 4.x.x is a server that may take it yet.
_FOR_GOOD = re.compile(r"5\.\d{1,3}\.\d{1,3}")
SAID_MOST = 500


class ReturnReport(Struct, frozen=True):
    """What a server says of a mail that it could not deliver (RFC 3464): the signs found in it, whether it is for good,
    and its words."""

    signs: tuple[str, ...]
    for_good: bool
    said: str


def notice_of(report: ReturnReport, secret_key: str) -> int | None:
    """The mail that came back; None for a report that bears no sign of ours, or that is not for good."""
    if not report.for_good:
        return None
    for sign in report.signs:
        number = int(sign.partition("-")[0])
        if hmac.compare_digest(sign, sign_of(number, secret_key)):
            return number
    return None


def counts(action: str, status: str) -> bool:
    """Whether one recipient's fields say that the mail failed for good (RFC 3464, 2.3.3 and 2.3.4)."""
    return action.strip().lower() == "failed" and _FOR_GOOD.match(status.strip()) is not None
