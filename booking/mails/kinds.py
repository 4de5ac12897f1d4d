"""Every kind of mail: what the coordination calls it, whom it is written to, who gathers its facts.

A kind is one line here, one template of its name, and a line of `recipients.py` for each act that it tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from booking.mails import (
    accounts,
    alerts,
    closings,
    companies,
    counters,
    digests,
    hosts,
    mentoring,
    outreach,
    questions,
    reminders,
    requests,
    sharing,
    sign_ups,
    visas,
    visits,
)
from booking.mails.draft import Drafts, Reader
from booking.visits.questions.rules import Side

WHY_YOU: dict[Reader | None, str] = {
    None: "",
    "teacher": "Il vous parvient parce que vous réservez des visites.",
    "host": "Il vous parvient parce que vous recevez des groupes au lycée.",
    "company": "Il vous parvient parce que vous représentez votre entreprise.",
    "principal": "Il vous parvient parce que votre collège demande votre visa avant chaque visite.",
}


@dataclass(frozen=True)
class Kind:
    """`reader`: as what its reader is told, None where the letter says it itself."""

    reader: Reader | None
    title: str
    drafts: Drafts


_to_teacher = partial(Kind, "teacher")
_to_principal = partial(Kind, "principal")
_to_host = partial(Kind, "host")
_to_company = partial(Kind, "company")
_of_action = partial(Kind, None)

KINDS: dict[str, Kind] = {
    # To whoever has an account, or may have one
    "sign_in": Kind(None, "Lien de connexion", accounts.sign_in),
    "invited": Kind(None, "Invitation à utiliser Technilab", accounts.invited),
    "colleague_invited": Kind(None, "Invitation d'un collègue à recevoir, au lycée", accounts.colleague_invited),
    "host_removed": Kind(None, "Rôle retiré par un collègue du lycée", accounts.host_removed),
    "sign_up": Kind(None, "Lien d'inscription", sign_ups.sign_up),
    "sign_up_to_answer": Kind(None, "Enseignant à confirmer, à l'adresse du collège", sign_ups.to_answer),
    "sign_up_waits": Kind(None, "Enseignant à confirmer, à ses collègues", sign_ups.waits),
    "sign_up_confirmed": Kind(None, "Inscription confirmée", sign_ups.answered),
    "sign_up_refused": Kind(None, "Inscription non confirmée", sign_ups.answered),
    "sign_up_lapsed": Kind(None, "Inscription restée sans réponse", sign_ups.answered),
    "company_asked": Kind(None, "Demande d'une entreprise, à la coordination", sign_ups.company_asked),
    "company_accepted": Kind(None, "Demande d'une entreprise acceptée", sign_ups.company_accepted),
    "company_declined": Kind(None, "Demande d'une entreprise non retenue", sign_ups.company_declined),
    "account_idle": Kind(None, "Compte qui ne sert plus, bientôt effacé", accounts.account_idle),
    "key_added": Kind(None, "Clé de l'API créée pour un compte", accounts.key_added),
    "phone_added": Kind(None, "Téléphone enregistré pour un compte", accounts.phone_added),
    "passkey_added": Kind(None, "Clé d'accès ajoutée à un compte", accounts.passkey_added),
    "passkey_removed": Kind(None, "Clé d'accès retirée d'un compte", accounts.passkey_removed),
    "webhook_paused": Kind(None, "Logiciel qui ne répond plus, à qui l'a abonné", accounts.webhook_paused),
    # To the teacher: her demand, her visit, her slot
    "reservation_requested": _to_teacher("Visa demandé, au collège", requests.requested),
    "approval_reminder": _to_teacher("Rappel de la demande de visa", requests.requested),
    "approval_lapsed": _to_teacher("Visa non donné à temps, au collège", requests.lapsed),
    "reservation_waiting": _to_teacher("Inscription en liste d'attente, au collège", requests.waiting),
    "reservation_in_draw": _to_teacher("Demande au tirage, au collège", requests.in_draw),
    "draw_lapsed": _to_teacher("Demande sans suite au tirage, au collège", requests.lapsed),
    "place_offered": _to_teacher("Place proposée, au collège", requests.offered),
    "offer_lapsed": _to_teacher("Place proposée expirée, au collège", requests.lapsed),
    "wait_lapsed": _to_teacher("Fin de l'attente, au collège", requests.lapsed),
    "alert_met": _to_teacher("Alerte : un créneau convient, au collège", alerts.met),
    "slot_shared": Kind(None, "Créneau envoyé par un collègue, au collège", sharing.slot_shared),
    "reservation_confirmed": _to_teacher("Confirmation d'une visite, au collège", visits.coming),
    "reservation_moved": _to_teacher("Changement de date, au collège", visits.moved),
    "headcount_changed": _to_teacher("Changement d'effectif, au collège", visits.coming),
    "reservation_cancelled": _to_teacher("Annulation d'une visite, au collège", visits.cancelled),
    "visa_by_link_stands": _to_teacher("Visa papier retiré, celui du lien tient, au collège", visits.coming),
    "visa_taken_back": _to_teacher("Visa papier retiré, au collège", visits.visa_taken_back),
    "change_not_granted": _to_teacher("Changement non retenu, au collège", visas.not_granted),
    "slot_moved": _to_teacher("Créneau déplacé, au collège", visits.slot_moved),
    "objects_changed": _to_teacher("Objets de la visite changés, au collège", visits.objects_changed),
    "slot_called_off": _to_teacher("Créneau annulé, au collège", visits.slot_called_off),
    "visit_taken_over": _to_teacher("Visite reprise d'un collègue, au collège", visits.taken_over),
    "visit_handed_over": Kind(None, "Visite laissée à un collègue, à qui l'avait réservée", visits.handed_over),
    "reminder_7": _to_teacher("Rappel à sept jours, au collège", reminders.week_before),
    "reminder_1": _to_teacher("Rappel de la veille, au collège", reminders.day_before),
    "visit_closed": _to_teacher("Visite close : feuille de la classe et attestation, au collège", closings.closed),
    # Before a visit: a teacher asks, a lycée answers
    "question_asked": Kind(None, "Question d'un collège, au lycée", questions.announced(Side.LYCEE, "asked")),
    "question_answered": Kind(
        None, "Réponse à une question, au collège", questions.announced(Side.TEACHER, "answered")
    ),
    "question_closed": Kind(None, "Question fermée, au collège", questions.announced(Side.TEACHER, "closed")),
    # To the principal
    "approval_asked": _to_principal("Demande de visa, au chef d'établissement", visas.approval_asked),
    "paper_visa_noted": Kind(None, "Visa noté sur papier, à qui le signe", visas.paper_noted),
    "signed_visit_cancelled": _to_principal("Annulation d'une visite, au chef d'établissement", visas.cancelled),
    "signed_visit_changed": _to_principal("Changement d'une visite visée, au chef d'établissement", visas.changed),
    "principal_address": Kind(None, "Adresse du chef d'établissement à confirmer, au collège", visas.address_asked),
    "principal_refused": Kind(None, "Adresse du chef d'établissement refusée par le collège", visas.address_refused),
    "visa_end": Kind(None, "Fin du visa à confirmer, à qui le signe", visas.end_asked),
    "outings_page": Kind(None, "Page des sorties du collège, au chef d'établissement", visas.outings_page),
    # To the hosts of the lycée: groups
    "reservation_received": _to_host("Annonce d'un groupe, au lycée", hosts.received),
    "reservation_moved_host": _to_host("Changement de date, au lycée", hosts.received),
    "headcount_changed_host": _to_host("Changement d'effectif, au lycée", hosts.received),
    "visit_taken_over_host": _to_host("Visite reprise par un collègue, au lycée", hosts.taken_over),
    "reservation_cancelled_host": _to_host("Annulation d'une visite, au lycée", hosts.cancelled),
    "visa_taken_back_host": _to_host("Visa papier retiré, au lycée", hosts.visa_taken_back),
    "reservation_left": _to_host("Départ d'un groupe vers un autre créneau, au lycée", hosts.left),
    "slot_moved_host": _to_host("Créneau déplacé, au lycée", hosts.slot_moved),
    "slot_called_off_host": _to_host("Créneau annulé, au lycée", hosts.slot_called_off),
    "reminder_1_host": Kind("host", "Rappel de la veille, au lycée", reminders.day_before_for_host),
    "slot_reopened": Kind("host", "Visite rouverte par la coordination, au lycée", reminders.slot_reopened),
    "closing_asked": Kind("host", "Rappel d'une visite à clore, au lycée", reminders.closing_asked),
    # To the hosts of the lycée: companies
    "attendance_received": _to_host("Annonce d'une entreprise, au lycée", companies.received("announced")),
    "attendance_asked_host": _to_host("Demande d'une venue, au lycée", companies.received("asked")),
    "attendance_unanswered": _to_host("Rappel d'une venue à accepter, au lycée", companies.received("asked")),
    "attendance_changed_host": _to_host("Changement d'une venue, au lycée", companies.received("asked", "announced")),
    "attendance_withdrawn_host": _to_host("Retrait d'une venue, au lycée", companies.received(*companies.ENDED)),
    # To the company
    "attendance_asked": _to_company("Demande d'une venue, à l'entreprise", companies.told("asked")),
    "attendance_confirmed": _to_company("Confirmation d'une venue, à l'entreprise", companies.told("announced")),
    "attendance_changed": _to_company("Changement d'une venue, à l'entreprise", companies.told("asked", "announced")),
    "attendance_declined": _to_company(
        "Refus d'une venue, à l'entreprise", companies.told("declined", page="/seances")
    ),
    "attendance_lapsed": _to_company(
        "Demande de venue sans réponse, à l'entreprise", companies.told("lapsed", page="/seances")
    ),
    "attendance_withdrawn": _to_company("Retrait d'une venue, à l'entreprise", companies.told(*companies.ENDED)),
    "slot_moved_company": _to_company("Créneau déplacé, à l'entreprise", companies.told("asked", "announced")),
    "slot_called_off_company": _to_company("Créneau annulé, à l'entreprise", companies.told("called_off")),
    "session_left_alone": _to_company("Plus aucun groupe à une séance, à l'entreprise", companies.alone),
    "session_to_nobody": _to_company("Aucun groupe à une séance, à l'entreprise", companies.alone),
    "reminder_1_company": _to_company("Rappel de la veille, à l'entreprise", reminders.day_before_for_company),
    # To whoever was invited
    "counter_declined": Kind(None, "Autre date proposée par un agenda : où la changer", counters.declined),
    # To the hosts and the mentor company of a cohort
    "mentoring_planned": _of_action("Action de mentorat prévue, au lycée et à l'entreprise", mentoring.planned),
    "mentoring_changed": _of_action("Action de mentorat changée, au lycée et à l'entreprise", mentoring.changed),
    "mentoring_held": _of_action(
        "Action de mentorat tenue à une autre date, au lycée et à l'entreprise", mentoring.held
    ),
    "mentoring_called_off": _of_action("Action de mentorat annulée, au lycée et à l'entreprise", mentoring.called_off),
    "reminder_1_mentoring": _of_action(
        "Rappel de la veille d'une action de mentorat, au lycée et à l'entreprise", mentoring.day_before
    ),
    # On Mondays, and once a year
    "digest_host": Kind(None, "Mail du lundi, au lycée", digests.for_host),
    "digest_coordinator": Kind(None, "Mail du lundi, à la coordination", digests.for_coordinator),
    "college_invited": Kind(None, "Lettre à un collège", outreach.college_invited),
    "college_reminded": Kind(None, "Rappel d'une lettre à un collège", outreach.college_invited),
}
