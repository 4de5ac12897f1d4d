"""What the coordination calls each letter, where its pages list them; what was a letter of its own before."""

from __future__ import annotations

from typing import NamedTuple

from booking.words.later import LETTER

# {} is to whom, where a letter has several readers.
LETTERS = {
    # To whoever has an account, or may have one
    "sign_in": "Lien de connexion",
    "invited": "Invitation à utiliser Technilab",
    "access": "Changement de ce qui ouvre un compte",
    "account_idle": "Compte qui ne sert plus, bientôt effacé",
    "sign_up": "Lien d'inscription",
    "newcomer": "Inscription à confirmer, {}",
    "answered": "Réponse à une inscription",
    "webhook_paused": "Logiciel qui ne répond plus, à qui l'a abonné",
    # A demand, to the teacher
    "reservation_requested": "Visa demandé, au collège",
    "reservation_waiting": "Demande en attente, au collège",
    "place_offered": "Place proposée, au collège",
    "lapsed": "Demande ou place restée sans suite, au collège",
    "search": "Recherche ou alerte finie, au collège",
    "slot_shared": "Créneau envoyé par un collègue, au collège",
    # A visit, to the teacher, to the hosts, to the principal
    "reservation_confirmed": "Visite réservée, {}",
    "reservation_changed": "Changement d'une visite, {}",
    "reservation_cancelled": "Annulation d'une visite, {}",
    "visa_taken_back": "Visa papier retiré, {}",
    "change_not_granted": "Changement non retenu, au collège",
    "slot_changed": "Créneau changé, {}",
    "slot_called_off": "Créneau annulé, {}",
    "visit_taken_over": "Visite reprise par un collègue, {}",
    "visit_proposed": "Visite à reprendre, {}",
    "visit_asked": "Question « venez-vous ? », au collège",
    "visit_closed": "Visite close, au collège",
    "visit_thanks": "Merci d'une visite, {}",
    "eve": "Rappel de la veille, {}",
    "closing": "Visite à clore, au lycée",
    "question": "Question d'un collège à un lycée",
    "counter_declined": "Autre date proposée par un agenda : où la changer",
    # To whoever signs for the collège
    "approval_asked": "Demande de visa, au chef d'établissement",
    "paper_visa_noted": "Visa noté sur papier, à qui le signe",
    "who_signs": "Qui signe le visa d'un collège",
    "outings_page": "Page des sorties du collège, au chef d'établissement",
    # A company's coming, to it and to the hosts
    "attendance_asked": "Demande d'une venue, {}",
    "attendance_confirmed": "Venue d'une entreprise, {}",
    "attendance_ended": "Fin d'une venue, {}",
    "session_alone": "Aucun groupe à une séance, à l'entreprise",
    "classes_near": "Séances réservées près d'elle, à l'entreprise",
    "certificate_sent": "Attestation de l'année, à l'entreprise",
    "mentoring": "Mentorat d'une cohorte, {}",
    # Now and then
    "digest": "Mail du lundi, {}",
    "college_invited": "Lettre à un collège",
    "year_sent": "Année d'un lycée, à sa direction",
    "milestone_due": "Échéance d'un jalon, {}",
}
READERS = {
    "teacher": "au collège",
    "host": "au lycée",
    "company": "à l'entreprise",
    "principal": "au chef d'établissement",
    "former": "à qui l'avait réservée",
    "proposed_to": "au collègue à qui elle est proposée",
    "meeting": "au lycée et à l'entreprise",
    "owner": "à qui en répond",
    "mailbox": "à l'adresse du collège",
    "colleagues": "à ses collègues",
    "coordinator": "à la coordination",
    "weekly_host": "au lycée",
    "weekly_coordinator": "à la coordination",
}


class Told(NamedTuple):
    """A letter, as what its reader is told, and which of the things that it tells."""

    letter: str
    reader: str = ""
    what: str = ""


# What a version before queued under another name, or without its reader; the part after / is what it is about.
RENAMED = {
    "colleague_invited": Told("invited", "", "host"),
    "key_added": Told("access", "", "key"),
    "phone_added": Told("access", "", "phone"),
    "passkey_added": Told("access", "", "passkey"),
    "passkey_removed": Told("access", "", "passkey_removed"),
    "host_removed": Told("access", "", "host_removed"),
    "sign_up_to_answer": Told("newcomer", "mailbox"),
    "sign_up_waits": Told("newcomer", "colleagues"),
    "company_asked": Told("newcomer", "coordinator"),
    "sign_up_confirmed": Told("answered", "", "confirmed"),
    "sign_up_refused": Told("answered", "", "refused"),
    "sign_up_lapsed": Told("answered", "", "lapsed"),
    "company_accepted": Told("answered", "", "company_accepted"),
    "company_declined": Told("answered", "", "company_declined"),
    "approval_reminder": Told("reservation_requested", "teacher", "again"),
    "demand_looks": Told("reservation_waiting", "teacher", "looks"),
    "reservation_in_draw": Told("reservation_waiting", "teacher", "draw"),
    "approval_lapsed": Told("lapsed", "teacher", "visa"),
    "offer_lapsed": Told("lapsed", "teacher", "offer"),
    "wait_lapsed": Told("lapsed", "teacher", "wait"),
    "draw_lapsed": Told("lapsed", "teacher", "draw"),
    "alert_met": Told("search", "teacher"),
    "search_over": Told("search", "teacher", "over"),
    "reservation_confirmed": Told("reservation_confirmed", "teacher"),
    "reservation_received": Told("reservation_confirmed", "host"),
    "reservation_moved": Told("reservation_changed", "teacher", "moved"),
    "reservation_moved_host": Told("reservation_changed", "host", "moved"),
    "headcount_changed": Told("reservation_changed", "teacher"),
    "headcount_changed_host": Told("reservation_changed", "host"),
    "visa_by_link_stands": Told("reservation_changed", "teacher", "link_stands"),
    "signed_visit_changed": Told("reservation_changed", "principal"),
    "reservation_cancelled": Told("reservation_cancelled", "teacher"),
    "reservation_cancelled_host": Told("reservation_cancelled", "host"),
    "reservation_left": Told("reservation_cancelled", "host", "left"),
    "signed_visit_cancelled": Told("reservation_cancelled", "principal"),
    "visa_taken_back": Told("visa_taken_back", "teacher"),
    "visa_taken_back_host": Told("visa_taken_back", "host"),
    "slot_moved": Told("slot_changed", "teacher"),
    "objects_changed": Told("slot_changed", "teacher", "objects"),
    "slot_moved_host": Told("slot_changed", "host"),
    "slot_moved_company": Told("slot_changed", "company"),
    "slot_called_off": Told("slot_called_off", "teacher"),
    "slot_called_off_host": Told("slot_called_off", "host"),
    "slot_called_off_company": Told("slot_called_off", "company"),
    "visit_taken_over": Told("visit_taken_over", "teacher"),
    "visit_taken_over_host": Told("visit_taken_over", "host"),
    "visit_handed_over": Told("visit_taken_over", "former"),
    "visit_proposed": Told("visit_proposed", "proposed_to"),
    "visit_not_taken": Told("visit_proposed", "teacher", "declined"),
    "visit_unanswered": Told("visit_proposed", "teacher", "unanswered"),
    "visit_asked_again": Told("visit_asked", "teacher", "again"),
    "visit_missed": Told("visit_closed", "teacher", "missed"),
    "visit_thanks": Told("visit_thanks", "host"),
    "visit_thanks/attendance": Told("visit_thanks", "company"),
    "reminder_7": Told("eve", "teacher", "week"),
    "reminder_1": Told("eve", "teacher"),
    "reminder_1_host": Told("eve", "host"),
    "reminder_1_company": Told("eve", "company"),
    "reminder_1_mentoring": Told("eve", "meeting"),
    "slot_reopened": Told("closing", "host", "reopened"),
    "closing_asked": Told("closing", "host"),
    "question_asked": Told("question"),
    "question_answered": Told("question", "", "answered"),
    "question_closed": Told("question", "", "closed"),
    "principal_address": Told("who_signs"),
    "principal_refused": Told("who_signs", "", "refused"),
    "visa_end": Told("who_signs", "", "end"),
    "attendance_asked": Told("attendance_asked", "company"),
    "attendance_asked_host": Told("attendance_asked", "host"),
    "attendance_unanswered": Told("attendance_asked", "host", "again"),
    "attendance_confirmed": Told("attendance_confirmed", "company"),
    "attendance_received": Told("attendance_confirmed", "host"),
    "attendance_changed": Told("attendance_confirmed", "company", "changed"),
    "attendance_changed_host": Told("attendance_confirmed", "host", "changed"),
    "attendance_declined": Told("attendance_ended", "company", "declined"),
    "attendance_lapsed": Told("attendance_ended", "company", "lapsed"),
    "attendance_withdrawn": Told("attendance_ended", "company"),
    "attendance_withdrawn_host": Told("attendance_ended", "host"),
    "session_left_alone": Told("session_alone", "company", "left"),
    "session_to_nobody": Told("session_alone", "company"),
    "mentor_welcomed": Told("mentoring", "company", "welcomed"),
    "mentoring_planned": Told("mentoring", "meeting"),
    "mentoring_changed": Told("mentoring", "meeting", "changed"),
    "mentoring_held": Told("mentoring", "meeting", "held"),
    "mentoring_called_off": Told("mentoring", "meeting", "called_off"),
    "digest_host": Told("digest", "weekly_host"),
    "digest_coordinator": Told("digest", "weekly_coordinator"),
    "college_reminded": Told("college_invited", "", "again"),
}


def told_by(kind: str, reader: str = "", what: str = "", *, about_kind: str = "") -> Told:
    """The letter of a notice, whichever version queued it."""
    if reader or what:
        return Told(kind, reader, what)
    return RENAMED.get(f"{kind}/{about_kind}") or RENAMED.get(kind) or Told(kind)


def letter_words(kind: str, reader: str = "", what: str = "", *, about_kind: str = "") -> str:
    """« Annulation d'une visite, au lycée »: what the coordination calls the letter of a notice."""
    told = told_by(kind, reader, what, about_kind=about_kind)
    return LETTERS.get(told.letter, LETTER).format(READERS.get(told.reader, ""))
