"""The links that a mail leads by, made and read: without the site's key the database alone gives none. Pure."""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from datetime import date
from uuid import UUID

from msgspec import Struct

from booking.process.secret_key import is_ours

PROOF_BYTES = 16
# A reservation's number and a date, in a link.
_ASKED = struct.Struct(">II")


def offer_token(salt: UUID, secret_key: str) -> str:
    """What the mail of an offered place leads to: without the site's key the database alone gives no link."""
    return base64.urlsafe_b64encode(salt.bytes + _proof(salt, secret_key)).decode().rstrip("=")


def offer_salt_of(token: str, secret_key: str) -> UUID | None:
    """The offer that a link answers; None for a link that this site never wrote."""
    try:
        told = base64.urlsafe_b64decode(f"{token}=".encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        return None
    if len(told) != 2 * PROOF_BYTES:
        return None
    salt = UUID(bytes=told[:PROOF_BYTES])
    return salt if is_ours(told[PROOF_BYTES:], secret_key, lambda key: _proof(salt, key)) else None


def _proof(salt: UUID, secret_key: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"offer:" + salt.bytes, "sha256")[:PROOF_BYTES]


class VisitAsked(Struct, frozen=True):
    """What the question before a visit is about: a reservation, and the date of which it asks."""

    reservation: int
    on: date


def coming_token(asked: VisitAsked, salt: UUID, secret_key: str) -> str:
    """What the question before a visit leads to; `salt` is the reservation's own. It answers for that date alone."""
    words = _ASKED.pack(asked.reservation, asked.on.toordinal())
    return base64.urlsafe_b64encode(words + _coming_proof(words, salt, secret_key)).decode()


def asked_by_token(token: str) -> VisitAsked | None:
    """What a link asks about, not proved yet; None for one that this site never wrote."""
    try:
        told = base64.urlsafe_b64decode(token.encode("ascii"))
        reservation, ordinal = _ASKED.unpack(told[:-PROOF_BYTES])
        return VisitAsked(reservation, date.fromordinal(ordinal))
    except (binascii.Error, UnicodeEncodeError, struct.error, ValueError, OverflowError):
        return None


def proves_coming(token: str, asked: VisitAsked, salt: UUID, secret_key: str) -> bool:
    """Whether this site wrote the link for that reservation and that date."""
    return is_ours(token.encode(), secret_key, lambda key: coming_token(asked, salt, key).encode())


def _coming_proof(words: bytes, salt: UUID, secret_key: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"coming:" + words + salt.bytes, "sha256")[:PROOF_BYTES]
