"""Believing a browser's answer, or not: signature, site, challenge, its person's presence and unlocking.

`webauthn` brings a tenth of a second of imports: they wait here for the first passkey. What is slow in it, some
signatures and those imports, is for a thread.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from booking.people.passkeys.rules import (
    ALGORITHMS,
    PasskeyNotKept,
    PasskeyRefused,
    Purpose,
    hash_of_challenge,
    host_of,
)
from booking.people.passkeys.tables import PasskeyChallenge


class Made(Struct, frozen=True):
    """A passkey that was just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def verify_made(typed: str, *, challenge: bytes, origin: str) -> Made:
    """The passkey that a device made for us (WebAuthn, 7.1); raises PasskeyNotKept."""
    from webauthn import verify_registration_response  # noqa: PLC0415 - keeps the start light
    from webauthn.helpers.cose import COSEAlgorithmIdentifier  # noqa: PLC0415 - keeps the start light

    try:
        made = verify_registration_response(
            credential=typed,
            expected_challenge=challenge,
            expected_rp_id=host_of(origin),
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in ALGORITHMS],
        )
    except Exception as error:  # whatever an answer made to break the library makes it raise, it is a no
        raise PasskeyNotKept() from error
    return Made(made.credential_id, made.credential_public_key, made.sign_count)


def verify_shown(typed: str, *, challenge: bytes, origin: str, public_key: bytes, sign_count: int) -> int:
    """How often the passkey has signed, when its device has signed this (WebAuthn, 7.2); raises PasskeyRefused."""
    from webauthn import verify_authentication_response  # noqa: PLC0415 - keeps the start light

    try:
        shown = verify_authentication_response(
            credential=typed,
            expected_challenge=challenge,
            expected_rp_id=host_of(origin),
            expected_origin=origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # whatever an answer made to break the library makes it raise, it is a no
        raise PasskeyRefused() from error
    return shown.new_sign_count


async def spend(challenge: bytes, *, purpose: Purpose, account: int | None, now: datetime) -> bool:
    """Whether this very browser was asked to sign this, less than 5 minutes ago, and has not answered yet."""
    asked = PasskeyChallenge.delete().where(
        *(PasskeyChallenge.challenge_hash == hash_of_challenge(challenge), PasskeyChallenge.purpose == purpose),
        *(PasskeyChallenge.account == account, PasskeyChallenge.expires_at > now),
    )
    return bool(await asked.returning(PasskeyChallenge.id))
