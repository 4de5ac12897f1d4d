"""The examples' Septembers: what some lycées counted this autumn and the one before, by show of hands."""

from __future__ import annotations

from datetime import datetime
from random import Random

from booking.demo.settle import Cast
from workshops.school_calendar.rules import autumn_of, paris_day
from workshops.september_hands.count_hands import CountHands, CountSection, count_hands

SECTIONS = (
    "2de MTNE",
    "2de Réalisation d'ensembles mécaniques",
    "2de Métiers du bois",
    "2de MRC",
    "2de AGORA",
)
SECTIONS_OF_LYCEE = 3


async def raise_hands(cast: Cast, *, now: datetime) -> None:
    """Two autumns, the later one with more hands; in each of them one lycée has not answered yet."""
    draw = Random(34 * 210)  # noqa: S311 - draws counts, guards nothing
    this = autumn_of(paris_day(now))
    lycees = [lycee.id for lycee in cast.lycees.values()]
    for school_year, hands_most in ((this - 1, 4), (this, 8)):
        for place, lycee in enumerate(lycees):
            if place == len(lycees) - 1:
                continue
            first = place % len(SECTIONS)
            sections = [
                CountSection(
                    section=section,
                    present=draw.randint(14, 30),
                    hands=draw.randint(0, hands_most),
                )
                for section in (SECTIONS * 2)[first : first + SECTIONS_OF_LYCEE - place % 2]
            ]
            await count_hands(lycee, school_year, CountHands(sections=sections), by=None, now=now, example=True)
