"""Every letter: as what its readers are told, and who gathers its facts.

A letter is one line here, its title in `words/letters.py`, one template of its name, and a line of `recipients.py` for
each act that it tells.
"""

from __future__ import annotations

from collections.abc import Mapping

from booking.mails import (
    accounts,
    alerts,
    certificates,
    companies,
    digests,
    evening,
    hosts,
    mentoring,
    milestones,
    outreach,
    proposals,
    questions,
    reminders,
    requests,
    visas,
    visits,
    years,
)
from booking.mails.draft import Drafts

# Why she reads it; a letter to any other reader says it itself.
WHY_YOU = {
    "teacher": "Il vous parvient parce que vous réservez des visites.",
    "host": "Il vous parvient parce que vous recevez des groupes au lycée.",
    "company": "Il vous parvient parce que vous représentez votre entreprise.",
    "principal": "Il vous parvient parce que votre collège demande votre visa avant chaque visite.",
}

# By reader, « reader/what » where another fact is gathered for one of the things that the letter tells.
KINDS: dict[str, Mapping[str, Drafts]] = {
    # To whoever has an account, or may have one
    "sign_in": {"": accounts.sign_in},
    "invited": {"": accounts.invited, "/host": accounts.colleague_invited},
    "access": {
        "": accounts.passkey_removed,
        "/passkey": accounts.passkey_added,
        "/key": accounts.key_added,
        "/application": accounts.application_added,
        "/secret": accounts.application_added,
        "answerer": accounts.application_told,
        "/phone": accounts.phone_added,
        "/host_removed": accounts.host_removed,
        "host": accounts.host_accepted,
    },
    "account_idle": {"": accounts.account_idle},
    "sign_up": {"": accounts.sign_up},
    "newcomer": {
        "mailbox": accounts.to_answer,
        "colleagues": accounts.waits,
        "coordinator": accounts.company_asked,
    },
    "answered": {
        "": accounts.answered,
        "/company_accepted": accounts.company_accepted,
        "/company_declined": accounts.company_declined,
    },
    "webhook_paused": {"": accounts.webhook_paused},
    # A demand, to the teacher
    "reservation_requested": {"teacher": requests.requested},
    "reservation_waiting": {
        "teacher": requests.waiting,
        "teacher/looks": requests.looking,
        "teacher/draw": requests.in_draw,
    },
    "place_offered": {"teacher": requests.offered},
    "lapsed": {"teacher": requests.lapsed},
    "search": {"teacher": alerts.met, "teacher/over": alerts.over},
    "slot_shared": {"": alerts.slot_shared},
    # A visit, to the teacher, to the hosts, to the principal
    "reservation_confirmed": {"teacher": visits.coming, "host": hosts.received},
    "reservation_changed": {
        "teacher": visits.coming,
        "teacher/moved": visits.moved,
        "host": hosts.received,
        "principal": visas.changed,
    },
    "reservation_cancelled": {
        "teacher": visits.cancelled,
        "host": hosts.cancelled,
        "host/left": hosts.left,
        "principal": visas.cancelled,
    },
    "visa_taken_back": {"teacher": visits.visa_taken_back, "host": hosts.visa_taken_back},
    "change_not_granted": {"teacher": visas.not_granted},
    "slot_changed": {
        "teacher": visits.slot_moved,
        "teacher/objects": visits.objects_changed,
        "host": hosts.slot_moved,
        "company": companies.told("asked", "announced"),
    },
    "slot_called_off": {
        "teacher": visits.slot_called_off,
        "host": hosts.slot_called_off,
        "company": companies.told("called_off"),
    },
    "visit_taken_over": {"teacher": visits.taken_over, "host": hosts.taken_over, "former": visits.handed_over},
    "visit_proposed": {"proposed_to": proposals.proposed, "teacher": proposals.stays_hers},
    "visit_asked": {"teacher": reminders.asked_whether_coming},
    "visit_closed": {"teacher": reminders.closed, "teacher/missed": reminders.missed},
    "visit_thanks": {"host": evening.thanked, "company": evening.company_thanked},
    "eve": {
        "teacher": reminders.day_before,
        "host": reminders.day_before_for_host,
        "company": reminders.day_before_for_company,
        "meeting": mentoring.day_before,
    },
    "closing": {"host": reminders.closing},
    "question": {"": questions.announced},
    "counter_declined": {"": questions.declined},
    # To whoever signs for the collège
    "approval_asked": {"principal": visas.approval_asked},
    "paper_visa_noted": {"": visas.paper_noted},
    "who_signs": {"": visas.address_asked, "/refused": visas.address_refused, "/end": visas.end_asked},
    "outings_page": {"": visas.outings_page},
    # A company's coming, to it and to the hosts
    "attendance_asked": {"company": companies.told("asked"), "host": companies.received("asked")},
    "attendance_confirmed": {
        "company": companies.told("announced"),
        "company/changed": companies.told("asked", "announced"),
        "host": companies.received("announced"),
        "host/changed": companies.received("asked", "announced"),
    },
    "attendance_ended": {
        "company": companies.told(*companies.ENDED),
        "company/declined": companies.told("declined", page="/seances"),
        "company/lapsed": companies.told("lapsed", page="/seances"),
        "host": companies.received(*companies.ENDED),
    },
    "session_alone": {"company": companies.alone},
    "classes_near": {"": companies.near},
    "certificate_sent": {"company": certificates.attested},
    "mentoring": {"meeting": mentoring.told, "company": mentoring.welcomed},
    # Now and then
    "digest": {"weekly_host": digests.for_host, "weekly_coordinator": digests.for_coordinator},
    "college_invited": {"": outreach.college_invited},
    "year_sent": {"": years.sent},
    "milestone_due": {"owner": milestones.due},
}


class LetterToCome(Exception):
    """A version to come queued it before one went back from there: this one cannot write it."""


def drafts_of(letter: str, reader: str, what: str) -> tuple[str, Drafts]:
    """As what she is told, and who gathers the facts; a letter with one reader has no other. Raises LetterToCome."""
    by = KINDS.get(letter, {})
    readers = {key.partition("/")[0] for key in by}
    if reader not in readers:
        if len(readers) != 1:
            raise LetterToCome(letter)
        (reader,) = readers
    return reader, by.get(f"{reader}/{what}", by[reader])
