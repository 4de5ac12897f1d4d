"""The links that end a kind of mail without signing in: without the site's key nobody makes one. Pure."""

from __future__ import annotations

import hmac

from booking.process.secret_key import is_ours

PROOF_BYTES = 16


def stop_token(mails: str, number: int, secret_key: str) -> str:
    """The end of the address by which these mails are ended; `number` is that of who, or what, they are sent for."""
    proof = hmac.digest(secret_key.encode(), f"{mails}:{number}".encode(), "sha256")
    return f"{number}-{proof[:PROOF_BYTES].hex()}"


def stopped_by(mails: str, token: str, secret_key: str) -> int | None:
    """For whom, or for what, a link ends these mails; None for a link that this site never wrote."""
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdigit()):
        return None
    known = is_ours(token.encode(), secret_key, lambda key: stop_token(mails, int(number), key).encode())
    return int(number) if known else None
