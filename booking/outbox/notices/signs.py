"""By which sign a returned mail is known as ours.

The sign is the notice's number and a keyed hash of it. It leaves in the envelope, where the server that gives a mail
back must repeat it (RFC 3461, 4.4: ENVID; else the sender's own address, « VERP »), and in the Message-ID, which many
servers quote.
"""

from __future__ import annotations

import base64
import hmac
import re

_SIGN = re.compile(r"(\d{1,18})-([a-z2-7]{16})")
_IN_MESSAGE_ID = re.compile(rf"<{_SIGN.pattern}\.[0-9a-f]+@")
_IN_ADDRESS = re.compile(rf"\+{_SIGN.pattern}@", re.IGNORECASE)


def sign_of(notice: int, secret_key: str) -> str:
    """« 4711-abcdefgh234567ab »: 80 bits that only this Technilab writes."""
    keyed = hmac.digest(secret_key.encode(), f"returned mail:{notice}".encode(), "sha256")[:10]
    return f"{notice}-{base64.b32encode(keyed).decode().lower()}"


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
