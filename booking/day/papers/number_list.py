"""The list by number: who wears which badge is written by hand and stays at the collège."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Grid, Paper, PaperText


def number_list(visit: PaperVisit) -> Paper:
    """One line per badge, pupils then adults; no name is printed, Technilab knows none."""
    faces = [str(number) for number in range(1, visit.pupils + 1)]
    faces += [f"A{number}" for number in range(1, visit.adults + 1)]
    known = "Technilab et le lycée ne connaissent que les numéros"
    if visit.first_names:
        known = "Technilab ne connaît que les numéros et les prénoms des badges"
    return Paper(
        kind="liste",
        title="Liste par numéro",
        use="À remplir au stylo ; reste au collège",
        visit=visit.line,
        sheets=(
            (
                PaperText(f"{visit.group}, {visit.people}. {visit.when[0].upper()}{visit.when[1:]}.", strong=True),
                PaperText(
                    f"La liste des noms reste au collège : {known}."
                    " Cochez une présence au départ du collège, l'autre avant de quitter le lycée."
                ),
                Grid(
                    ("N°", "Prénom", "Présence aller", "Présence retour", "Remarque"),
                    tuple((face, "", "", "", "") for face in faces),
                    (9, 35, 14, 14, 28),
                ),
                PaperText(
                    "A1, A2… : les accompagnateurs. Détruisez cette liste quand la visite est passée.",
                    soft=True,
                ),
                Blanks(("Comptés au départ du collège", "Comptés au départ du lycée")),
            ),
        ),
    )
