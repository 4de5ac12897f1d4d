"""The mail of an alert: the slots that suit now, for the class that was said."""

from __future__ import annotations

from datetime import datetime

from booking.mails.draft import Draft, Item, Listing
from booking.outbox.notices.rules import Claimed
from booking.settings import Settings
from booking.visits.alerts.queries import alert_met, still_suit
from booking.wording import span

SLOTS_TOLD = 5


async def met(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher who asked: which slots suit, each with her sentence; also that they were taken meanwhile."""
    alert = await alert_met(notice.about)
    if alert is None:
        return None
    found, sentence = await still_suit(alert.id, now=now), alert.wish.answers
    items = tuple(
        Item(
            span(one.starts_at, one.ends_at),
            f"{settings.base_url}/creneaux/{one.id}{sentence}",
            f"{one.workshop}, {one.host_name}, {one.commune}",
        )
        for one in found
    )
    listed = Listing("Créneaux qui conviennent :", items[:SLOTS_TOLD], max(0, len(items) - SLOTS_TOLD))
    return Draft(
        words={"found": len(found), "whom": alert.group_name or f"{alert.wish.pupils} élèves de {alert.wish.level}"},
        link=f"{settings.base_url}/creneaux{sentence}",
        lines=(("Vous cherchez", alert.words),),
        lists=(listed,) if found else (),
    )
