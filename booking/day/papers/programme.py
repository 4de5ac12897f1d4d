"""The programme of the day: for the adults who go, the class and the school office."""

from __future__ import annotations

from booking.day.papers.queries import PaperVisit
from booking.day.papers.rules import Facts, Grid, Heading, Paper, PaperText, Points
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
