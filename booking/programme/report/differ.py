"""The figures that a final file is compared by, and what of them changed since it was declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from booking.programme.contributions.queries import given, sums
from booking.programme.contributions.rules import Given
from booking.programme.figures.periods import Period
from booking.programme.figures.rules import is_few
from booking.programme.report.gather import last_day_of, report_years
from workshops.contributions.rules import FUNDING_KINDS, FundingEntry, FundingKind
from workshops.equity.queries import equity
from workshops.equity.rules import PRIORITIES, SETTINGS
from workshops.milestones.queries import milestones
from workshops.programmes.bts1.follow_courses import CourseYear, course_years
from workshops.programmes.ptech.follow_leavers import DESTINATIONS, Leavers, leaving_cohorts
from workshops.programmes.targets.metrics import METRICS, metric_of
from workshops.results.measure import Progress, figures_of
from workshops.results.queries import progress, whole
from workshops.school_calendar.rules import paris_day, year_words
from workshops.scope import EVERYTHING
from workshops.september_hands.queries import HandsOfYear, hands

# Beside what the board tells whoever reads it: who came, which is the coordination's to read.
EQUITY = "equity"
# What comes and goes line by line: a figure of them that only one of both has is 0 in the other.
TARGETS, GIVEN, SUMS, COURSES = "targets", "given", "sums", "courses"
LINES = (TARGETS, GIVEN, SUMS, COURSES)
# Of all years together, and of today.
GOES_ON = ("milestones", "leavers")
# Where a file kept it, it kept these lines, too.
DONE = "milestones.done"
# Of people, beside the metrics that are.
OF_PEOPLE = (EQUITY, "hands", "leavers", COURSES)
UNKNOWN_SETTING = "Commune rurale ou urbaine non renseignée"
FORESEEN = {
    "target": "à atteindre",
    "done": "compté en tout",
    "engaged": "engagé",
    "hoped": "espéré",
    "forecast": "prévu",
}
ENROLLED = {
    "places": "places",
    "enrolled": "inscrits",
    "completed": "diplômés",
    "answered": "situation connue",
    "employed": "en emploi",
}


class KeptFigure(Struct, frozen=True):
    """A figure of a school year; `key` is the same in every file."""

    key: str
    label: str
    figure: int


class Changed(Struct, frozen=True):
    """« Collégiens accueillis 277 → 287 »; None where these are not told."""

    key: str
    label: str
    was: int | None
    becomes: int | None


async def figures_of_year(year: str, *, now: datetime) -> list[KeptFigure]:
    """Every figure that the file of a school year prints in a line of its own; nothing for a year without a file."""
    period = (await report_years(now=now)).get(year)
    if period is None or period.first_year is None:
        return []
    of_year = await figures_of(period.first_year, now=now)
    found = [
        KeptFigure(f"{one.programme}.{one.metric}", one.label, of_year[one.key])
        for one in METRICS
        if one.key in of_year
    ]
    received = await whole(from_on=period.from_on, to_on=period.to_on)
    found += [
        KeptFigure("visits.visits", "Visites", received.visits),
        KeptFigure("visits.lycees", "Lycées qui ont reçu", received.hosts),
        KeptFigure("visits.colleges", "Collèges venus", received.colleges),
    ]
    came = await equity(from_on=period.from_on, to_on=period.to_on)
    found += [
        KeptFigure(f"{EQUITY}.girls", "Filles", came.whole.girls),
        KeptFigure(f"{EQUITY}.boys", "Garçons", came.whole.boys),
    ]
    for name, labels in (("priorities", PRIORITIES), ("settings", SETTINGS | {"unknown": UNKNOWN_SETTING})):
        pupils = {one.key: one.pupils for one in came.received[name]}
        found += [KeptFigure(f"{EQUITY}.{name}.{key}", words, pupils.get(key, 0)) for key, words in labels.items()]
    return [*found, *await _of_programme(period, now=now)]


async def _of_programme(period: Period, *, now: datetime) -> list[KeptFigure]:
    """What the file says beside the year's own figures: where the whole programme stood that day."""
    first, today = period.first_year or 0, paris_day(now)
    leaving = await leaving_cohorts(scope=EVERYTHING, now=now)
    due = await milestones(now=now)
    done, late = sum(one.state == "done" for one in due), sum(one.late_on(today) for one in due)
    return [
        *(figure for one in await progress(now=now) for figure in _of_target(one)),
        *_of_given(await given(period, now=now)),
        *_of_sums(await sums(on=min(last_day_of(period, first), today))),
        KeptFigure(DONE, "Jalons faits", done),
        KeptFigure("milestones.late", "Jalons en retard", late),
        KeptFigure("milestones.proofs", "Preuves", sum(len(one.proofs) for one in due)),
        *_of_hands(await hands(first)),
        *_of_leavers([one.leavers for one in leaving.cohorts]),
        *(figure for one in await course_years(scope=EVERYTHING) for figure in _of_courses(one)),
    ]


def _of_target(stand: Progress) -> Iterator[KeptFigure]:
    target = stand.target
    figures = {"target": target.target, "done": stand.done, "engaged": stand.engaged}
    for name, figure in (figures | {"hoped": stand.hoped, "forecast": stand.forecast}).items():
        if figure is not None:
            key = f"{TARGETS}.{target.programme}.{'' if target.declared else target.metric}.{target.id}.{name}"
            yield KeptFigure(key, f"{target.label}, {FORESEEN[name]}", figure)


def _of_given(told: Given) -> Iterator[KeptFigure]:
    for line in told.lines:
        # A quarter of an hour more is a change, too.
        yield KeptFigure(f"{GIVEN}.{line.giver}.minutes", f"{line.who}, minutes données", line.minutes)
        if line.value is not None:
            yield KeptFigure(f"{GIVEN}.{line.giver}.value", f"{line.who}, valeur donnée (€)", line.value)


def _of_sums(told: Mapping[FundingKind, FundingEntry | None]) -> Iterator[KeptFigure]:
    for kind, entry in told.items():
        if entry is not None:
            yield KeptFigure(f"{SUMS}.{kind}", f"{FUNDING_KINDS[kind]} (€)", entry.euros)


def _of_hands(of_year: HandsOfYear) -> Iterator[KeptFigure]:
    september = f"Septembre {of_year.school_year}"
    yield KeptFigure("hands.present", f"{september}, élèves présents", of_year.whole.present)
    yield KeptFigure("hands.hands", f"{september}, mains levées", of_year.whole.hands)
    yield KeptFigure("answers.lycees", f"{september}, lycées qui ont répondu", len(of_year.lycees))


def _of_leavers(told: Sequence[Leavers]) -> Iterator[KeptFigure]:
    yield KeptFigure("leavers.leavers", "P-TECH, élèves arrivés à la fin du bac", sum(one.leavers for one in told))
    for at, (kind, words) in enumerate(DESTINATIONS.items()):
        figure = sum(one.by_destination[at][1] for one in told)
        yield KeptFigure(f"leavers.{kind}", f"P-TECH, devenir : {words.lower()}", figure)
    yield KeptFigure("leavers.unknown", "P-TECH, devenir inconnu", sum(one.unknown for one in told))


def _of_courses(one: CourseYear) -> Iterator[KeptFigure]:
    for name, words in ENROLLED.items():
        if (figure := getattr(one, name)) is not None:
            label = f"BTS+1 en {year_words(one.school_year)}, {words}"
            yield KeptFigure(f"{COURSES}.{one.school_year}.{name}", label, figure)


def written(figures: Sequence[KeptFigure]) -> str:
    """As a final file keeps them."""
    return msgspec.json.encode(list(figures)).decode()


def read(kept: str) -> list[KeptFigure]:
    """What a final file kept."""
    return msgspec.json.decode(kept, type=list[KeptFigure])


def differences(kept: Sequence[KeptFigure], today: Sequence[KeptFigure]) -> list[Changed]:
    """The figures that are no more what they were, in the words of today; what a file did not keep says nothing."""
    was, now = ({one.key: one for one in figures} for figures in (kept, today))
    lines = LINES if DONE in was else ()
    keys = [*was, *(key for key in now if key not in was and _group(key) in lines)]
    found = []
    for key in keys:
        if key not in now and _group(key) not in lines:
            continue
        before, after = (figures[key].figure if key in figures else 0 for figures in (was, now))
        if before != after:
            found.append(Changed(key, (now.get(key) or was[key]).label, before, after))
    return found


def of_people(one: Changed) -> bool:
    """Whether it counts people: a small figure would point at somebody."""
    group, *rest = one.key.split(".")
    if group in OF_PEOPLE:
        return True
    programme, name = rest[:2] if group == TARGETS else (group, rest[0])
    metric = metric_of(programme, name)
    # What a target counts that was typed by hand may be people.
    return group == TARGETS if metric is None else metric.people


def goes_on(one: Changed) -> bool:
    """Whether it is of the whole programme, which goes on from day to day: no correction of the year's own figures."""
    group, *rest = one.key.split(".")
    return group in GOES_ON or (group == TARGETS and rest[-1] != "target")


def told_to_members(changed: Sequence[Changed]) -> list[Changed]:
    """What a member of the consortium reads of it: nothing of who came, and no handful of people."""
    return [_told(one) for one in changed if _group(one.key) != EQUITY]


def _told(one: Changed) -> Changed:
    was, becomes = one.was or 0, one.becomes or 0
    few = of_people(one) and any(map(is_few, (was, becomes, abs(was - becomes))))
    return replace(one, was=None, becomes=None) if few else one


def _group(key: str) -> str:
    return key.partition(".")[0]
