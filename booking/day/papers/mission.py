"""The ordre de mission: one page per adult, blank names, for the chef d'établissement to sign.

Source: circulaire du 16 juillet 2024 (NOR MENE2407159C); costs as in décret n° 2006-781 du 3 juillet 2006. A volunteer
(a parent) is not on a mission: the same page is then the principal's agreement, hence the boxes.
"""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Block, Facts, Heading, Paper, PaperText, Signatures, Ticks
from booking.words.wording import counted
from workshops.academie.rules import of


def mission(visit: PaperVisit) -> Paper:
    """As many pages as the visit has adults."""
    return Paper(
        kind="mission",
        title="Ordre de mission",
        use=f"Un par accompagnateur : {counted(visit.adults, 'page')}",
        visit=visit.line,
        sheets=tuple(_sheet(visit, number) for number in range(1, visit.adults + 1)),
    )


def _sheet(visit: PaperVisit, number: int) -> tuple[Block, ...]:
    return (
        PaperText(f"Accompagnateur {number} sur {visit.adults}", soft=True),
        *((PaperText(f"Académie {of(visit.academie)}", soft=True),) if visit.academie else ()),
        PaperText(f"{visit.from_where}", strong=True),
        PaperText("Le chef d'établissement donne mission à la personne désignée ci-dessous d'accompagner les élèves."),
        Blanks(("Nom et prénom", "Fonction")),
        Ticks(
            "Qualité",
            (
                "professeur",
                "autre personnel du collège",
                "accompagnateur bénévole, autorisé par le chef d'établissement",
            ),
        ),
        Heading("La mission"),
        Facts(
            (
                ("Objet", f"Visite TECHNILAB, atelier « {visit.workshop} »"),
                ("Groupe accompagné", f"{visit.group}, {counted(visit.pupils, 'élève')}"),
                ("Date", visit.when),
                ("Destination", visit.where),
                ("Itinéraire", f"{visit.college}, {visit.lycee}, {visit.college} (aller et retour)"),
            )
        ),
        Blanks(("Départ du collège, heure", "Retour au collège, heure")),
        Ticks("Transport", ("car avec les élèves", "transport en commun", "à pied", "véhicule personnel, autorisé")),
        Ticks(
            "Frais",
            ("sans frais pour l'intéressé(e)", "pris en charge par l'établissement, sur présentation d'un état"),
        ),
        PaperText(
            "L'accompagnateur reste avec les élèves pendant tout l'atelier et suit les consignes de sécurité du lycée."
        ),
        PaperText(f"Fait à {visit.college_commune}, le …………………………………………"),
        Signatures(
            (
                ("L'accompagnateur", "Signature"),
                (
                    f"Le chef d'établissement{f', {visit.principal}' if visit.principal else ''}",
                    "Signature et cachet",
                ),
            )
        ),
    )
