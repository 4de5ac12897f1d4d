"""The safety sheet: what the lycée wrote before it could publish the workshop, and what everybody does."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Facts, Heading, Paper, PaperText, Points, Signatures
from booking.words.needs import needs_in_words


def safety(visit: PaperVisit) -> Paper:
    """What pupils do, what is only shown, protective equipment, who is responsible; signed by both schools."""
    needs = needs_in_words(visit.needed, visit.needs)
    return Paper(
        kind="securite",
        title="Fiche sécurité",
        use="Lue aux élèves avant l'atelier, signée par les deux établissements",
        visit=visit.line,
        sheets=(
            (
                Facts(
                    (
                        ("Atelier", visit.workshop),
                        ("Lieu", ", ".join(part for part in (visit.lycee, visit.room) if part)),
                        ("Groupe", f"{visit.group}, {visit.people}"),
                        ("Responsable", visit.sheet.responsible),
                        *((("Besoins d'accueil", needs),) if needs else ()),
                    )
                ),
                Heading("Ce que font les élèves"),
                PaperText(visit.sheet.pupils_do),
                Heading("Ce qui est seulement montré"),
                PaperText(visit.sheet.shown_only),
                PaperText("Aucun élève ne touche à ce qui est seulement montré ni n'entre dans la zone tracée autour."),
                Heading("Équipements de protection"),
                PaperText(visit.sheet.protective_equipment),
                Heading("Consignes"),
                Points(
                    (
                        "Cheveux attachés, chaussures fermées, ni bijou ni vêtement flottant près des machines.",
                        "Aucune machine n'est mise en marche sans un adulte du lycée à côté de l'élève.",
                        "On marche, on ne court pas ; on signale aussitôt une blessure, même petite.",
                        "À l'alarme, on suit l'adulte du lycée jusqu'au point de rassemblement, où l'on se compte.",
                        "Secours : 15 (SAMU), 18 (pompiers), 112 (toute urgence), 114 (par SMS).",
                    )
                ),
                Signatures(
                    (
                        ("Le responsable au lycée", "Date et signature"),
                        ("Le professeur responsable du groupe", "Lu aux élèves le, signature"),
                    )
                ),
            ),
        ),
    )
