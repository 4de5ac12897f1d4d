"""P-TECH and BTS+1 in the file: what a school year counted, cohort by cohort and course by course. Pure."""

from __future__ import annotations

from booking.programme.figures.mask import MaskedCount
from booking.programme.figures.rules import is_few
from booking.programme.report.gather import Facts
from booking.programme.report.lines import Line, cut, gathered_counts, gathered_lines
from booking.programme.report.mask import HIDDEN, TargetTold, cell, table_told
from booking.programme.report.rules import Block, Cell, Figures, Paragraph
from booking.programme.report.tell_schemes import bts1_blocks, ptech_blocks
from booking.words.wording import counted, day
from workshops.programmes.ptech.rules import YEARS

PTECH_RULE = "Lycéens : présents au recensement d'octobre ; entrés : premier recensement et entrées tardives."
WAY_HIDDEN = "Le parcours des cohortes, année par année, n'est pas montré : il dirait de petits effectifs."


def of_ptech(facts: Facts) -> tuple[Block, ...]:
    """What the file says of P-TECH in the year, of the cohorts that ran in it, of their way and of their leavers."""
    way, leavers = ptech_blocks(facts.schemes.stages, facts.schemes.leaving, on=facts.today, masked=not facts.small)
    if not facts.small and (facts.schemes.few_presents or _hides(way)):
        # Beside the cohorts and the targets, the lines that are left would tell the others.
        way = Paragraph(WAY_HIDDEN)
    return (_year(facts), *_cohorts(facts), *cut((way, leavers)))


def of_bts1(facts: Facts) -> tuple[Block, ...]:
    """What the file says of BTS+1: against its target, course by course, year after year."""
    stand = next((one.stand for one in facts.stands if _key(one) == ("bts1", "courses")), None)
    known = facts.schemes
    blocks = bts1_blocks(stand, known.courses, known.years, known.stays, on=facts.today, masked=not facts.small)
    return cut(blocks)


def _hides(block: Block) -> bool:
    """Whether a table has words where others of its lines have figures."""
    return isinstance(block, Figures) and any(isinstance(told, str) for line in block.lines for told in line[1:])


def _year(facts: Facts) -> Figures:
    totals = facts.schemes.ptech
    firms = counted(totals.firms, "entreprise différente", "entreprises différentes")
    lines: tuple[Line, ...] = (
        ("Dispositifs qui ont reçu une cohorte à la rentrée", totals.schemes),
        ("Cohortes entrées", totals.cohorts),
        ("Lycéens en parcours", _of_year(facts, "ptech", "pupils", totals.pupil_years)),
        ("Lycéens entrés", _of_year(facts, "ptech", "entrants", totals.entrants)),
        (f"Places d'entreprise mentore tenues, {firms}", totals.companies),
        ("Actions de mentorat tenues", totals.actions),
    )
    rule = f"{PTECH_RULE} Chiffres du {day(facts.today)}."
    return Figures(f"P-TECH en {facts.year}", ("Ce qui est compté", "Nombre"), lines, rule)


def _cohorts(facts: Facts) -> tuple[Figures, ...]:
    running = [one for one in facts.schemes.cohorts if facts.first - YEARS < one.entry_year <= facts.first]
    if not running:
        return ()
    present = gathered_counts([(f"{one.named}, {one.commune}", one.present or 0) for one in running])
    counts = gathered_lines([(one.named, one.mentors, one.places, one.held) for one in running])
    told = zip(_present(facts, present), counts, strict=True)
    columns = ("Cohorte", "Présents", "Mentors du jour", "Places tenues", "Actions tenues")
    lines = tuple((pupils.label, cell(pupils.pupils), *line[1:]) for pupils, line in told)
    rule = f"Présents au dernier recensement de la cohorte, 0 avant le premier. Chiffres du {day(facts.today)}."
    return (Figures("Cohortes en parcours", columns, lines, rule),)


def _of_year(facts: Facts, programme: str, metric: str, figure: int) -> Cell:
    """What the year brought, unless its target hides it."""
    told = next((one for one in facts.stands if _key(one) == (programme, metric)), None)
    hidden = not facts.small and (is_few(figure) if told is None else not told.year_told)
    return HIDDEN if hidden else figure


def _present(facts: Facts, lines: list[tuple[str, int]]) -> list[MaskedCount]:
    """The pupils of each cohort, of none where some are so few, or where their sum would tell a year that is hidden."""
    target = next((one for one in facts.stands if _key(one) == ("ptech", "pupils")), None)
    if not facts.small and (facts.schemes.few_presents or (target is not None and not target.this_year)):
        return [MaskedCount(label, None) for label, _ in lines]
    return table_told(lines, small=facts.small)


def _key(told: TargetTold) -> tuple[str, str]:
    target = told.stand.target
    return target.programme, target.metric
