"""Before the visit: the demand for the principal's visa, with each choice of a wish, to sign by hand."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Facts, Paper, Signatures, Text, Ticks
from booking.wording import counted


def visa(visit: PaperVisit) -> Paper:
    """One page: who goes, each choice with its lycée, its day and its distance, what they do there."""
    several = len(visit.choices) > 1
    one_alone = (Text("Le groupe ne fera qu'une de ces visites, la première qui a de la place."),) if several else ()
    return Paper(
        kind="visa",
        title="Demande de visa",
        use="Pour le chef d'établissement",
        visit=visit.line,
        sheets=(
            (
                Text(f"{visit.teacher or 'Un enseignant'} demande le visa du chef d'établissement.", strong=True),
                Facts(
                    (
                        ("Collège", visit.from_where),
                        ("Groupe", f"{visit.group}, {counted(visit.pupils, 'élève')}"),
                        ("Adultes hors du collège", str(visit.adults)),
                        *((("Atelier décrit", visit.workshop),) if several else ()),
                        ("Les élèves font", visit.pupils_do),
                        ("Montré seulement", visit.shown_only),
                        ("Protections", visit.protective_equipment),
                        ("Responsable au lycée", visit.responsible),
                    )
                ),
                Ticks("Le visa est donné pour" if several else "Le visa est donné", visit.choices),
                *one_alone,
                Ticks("", ("Le visa est refusé",)),
                Blanks(("Raison du refus",)),
                Text("Le visa vaut pour ce lycée, ce jour et ce nombre d'adultes.", soft=True),
                Text(f"Fait à {visit.college_commune}, le …………………………………………"),
                Signatures(
                    (
                        (
                            f"Le chef d'établissement{f', {visit.principal}' if visit.principal else ''}",
                            "Signature et cachet",
                        ),
                    )
                ),
            ),
        ),
    )
