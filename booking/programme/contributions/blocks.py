"""What was given, and the three sums, as the file for France 2030 shows them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from booking.programme.contributions.rules import ACCOUNTS, ROUNDING, Given
from booking.programme.report.rules import Block, Figures, Paragraph
from workshops.contributions.rules import FUNDING_KINDS, FundingEntry, FundingKind


def given_blocks(given: Given, sums: Mapping[FundingKind, FundingEntry | None]) -> tuple[Block, ...]:
    """The hours given with their rate, value and rule; the three sums, each with its day and source."""
    lines = [
        (line.who, line.hours, line.rate, line.value, " ".join(filter(None, (line.rule, line.lacks))))
        for line in given.lines
    ]
    told = [(FUNDING_KINDS[kind], entry) for kind, entry in sums.items()]
    rule = " ".join(filter(None, (f"Visites closes, {given.words}.", ROUNDING, given.declared_words)))
    return (
        Figures(
            title="Ce qui est donné en nature",
            columns=("Qui donne", "Heures", "Taux horaire", "Valeur (€)", "Ce qui est compté"),
            lines=(*lines, ("Ensemble", given.hours, None, given.value, None)),
            rule=rule,
            total=True,
        ),
        Figures(
            title="Les trois sommes",
            columns=("Somme", "Montant (€)", "À la date du", "Source"),
            lines=tuple(
                (words, entry.euros, entry.counted_on, entry.source) if entry else (words, None, None, "Non saisie")
                for words, entry in told
            ),
        ),
        Paragraph(ACCOUNTS, note=True),
    )
