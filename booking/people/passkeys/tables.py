"""Passkeys, and the challenges that they have still to sign."""

from piccolo.columns import BigInt, Bytea, ForeignKey, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.constraints import Check
from piccolo.table import Table

from booking.people.accounts.tables import Account


class Passkey(Table, tablename="passkeys"):
    """A device, or a wallet of passkeys, that signs in to an account (WebAuthn level 3).

    `sign_count` is the last one that it told: one that does not grow betrays a copy. `label` is its person's own word.
    `user_handle` is by what the device knows whose it is; of one from before it was kept, None until it serves.
    """

    id: Serial
    account = ForeignKey(Account, null=False, index=True, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    credential_id = Bytea(unique=True)
    public_key = Bytea()
    sign_count = BigInt(default=0)
    label = Varchar(length=80, default="")
    created_at = Timestamptz(default=None)
    used_at = Timestamptz(null=True, default=None)
    user_handle = Bytea(null=True, default=None)

    passkeys_count_grows = Check("sign_count >= 0")


class PasskeyChallenge(Table, tablename="passkey_challenges"):
    """What a browser was asked to sign: 5 minutes, one use, kept as SHA-256 only.

    `account` is whose browser was asked; none at the sign-in page, where nobody is known yet.
    """

    id: Serial
    challenge_hash = Bytea(unique=True)
    purpose = Varchar(length=8)
    account = ForeignKey(Account, null=True, default=None, on_delete=OnDelete.cascade, on_update=OnUpdate.cascade)
    expires_at = Timestamptz(default=None, index=True)

    passkey_challenges_known_purpose = Check("purpose IN ('make', 'sign_in', 'prove')")
    passkey_challenges_belongs = Check("(account IS NULL) = (purpose = 'sign_in')")
