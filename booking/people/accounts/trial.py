"""The invented people of the trial version, and the token of each: nobody, and nothing, where there is no trial."""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from datetime import datetime

from asyncpg import InsufficientPrivilegeError, UndefinedColumnError, UndefinedFunctionError, UndefinedTableError
from msgspec import Struct

from booking.people.accounts.queries import PLACE, PLACES
from booking.people.accounts.rules import TRIAL_KEY_LASTS, Role, hash_of
from booking.people.accounts.tables import Account
from booking.process.settings import Settings, SettingsRefused
from workshops.database import DatabaseAway, rows, value
from workshops.database.row_types import rows_as
from workshops.events.carry_on import must_carry_on

# Whoever looks at a trial reads its keys anew: one that was written down somewhere ends with the day.
KEEP_TRIAL = """INSERT INTO api_tokens (token_hash, account, membership, label, created_at, expires_at)
VALUES ($1, $2, $3, 'version d''essai', $4, $5)
ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at"""
EMPTY = "SELECT NOT EXISTS (SELECT 1 FROM schools) AND NOT EXISTS (SELECT 1 FROM accounts)"


class ExamplesStand(SettingsRefused):
    """Invented people are still here, and this is no trial."""

    def __init__(self, standing: int) -> None:
        people = "1 compte d'exemple est encore là" if standing == 1 else f"{standing} comptes d'exemple sont encore là"
        super().__init__(
            f"Technilab ne démarre pas : {people}, dont les clés sont connues. Lancez technilab forget-examples"
            " --dry-run, qui dit ce qui partirait, puis technilab forget-examples. Pour un essai, mettez DEMO=1."
        )


class RealDataStand(SettingsRefused):
    """Nobody here was invented, and a trial that is shown is erased each night."""

    def __init__(self) -> None:
        super().__init__(
            "Technilab ne démarre pas : DEMO=public efface toute la base chaque nuit, et celle-ci contient des données"
            " sans aucun compte d'exemple. Pour de vraies visites, enlevez DEMO. Pour montrer un essai, donnez-lui une"
            " base vide : une autre DATABASE_URL, ou un autre DATA_DIR."
        )


class PutBackByHand(SettingsRefused):
    """The tables came from another PostgreSQL, and nothing has made them this one's yet."""

    def __init__(self) -> None:
        super().__init__(
            "Technilab ne démarre pas : ses tables viennent d'un autre PostgreSQL, remises en place sans technilab"
            " restore. Lancez technilab migrate, qui leur rend leurs droits et la suite de leurs événements."
        )


class DemoAccount(Struct, frozen=True):
    """An invented person of the trial version."""

    account: int
    membership: int
    role: str
    email: str
    name: str
    school_uai: str
    school_name: str
    place: str


async def demo_accounts() -> list[DemoAccount]:
    """The invented people, by role; a real account is never among them."""
    return await rows_as(
        DemoAccount,
        f"""SELECT a.id AS account, m.id AS membership, m.role, a.email, a.name,
                  coalesce(s.uai, '') AS school_uai, coalesce(s.name, '') AS school_name,
                  {PLACE} AS place
           FROM memberships m JOIN accounts a ON a.id = m.account
           {PLACES}
           WHERE a.example AND a.disabled_at IS NULL
           ORDER BY array_position($1::text[], m.role::text), m.id""",  # noqa: S608 - constants only
        list(Role),
    )


async def trial_token(account: int, membership: int, *, secret_key: str, now: datetime) -> str:
    """The token of an invented person of the trial version: always the same for one data folder, good for a day."""
    token = hmac.new(secret_key.encode(), f"trial token:{membership}".encode(), hashlib.sha256).hexdigest()
    await rows(KEEP_TRIAL, hash_of(token), account, membership, now, now + TRIAL_KEY_LASTS)
    return token


async def examples_standing() -> int:
    """How many invented people there are."""
    return int(await Account.count().where(Account.example.eq(True)))


async def is_empty() -> bool:
    """Whether nobody has put anything here yet."""
    return bool(await value(EMPTY))


async def is_no_trial() -> bool:
    """Whether there are data, and nobody among them was ever invented: none of it may be erased to begin anew."""
    return not await examples_standing() and not await is_empty()


async def refuse_wrong_data(settings: Settings) -> None:
    """Raise SettingsRefused where real visits would be served beside invented people, who would open the doors, where
    what is no trial would be shown as one, and erased in the night, and where tables were put back by hand.

    A database that is away, or lacks tables yet, is said elsewhere: the doors are shut to invented people anyway.
    """
    with suppress(DatabaseAway, UndefinedTableError, UndefinedColumnError, UndefinedFunctionError):
        try:
            if settings.shown and await is_no_trial():
                raise RealDataStand()
            if not settings.demo and (standing := await examples_standing()):
                raise ExamplesStand(standing)
            if await must_carry_on():
                raise PutBackByHand()
        except InsufficientPrivilegeError:
            raise PutBackByHand() from None
