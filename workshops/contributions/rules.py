"""Who gives, what an hour of theirs is worth in a school year, and which sum stands on a day. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from workshops.refusals import Refusal

HOSTS_MOST, STAFF_MOST, RATE_MOST, SUM_MOST = 60, 20, 500, 1_000_000_000


class Giver(StrEnum):
    """Who gives hours to the programme; each hour is counted for one of them alone."""

    COMPANIES = "companies"
    LYCEENS = "lyceens"
    STAFF = "staff"
    LYCEES = "lycees"


class FundingKind(StrEnum):
    """The three sums of the programme's money."""

    ENVELOPE = "envelope"
    SPENT = "spent"
    COFINANCED = "cofinanced"


GIVERS = {
    Giver.COMPANIES: "Entreprises",
    Giver.LYCEENS: "Lycéens",
    Giver.STAFF: "Enseignants et personnels",
    Giver.LYCEES: "Lycées",
}
FUNDING_KINDS = {
    FundingKind.ENVELOPE: "Enveloppe",
    FundingKind.SPENT: "Dépensé à ce jour",
    FundingKind.COFINANCED: "Cofinancé",
}


class NobodyReceived(Refusal):
    """No class was received there, or its visit is not closed yet: nobody can have received it."""

    kind = "nobody-received"
    title = "Aucune classe reçue"
    sentence = "Ces nombres se disent, et l'attestation s'imprime, quand la visite est close et qu'un groupe est venu."


class Rate(Struct, frozen=True):
    """What an hour of a giver is worth from a school year on (2026 is 2026-2027), in cents, and who says so."""

    school_year: int
    giver: str
    cents: int
    source: str


class Hosts(Struct, frozen=True):
    """How many lycéens, and teachers and others, received a class; None is what nobody knows."""

    lyceens: int | None = None
    staff: int | None = None

    @property
    def told(self) -> bool:
        """Whether anything is known."""
        return self.lyceens is not None or self.staff is not None


class FundingEntry(Struct, frozen=True):
    """A sum as it was told, to a day."""

    id: int
    kind: str
    euros: int
    counted_on: date
    source: str


def rate_in(rates: Sequence[Rate], giver: str, year: int, *, closed: Collection[int]) -> Rate | None:
    """The rate of a school year: its own, else that of the last year before it that has one.

    One of the `closed` years has its own alone, which its closing gave it: that of an earlier one changes nothing.
    """
    first = year if year in closed else 0
    known = [one for one in rates if one.giver == giver and first <= one.school_year <= year]
    return max(known, key=lambda one: one.school_year, default=None)


def standing_on(entries: Sequence[FundingEntry], day: date) -> dict[FundingKind, FundingEntry | None]:
    """Which sum of each kind stands on a day: the latest date, and of one date what was told last."""
    return {
        kind: max(
            (one for one in entries if one.kind == kind and one.counted_on <= day),
            key=lambda one: (one.counted_on, one.id),
            default=None,
        )
        for kind in FundingKind
    }
