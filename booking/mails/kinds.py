"""Every kind of mail: whom it is written to, who gathers its facts.

A kind is one line here, its title in `words/letters.py`, one template of its name, and a line of `recipients.py` for
each act that it tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec import Struct

from booking.mails import (
    accounts,
    alerts,
    certificates,
    companies,
    digests,
    evening,
    hosts,
    mentoring,
    outreach,
    proposals,
    questions,
    reminders,
    requests,
    visas,
    visits,
    years,
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


class Kind(Struct, frozen=True):
    """`reader`: as what its reader is told, None where the letter says it itself; `readers` where it is written to two
    of them, by what the act is about."""

    reader: Reader | None
    drafts: Drafts
    readers: Mapping[str, Reader] = {}

    def reader_of(self, about_kind: str) -> Reader | None:
        """As what whoever is told of this is told."""
        return self.readers.get(about_kind, self.reader)


_to_teacher = partial(Kind, "teacher")
_to_principal = partial(Kind, "principal")
_to_host = partial(Kind, "host")
_to_company = partial(Kind, "company")
_of_action = partial(Kind, None)

KINDS: dict[str, Kind] = {
    # To whoever has an account, or may have one
    "sign_in": Kind(None, accounts.sign_in),
    "invited": Kind(None, accounts.invited),
    "colleague_invited": Kind(None, accounts.colleague_invited),
    "host_removed": Kind(None, accounts.host_removed),
    "sign_up": Kind(None, accounts.sign_up),
    "sign_up_to_answer": Kind(None, accounts.to_answer),
    "sign_up_waits": Kind(None, accounts.waits),
    "sign_up_confirmed": Kind(None, accounts.answered),
    "sign_up_refused": Kind(None, accounts.answered),
    "sign_up_lapsed": Kind(None, accounts.answered),
    "company_asked": Kind(None, accounts.company_asked),
    "company_accepted": Kind(None, accounts.company_accepted),
    "company_declined": Kind(None, accounts.company_declined),
    "account_idle": Kind(None, accounts.account_idle),
    "key_added": Kind(None, accounts.key_added),
    "phone_added": Kind(None, accounts.phone_added),
    "passkey_added": Kind(None, accounts.passkey_added),
    "passkey_removed": Kind(None, accounts.passkey_removed),
    "webhook_paused": Kind(None, accounts.webhook_paused),
    # To the teacher: her demand, her visit, her slot
    "reservation_requested": _to_teacher(requests.requested),
    "approval_reminder": _to_teacher(requests.requested),
    "approval_lapsed": _to_teacher(requests.lapsed),
    "reservation_waiting": _to_teacher(requests.waiting),
    "demand_looks": _to_teacher(requests.looking),
    "reservation_in_draw": _to_teacher(requests.in_draw),
    "draw_lapsed": _to_teacher(requests.lapsed),
    "place_offered": _to_teacher(requests.offered),
    "offer_lapsed": _to_teacher(requests.lapsed),
    "wait_lapsed": _to_teacher(requests.lapsed),
    "alert_met": _to_teacher(alerts.met),
    "search_over": _to_teacher(alerts.over),
    "slot_shared": Kind(None, alerts.slot_shared),
    "reservation_confirmed": _to_teacher(visits.coming),
    "reservation_moved": _to_teacher(visits.moved),
    "headcount_changed": _to_teacher(visits.coming),
    "reservation_cancelled": _to_teacher(visits.cancelled),
    "visa_by_link_stands": _to_teacher(visits.coming),
    "visa_taken_back": _to_teacher(visits.visa_taken_back),
    "change_not_granted": _to_teacher(visas.not_granted),
    "slot_moved": _to_teacher(visits.slot_moved),
    "objects_changed": _to_teacher(visits.objects_changed),
    "slot_called_off": _to_teacher(visits.slot_called_off),
    "visit_taken_over": _to_teacher(visits.taken_over),
    "visit_handed_over": Kind(None, visits.handed_over),
    "visit_proposed": Kind(None, proposals.proposed),
    "visit_not_taken": _to_teacher(proposals.stays_hers),
    "visit_unanswered": _to_teacher(proposals.stays_hers),
    "visit_asked": _to_teacher(reminders.asked_whether_coming),
    "visit_asked_again": _to_teacher(reminders.asked_whether_coming),
    "visit_closed": _to_teacher(reminders.closed),
    "visit_missed": _to_teacher(reminders.missed),
    # No act asks for these any more; those that were queued still leave
    "reminder_7": _to_teacher(reminders.week_before),
    "reminder_1": _to_teacher(reminders.day_before),
    # Before a visit: a teacher asks, a lycée answers
    "question_asked": Kind(None, questions.announced(Side.LYCEE, "asked")),
    "question_answered": Kind(None, questions.announced(Side.TEACHER, "answered")),
    "question_closed": Kind(None, questions.announced(Side.TEACHER, "closed")),
    # To the principal
    "approval_asked": _to_principal(visas.approval_asked),
    "paper_visa_noted": Kind(None, visas.paper_noted),
    "signed_visit_cancelled": _to_principal(visas.cancelled),
    "signed_visit_changed": _to_principal(visas.changed),
    "principal_address": Kind(None, visas.address_asked),
    "principal_refused": Kind(None, visas.address_refused),
    "visa_end": Kind(None, visas.end_asked),
    "outings_page": Kind(None, visas.outings_page),
    # To the hosts of the lycée: groups
    "reservation_received": _to_host(hosts.received),
    "reservation_moved_host": _to_host(hosts.received),
    "headcount_changed_host": _to_host(hosts.received),
    "visit_taken_over_host": _to_host(hosts.taken_over),
    "reservation_cancelled_host": _to_host(hosts.cancelled),
    "visa_taken_back_host": _to_host(hosts.visa_taken_back),
    "reservation_left": _to_host(hosts.left),
    "slot_moved_host": _to_host(hosts.slot_moved),
    "slot_called_off_host": _to_host(hosts.slot_called_off),
    "reminder_1_host": Kind("host", reminders.day_before_for_host),
    "slot_reopened": Kind("host", reminders.slot_reopened),
    "closing_asked": Kind("host", reminders.closing_asked),
    # To the hosts of the lycée: companies
    "attendance_received": _to_host(companies.received("announced")),
    "attendance_asked_host": _to_host(companies.received("asked")),
    "attendance_unanswered": _to_host(companies.received("asked")),
    "attendance_changed_host": _to_host(companies.received("asked", "announced")),
    "attendance_withdrawn_host": _to_host(companies.received(*companies.ENDED)),
    # To the company
    "attendance_asked": _to_company(companies.told("asked")),
    "attendance_confirmed": _to_company(companies.told("announced")),
    "attendance_changed": _to_company(companies.told("asked", "announced")),
    "attendance_declined": _to_company(companies.told("declined", page="/seances")),
    "attendance_lapsed": _to_company(companies.told("lapsed", page="/seances")),
    "attendance_withdrawn": _to_company(companies.told(*companies.ENDED)),
    "slot_moved_company": _to_company(companies.told("asked", "announced")),
    "slot_called_off_company": _to_company(companies.told("called_off")),
    "session_left_alone": _to_company(companies.alone),
    "session_to_nobody": _to_company(companies.alone),
    "reminder_1_company": _to_company(reminders.day_before_for_company),
    "classes_near": Kind(None, companies.near),
    "certificate_sent": _to_company(certificates.attested),
    # To the hosts of the lycée and to the companies that came, in the evening
    "visit_thanks": Kind(None, evening.thanked, {"slot": "host", "attendance": "company"}),
    # To whoever was invited
    "counter_declined": Kind(None, questions.declined),
    # To the hosts and the mentor company of a cohort
    "mentor_welcomed": _to_company(mentoring.welcomed),
    "mentoring_planned": _of_action(mentoring.planned),
    "mentoring_changed": _of_action(mentoring.changed),
    "mentoring_held": _of_action(mentoring.held),
    "mentoring_called_off": _of_action(mentoring.called_off),
    "reminder_1_mentoring": _of_action(mentoring.day_before),
    # To the direction of a lycée
    "year_sent": Kind(None, years.sent),
    # On Mondays, and once a year
    "digest_host": Kind(None, digests.for_host),
    "digest_coordinator": Kind(None, digests.for_coordinator),
    "college_invited": Kind(None, outreach.college_invited),
    "college_reminded": Kind(None, outreach.college_invited),
}
