"""The papers of the day: its programme, the list by number, the safety sheet."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Blanks, Facts, Grid, Heading, Paper, PaperText, Points, Signatures
from booking.words.needs import needs_in_words
from booking.words.wording import hour, mark

PEN = "…… h ……"


def programme(visit: PaperVisit) -> Paper:
    """Hours, place, workshop, contacts, and what pupils bring; the collège's own hours are left to its pen."""
    hours = (
        (PEN, "Appel au collège, remise des badges, départ"),
        (hour(visit.arrives_at), f"Arrivée conseillée à l'accueil du lycée, {visit.commune}"),
        (hour(visit.starts_at), f"Début de l'atelier{f', {visit.room}' if visit.room else ''}"),
        (hour(visit.ends_at), "Fin de l'atelier, comptage des élèves, départ du lycée"),
        (PEN, "Retour au collège"),
    )
    on_badge = "il porte un prénom, jamais un nom" if visit.first_names else "il ne porte aucun nom"
    built = visit.halves_build or ", ".join(visit.objects)
    contacts = [("Lycée", ", ".join(part for part in (visit.lycee, visit.phone, visit.mail) if part))]
    contacts.append(("Responsable de l'atelier", visit.sheet.responsible))
    if visit.teacher:
        contacts.append(("Professeur organisateur", f"{visit.teacher}, {visit.teacher_email}"))
    if visit.college_phone:
        contacts.append(("Collège", f"{visit.college}, {visit.college_phone}"))
    return Paper(
        kind="programme",
        title="Programme de la journée",
        use="Pour les accompagnateurs et la vie scolaire",
        visit=visit.line,
        sheets=(
            (
                Facts(
                    (
                        ("Date", visit.when),
                        ("Groupe", f"{visit.group}, {visit.people}"),
                        ("Lieu", visit.where),
                        *((("Salle", visit.room),) if visit.room else ()),
                        ("Atelier", visit.workshop),
                        *((("Objets fabriqués", built),) if built else ()),
                        *((("Visa sur papier", visit.paper_visa),) if visit.paper_visa else ()),
                        ("Signe du groupe", f"{mark(visit.mark).words}, le même sur tous les badges"),
                    )
                ),
                Heading("Horaires"),
                Grid(("Heure", "Étape"), hours, (22, 78)),
                Heading("L'atelier"),
                *((PaperText(visit.summary),) if visit.summary else ()),
                PaperText(f"Les élèves : {visit.sheet.pupils_do}"),
                Heading("À apporter"),
                Points(
                    (
                        f"Le badge numéroté, porté visible toute la visite : {on_badge}.",
                        "Des chaussures fermées et une tenue qui ne craint rien ; les cheveux longs attachés.",
                        "Un sac pour emporter l'objet fabriqué.",
                        "Pour les accompagnateurs : la liste par numéro, les autorisations et la trousse de secours.",
                    )
                ),
                Heading("Contacts"),
                Facts(tuple(contacts)),
            ),
        ),
    )


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
