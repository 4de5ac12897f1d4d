"""P-TECH and BTS+1 as the file for France 2030 says them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from booking.programme.figures.mask import masked as masked_counts
from booking.programme.figures.mask import told_of
from booking.programme.figures.rules import FEW, is_few
from booking.programme.figures.scheme_sheets import (
    COURSE_COLUMNS,
    LEAVERS_COLUMNS,
    cohort_words,
    course_years_sheet,
    leavers_sheet,
    stay_years_sheet,
)
from booking.programme.report.rules import Block, Cell, Figures, Paragraph
from booking.words.ptech import YEARS_OF_COURSE
from booking.words.wording import day, month
from workshops.programmes.bts1.follow_courses import CourseYear, StayYear
from workshops.programmes.bts1.queries import CourseCard
from workshops.programmes.bts1.rules import STEPS
from workshops.programmes.ptech.follow_leavers import LEAVERS_RULE, Leavers, LeavingCohorts
from workshops.programmes.ptech.measure import Stage
from workshops.results.measure import Progress
from workshops.school_calendar.rules import year_words

# A count that is large, and by which one under five could be had.
HIDDEN = "masqué"
FUNNEL_RULE = (
    "Toutes cohortes ensemble : une année ne compte que les cohortes qui y sont arrivées. Entrés en tout : les entrants"
    " et les tardifs jusque-là. Sortis : partis du parcours avant sa fin, d'après les recensements."
)


def ptech_blocks(
    stages: Sequence[Stage], leaving: LeavingCohorts, *, on: date, masked: bool = False
) -> tuple[Block, ...]:
    """The five years of all cohorts together, then what became of those whose bac is over.

    `masked`: no count under five is told, nor one by which it could be had.
    """
    funnel = Figures(
        "Le parcours, toutes cohortes ensemble",
        ("Année", "Présents en octobre", "Entrés en tout", "Sortis"),
        tuple((words, *_stage(one, masked)) for words, one in zip(YEARS_OF_COURSE, stages, strict=True)),
        _on(FUNNEL_RULE, on),
    )
    if not leaving:
        return funnel, Paragraph("Aucune cohorte n'est encore arrivée à la fin du bac professionnel.")
    sheet = leavers_sheet(leaving)
    if not masked:
        # What does not add up is the coordinator's to correct, on the page of the cohort.
        beyond = [f"{cohort_words(one)} : {one.leavers.sentence.partition(' : corrigez')[0]}." for one in leaving.wrong]
        rule = " ".join((LEAVERS_RULE, *beyond))
        return funnel, Figures(sheet.title, LEAVERS_COLUMNS, sheet.lines, _on(rule, on))
    # Neither the line of all nor the sentence of what does not add up: both would tell what is hidden.
    lines = tuple((cohort_words(one), one.leavers.counted_in, *_leavers(one.leavers)) for one in leaving.cohorts)
    return funnel, Figures(sheet.title, LEAVERS_COLUMNS, lines, _on(LEAVERS_RULE, on))


def bts1_blocks(
    stand: Progress | None,
    courses: Sequence[CourseCard],
    years: Sequence[CourseYear],
    stays: Sequence[StayYear],
    *,
    on: date,
    masked: bool = False,
) -> tuple[Block, ...]:
    """The courses that opened and those accompanied against the target (`stand`), each course, then all of them year
    after year: places to employment, mobilities.

    `masked`: no count of people under five is told, nor one by which it could be had.
    """
    blocks: list[Block] = []
    if stand is not None and stand.done is not None:
        blocks.append(_both(stand, on))
    if not courses:
        return *blocks, Paragraph("Aucune formation n'est notée.")
    told = _enrolled(courses) if masked else {one.id: one.last_enrolled for one in courses}
    blocks.append(
        Figures(
            "Les formations",
            ("Formation", "Commune", "Étape", "Depuis", "ECTS", "Langue", "Inscrits"),
            tuple(_course(one, told[one.id]) for one in courses),
            _on("Dernière étape franchie ; inscrits de la dernière rentrée notée.", on),
        )
    )
    if years:
        sheet = course_years_sheet(years)
        lines = tuple(course_year_told(one) for one in years) if masked else sheet.lines
        blocks.append(Figures(sheet.title, COURSE_COLUMNS, lines, _on(sheet.rule, on)))
    if stays:
        sheet = stay_years_sheet(stays)
        lines = tuple(
            (*line[:2], f"moins de {FEW}" if masked and is_few(one.people) else one.people, *line[3:])
            for one, line in zip(stays, sheet.lines, strict=True)
        )
        blocks.append(Figures(sheet.title, sheet.columns, lines, _on(sheet.rule, on)))
    else:
        blocks.append(Paragraph("Aucune mobilité n'est notée."))
    return tuple(blocks)


def _on(rule: str, on: date) -> str:
    return f"{rule} État du {day(on)}."


def _both(stand: Progress, on: date) -> Figures:
    target, beside = stand.target, stand.beside
    lines: list[tuple[Cell, ...]] = [(target.label, stand.done, target.target)]
    rule = target.rule
    if beside is not None:
        lines.append((beside.several[:1].upper() + beside.several[1:], beside.figure, target.target))
        rule = f"{rule} {beside.rule}".rstrip()
    return Figures("Ouvertes et accompagnées", ("Formations", "Comptées", "Objectif"), tuple(lines), _on(rule, on))


def _enrolled(courses: Sequence[CourseCard]) -> dict[int, Cell]:
    """Each course's students, those of under five hidden with others of the same year, whose sum is told."""
    told: dict[int, Cell] = {one.id: None for one in courses}
    for year in {one.last_year for one in courses if one.last_year is not None}:
        counts = [(str(one.id), one.last_enrolled or 0) for one in courses if one.last_year == year]
        for (number, enrolled), shown in zip(counts, masked_counts(counts), strict=True):
            few = f"moins de {FEW}" if is_few(enrolled) else HIDDEN
            told[int(number)] = few if shown.pupils is None else shown.pupils
    return told


def _course(one: CourseCard, enrolled: Cell) -> tuple[Cell, ...]:
    stands = one.stands
    status = STEPS[stands.status] if stands.status else "aucune étape franchie"
    since = month(stands.since) if stands.since else None
    return one.title, one.commune, status, since, one.ects, one.language, enrolled


def _stage(one: Stage, masked: bool) -> tuple[Cell, ...]:
    if one.present is None:
        return None, None, None
    if not masked:
        return one.present, one.ever, one.left
    # Of who is neither there nor gone a census says why: it is nobody's line.
    cells = {"present": one.present, "left": one.left, "gap": max(0, one.ever - one.present - one.left)}
    told = _told(cells, {"present": ("present",), "ever": tuple(cells), "left": ("left",)})
    return told["present"], told["ever"], told["left"]


def _leavers(left: Leavers) -> list[Cell]:
    cells = {**dict(left.by_destination), "unknown": left.unknown}
    told = _told(cells, {"leavers": tuple(cells), **{name: (name,) for name in cells}})
    if left.too_many:
        told["leavers"] = HIDDEN if any(isinstance(cell, str) for cell in told.values()) else left.leavers
    return [told["leavers"], *(told[name] for name in cells)]


def course_year_told(one: CourseYear) -> tuple[Cell, ...]:
    """A year's line as it is masked: who graduated is of those enrolled, who answered of the graduates, who works of
    these."""
    within = [one.enrolled, one.completed, one.answered, one.employed]
    names = ("enrolled", "completed", "answered", "employed")
    known = [(name, figure) for name, figure in zip(names, within, strict=True) if figure is not None]
    cells = {name: figure - (known[at + 1][1] if at + 1 < len(known) else 0) for at, (name, figure) in enumerate(known)}
    figures = {name: tuple(list(cells)[at:]) for at, (name, _) in enumerate(known)}
    told: Mapping[str, Cell] = dict.fromkeys(names) | _told(cells, figures)
    return (
        year_words(one.school_year),
        one.courses,
        one.places,
        told["enrolled"],
        told["completed"],
        one.graduating,
        told["answered"],
        told["employed"],
    )


def _told(cells: Mapping[str, int], figures: Mapping[str, Collection[str]]) -> dict[str, Cell]:
    """Each figure of a line, or what hides it."""
    safe = told_of(list(figures.items()), counts=cells)
    sums = {name: sum(cells[cell] for cell in of) for name, of in figures.items()}
    hidden = {name: f"moins de {FEW}" if is_few(figure) else HIDDEN for name, figure in sums.items()}
    return {name: figure if name in safe else hidden[name] for name, figure in sums.items()}
