"""When the lycées are asked, what they may answer, and how it is said. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from workshops.acts.health import says_of_pupil
from workshops.refusals import Invalid
from workshops.school_calendar.rules import autumn_of, year_words

SECTION_MOST, SECTIONS_MOST = 60, 30
PRESENT_MOST = 200
# Month and day. A lycée is asked by its pages, then called by the coordination; after that nobody remembers well.
ASKED_FROM, ASKED_UNTIL = (9, 1), (10, 15)
CALLED_FROM, CALLED_UNTIL = (10, 1), (11, 30)
LINKED_UNTIL = (10, 31)


class SectionCount(Struct, frozen=True):
    """A section of a lycée's September: how many new pupils were there, how many hands; None where nobody asked yet."""

    section: str
    present: int | None
    hands: int | None

    @property
    def share(self) -> int | None:
        """The hands in whole per cent of those present; None without any."""
        return share_of(self.present, self.hands)


class HandsSum(Struct, frozen=True):
    """Several sections together: those that were asked."""

    present: int
    hands: int
    sections: int

    @property
    def share(self) -> int | None:
        """The hands in whole per cent of those present; None without any."""
        return share_of(self.present, self.hands)


def share_of(present: int | None, hands: int | None) -> int | None:
    """So many hands in whole per cent of those present, rounded as at school; None where nobody was there."""
    return None if not present or hands is None else (200 * hands + present) // (2 * present)


def summed(counts: Iterable[SectionCount]) -> HandsSum:
    """What sections amount to together; those that nobody has asked yet are left out."""
    told = [(count.present, count.hands) for count in counts if count.present is not None and count.hands is not None]
    return HandsSum(sum(present for present, _ in told), sum(hands for _, hands in told), len(told))


def asks_on(day: date) -> bool:
    """Whether the lycées are asked on this day."""
    return ASKED_FROM <= (day.month, day.day) <= ASKED_UNTIL


def calls_on(day: date) -> bool:
    """Whether the coordination is told on this day who has not answered."""
    return CALLED_FROM <= (day.month, day.day) <= CALLED_UNTIL


def linked_on(day: date) -> bool:
    """Whether a lycée's first pages lead there on this day."""
    return ASKED_FROM <= (day.month, day.day) <= LINKED_UNTIL


def refuse_september(school_year: int, *, today: date) -> None:
    """Raise Invalid for a September that has not begun."""
    if school_year > autumn_of(today):
        raise Invalid({"school_year": f"La rentrée {year_words(school_year)} n'a pas eu lieu."})


def refuse_twice(sections: Iterable[str]) -> None:
    """Raise Invalid for a section that stands twice in a list, however it is written."""
    known: set[str] = set()
    for section in sections:
        if section.casefold() in known:
            raise Invalid({"sections": f"La section « {section} » est écrite deux fois."})
        known.add(section.casefold())


def wrong_section(section: str, present: int | None, hands: int | None) -> dict[str, str]:
    """What is wrong with a section and its two numbers: a sentence beside the one to correct."""
    if named := says_of_pupil("Section", section, instead="Écrivez la classe, par exemple « 2de MTNE »."):
        return {"section": named}
    if present is None and hands is not None:
        return {"present": "Présents : à remplir, avec les mains levées."}
    if present is not None and hands is None:
        return {"hands": "Mains levées : à remplir, 0 si personne n'a levé la main."}
    if present is not None and hands is not None and hands > present:
        return {"hands": f"Mains levées : {hands}, pour {present} présents. Il ne peut pas y en avoir plus."}
    return {}
