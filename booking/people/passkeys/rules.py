"""What a browser is asked to sign with a passkey, and what it answers (W3C, Web Authentication level 3). Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from workshops.refusals import Refusal

Purpose = Literal["make", "sign_in", "prove"]

CHALLENGE_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 10
LONGEST_ANSWER = 20_000
# Ed25519, ES256 and RS256 (RFC 8152, 8812): together they are in every phone, computer and security key.
ALGORITHMS = (-8, -7, -257)


class PasskeyRefused(Refusal):
    """The same words for a passkey of nobody's, a closed account, a challenge gone by, a signature that is wrong."""

    kind = "passkey-refused"
    status = 422
    title = "Clé d'accès refusée"
    sentence = "Cette clé d'accès n'ouvre aucun compte ici, ou la demande a trop attendu. Recommencez."


class PasskeyNotKept(Refusal):
    kind = "passkey-not-kept"
    status = 422
    title = "Clé d'accès non ajoutée"
    sentence = "Votre appareil n'a pas donné de clé d'accès utilisable, ou la demande a trop attendu. Recommencez."


class PasskeyKnown(Refusal):
    kind = "passkey-known"
    title = "Clé d'accès déjà ajoutée"
    sentence = "Cette clé d'accès est déjà ajoutée."


class TooManyPasskeys(Refusal):
    kind = "too-many-passkeys"
    title = "Trop de clés d'accès"
    sentence = f"Un compte garde {MOST_PASSKEYS} clés d'accès au plus. Retirez celle d'un appareil qui ne sert plus."


class Answer(Struct, frozen=True):
    """What a browser sends back: which passkey, whose it says it is, and the challenge that it signed."""

    credential_id: bytes
    challenge: bytes
    user_handle: bytes | None


def read_answer(typed: str) -> Answer | None:
    """What the answer is about, before anything in it is believed; None when it is none."""
    if len(typed) > LONGEST_ANSWER:
        return None
    try:
        answer = json.loads(typed)
        response = answer["response"]
        handle = response.get("userHandle")
        return Answer(
            credential_id=_bytes_of(answer["id"]),
            challenge=_bytes_of(json.loads(_bytes_of(response["clientDataJSON"]))["challenge"]),
            user_handle=_bytes_of(handle) if handle else None,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def user_handle(account: int, secret_key: str) -> bytes:
    """By what a device knows whose passkey it holds: says nothing of the person, and is the same for all of hers.

    It is kept with her first passkey: one made after the site's key has changed is of the same person for her device.
    """
    return hmac.digest(secret_key.encode(), f"passkey user:{account}".encode(), "sha256")


def says_whose(answer: Answer, handle: bytes | None, *, purpose: Purpose) -> bool:
    """Whether the device itself says that its passkey is that of the account whose `handle` was kept with it.

    One that was found by its number may say nothing (7.2, step 6). Of a passkey from before handles were kept, what it
    says is believed with its signature, and kept.
    """
    if answer.user_handle is None:
        return purpose == "prove"
    return handle is None or hmac.compare_digest(answer.user_handle, handle)


def asked_to_make(
    origin: str, challenge: bytes, *, handle: bytes, email: str, name: str, known: Sequence[bytes]
) -> dict[str, Any]:
    """A passkey that its device unlocks for its person alone; `known` are those that she has already (5.4)."""
    return {
        "rp": {"id": host_of(origin), "name": "Technilab"},
        "user": {"id": text_of(handle), "name": email, "displayName": name or email},
        "challenge": text_of(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": _milliseconds(CHALLENGE_LASTS),
        "excludeCredentials": [{"type": "public-key", "id": text_of(one)} for one in known],
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"},
        "attestation": "none",
    }


def asked_to_show(origin: str, challenge: bytes, *, known: Sequence[bytes] = ()) -> dict[str, Any]:
    """One of the passkeys `known`; any that the device finds by itself when nobody is known yet (5.5)."""
    return {
        "rpId": host_of(origin),
        "challenge": text_of(challenge),
        "timeout": _milliseconds(CHALLENGE_LASTS),
        "allowCredentials": [{"type": "public-key", "id": text_of(one)} for one in known],
        "userVerification": "required",
    }


def host_of(origin: str) -> str:
    """The name that passkeys belong to (RP ID)."""
    return urlsplit(origin).hostname or ""


def hash_of_challenge(challenge: bytes) -> bytes:
    """What the database keeps of a challenge."""
    return hashlib.sha256(challenge).digest()


def text_of(raw: bytes) -> str:
    """Bytes as JSON carries them: base64url without padding (RFC 4648, 5)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


def _milliseconds(lasts: timedelta) -> int:
    return int(lasts.total_seconds() * 1000)
