"""By which sign a returned mail is known as ours, and which reports count. A report can be forged: none counts alone.

The sign is the notice's number and a keyed hash of it. It leaves in the envelope, where the server that gives a mail
back must repeat it (RFC 3461, 4.4: ENVID; else the sender's own address, « VERP »), and in the Message-ID, which many
servers quote.
"""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass

from workshops.refusals import Refusal

_SIGN = re.compile(r"(\d{1,18})-([a-z2-7]{16})")
_IN_MESSAGE_ID = re.compile(rf"<{_SIGN.pattern}\.[0-9a-f]+@")
_IN_ADDRESS = re.compile(rf"\+{_SIGN.pattern}@", re.IGNORECASE)
SAID_MOST = 500
# RFC 3463: the mail will never arrive. 4.x.x is a server that may take it yet.
_FOR_GOOD = re.compile(r"5\.\d{1,3}\.\d{1,3}")


class NotReturned(Refusal):
    kind = "not-returned"
    title = "Rien à dire de vive voix"
    sentence = "Ce message n'est plus à dire de vive voix : quelqu'un s'en est chargé."


@dataclass(frozen=True)
class Report:
    """What a server says of a mail that it could not deliver (RFC 3464): the signs found in it, whether it is for good,
    and its words."""

    signs: tuple[str, ...]
    for_good: bool
    said: str


def sign_of(notice: int, secret_key: str) -> str:
    """« 4711-abcdefgh234567ab »: 80 bits that only this Technilab writes."""
    keyed = hmac.digest(secret_key.encode(), f"returned mail:{notice}".encode(), "sha256")[:10]
    return f"{notice}-{base64.b32encode(keyed).decode().lower()}"


def notice_of(report: Report, secret_key: str) -> int | None:
    """The mail that came back; None for a report that bears no sign of ours, or that is not for good."""
    if not report.for_good:
        return None
    for sign in report.signs:
        number = int(sign.partition("-")[0])
        if hmac.compare_digest(sign, sign_of(number, secret_key)):
            return number
    return None


def sign_in(message_id: str) -> str:
    """The sign that a mail of ours bears in its Message-ID; empty without one."""
    found = _IN_MESSAGE_ID.search(message_id)
    return f"{found[1]}-{found[2]}" if found else ""


def sign_in_address(address: str) -> str:
    """The sign in the address to which a mail came back; empty without one."""
    found = _IN_ADDRESS.search(address)
    return f"{found[1]}-{found[2].lower()}" if found else ""


def signed_address(mail_from: str, sign: str) -> str:
    """« technilab+4711-abcdefgh234567ab@example.org »: the sender's mailbox, with what a server repeats."""
    local, _, domain = mail_from.rpartition("@")
    return f"{local}+{sign}@{domain}"


def is_sign(written: str) -> bool:
    """Whether this is a sign's shape."""
    return _SIGN.fullmatch(written) is not None


def counts(action: str, status: str) -> bool:
    """Whether one recipient's fields say that the mail failed for good (RFC 3464, 2.3.3 and 2.3.4)."""
    return action.strip().lower() == "failed" and _FOR_GOOD.match(status.strip()) is not None
