"""The mail of an alert: the slots that suit now, for the class that was said. The mail of a search that has found
nothing.

The mail by which a colleague shows a slot.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from booking.mails.draft import Draft, Item, Listing
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.visits.asking.looking import slots_passed_over
from booking.visits.asking.queries import DemandSeen, demand_seen
from booking.visits.demands.queries import AlertSeen, SlotTold, alert_over, still_suit
from booking.visits.demands.rules import address_of, to_come
from booking.visits.sharing.queries import shared
from booking.words.wording import counted, opening_hour, span
from workshops.school_calendar.rules import paris_day
from workshops.scope import EVERYTHING

SLOTS_TOLD = 5


async def met(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher who asked: which slots suit, each with her sentence; also that they were taken meanwhile."""
    alert = await alert_over(notice.about)
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
            "drawn": sum(one.draws_at is not None for one in found),
        },
        link=f"{settings.base_url}/creneaux{sentence}",
        lines=(("Vous cherchez", alert.words),),
        lists=tuple(
            Listing(title, tuple(_item(one, settings, sentence, now) for one in slots[:SLOTS_TOLD]), _more(slots))
            for title, slots in ((suit, whole), ("En deux moitiés :", halves))
            if slots
        ),
    )


async def over(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To whoever follows it: until its last day nothing came of a demand or of an alert, and where to look again."""
    asked: AlertSeen | DemandSeen | None
    if notice.about_kind == "alert":
        asked = await alert_over(notice.about)
    else:
        asked = await demand_seen(notice.about, scope=EVERYTHING)
    if asked is None:
        return None
    named = () if isinstance(asked, AlertSeen) else asked.passed_over
    search = to_come(asked.search, today=paris_day(now))
    return Draft(
        words={"whom": asked.whom, "last_on": asked.last_on, "alert": isinstance(asked, AlertSeen)},
        link=f"{settings.base_url}/creneaux{address_of(search, group=asked.group)}",
        lines=(
            *[("Vous demandiez", slot.line) for slot in await slots_passed_over(named)],
            ("Vous cherchiez", asked.words),
        ),
    )


def _item(one: SlotTold, settings: Settings, sentence: str, now: datetime) -> Item:
    return Item(
        span(one.starts_at, one.ends_at),
        f"{settings.base_url}/creneaux/{one.id}{sentence}",
        ", ".join((one.workshop, one.host_name, one.commune, *_not_yet(one, now))),
    )


def _not_yet(one: SlotTold, now: datetime) -> list[str]:
    """From when on it may be asked for, and when it is drawn; nothing of a slot that may be had at once."""
    opens = [f"ouverture {opening_hour(one.opens_at)}"] if one.opens_at and now < one.opens_at else []
    return opens if one.draws_at is None else [*opens, f"tirage {opening_hour(one.draws_at)}"]


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
