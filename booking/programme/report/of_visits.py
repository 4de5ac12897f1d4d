"""The visits of a school year in the file: who was received, by whom, to build what. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from booking.programme.figures.compose import BEFORE_RULE, DECLARED_RULE, PUPILS_RULE
from booking.programme.figures.mask import MaskedCount
from booking.programme.report.gather import Facts
from booking.programme.report.lines import gathered_lines
from booking.programme.report.mask import cell
from booking.programme.report.rules import Block, Cell, Drawn, Figures, Paragraph
from booking.programme.report.tell_hands import COLUMNS, hands_blocks
from booking.words.wording import day

HANDS_MOST, RAISED = 5, COLUMNS.index("Mains levées")
OBJECTS_RULE = "Objets notés par le lycée à l'accueil, pour les visites closes."


def of_visits_held(facts: Facts) -> tuple[Block, ...]:
    """What the file says of TECHNILAB: the curve of its target, the year, and how its pupils are shared out."""
    return tuple(_blocks(facts))


def _blocks(facts: Facts) -> Iterator[Block]:
    yield from _charts(facts)
    told, declared = facts.visits, DECLARED_RULE if facts.whole.declared_visits else ""
    words = facts.period.words
    rule = f"{PUPILS_RULE}{declared} {words[:1].upper()}{words[1:]}. Chiffres du {day(facts.today)}."
    yield Figures(f"L'année {facts.year}", ("Ce qui est compté", "Nombre"), tuple(_year(facts)), rule)
    years = [("avant l'objectif", one) for one in told.earlier] + [("", one) for one in told.years]
    by_year = tuple((f"{one.label}, {note}" if note else one.label, cell(one.pupils)) for note, one in years)
    earlier = BEFORE_RULE if told.earlier else ""
    yield Figures("Élèves accueillis, par année scolaire", ("Année scolaire", "Élèves"), by_year, rule + earlier)
    if not facts.whole.visits:
        yield Paragraph(f"Aucune visite close en {facts.year}.")
        return
    shared = f"Élèves accueillis en {facts.year}, comptés comme ci-dessus. Chiffres du {day(facts.today)}."
    parts = (*told.tables["levels"], *told.tables["departments"])
    yield _table("Par niveau, puis par département du collège", "Niveau ou département", parts, shared)
    yield _table("Par lycée qui reçoit", "Lycée", told.tables["lycees"], shared)
    made = [
        (one.name, *((one.made, one.finished, one.taken_home) if one.counted else (None,) * 3), one.groups)
        for one in facts.counts.objects
    ]
    if made:
        columns = ("Objet", "Fabriqués", "Terminés", "Emportés", "Groupes")
        yield Figures("Objets fabriqués", columns, gathered_lines(made, 4), OBJECTS_RULE)
    yield from _hands(facts)
    if rates := [one for one in facts.rates if one.among]:
        told_rates = " ; ".join(f"{one.rate.label.lower()}, {one.words}" for one in rates)
        yield Paragraph(f"Les visites réservées : {told_rates}.")
        yield Paragraph(" ".join(f"{one.rate.label} : {one.rate.rule}" for one in rates), note=True)


def _hands(facts: Facts) -> Iterator[Block]:
    """September's, the lycées with the most hands first; those that are hidden last, in the order of their names."""
    for block in hands_blocks([facts.hands], masked=not facts.small):
        if isinstance(block, Figures) and len(block.lines) > HANDS_MOST + 1:
            lines = sorted(block.lines, key=_raised, reverse=True)
            told = f"Les {HANDS_MOST} lycées où le plus de mains se sont levées, sur {len(lines)}."
            yield replace(block, lines=tuple(lines[:HANDS_MOST]), rule=f"{block.rule} {told}")
        else:
            yield block


def _raised(line: tuple[Cell, ...]) -> int:
    told = line[RAISED]
    return told if isinstance(told, int) else -1


def _charts(facts: Facts) -> Iterator[Drawn]:
    """The board's: the way of the target, and its school years, where none of them is hidden."""
    if facts.way is not None and facts.way.chart is not None:
        yield Drawn(facts.way.chart)
    years = facts.by_year
    if years.chart is not None and all(one.pupils is not None for one in (*facts.visits.earlier, *facts.visits.years)):
        yield Drawn(years.chart)


def _year(facts: Facts) -> Iterator[tuple[Cell, ...]]:
    whole = facts.whole
    yield ("Élèves accueillis", cell(facts.visits.pupils))
    yield ("Visites", whole.visits)
    if whole.declared_visits:
        yield ("Dont visites reprises, déclarées", whole.declared_visits)
    yield ("Lycées qui ont reçu", whole.hosts)
    yield ("Collèges venus", whole.colleges)


def _table(title: str, heading: str, lines: Sequence[MaskedCount], rule: str) -> Figures:
    return Figures(title, (heading, "Élèves"), tuple((one.label, cell(one.pupils)) for one in lines), rule)
