"""Which reports of returned mails count (RFC 3464, RFC 6522): the bytes of strangers, trusted in nothing.

A report can be forged: none counts without a sign of ours.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message
from functools import partial
from itertools import islice

from msgspec import Struct

from booking.outbox.notices.envelope import is_sign, sign_in, sign_in_address, sign_of
from booking.process.secret_key import is_ours

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
        if is_ours(sign.encode(), secret_key, partial(_sign, number)):
            return number
    return None


def _sign(number: int, key: str) -> bytes:
    return sign_of(number, key).encode()


def counts(action: str, status: str) -> bool:
    """Whether one recipient's fields say that the mail failed for good (RFC 3464, 2.3.3 and 2.3.4)."""
    return action.strip().lower() == "failed" and _FOR_GOOD.match(status.strip()) is not None


PARTS_MOST = 50
# Where the servers on the way write to whom they brought it.
_BROUGHT_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")


def report_in(mail: Message) -> ReturnReport | None:
    """The delivery report that a mail is; None for any other mail: an answer, « I am away », « I have read it »."""
    if mail.get_content_type() != "multipart/report" or mail.get_param("report-type") != "delivery-status":
        return None
    signs = [sign_in_address(str(value)) for name in _BROUGHT_TO for value in mail.get_all(name, [])]
    for_good, said = False, ""
    for part in islice(mail.walk(), PARTS_MOST):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for fields in part.get_payload():
                if not isinstance(fields, Message):
                    continue
                signs.append(str(fields.get("Original-Envelope-Id", "")).strip().lower())
                if counts(str(fields.get("Action", "")), str(fields.get("Status", ""))):
                    for_good, said = True, said or _words(fields)
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            signs.append(sign_in(_message_id(part)))
    return ReturnReport(tuple(dict.fromkeys(filter(is_sign, signs))), for_good, said)


def _words(fields: Message) -> str:
    """« 550 5.1.1 No such user », as the server that refused it said."""
    _, _, words = str(fields.get("Diagnostic-Code", "")).partition(";")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    return (line or str(fields.get("Status", "")).strip())[:SAID_MOST]


def _message_id(part: Message) -> str:
    inside = part.get_payload()
    if isinstance(inside, list):
        return "".join(str(one.get("Message-ID", "")) for one in inside[:1] if isinstance(one, Message))
    octets = part.get_payload(decode=True)
    return str(message_from_bytes(octets).get("Message-ID", "")) if isinstance(octets, bytes) else ""
