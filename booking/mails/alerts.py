"""The mail of an alert: the slots that suit now, for the class that was said.

The mail by which a colleague shows a slot.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from booking.mails.draft import Draft, Item, Listing
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.visits.demands.queries import SlotTold, alert_met, still_suit
from booking.visits.sharing.queries import shared
from booking.words.wording import counted, span

SLOTS_TOLD = 5


async def met(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher who asked: which slots suit, each with her sentence; also that they were taken meanwhile."""
    alert = await alert_met(notice.about)
    if alert is None:
        return None
    found, sentence = await still_suit(alert.id, now=now), alert.address
    whole = [one for one in found if one.whole]
    halves = [one for one in found if not one.whole]
    suit = "Pour la classe entière :" if halves else "Créneaux qui conviennent :"
    return Draft(
        words={
            "found": len(found),
            "whole": len(whole),
            "whom": alert.whom,
        },
        link=f"{settings.base_url}/creneaux{sentence}",
        lines=(("Vous cherchez", alert.words),),
        lists=tuple(
            Listing(title, tuple(_item(one, settings, sentence) for one in slots[:SLOTS_TOLD]), _more(slots))
            for title, slots in ((suit, whole), ("En deux moitiés :", halves))
            if slots
        ),
    )


def _item(one: SlotTold, settings: Settings, sentence: str) -> Item:
    return Item(
        span(one.starts_at, one.ends_at),
        f"{settings.base_url}/creneaux/{one.id}{sentence}",
        f"{one.workshop}, {one.host_name}, {one.commune}",
    )


def _more(slots: Sequence[SlotTold]) -> int:
    return max(0, len(slots) - SLOTS_TOLD)


async def slot_shared(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the colleague: what, where, when, how many places; not sent once the slot is no longer open."""
    found = await shared(notice.about, now=now)
    if found is None:
        return None
    said = {"groupe": found.group, "niveau": found.level, "eleves": found.pupils}
    kept = {name: told for name, told in said.items() if told}
    return Draft(
        words={"shared": found},
        link=f"{settings.base_url}/creneaux/{found.slot}{'?' if kept else ''}{urlencode(kept)}",
        lines=(
            ("Quand", span(found.starts_at, found.ends_at)),
            ("Où", f"{found.host_name}, {found.commune}"),
            ("Atelier", found.workshop),
            ("Places", counted(found.seats_free, "place libre", "places libres")),
        ),
    )
