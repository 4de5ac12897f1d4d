"""Who carries the programme, in the file: the consortium's school year, the companies that came. Pure."""

from __future__ import annotations

from booking.programme.report.gather import Facts
from booking.programme.report.lines import gathered_lines, notes_below
from booking.programme.report.rules import Block, Figures, Paragraph
from booking.programme.report.tell_given import given_blocks
from booking.words.wording import day, school_year_of

MEMBERS, COMPANIES = 6, 4
# A cohort and a course have several members.
SHARED = (3, 4)


def of_partners(facts: Facts) -> tuple[Block, ...]:
    """What the members of the consortium did in the year under way, and which companies came in that of the file."""
    on = day(facts.today)
    blocks: list[Block] = []
    if facts.members and facts.year == school_year_of(facts.now):
        members = sorted(facts.members, key=lambda one: (-one.slots - one.attendances, one.idle))
        lines = [
            (
                one.card.name,
                *(one.slots, one.attendances, one.cohorts, one.courses),
            )
            for one in members
        ]
        columns = ("Membre", "Visites reçues", "Venues à une visite", "Cohortes P-TECH", "Formations BTS+1")
        rule = f"Membres du jour ; visites closes de {facts.year}. Chiffres du {on}."
        blocks.append(Figures("Le consortium", columns, gathered_lines(lines, MEMBERS, shared=SHARED), rule))
    if companies := [(one.name, one.visits) for one in facts.counts.companies]:
        rule = f"Entreprises présentes à une visite close de {facts.year}, d'après le lycée. Chiffres du {on}."
        blocks.append(
            Figures("Entreprises venues", ("Entreprise", "Visites"), gathered_lines(companies, COMPANIES), rule)
        )
    if not blocks:
        blocks.append(Paragraph(f"Aucune entreprise n'est venue à une visite close de {facts.year}."))
    in_kind, *others = given_blocks(facts.given, facts.sums)
    return (*blocks, notes_below(in_kind) if isinstance(in_kind, Figures) else in_kind, *others)
