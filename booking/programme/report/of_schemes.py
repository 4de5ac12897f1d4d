"""P-TECH and BTS+1 in the file: what a school year counted, cohort by cohort and course by course. Pure."""

from __future__ import annotations

from booking.programme.figures.mask import MaskedCount
from booking.programme.figures.rules import is_few
from booking.programme.report.gather import Facts
from booking.programme.report.lines import FIRST_LINES, Line, gathered_counts, gathered_lines
from booking.programme.report.mask import HIDDEN, TargetTold, cell, table_told
from booking.programme.report.rules import Block, Cell, Figures
from booking.words.wording import day
from workshops.programmes.bts1.rules import STEPS
from workshops.programmes.ptech.rules import MENTORS_WANTED, YEARS
from workshops.school_calendar.rules import year_words

PTECH_RULE = (
    f"Une cohorte dure {YEARS} ans ; {MENTORS_WANTED} places d'entreprise mentore par cohorte. Lycéens : présents au"
    " recensement d'octobre ; entrés : premier recensement et entrées tardives."
)
BTS1_RULE = (
    "Une formation compte à sa première rentrée ; accompagnée, dès sa première étape franchie. Inscrits et diplômés :"
    " des rentrées de l'année."
)


def of_ptech(facts: Facts) -> tuple[Block, ...]:
    """What the file says of P-TECH in the year, and of the cohorts that ran in it."""
    totals, on = facts.ptech, day(facts.today)
    lines: tuple[Line, ...] = (
        ("Dispositifs qui ont reçu une cohorte à la rentrée", totals.schemes),
        ("Cohortes entrées", totals.cohorts),
        ("Lycéens en parcours", _of_year(facts, "ptech", "pupils", totals.pupil_years)),
        ("Lycéens entrés", _of_year(facts, "ptech", "entrants", totals.entrants)),
        ("Places d'entreprise mentore tenues", totals.companies),
        ("Entreprises différentes", totals.firms),
        ("Actions de mentorat tenues", totals.actions),
    )
    rule = f"{PTECH_RULE} Année scolaire {facts.year}. Chiffres du {on}."
    blocks: list[Block] = [Figures(f"P-TECH en {facts.year}", ("Ce qui est compté", "Nombre"), lines, rule)]
    running = [one for one in facts.cohorts if facts.first - YEARS < one.entry_year <= facts.first]
    if running:
        present = gathered_counts([(f"{one.named}, {one.commune}", one.present or 0) for one in running])
        counts = gathered_lines([(one.named, one.mentors, one.places, one.held) for one in running], FIRST_LINES)
        told = _told(facts, ("ptech", "pupils"), present)
        columns = ("Cohorte", "Présents", "Mentors du jour", "Places tenues", "Actions tenues")
        told_lines = tuple(
            (pupils.label, cell(pupils.pupils), *line[1:]) for pupils, line in zip(told, counts, strict=True)
        )
        rule = f"Présents au dernier recensement de la cohorte, 0 avant le premier. Chiffres du {on}."
        blocks.append(Figures("Cohortes en parcours", columns, told_lines, rule))
    return tuple(blocks)


def of_bts1(facts: Facts) -> tuple[Block, ...]:
    """What the file says of BTS+1 in the year, and of each course."""
    totals, on = facts.bts1, day(facts.today)
    lines: tuple[Line, ...] = (
        ("Formations ouvertes dans l'année", totals.opened),
        ("Formations en préparation", totals.in_preparation),
        ("Formations accompagnées jusque-là", totals.accompanied),
        ("Étudiants inscrits", _of_year(facts, "bts1", "enrolled", totals.enrolled)),
        ("Diplômés", _of_year(facts, "bts1", "completed", totals.completed)),
    )
    rule = f"{BTS1_RULE} Année scolaire {facts.year}. Chiffres du {on}."
    blocks: list[Block] = [Figures(f"BTS+1 en {facts.year}", ("Ce qui est compté", "Nombre"), lines, rule)]
    if facts.courses:
        names = [(f"{one.title}, {one.commune}", one.last_enrolled or 0) for one in facts.courses]
        told = _told(facts, ("bts1", "enrolled"), gathered_counts(names))
        rest = gathered_lines(
            [
                (
                    one.title,
                    STEPS[one.stands.status] if one.stands.status else "Aucune étape franchie",
                    year_words(one.last_year) if one.last_year else None,
                    one.last_places,
                )
                for one in facts.courses
            ]
        )
        columns = ("Formation", "État", "Dernière rentrée comptée", "Places", "Inscrits")
        told_lines = tuple(
            (enrolled.label, *line[1:], cell(enrolled.pupils) if line[2] or line[1] is None else None)
            for enrolled, line in zip(told, rest, strict=True)
        )
        rule = f"Étape du jour ; places et inscrits de la dernière rentrée comptée. Chiffres du {on}."
        blocks.append(Figures("Formations", columns, told_lines, rule))
    return tuple(blocks)


def _of_year(facts: Facts, programme: str, metric: str, figure: int) -> Cell:
    """What the year brought, unless its target hides it."""
    told = next((one for one in facts.stands if _key(one) == (programme, metric)), None)
    hidden = not facts.small and (is_few(figure) if told is None else not told.year_told)
    return HIDDEN if hidden else figure


def _told(facts: Facts, key: tuple[str, str], lines: list[tuple[str, int]]) -> list[MaskedCount]:
    """The lines of a table of people, none where their sum would tell a year that its target hides."""
    target = next((one for one in facts.stands if _key(one) == key), None)
    if target is not None and not target.this_year:
        return [MaskedCount(label, None) for label, _ in lines]
    return table_told(lines, small=facts.small)


def _key(told: TargetTold) -> tuple[str, str]:
    target = told.stand.target
    return target.programme, target.metric
