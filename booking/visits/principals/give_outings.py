"""Sending a principal the page of her collège's outings, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from piccolo.query import Update

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import hash_of
from booking.visits.principals.queries import PageOver, year_of_outings
from booking.visits.principals.tables import OutingPage
from workshops.database import transaction
from workshops.events.record import record
from workshops.refusals import Refusal
from workshops.schools.queries import school as school_card
from workshops.schools.queries import visa_of

FORGET_PAGES = "DELETE FROM outing_pages WHERE coalesce(revoked_at, ends_at) < $1 RETURNING id"


class NobodyToSend(Refusal):
    kind = "no-address"
    status = 422
    title = "Pas d'adresse"
    sentence = "Aucune adresse confirmée : donnez celle du chef d'établissement, puis attendez sa confirmation."


async def give_outings(school: int, *, by: int, token: str, now: datetime) -> None:
    """The link goes to the principal's confirmed address, else to the collège's mailbox, never to who asks for it; the
    one sent before is revoked. Raises NobodyToSend."""
    visa, card = await visa_of(school), await school_card(school)
    to = visa.principal_mail if visa.confirmed_at else visa.mailbox
    if not to or card is None:
        raise NobodyToSend()
    async with transaction():
        await _revoked(now).where(OutingPage.school == school)
        page = OutingPage(school=school, token_hash=hash_of(token), given_at=now, ends_at=year_of_outings(now)[1])
        (kept,) = await OutingPage.insert(page).returning(OutingPage.id)
        await record("outings_given", by=by, about_kind="school", about=school, now=now)
        await queue(
            "outings_page",
            to_email=to,
            to_name=(visa.principal_name if visa.confirmed_at else "") or card.name[:160],
            about_kind="school",
            about=school,
            once=f"outings_page:{kept['id']}",
            secret=token,
            now=now,
        )


async def revoke_outings(school: int, *, by: int, now: datetime) -> None:
    """No link to this collège's outings opens any more."""
    async with transaction():
        await _revoked(now).where(OutingPage.school == school)
        await record("outings_revoked", by=by, about_kind="school", about=school, now=now)


async def give_back(token: str, *, now: datetime) -> None:
    """Whoever holds the link ends it. Raises PageOver."""
    async with transaction():
        ended = _revoked(now).where(OutingPage.token_hash == hash_of(token), OutingPage.ends_at > now)
        for one in (schools := await ended.returning(OutingPage.school)):
            await record("outings_revoked", by=None, about_kind="school", about=one["school"], now=now)
        if not schools:
            raise PageOver()


def _revoked(now: datetime) -> Update[Any]:
    """Of the links that still open."""
    return OutingPage.update({OutingPage.revoked_at: now}).where(OutingPage.revoked_at.is_null())
