"""How what another program is told is signed, with a secret that only its receiver and this site know. Pure."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime

from booking.process.secret_key import before_of, sealed, unsealed

RECEIVER = "webhook"


def secret_of(salt: bytes, secret_key: str) -> str:
    """The secret that its maker gives to the receiver: without the site's key the database alone gives none."""
    return "whsec_" + base64.b64encode(hmac.digest(secret_key.encode(), b"webhook:" + salt, "sha256")).decode()


def sealed_secret(secret: str, secret_key: str) -> bytes:
    """A receiver's secret as it is kept: a key that follows opens it as long as the key that sealed it is known."""
    return sealed(secret.encode(), purpose=RECEIVER, secret_key=secret_key)


def secrets_of(salt: bytes, kept: bytes | None, secret_key: str) -> list[str]:
    """The secrets of a receiver: the one that it takes next, then that which it holds as long as it is another.

    One from before secrets were sealed may hold what any of the site's keys made. What no key opens is held no more.
    """
    fresh = secret_of(salt, secret_key)
    if kept is None:
        held = [secret_of(salt, key) for key in before_of(secret_key)]
    else:
        opened = unsealed(kept, purpose=RECEIVER, secret_key=secret_key)
        held = [] if opened is None else [opened[0].decode()]
    return list(dict.fromkeys((fresh, *held)))


def holds_another(salt: bytes, kept: bytes | None, secret_key: str) -> bool:
    """Whether a receiver may hold another secret than the one that the site's key makes."""
    if kept is None:
        return bool(before_of(secret_key))
    opened = unsealed(kept, purpose=RECEIVER, secret_key=secret_key)
    return opened is None or opened[0].decode() != secret_of(salt, secret_key)


def headers_of(message: str, body: bytes, *, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks, version 1: a signature by each secret, of which a receiver knows one."""
    seconds = int(at.timestamp())
    signed = f"{message}.{seconds}.".encode() + body
    keys = (base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets)
    signatures = (base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }
