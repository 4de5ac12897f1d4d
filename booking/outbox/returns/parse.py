"""Finding the report in a mail (RFC 3464, RFC 6522): the bytes of strangers, trusted in nothing."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from itertools import islice

from booking.outbox.notices.signs import is_sign, sign_in, sign_in_address
from booking.outbox.returns.rules import SAID_MOST, ReturnReport, counts

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
