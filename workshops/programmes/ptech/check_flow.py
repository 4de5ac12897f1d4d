"""Whether a census follows from the one before: who was there, plus who came, less who left. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from workshops.acts import a_number, labelled, typed
from workshops.acts.fields import fields_of
from workshops.acts.health import says_of_pupil
from workshops.programmes.ptech.rules import (
    MONTHS,
    PUPILS_MOST,
    TERMS,
    YEARS,
    YEARS_COUNTED,
    SchoolYear,
    wrong_year,
)
from workshops.refusals import Invalid
from workshops.school_calendar.rules import autumn_of, paris_day

TermCode = Literal["october", "june"]


def _since(label: str, description: str, column: str, words: str) -> Meta:
    return a_number(label, description, 0, PUPILS_MOST, column=(column, words))


class CensusCount(msgspec.Struct, frozen=True):
    """A census: who is there in October or June of a school year (2026 is 2026-2027), who came and left since."""

    school_year: SchoolYear
    term: Annotated[
        TermCode, labelled("Période", "When it is counted.", words=TERMS, cells=MONTHS, column=("periode", "période"))
    ]
    present: Annotated[
        int, a_number("Élèves présents", "Pupils who are there.", 0, PUPILS_MOST, column=("presents", "présents"))
    ]
    girls: Annotated[
        int, a_number("Dont filles", "Girls of them.", 0, PUPILS_MOST, column=("filles", "filles"), needed=True)
    ] = 0
    entered: Annotated[
        int,
        _since("Entrés depuis le recensement précédent", "Who came since.", "entres", "entrés en cours d'année"),
    ] = 0
    left_reoriented: Annotated[
        int, _since("Réorientés", "Who left for another course.", "reorientes", "réorientés")
    ] = 0
    left_moved: Annotated[
        int, _since("Partis dans un autre établissement", "Who left for another school.", "demenages", "déménagés")
    ] = 0
    left_work: Annotated[int, _since("Partis travailler", "Who left for work.", "emploi", "partis en emploi")] = 0
    left_dropout: Annotated[int, _since("Ont arrêté leurs études", "Who gave up.", "decroches", "décrochés")] = 0
    left_other: Annotated[int, _since("Autre motif", "Who left otherwise.", "autres", "autres départs")] = 0
    note: Annotated[
        str,
        typed("Explication", "Why the flow does not add up.", most=500, lines=True, column="explication"),
    ] = ""

    @property
    def left(self) -> int:
        """Everyone who left since the census before."""
        return sum(getattr(self, name) for name in EXITS)

    @property
    def rank(self) -> tuple[int, int]:
        """Its place in time."""
        return self.school_year, [*TERMS].index(self.term)

    @property
    def on(self) -> date:
        """The day it speaks of: 1 October, 1 June."""
        return date(self.school_year, 10, 1) if self.term == "october" else date(self.school_year + 1, 6, 1)

    @property
    def opens_on(self) -> date:
        """Schools count a little before the date: from September for October, from May for June."""
        return date(self.school_year, 9, 1) if self.term == "october" else date(self.school_year + 1, 5, 1)

    @property
    def name(self) -> str:
        """« octobre 2026 »"""
        return f"{MONTHS[self.term]} {self.on.year}"


EXITS = {field.name: field.label for field in fields_of(CensusCount) if field.name.startswith("left_")}


def terms_due(today: date) -> list[tuple[int, str]]:
    """What a school may be asked to count today, as school years and terms: each October since the oldest cohort that
    runs came in, and in its months the June of this year."""
    under_way = autumn_of(today)
    octobers = [(year, "october") for year in range(under_way - YEARS + 1, under_way + 1)]
    return [*octobers, (under_way, "june")] if 5 <= today.month <= 8 else octobers


class Flow(Struct, frozen=True):
    """What a census should have found; `gap` is what it found above that, below it when negative."""

    before: CensusCount
    census: CensusCount

    @property
    def expected(self) -> int:
        return self.before.present + self.census.entered - self.census.left

    @property
    def gap(self) -> int:
        return self.census.present - self.expected

    @property
    def unexplained(self) -> bool:
        """Whether it does not add up, and nothing is said of it."""
        return bool(self.gap) and not self.census.note

    @property
    def sentence(self) -> str:
        """« Il manque 2 élèves : 24 en octobre 2026, 1 entré, 0 sorti, 23 en juin 2027. »; empty when it adds up."""
        if not self.gap:
            return ""
        many = abs(self.gap)
        pupils = f"{many} élève{'s' if many > 1 else ''}"
        begins = f"Il manque {pupils}" if self.gap < 0 else f"Il y a {pupils} de trop"
        came, left = self.census.entered, self.census.left
        return (
            f"{begins} : {self.before.present} en {self.before.name}, {came} entré{'s' if came > 1 else ''},"
            f" {left} sorti{'s' if left > 1 else ''}, {self.census.present} en {self.census.name}."
        )


def flows_of(censuses: Sequence[CensusCount]) -> list[Flow]:
    """Each census with the one before it, in time; the first has none."""
    ordered = sorted(censuses, key=lambda one: one.rank)
    return [Flow(before, census) for before, census in pairwise(ordered)]


def refuse_census(census: CensusCount, *, known: Sequence[CensusCount], entry_year: int, now: datetime) -> None:
    """Raise Invalid for counts that cannot be, or whose flow does not add up and nothing explains it.

    `known` are the cohort's other censuses. A gap between later ones stays to be explained there.
    """
    wrong = _wrong_counts(census)
    if not entry_year <= census.school_year < entry_year + YEARS_COUNTED:
        wrong["school_year"] = wrong_year(entry_year)
    elif paris_day(now) < census.opens_on:
        wrong["term"] = "Ce recensement n'a pas encore eu lieu."
    if wrong:
        raise Invalid(wrong)
    before = [one for one in known if one.rank < census.rank]
    if not before:
        _refuse_first(census)
        return
    flow = Flow(max(before, key=lambda one: one.rank), census)
    _refuse_more_exits_than_pupils(flow)
    if flow.unexplained:
        raise Invalid({"note": f"{flow.sentence} Corrigez, ou expliquez l'écart en une phrase."})


def _wrong_counts(census: CensusCount) -> dict[str, str]:
    wrong = {}
    if census.girls > census.present:
        wrong["girls"] = "Les filles ne peuvent pas être plus nombreuses que les élèves présents."
    if named := says_of_pupil("Explication", census.note, instead="Écrivez ce qui explique l'écart, sans nom."):
        wrong["note"] = named
    return wrong


def _refuse_more_exits_than_pupils(flow: Flow) -> None:
    """An explanation cannot make more pupils leave than there were."""
    there, came = flow.before.present, flow.census.entered
    if flow.census.left > there + came:
        told = f"les {there} présents en {flow.before.name} et {came} entré{'s' if came > 1 else ''} depuis."
        raise Invalid({next(iter(EXITS)): f"Sortis : pas plus que {there + came}, {told}"})


def _refuse_first(census: CensusCount) -> None:
    """The first census makes the entrants: nobody came late or left before it."""
    if census.term != "october":
        raise Invalid({"term": "Commencez par un recensement d'octobre : il donne le nombre d'entrants."})
    if census.entered or census.left:
        raise Invalid({"entered": "Premier recensement : tous sont des entrants, personne n'est encore sorti."})
