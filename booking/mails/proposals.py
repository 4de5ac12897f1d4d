"""Mails about a visit that a teacher proposes to a colleague: to the colleague, and to her when it stays hers."""

from __future__ import annotations

from datetime import datetime

from booking.mails.draft import Draft, bring_line, group_line, other_half_line, when_and_where
from booking.mails.visits import visit_in
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.tables import Account
from booking.process.settings import Settings
from booking.visits.handovers.proposals import proposal_link, proposal_of
from booking.visits.handovers.queries import left_since
from booking.visits.reservation_states import LIVE, SURE


async def proposed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the colleague: the visit, and the link that answers; not sent once it is answered or taken back."""
    visit = await visit_in(SURE, notice, now)
    proposal = None if visit is None else await proposal_of(visit.id, now=now)
    if visit is None or proposal is None or proposal.to_account != notice.account:
        return None
    link = await proposal_link(proposal, secret_key=settings.secret_key)
    return Draft(
        words={"visit": visit, "by": proposal.by_name or "Un collègue", "until": proposal.until},
        link=f"{settings.base_url}{link}",
        lines=(
            *when_and_where(visit),
            *bring_line(visit),
            group_line(visit),
            *await other_half_line(visit.pair, visit.id),
        ),
    )


async def stays_hers(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To whoever proposed it: the colleague cannot take it over, or has not answered; not sent once another has."""
    visit = await visit_in(LIVE, notice, now)
    if visit is None or await left_since(notice.id):
        return None
    known = await Account.select(Account.name).where(Account.id == notice.also).first()
    colleague = "Votre collègue" if known is None else known["name"]
    return Draft(
        words={
            "visit": visit,
            "colleague": colleague,
            "ahead": visit.starts_at > now,
        },
        link=f"{settings.base_url}/reservations/{visit.id}",
        lines=(*when_and_where(visit), group_line(visit)),
    )
