"""The mail by which a colleague shows a slot."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from booking.mails.draft import Draft
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.visits.sharing.queries import shared
from booking.words.wording import counted, span


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
