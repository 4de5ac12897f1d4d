"""What a BTS+1 course may say of itself, where it stands and what comes next. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct

from workshops.acts import a_number, typed
from workshops.acts.health import says_of_pupil
from workshops.acts.kinds import WordedKind
from workshops.acts.plain_words import bare_words, farness
from workshops.refusals import Invalid, Refusal
from workshops.school_calendar.rules import paris_day, school_year_of, year_words


class StepKind(WordedKind):
    """A course's dated steps, in their order; suspendue is out of it."""

    IDEE = "idee", "Idée"
    MONTAGE = "montage", "Montage"
    HABILITEE = "habilitee", "Habilitée"
    OUVERTE = "ouverte", "Ouverte"
    PREMIERE_PROMOTION = "premiere_promotion", "Première promotion"
    SUSPENDUE = "suspendue", "Suspendue"


class CoursePartnerKind(WordedKind):
    """Who makes a course with its lycée."""

    UNIVERSITE = "universite", "Université"
    CNAM = "cnam", "CNAM"
    UIMM = "uimm", "UIMM"
    ENTREPRISE = "entreprise", "Entreprise"
    AUTRE = "autre", "Autre organisme"


class StayKind(WordedKind):
    """What students go abroad for."""

    STAGE = "stage", "Stage"
    ETUDES = "etudes", "Études"
    VISITE = "visite", "Visite"


class StayDirection(WordedKind):
    """Whether people go abroad, or come from there."""

    OUTGOING = "outgoing", "Sortante"
    INCOMING = "incoming", "Entrante"


STEPS, KINDS = StepKind.in_words(), CoursePartnerKind.in_words()
STAYS, DIRECTIONS = StayKind.in_words(), StayDirection.in_words()
ORDER: tuple[str, ...] = tuple(StepKind)[:-1]
SUSPENDED = StepKind.SUSPENDUE
ECTS_MOST, WEEKS_MOST = 180, 104
FIRST_YEAR, LAST_YEAR = 2000, 2100
FILES = Path(__file__).parent / "files"
# France and what of it is overseas, or called by another name.
HOME = frozenset(
    (
        *("france", "corse", "guadeloupe", "martinique", "guyane", "guyane francaise", "reunion", "mayotte"),
        *("saint pierre et miquelon", "saint barthelemy", "saint martin", "polynesie francaise"),
        *("nouvelle caledonie", "wallis et futuna", "terres australes et antarctiques francaises"),
    )
)
# A shorter word is too near to many.
SHORT_NAME = 3
_ARTICLE = re.compile(r"^(?:les? |la |l )")
_LANGUAGE = re.compile(r"[\w \-'’,;/()]*")
SchoolYear = Annotated[
    int,
    a_number(
        "Année scolaire", "2026 is 2026-2027.", FIRST_YEAR, LAST_YEAR, column="annee_scolaire", cell="school_year"
    ),
]


@cache
def countries() -> tuple[str, ...]:
    """Every country abroad, as French calls it, in the order of a dictionary."""
    return tuple(sorted(set(_countries().values()), key=_bare))


def country_written(text: str) -> str:
    """« les etats-unis » is États-Unis; what is no country stays, with its capital."""
    return _countries().get(_bare(text)) or text[:1].upper() + text[1:]


def wrong_country(text: str) -> str | None:
    """The sentence that refuses what is no country abroad, None for another."""
    bare, known = _bare(text), _countries()
    if bare in HOME:
        return "Pays : la France n'est pas à l'étranger."
    if bare in known:
        return None
    long = len(bare) > SHORT_NAME
    near = sorted((away, len(name), name) for name in known if long and (away := farness(bare, name)) is not None)
    meant = f"Vouliez-vous dire {known[near[0][2]]} ?" if near else "Choisissez dans la liste."
    return f"Pays : « {text} » n'est pas un pays. {meant}"


@cache
def _countries() -> dict[str, str]:
    """The name of each country by each of its names, bare; files/SOURCES.md says where they come from."""
    lines = (FILES / "pays.txt").read_text(encoding="utf-8").splitlines()
    named = [line[3:].split("; ") for line in lines]
    return {_bare(name): names[0] for names in named for name in names}


def _bare(name: str) -> str:
    return _ARTICLE.sub("", " ".join(bare_words(name.replace("’", "'"))))


def wrong_language(text: str) -> str | None:
    """The sentence that refuses what is no language, None for another."""
    if _LANGUAGE.fullmatch(text) is None:
        return "Langue d'enseignement : écrivez-la en toutes lettres."
    return says_of_pupil("Langue d'enseignement", text, instead="Écrivez la langue seule.")


def a_country(label: str, description: str, **more: Any) -> Meta:
    """A country abroad, by one of its names in French."""
    return typed(label, description, most=60, cell="country", check=wrong_country, **more)


class CourseKnown(Refusal):
    kind = "course-known"
    title = "Formation déjà notée"
    sentence = "Ce lycée a déjà une formation de ce nom. Ouvrez-la pour la compléter."


class CourseCounted(Refusal):
    kind = "course-counted"
    title = "Formation gardée"
    sentence = "Cette formation a des effectifs : elle reste. Si elle s'arrête, notez-la suspendue."


class DatedStep(Struct, frozen=True):
    """A step and its day, reached or only planned."""

    step: str
    step_on: date
    planned: bool


class CourseStanding(Struct, frozen=True):
    """Where a course stands on a day: the last step reached, the next one, whether that one is late.

    `months` is from the idea to the opening, reached or planned (`opening_planned`); None while one is not dated.
    """

    status: str | None
    since: date | None
    next_step: str | None
    next_step_on: date | None
    late: bool
    months: int | None
    opening_planned: bool


def standing(steps: Sequence[DatedStep], *, today: date) -> CourseStanding:
    """Where a course with these steps stands. A suspension that is reached hides the step before it."""
    by_name = {one.step: one for one in steps}
    reached = [name for name in ORDER if name in by_name and not by_name[name].planned]
    stopped = SUSPENDED in by_name and not by_name[SUSPENDED].planned
    status = SUSPENDED if stopped else (reached[-1] if reached else None)
    following = next(iter(ORDER[ORDER.index(reached[-1]) + 1 if reached else 0 :]), None)
    planned = by_name.get(following or "")
    idea, opening = by_name.get("idee"), by_name.get("ouverte")
    return CourseStanding(
        status=status,
        since=by_name[status].step_on if status else None,
        next_step=following,
        next_step_on=planned.step_on if planned else None,
        late=planned is not None and planned.step_on < today and not stopped,
        months=months_between(idea.step_on, opening.step_on) if idea and opening else None,
        opening_planned=opening is not None and opening.planned,
    )


def months_between(first: date, last: date) -> int:
    """Whole months from a day to a later one."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def refuse_step(new: DatedStep, known: Sequence[DatedStep], *, today: date) -> None:
    """Raise Invalid for a step that is out of order with the steps already known, which it replaces or joins."""
    if not FIRST_YEAR <= new.step_on.year <= LAST_YEAR:
        raise Invalid({"step_on": f"Date : entre {FIRST_YEAR} et {LAST_YEAR}."})
    if not new.planned and new.step_on > today:
        raise Invalid({"step_on": "Ce jour n'est pas encore venu : notez l'étape comme prévue."})
    others = {one.step: one for one in known} | {new.step: new}
    if new.step == SUSPENDED:
        _refuse_an_early_stop(new, others)
        return
    for before, after in pairwise([others[name] for name in ORDER if name in others]):
        if new not in {before, after}:
            continue
        if after.step_on < before.step_on:
            raise Invalid({"step_on": _out_of_order(new, before, after)})
        if before.planned and not after.planned:
            raise Invalid({"planned": _unreached(new, before, after)})


def _refuse_an_early_stop(stop: DatedStep, steps: Mapping[str, DatedStep]) -> None:
    first = next((steps[name] for name in ORDER if name in steps), None)
    if first is not None and stop.step_on < first.step_on:
        raise Invalid({"step_on": f"« Suspendue » vient avant « {STEPS[first.step]} », du {_day(first.step_on)}."})


def _out_of_order(new: DatedStep, before: DatedStep, after: DatedStep) -> str:
    if new is after:
        return f"« {STEPS[after.step]} » vient après « {STEPS[before.step]} », du {_day(before.step_on)}."
    return f"« {STEPS[before.step]} » vient avant « {STEPS[after.step]} », du {_day(after.step_on)}."


def _unreached(new: DatedStep, before: DatedStep, after: DatedStep) -> str:
    if new is after:
        return f"« {STEPS[before.step]} » n'est encore que prévue : notez-la d'abord comme franchie."
    return f"« {STEPS[after.step]} » est déjà franchie : cette étape l'est donc aussi."


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"


def last_year(now: datetime) -> int:
    """The latest school year that counts: the next one, whose places are decided in this one."""
    return school_year_of(paris_day(now)) + 1


def refuse_year(school_year: int, *, now: datetime) -> None:
    """Raise Invalid for a school year that nobody counts, or not yet."""
    if not FIRST_YEAR <= school_year <= last_year(now):
        raise Invalid({"school_year": f"Année scolaire : entre {FIRST_YEAR} et {last_year(now)}."})


def refuse_stay_year(school_year: int, *, now: datetime) -> None:
    """Raise Invalid for a school year that has not begun: nobody has gone, nor come, in it."""
    refuse_year(school_year, now=now)
    if school_year > school_year_of(paris_day(now)):
        raise Invalid({"school_year": f"Année scolaire : {year_words(school_year)} n'a pas commencé."})
