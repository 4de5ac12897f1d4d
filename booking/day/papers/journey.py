"""The journey: the transport, and how to come in."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Code, Facts, Grid, Heading, Paper, PaperText, Points, Ticks
from booking.words.wording import arrival_lines, counted, day, hour, number


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
                *((PaperText(f"Accès au lycée : {visit.access}"),) if visit.access else ()),
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


def access(visit: PaperVisit) -> Paper:
    """The address and the access; a stop or a coach's place that the lycée has not said is left to the pen."""
    said = {name for name, _ in arrival_lines(visit.arrival)}
    missing = tuple(
        words
        for name, words in (("Arrêt", "Arrêt de transport en commun le plus proche"), ("Dépose du car",) * 2)
        if name not in said
    )
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
                        *arrival_lines(visit.arrival),
                        ("Arrivée conseillée", hour(visit.arrives_at)),
                    )
                ),
                *((Heading("Entrer au lycée"), PaperText(visit.access)) if visit.access else ()),
                Heading("À l'arrivée"),
                Points(
                    (
                        "Le lycée n'est pas ouvert au public : présentez-vous ensemble à l'accueil, avec cette fiche.",
                        "Les élèves portent leur badge ; le lycée les compte un par un.",
                        "En retard ou perdus ? Appelez le lycée, qui attend le groupe.",
                    )
                ),
                *(
                    (
                        Heading("Plan"),
                        Code("À lire avec un téléphone : il ouvre son plan à cette adresse.", place_address(visit)),
                        PaperText(map_address(visit.lat, visit.lon)),
                    )
                    if visit.lat and visit.lon
                    else ()
                ),
                *((Heading("À compléter"), Blanks(missing)) if missing else ()),
            ),
        ),
    )


def place_address(visit: PaperVisit) -> str:
    """The place as a phone's own map reads it (RFC 5870): no site is asked."""
    return f"geo:{visit.lat:.5f},{visit.lon:.5f}"


def map_address(lat: float, lon: float) -> str:
    """The place on OpenStreetMap, as text: nothing of theirs is loaded."""
    return f"https://www.openstreetmap.org/?mlat={lat:.5f}&mlon={lon:.5f}#map=17/{lat:.5f}/{lon:.5f}"


def _town(visit: PaperVisit) -> str:
    return f"{visit.postcode} {visit.commune}".strip()
