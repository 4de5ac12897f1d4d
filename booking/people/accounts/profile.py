"""What a person says of herself: her name, a telephone for the day of a visit, the reminders and the Monday mail that
she wants, and whether letters about visits come one a day.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from booking.outbox.notices.release import release_daily
from booking.people.accounts.daily_mail import reads_daily, visits_this_week
from booking.people.accounts.rules import REMINDERS, plain_phone, refuse_name
from booking.people.accounts.tables import Account
from workshops.acts import Act, labelled, typed
from workshops.catalogue.describe import NAME_RESPONSIBLE
from workshops.database import row, rows, transaction
from workshops.database.row_types import row_as
from workshops.events.record import record
from workshops.refusals import NotFound, or_not_found

PROFILE = """SELECT name, phone, unwanted, daily_mail FROM accounts WHERE id = $1 AND erased_at IS NULL"""
LOCK = f"{PROFILE} FOR UPDATE"
CHANGE = """UPDATE accounts SET name = $2, phone = $3, unwanted = $4, daily_mail = $6,
  phone_at = CASE WHEN $3::varchar = '' THEN NULL WHEN $3::varchar = phone THEN phone_at ELSE $5::timestamptz END
WHERE id = $1"""
# Her name on a lycée's safety sheets.
RENAME_RESPONSIBLE = f"""{NAME_RESPONSIBLE} WHERE lower(responsible) = lower($2)
  AND school IN (SELECT school FROM memberships WHERE account = $1)"""  # noqa: S608 - constants only
FORGET_PHONE = "UPDATE accounts a SET phone = '', phone_at = NULL"
LABELS = {"name": "nom", "phone": "téléphone", "unwanted": "rappels", "daily_mail": "lettres"}
CHOSEN: dict[str, bool | None] = {"": None, "each_act": False, "daily": True}


class Profile(Struct, frozen=True):
    """`unwanted` are the reminders not to send, words of `REMINDERS`; `daily_mail`: whether she chose one mail a day,
    None while her visits of the week decide."""

    name: str
    phone: str
    unwanted: tuple[str, ...]
    daily_mail: bool | None

    @property
    def mails(self) -> str:
        """What she chose, a word of `MAILS`; empty where nothing."""
        return next(word for word, chosen in CHOSEN.items() if chosen is self.daily_mail)

    @property
    def reminders(self) -> tuple[str, ...]:
        """The reminders that come."""
        return tuple(one for one in REMINDERS if one not in self.unwanted)


async def profile_of(account: int) -> Profile:
    """What a person has said of herself. Raises NotFound."""
    return or_not_found(await row_as(Profile, PROFILE, account))


class ChangeProfile(Act, frozen=True, kw_only=True):
    """What one says of oneself, whole: what is left out is emptied."""

    name: Annotated[str, typed("Prénom et nom", "What others read.", most=120, least=1)]
    phone: Annotated[
        str, typed("Téléphone pour le jour de la visite", "The other side sees it for a week.", most=30)
    ] = field(name="day_phone", default="")
    reminders: Annotated[
        tuple[Literal["week_before", "day_before"], ...],
        # Nobody is sent the first one any more: a program that still asks for it is not refused.
        Meta(max_length=2, description="Those that are wanted.", extra={"label": "Rappels par mail"}),
    ] = ()
    mails: Annotated[
        Literal["", "each_act", "daily"],
        labelled("Lettres sur les visites", "One an act, or one a day; empty: as many visits come as decide it."),
    ] = ""


async def change_profile(account: int, asked: ChangeProfile, *, now: datetime) -> Profile:
    """From now on she is called so, and reached so; the journal says what changed, never from what to what. Who no
    longer reads one mail a day is sent at once what waited for the evening.

    Raises Invalid, NotFound.
    """
    name, number = asked.name, plain_phone(asked.phone)
    unwanted = tuple(reminder for reminder in REMINDERS if reminder not in asked.reminders)
    async with transaction():
        before = or_not_found(await row_as(Profile, LOCK, account))
        if name != before.name:
            refuse_name(name)
        daily = CHOSEN[asked.mails]
        after = {"name": name, "phone": number, "unwanted": unwanted, "daily_mail": daily}
        changed = [LABELS[part] for part, value in after.items() if getattr(before, part) != value]
        if not changed:
            return before
        await rows(CHANGE, account, name, number, list(unwanted), now, daily)
        if daily != before.daily_mail and not reads_daily(
            daily, visits_this_week=await visits_this_week(account, now=now)
        ):
            await release_daily(account, now=now)
        if name != before.name:
            await row(RENAME_RESPONSIBLE, account, before.name, name)
        detail = ", ".join(changed)
        await record("profile_changed", by=account, about_kind="account", about=account, detail=detail, now=now)
        return await profile_of(account)


async def choose_weekly_mail(account: int, *, wanted: bool, now: datetime) -> None:
    """From now on the Monday mail comes, or no longer does. Raises NotFound."""
    async with transaction():
        choice = Account.update({Account.weekly_mail: wanted}).where(Account.id == account)
        if not await choice.returning(Account.id):
            raise NotFound
        detail = "reçu" if wanted else "refusé"
        await record("weekly_mail_chosen", by=account, about_kind="account", about=account, detail=detail, now=now)
