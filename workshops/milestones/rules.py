"""In which state a milestone is, what of it is refused, and when whoever answers for it is reminded. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from workshops.partners.rules import is_web
from workshops.refusals import Refusal
from workshops.sql_sets import sql_set


class MilestoneState(StrEnum):
    """Where a milestone stands; the last two end it."""

    TO_DO = "to_do"
    UNDER_WAY = "under_way"
    DONE = "done"
    GIVEN_UP = "given_up"


OpenState = Literal["to_do", "under_way"]
"""Where a milestone stands that is neither done nor given up."""


class Risk(StrEnum):
    """How likely it is that a milestone is missed."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class ProofKind(StrEnum):
    """What proves a milestone."""

    FILE = "file"
    LINK = "link"
    FIGURE = "figure"


class Media(StrEnum):
    """What a file that proves something is, once it was looked into."""

    PDF = "pdf"
    JPG = "jpg"


STATES: dict[str, str] = {
    MilestoneState.TO_DO: "À faire",
    MilestoneState.UNDER_WAY: "En cours",
    MilestoneState.DONE: "Fait",
    MilestoneState.GIVEN_UP: "Abandonné",
}
RISKS: dict[str, str] = {Risk.LOW: "Faible", Risk.MIDDLE: "Moyen", Risk.HIGH: "Élevé"}
OPEN = frozenset({MilestoneState.TO_DO, MilestoneState.UNDER_WAY})
OPEN_SQL = sql_set(OPEN)
# How many days before its day whoever answers for it is reminded.
IN_A_MONTH, IN_A_WEEK = 30, 7


class MilestoneEnded(Refusal):
    kind = "milestone-ended"
    title = "Jalon terminé"
    sentence = "Ce jalon est fait ou abandonné. Reprenez-le d'abord."


class MilestoneOpen(Refusal):
    kind = "milestone-open"
    title = "Jalon à faire"
    sentence = "Ce jalon n'est ni fait ni abandonné : il n'y a rien à reprendre."


class LookedInto(Struct, frozen=True):
    """A file that was opened and may be kept: what it is, and what of it is kept."""

    media: Media
    content: bytes


def wrong_day(label: str, on: date, *, began_on: date | None) -> str:
    """What is wrong with a day of a milestone; empty for one within the programme. None: no target is set yet."""
    if began_on is None or on >= began_on:
        return ""
    return f"{label} : le programme commence le {began_on:%d/%m/%Y}. Choisissez ce jour ou un autre après lui."


def is_link(address: str) -> bool:
    """Whether this is the address of a page that nobody reads or changes on its way, or nothing."""
    return is_web(address) and not address.startswith("http://")
