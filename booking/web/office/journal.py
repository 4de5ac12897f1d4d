"""The journal: who did what, the latest first."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Template

from booking.accounts.queries import Person
from booking.door.answers import page
from booking.journal.queries import FIRST_PAGE, latest

SHOWN = 50
SUBJECTS = {
    "": "Tout",
    "account": "Compte",
    "membership": "Rôle",
    "token": "Clé de l'API",
    "slot": "Créneau",
    "workshop": "Atelier",
    "reservation": "Réservation",
    "group": "Groupe",
    "attendance": "Venue d'entreprise",
    "notice": "Message",
    "school": "Établissement",
    "calendar": "Calendrier scolaire",
    "company": "Entreprise",
    "object": "Objet",
    "target": "Objectif",
    "results": "Bilan",
}
ACTS = {
    "account_disabled": "Compte fermé",
    "account_enabled": "Compte rouvert",
    "attendance_announced": "Venue annoncée",
    "attendance_withdrawn": "Venue retirée",
    "calendar_imported": "Calendrier scolaire importé",
    "company_registered": "Entreprise enregistrée",
    "counts_exported": "Bilan téléchargé",
    "directory_imported": "Annuaire importé",
    "group_changed": "Groupe modifié",
    "group_registered": "Groupe ajouté",
    "invited": "Personne invitée",
    "mail_relaunched": "Message relancé",
    "object_described": "Objet enregistré",
    "other_sessions_ended": "Autres sessions fermées",
    "reservation_booked": "Visite réservée",
    "reservation_cancelled_by_teacher": "Visite annulée par le collège",
    "reservation_refused_by_host": "Visite refusée par le lycée",
    "sign_in_refused": "Lien de connexion refusé",
    "sign_in_unknown": "Lien demandé pour une adresse inconnue",
    "signed_in": "Connexion",
    "signed_out": "Déconnexion",
    "slot_closed": "Visite close",
    "slot_opened": "Créneau ouvert",
    "target_changed": "Objectif modifié",
    "token_issued": "Clé de l'API créée",
    "token_revoked": "Clé de l'API révoquée",
    "workshop_published": "Atelier publié",
    "workshop_withdrawn": "Atelier retiré",
}


@get("/gestion/journal", opt={"who": {"coordinator"}})
async def read_journal(
    person: NamedDependency[Person],
    sujet: FromQuery[str] = "",
    qui: FromQuery[str] = "",
    avant: Annotated[int, QueryParameter(ge=0, le=FIRST_PAGE)] = FIRST_PAGE,
) -> Template:
    subject = sujet if sujet in SUBJECTS else ""
    who = qui.strip()[:80]
    found = await latest(limit=SHOWN + 1, before=avant, about_kind=subject, who=who)
    following = {"sujet": subject, "qui": who, "avant": found[SHOWN - 1].id} if len(found) > SHOWN else None
    return page(
        "office/journal.html",
        person=person,
        entries=found[:SHOWN],
        acts=ACTS,
        subjects=SUBJECTS,
        subject=subject,
        who=who,
        filtered=bool(subject or who),
        next_page="/gestion/journal?" + urlencode(following) if following else None,
    )
