"""Erasing what people wrote and did at visits that are over; no figure changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from booking.day.checkin.undo import FORGET_PRESENCES, FORGET_SCANS
from booking.day.desk_links.give import FORGET_LINKS
from booking.visits.attendance.change import FORGET_VISITORS
from booking.visits.attendance.lapse import FORGET_WORDS as FORGET_COMPANIES_WORDS
from booking.visits.badge_codes.issue import FORGET_BADGES, FORGET_GUESTS_BADGES, FORGET_NAMES, FORGET_SIGNS
from booking.visits.reservations.ask_approval import FORGET_APPROVALS
from booking.visits.reservations.tell_needs import FORGET_NEEDS, FORGET_WORDS
from booking.year.rules import ERASED, OUR_WORDS, SchoolYear
from workshops.builds.record import FORGET_NOTES as FORGET_BUILD_NOTES
from workshops.builds.record import FORGET_PHOTOS
from workshops.database import rows, value
from workshops.slots.call_off import FORGET_REASONS
from workshops.slots.close import FORGET_NOTES, FORGET_NOTES_BEFORE

TEXTS = (
    FORGET_WORDS,
    FORGET_COMPANIES_WORDS,
    FORGET_BUILD_NOTES,
)


async def _many(statement: str, *args: object) -> int:
    return int(await value(f"WITH done AS ({statement}) SELECT count(*) FROM done", *args))  # noqa: S608 - constants


async def erase_names(slots: Sequence[int]) -> Counter[str]:
    """First names, and the signs « pas de photo », of the badges of these visits."""
    return Counter(first_names=await _many(FORGET_NAMES, slots), signs=await _many(FORGET_SIGNS, slots))


async def erase_needs(slots: Sequence[int]) -> Counter[str]:
    """What the groups of these visits needed to be received."""
    return Counter(needs=await _many(FORGET_NEEDS, slots))


async def erase_visitors(slots: Sequence[int]) -> Counter[str]:
    """Whom the companies had named for the registers of the lycées."""
    return Counter(visitors=await _many(FORGET_VISITORS, slots))


async def erase_texts(slots: Sequence[int]) -> Counter[str]:
    """All that somebody wrote about these visits: principals' notes, reasons, companies' messages, remarks."""
    texts = 0
    for statement in TEXTS:
        texts += await _many(statement, slots)
    texts += await _many(FORGET_NOTES, slots, ["", *OUR_WORDS])
    texts += await _many(FORGET_NOTES_BEFORE, slots)
    texts += await _many(FORGET_REASONS, slots, ERASED, OUR_WORDS)
    await rows(FORGET_APPROVALS, slots)
    return Counter(texts=texts)


async def erase_desk(slots: Sequence[int]) -> Counter[str]:
    """Who was scanned when at these visits: what was counted stays, in their frozen figures."""
    erased = Counter(presences=await _many(FORGET_PRESENCES, slots), desk_links=await _many(FORGET_LINKS, slots))
    erased["scans"] = await _many(FORGET_SCANS, slots)
    return erased


async def erase_badges(slots: Sequence[int]) -> Counter[str]:
    """The badges of these visits: their codes open nothing any more."""
    return Counter(badges=await _many(FORGET_BADGES, slots))


async def erase_badges_left(year: SchoolYear) -> Counter[str]:
    """The badges of the guests of a year whose visits are all emptied."""
    return Counter(badges=await _many(FORGET_GUESTS_BADGES, year.begins, year.ends))


async def take_photos(slots: Sequence[int]) -> list[str]:
    """No object of these visits has a photo any more; returns the names of the files to remove."""
    return [one["photo"] for one in await rows(FORGET_PHOTOS, slots)]
