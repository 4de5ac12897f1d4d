"""What a person says of herself: her name, a telephone for the day of a visit, the reminders that she wants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from booking.people.accounts.rules import REMINDERS, plain_phone, refuse_name
from workshops.catalogue.publish import NAME_RESPONSIBLE
from workshops.database import row, rows, transaction
from workshops.database.row_types import row_as
from workshops.events.record import record
from workshops.refusals import Invalid, or_not_found
from workshops.typed_text.plain_words import one_line

PROFILE = """SELECT name, phone, unwanted FROM accounts WHERE id = $1 AND erased_at IS NULL"""
LOCK = f"{PROFILE} FOR UPDATE"
CHANGE = """UPDATE accounts SET name = $2, phone = $3, unwanted = $4,
  phone_at = CASE WHEN $3::varchar = '' THEN NULL WHEN $3::varchar = phone THEN phone_at ELSE $5::timestamptz END
WHERE id = $1"""
# Her name on a lycée's safety sheets.
RENAME_RESPONSIBLE = f"""{NAME_RESPONSIBLE} WHERE lower(responsible) = lower($2)
  AND school IN (SELECT school FROM memberships WHERE account = $1)"""  # noqa: S608 - constants only
FORGET_PHONE = "UPDATE accounts a SET phone = '', phone_at = NULL"
NAME_MOST = 120
LABELS = {"name": "nom", "phone": "téléphone", "unwanted": "rappels"}


@dataclass(frozen=True)
class Profile:
    """`unwanted` are the reminders not to send, words of `REMINDERS`."""

    name: str
    phone: str
    unwanted: tuple[str, ...]

    @property
    def reminders(self) -> tuple[str, ...]:
        """The reminders that come."""
        return tuple(one for one in REMINDERS if one not in self.unwanted)


async def profile_of(account: int) -> Profile:
    """What a person has said of herself. Raises NotFound."""
    return or_not_found(await row_as(Profile, PROFILE, account))


async def change_profile(account: int, *, name: str, phone: str, reminders: Collection[str], now: datetime) -> Profile:
    """From now on she is called so, and reached so; the journal says what changed, never from what to what.

    Raises Invalid, NotFound.
    """
    told, known = one_line(name), set(reminders)
    if not 1 <= len(told) <= NAME_MOST:
        raise Invalid({"name": f"Écrivez votre prénom et votre nom, en {NAME_MOST} caractères au plus."})
    if not known <= set(REMINDERS):
        raise Invalid({"reminders": "Choisissez des rappels de la liste."})
    unwanted = tuple(one for one in REMINDERS if one not in known)
    number = plain_phone(phone)
    async with transaction():
        before = or_not_found(await row_as(Profile, LOCK, account))
        if told != before.name:
            refuse_name(told)
        after = {"name": told, "phone": number, "unwanted": unwanted}
        changed = [LABELS[part] for part, value in after.items() if getattr(before, part) != value]
        if not changed:
            return before
        await rows(CHANGE, account, told, number, list(unwanted), now)
        if told != before.name:
            await row(RENAME_RESPONSIBLE, account, before.name, told)
        detail = ", ".join(changed)
        await record("profile_changed", by=account, about_kind="account", about=account, detail=detail, now=now)
        return await profile_of(account)
