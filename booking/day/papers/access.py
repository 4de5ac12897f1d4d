"""How to come: the address, what the lycée says of its door, a map's address to type or follow."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Facts, Heading, Paper, Points, Text
from booking.wording import hour


def access(visit: PaperVisit) -> Paper:
    """The address and the access; the nearest stop and the coach's place are left to the pen."""
    contact = tuple(
        (label, said) for label, said in (("Téléphone", visit.phone), ("Adresse électronique", visit.mail)) if said
    )
    return Paper(
        kind="acces",
        title="Accès au lycée",
        use="Pour les accompagnateurs et le conducteur",
        visit=visit.line,
        sheets=(
            (
                Facts(
                    (
                        ("Lycée", visit.lycee),
                        ("Adresse", ", ".join(part for part in (visit.address, _town(visit)) if part)),
                        *((("Salle", visit.room),) if visit.room else ()),
                        *contact,
                        ("Arrivée conseillée", hour(visit.arrives_at)),
                    )
                ),
                *((Heading("Entrer au lycée"), Text(visit.access)) if visit.access else ()),
                Heading("À l'arrivée"),
                Points(
                    (
                        "Le lycée n'est pas ouvert au public : présentez-vous ensemble à l'accueil, avec cette fiche.",
                        "Les élèves portent leur badge ; le lycée les compte un par un.",
                        "En retard ou perdus ? Appelez le lycée, qui attend le groupe.",
                    )
                ),
                *((Heading("Plan"), Text(map_address(visit.lat, visit.lon))) if visit.lat and visit.lon else ()),
                Heading("À compléter"),
                Blanks(("Arrêt de transport en commun le plus proche", "Dépose du car")),
            ),
        ),
    )


def map_address(lat: float, lon: float) -> str:
    """The place on OpenStreetMap, as text: nothing of theirs is loaded."""
    return f"https://www.openstreetmap.org/?mlat={lat:.5f}&mlon={lon:.5f}#map=17/{lat:.5f}/{lon:.5f}"


def _town(visit: PaperVisit) -> str:
    return f"{visit.postcode} {visit.commune}".strip()
