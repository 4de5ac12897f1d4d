"""Sending a principal the page of her collège's outings, and taking it back."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import hash_of
from booking.visits.outings.rules import NobodyToSend, PageOver, year_of_outings
from workshops.database import rows, transaction, value
from workshops.events.record import record
from workshops.schools.queries import school as school_card
from workshops.schools.queries import visa_of

REVOKE = "UPDATE outing_pages SET revoked_at = $2 WHERE school = $1 AND revoked_at IS NULL"
REVOKE_BY_LINK = """UPDATE outing_pages SET revoked_at = $2
WHERE token_hash = $1 AND revoked_at IS NULL AND ends_at > $2 RETURNING school"""
KEEP = """INSERT INTO outing_pages (school, token_hash, given_at, ends_at) VALUES ($1, $2, $3, $4) RETURNING id"""
FORGET_PAGES = "DELETE FROM outing_pages WHERE coalesce(revoked_at, ends_at) < $1 RETURNING id"


async def give_outings(school: int, *, by: int, token: str, now: datetime) -> None:
    """The link goes to the principal's confirmed address, else to the collège's mailbox, never to who asks for it; the
    one sent before is revoked. Raises NobodyToSend."""
    visa, card = await visa_of(school), await school_card(school)
    to = visa.principal_mail if visa.confirmed_at else visa.mailbox
    if not to or card is None:
        raise NobodyToSend()
    async with transaction():
        await rows(REVOKE, school, now)
        kept = await value(KEEP, school, hash_of(token), now, year_of_outings(now)[1])
        await record("outings_given", by=by, about_kind="school", about=school, now=now)
        await queue(
            "outings_page",
            to_email=to,
            to_name=(visa.principal_name if visa.confirmed_at else "") or card.name[:160],
            about_kind="school",
            about=school,
            once=f"outings_page:{kept}",
            secret=token,
            now=now,
        )


async def revoke_outings(school: int, *, by: int, now: datetime) -> None:
    """No link to this collège's outings opens any more."""
    async with transaction():
        await rows(REVOKE, school, now)
        await record("outings_revoked", by=by, about_kind="school", about=school, now=now)


async def give_back(token: str, *, now: datetime) -> None:
    """Whoever holds the link ends it. Raises PageOver."""
    async with transaction():
        school = await value(REVOKE_BY_LINK, hash_of(token), now)
        if school is None:
            raise PageOver()
        await record("outings_revoked", by=None, about_kind="school", about=school, now=now)
