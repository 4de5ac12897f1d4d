"""The transport sheet: for the coach company, and for the adult who calls it."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Facts, Grid, Heading, Paper, Points, Text, Ticks
from booking.wording import counted, day, hour, number


def transport(visit: PaperVisit) -> Paper:
    """Where from, where to, how far as the crow flies, how many people, and when to be at the door."""
    far = "" if visit.kilometres is None else f"{number(round(visit.kilometres))} km à vol d'oiseau"
    together = visit.pupils + visit.adults
    contacts = [("Lycée", f"{visit.lycee}, {visit.phone}".rstrip(", "))]
    contacts.append(("Collège", f"{visit.college}, {visit.college_phone}".rstrip(", ")))
    if visit.teacher:
        contacts.append(("Professeur organisateur", f"{visit.teacher}, {visit.teacher_email}"))
    return Paper(
        kind="transport",
        title="Fiche transport",
        use="Pour le transporteur et les accompagnateurs",
        visit=visit.line,
        sheets=(
            (
                Facts(
                    (
                        ("Date", day(visit.starts_at)),
                        ("Prise en charge", visit.from_where),
                        ("Destination", visit.where),
                        *((("Distance", f"{far} ; la route est plus longue"),) if far else ()),
                        ("Passagers", f"{counted(together, 'personne')} : {visit.people}"),
                    )
                ),
                Heading("Aller et retour"),
                Grid(
                    ("Trajet", "Départ", "Arrivée"),
                    (
                        ("Aller", "", f"{hour(visit.arrives_at)}, soit 15 minutes avant l'atelier"),
                        ("Retour", f"{hour(visit.ends_at)}, fin de l'atelier", ""),
                    ),
                    (20, 40, 40),
                ),
                *((Text(f"Accès au lycée : {visit.access}"),) if visit.access else ()),
                Ticks("Mode", ("car affrété", "ligne régulière", "train", "à pied")),
                Ticks("Place pour un fauteuil roulant", ("oui", "non")),
                Blanks(("Transporteur", "Téléphone du conducteur", "Lieu exact de dépose", "Numéro de commande")),
                Heading("Contacts"),
                Facts(tuple(contacts)),
                Heading("Dans le car"),
                Points(
                    (
                        "Chacun attache sa ceinture ; un adulte le vérifie avant chaque départ.",
                        "Un adulte se tient près de chaque porte à la montée et à la descente.",
                        "Le professeur compte les élèves avant chaque départ et garde sur lui la liste par numéro.",
                    )
                ),
            ),
        ),
    )
