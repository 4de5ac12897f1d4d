"""The letter to a collège, and its reminder: the lycées near it that have free places."""

from __future__ import annotations

from datetime import datetime

from booking.mails.draft import Draft
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.programme.outreach.queries import addressee, letter_kept, open_near
from booking.programme.outreach.rules import CollegeLetter, OpenLycee
from booking.words.wording import counted, day, number


async def college_invited(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the collège's official address; not sent once it comes by itself, or when no place is left."""
    kept = await letter_kept(notice.about)
    return None if kept is None else await letter_to_college(kept, settings, now)


async def letter_to_college(letter: CollegeLetter, settings: Settings, now: datetime) -> Draft | None:
    """The letter as it would leave now; None where it has nothing to propose."""
    college = await addressee(letter.school, now=now)
    lycees = await open_near(letter.school, now=now)
    if college.coming or not lycees:
        return None
    return Draft(
        words={"letter": letter, "lycees": len(lycees)},
        typed=letter.words,
        link=f"{settings.base_url}/creneaux",
        lines=tuple((_where(one), _what(one)) for one in lycees),
    )


def _where(lycee: OpenLycee) -> str:
    far = "" if lycee.km is None else f" ({number(max(1, round(lycee.km)))} km)"
    return f"{lycee.name}, {lycee.commune}{far}"


def _what(lycee: OpenLycee) -> str:
    free = counted(lycee.slots, "créneau libre", "créneaux libres")
    return f"{free}, le premier {day(lycee.first_at)}" if lycee.slots > 1 else f"{free}, {day(lycee.first_at)}"
