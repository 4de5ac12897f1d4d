"""The targets in the file: where each stands, what it would take, how it is counted. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from booking.programme.figures.what_it_takes import outlook, what_it_takes
from booking.programme.report.gather import Facts
from booking.programme.report.mask import HIDDEN, TargetTold, cell
from booking.programme.report.rules import Block, Cell, Figures, Paragraph
from booking.words.wording import brief_date, day

TAKES = "Ce qu'il faudrait : "
FORESEEN_RULE = (
    "Compté : depuis le premier jour de l'objectif. Engagé : inscrit ou daté, pas encore compté. Espéré : ce que les"
    " mois qui restent apporteraient au-delà, comme ceux de l'année passée. Prévision : les trois ensemble, au dernier"
    " jour de l'objectif."
)
# What a year finds already there: its figure is no part of the whole.
STANDING = {("ptech", "schemes"), ("ptech", "companies")}
NOT_OF_A_YEAR = "—"
TAKES_COLUMNS = ("Objectif", "Manque à la prévision", "Ce qu'il faudrait")
COLUMNS = ("À atteindre", "Rythme régulier", "Compté", "Engagé", "Espéré", "Prévision")


def named(told: TargetTold) -> str:
    """« Collégiens accueillis (élèves) »"""
    target = told.stand.target
    return f"{target.label} ({target.unit})" if target.unit else target.label


def of_targets(facts: Facts) -> tuple[Block, ...]:
    """What the file says of the targets, each with the rule by which it is counted."""
    if not facts.stands:
        return (Paragraph("Aucun objectif n'est fixé."),)
    on = day(facts.today)
    takes = [(named(one), one.stand, what_it_takes(one.stand, today=facts.today)) for one in facts.stands]
    lacking = tuple(
        (name, max(0, stand.target.target - (stand.forecast or 0)), words.removeprefix(TAKES))
        for name, stand, words in sorted(takes, key=lambda line: line[1].kept_up)
        if words
    )
    blocks: list[Block] = []
    if words := outlook([one.stand for one in facts.stands]):
        blocks.append(Paragraph(f"Avec ce qui est compté, engagé et espéré, {words}."))
    columns = ("Objectif", *COLUMNS[:3], f"Dont {facts.year}", *COLUMNS[3:])
    lines, rule = tuple(map(_line, facts.stands)), f"{FORESEEN_RULE} Chiffres du {on}."
    blocks.append(Figures("Où en est chaque objectif", columns, lines, rule))
    if lacking:
        rule = f"Objectif moins prévision, partagé entre les années qui restent. Chiffres du {on}."
        blocks.append(Figures("Ce qu'il faudrait", TAKES_COLUMNS, lacking, rule))
    return (*blocks, Paragraph(" ".join(_rules(facts)), note=True))


def _line(told: TargetTold) -> tuple[Cell, ...]:
    stand = told.stand
    if stand.done is None:
        return (named(told), stand.target.target, stand.due, "non suivi", None, None, None, None)
    foreseen = (stand.engaged, stand.hoped, stand.forecast) if told.foreseen else (HIDDEN,) * 3
    return (
        named(told),
        stand.target.target,
        stand.due,
        stand.done if told.done else HIDDEN,
        _of_year(told),
        *foreseen,
    )


def _of_year(told: TargetTold) -> Cell:
    """What the year brought, but of what an earlier one began and which is there again."""
    target = told.stand.target
    if not target.declared and (target.programme, target.metric) in STANDING:
        return NOT_OF_A_YEAR
    return cell(told.of_year) if not told.year_told or told.of_year is not None else None


def _rules(facts: Facts) -> Iterator[str]:
    """How each target is counted, then between which days, those of the same days together."""
    days: dict[tuple[date, date], list[str]] = {}
    for one in facts.stands:
        target = one.stand.target
        note = f" Note de la coordination : {target.note}" if target.note else ""
        days.setdefault((target.from_on, target.to_on), []).append(target.label)
        yield f"{target.label} : {target.rule}{note}"
    *few, most = sorted(days, key=lambda period: len(days[period]))
    told = [f"{', '.join(days[period])} : {_days(*period)}" for period in few]
    rest = "Les autres objectifs" if few else "Tous les objectifs"
    yield f"{' ; '.join([*told, f'{rest} : {_days(*most)}'])}."


def _days(first: date, last: date) -> str:
    return f"du {brief(first)} au {brief(last)}"


def brief(on: date) -> str:
    """« 1er sept. 2026 »"""
    return f"{brief_date(on)} {on.year}"
