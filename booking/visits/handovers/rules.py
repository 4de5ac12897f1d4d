"""The link by which a colleague answers a visit that is proposed to her. Pure."""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from datetime import datetime, timedelta
from uuid import UUID

from booking.people.accounts.rules import LinkSpent
from booking.process.secret_key import is_ours
from booking.visits.reservations.mailed_links import PROOF_BYTES

ANSWER_LASTS = timedelta(days=7)
_NUMBER = struct.Struct(">I")
_SALT_BYTES = 16


class ProposalOver(LinkSpent):
    sentence = "Cette visite ne vous est plus proposée : elle a sa réponse, ou votre collègue l'a gardée."


def answer_until(starts_at: datetime, *, now: datetime) -> datetime:
    """Until when a colleague may answer: seven days, and no longer than the visit's start."""
    return min(now + ANSWER_LASTS, starts_at)


def proposal_token(reservation: int, salt: UUID, secret_key: str) -> str:
    """What the letter of a proposed visit leads to; `salt` is that of this one proposal.

    Without the site's key the database alone gives no link.
    """
    proposed = _NUMBER.pack(reservation) + salt.bytes
    return base64.urlsafe_b64encode(proposed + _proof(proposed, secret_key)).decode()


def proposed_by(token: str, secret_key: str) -> tuple[int, UUID] | None:
    """The reservation that a link is about, and the salt of its proposal; None for a link that this site never
    wrote."""
    try:
        sent = base64.urlsafe_b64decode(token.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        return None
    if len(sent) != _NUMBER.size + _SALT_BYTES + PROOF_BYTES:
        return None
    proposed, proof = sent[:-PROOF_BYTES], sent[-PROOF_BYTES:]
    if not is_ours(proof, secret_key, lambda key: _proof(proposed, key)):
        return None
    (reservation,) = _NUMBER.unpack(proposed[: _NUMBER.size])
    return reservation, UUID(bytes=proposed[_NUMBER.size :])


def _proof(proposed: bytes, secret_key: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"proposal:" + proposed, "sha256")[:PROOF_BYTES]
