"""Who is told of what: for each act, to whom, by which letter, with which calendar entry. One table.

A letter is written from the facts of the moment at which it leaves: it is dropped when it is no longer true. What only
a secret link says (sign-in, visa asked, invitation, second proof) is asked for by the act itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from booking.mails.pace import Pace
from booking.mails.together import MOVES
from booking.outbox.notices.rules import OF_A_VISIT
from booking.visits.reservation_states import KNOWN, ONLY_HELD, SURE
from workshops.events.queries import RecordedAct


class To(StrEnum):
    """Whom an act concerns. Whoever stands in for her when she is gone is `who_hears`' matter."""

    TEACHER = "teacher"  # who reserved
    FORMER = "former"  # who had reserved a visit that a colleague has taken over, while her account is open
    PROPOSED_TO = "proposed_to"  # the colleague to whom a visit is proposed, while her account is open
    HOSTS = "host"  # of the lycée that receives
    HOSTS_STILL = "host_still"  # of a visit that moved: when it stays in the same lycée
    HOSTS_NEW = "host_new"  # the lycée that it moved to
    HOSTS_LEFT = "host_left"  # the lycée that it left
    OTHER_HOSTS = "other_host"  # who received with a lycée before a colleague came, while their account is open
    COLLEAGUE = "colleague"  # whom a slot is shown to
    COLLEAGUES = "colleagues"  # every teacher whom a collège has confirmed, while the newcomer has no answer
    WATCHER = "watcher"  # who asked to be told of a slot
    PRINCIPAL = "principal"  # of a collège that asks for a visa
    COMPANY = "company"  # who announced the coming, or asked to be told of what is near
    MEETING = "meeting"  # both sides of a mentoring action
    MENTOR = "mentor"  # the company that mentors a cohort
    ANSWERERS = "answerer"  # for an organisation's programs, with whoever gave or ended a key
    OWNER = "owner"  # who answers for a milestone
    WEEKLY_HOSTS = "weekly_host"  # hosts who want the Monday mail
    WEEKLY_COORDINATORS = "weekly_coordinator"
    COORDINATORS = "coordinator"


# As what a letter is read: it is one letter to a teacher, a host and a company, whichever way they come to be told.
_READ_AS = {To.WATCHER: "teacher", To.MENTOR: "company"} | dict.fromkeys(
    (To.HOSTS_STILL, To.HOSTS_NEW, To.HOSTS_LEFT, To.OTHER_HOSTS), "host"
)


class Line(Struct, frozen=True):
    """One line of the table. `entry` is what the letter may bring to an agenda: REQUEST, CANCEL, or nothing; `was` and
    `state` are the states before and after of which the line speaks, any when None; `what` is which of the things that
    the letter tells, where it has several."""

    acts: tuple[str, ...]
    to: To
    letter: str
    entry: str = ""
    was: frozenset[str] | None = None
    state: frozenset[str] | None = None
    what: str = ""

    @property
    def reader(self) -> str:
        """As what whoever is told reads it."""
        return _READ_AS.get(self.to, self.to.value)


REQUEST, CANCEL = "REQUEST", "CANCEL"
ASKED, OFFERED, WAITING = frozenset({"requested"}), frozenset({"offered"}), frozenset({"waiting"})
IN_DRAW = frozenset({"in_draw"})
BOOKED = ("reservation_booked", "reservation_drawn")
WAITS_NOW = ("reservation_waits", "reservation_drawn", "reservation_let_through")
ASKS = (*BOOKED, "reservation_visa_asked", "change_asked")
MADE_SURE = ("reservation_approve", "reservation_paper_visa", "reservation_accept", "reservation_admit")
COUNTED = ("reservation_headcount", "reservation_approve", "reservation_paper_visa")
GIVEN_UP = ("reservation_cancel", "reservation_decline")
TAKEN_OVER, TAKEN_OVER_THERE = ("reservation_taken_over",), ("reservation_taken_over", "reservation_taken_over_there")
NOT_GRANTED = ("change_refuse", "change_lapse", "change_decline", "change_call_off")

TOLD: tuple[Line, ...] = (
    # A visit is reserved, asked for, waited for, made sure.
    Line(BOOKED, To.TEACHER, "reservation_confirmed", REQUEST, state=SURE),
    Line(BOOKED, To.HOSTS, "reservation_confirmed", REQUEST, state=SURE),
    Line(ASKS, To.TEACHER, "reservation_requested", state=ASKED),
    Line(("reservation_ask_again",), To.TEACHER, "reservation_requested", what="again"),
    Line(("reservation_enters_draw",), To.TEACHER, "reservation_waiting", what="draw"),
    Line(WAITS_NOW, To.TEACHER, "reservation_waiting", state=WAITING),
    Line(("demand_looks", "demand_let_through"), To.TEACHER, "reservation_waiting", what="looks"),
    Line(("reservation_offer",), To.TEACHER, "place_offered"),
    Line(MADE_SURE, To.TEACHER, "reservation_confirmed", REQUEST, was=ONLY_HELD, state=SURE),
    Line(MADE_SURE, To.HOSTS, "reservation_confirmed", REQUEST, was=ONLY_HELD, state=SURE),
    # A visa noted from paper is not that of whoever signs: the place is held.
    Line(("reservation_take_back",), To.TEACHER, "visa_taken_back", REQUEST, state=ASKED | WAITING | OFFERED),
    Line(("reservation_take_back",), To.HOSTS, "visa_taken_back", REQUEST, was=SURE, state=ASKED),
    # The one given by the link stands, for as many adults as it was given for.
    Line(("reservation_take_back",), To.TEACHER, "reservation_changed", REQUEST, state=SURE, what="link_stands"),
    Line(("reservation_take_back",), To.HOSTS, "reservation_changed", REQUEST, state=SURE),
    # It changes.
    Line(COUNTED, To.TEACHER, "reservation_changed", REQUEST, was=SURE),
    Line(COUNTED, To.HOSTS, "reservation_changed", REQUEST, was=SURE),
    Line(("reservation_headcount",), To.PRINCIPAL, "reservation_changed", was=SURE),
    Line(MOVES, To.TEACHER, "reservation_changed", REQUEST, what="moved"),
    Line(MOVES, To.HOSTS_STILL, "reservation_changed", REQUEST, was=KNOWN, what="moved"),
    Line(MOVES, To.HOSTS_NEW, "reservation_confirmed", REQUEST, was=SURE),
    Line(MOVES, To.HOSTS_LEFT, "reservation_cancelled", CANCEL, was=KNOWN, what="left"),
    Line(("reservation_moved",), To.PRINCIPAL, "reservation_changed", was=SURE),
    Line(TAKEN_OVER, To.TEACHER, "visit_taken_over", REQUEST),
    Line(TAKEN_OVER, To.FORMER, "visit_taken_over", CANCEL, was=SURE),
    Line(TAKEN_OVER_THERE, To.HOSTS, "visit_taken_over", REQUEST, was=SURE),
    Line(("reservation_proposed",), To.PROPOSED_TO, "visit_proposed"),
    Line(("reservation_not_taken",), To.TEACHER, "visit_proposed", what="declined"),
    Line(("reservation_unanswered",), To.TEACHER, "visit_proposed", what="unanswered"),
    Line(("reservation_objects",), To.TEACHER, "slot_changed", what="objects"),
    Line(("reservation_follow",), To.TEACHER, "slot_changed", REQUEST),
    Line(("reservation_follow",), To.HOSTS, "slot_changed", REQUEST, was=KNOWN),
    Line(("reservation_follow",), To.PRINCIPAL, "reservation_changed", was=SURE),
    Line(("reservation_refuse", "reservation_lapse"), To.TEACHER, "change_not_granted", was=SURE),
    Line(NOT_GRANTED, To.TEACHER, "change_not_granted"),
    # It will not be.
    Line(("reservation_refuse",), To.TEACHER, "reservation_cancelled", CANCEL, was=ASKED),
    Line(GIVEN_UP, To.TEACHER, "reservation_cancelled", CANCEL, was=KNOWN),
    Line(GIVEN_UP, To.HOSTS, "reservation_cancelled", CANCEL, was=KNOWN),
    Line(("reservation_refuse", "reservation_lapse"), To.HOSTS, "reservation_cancelled", CANCEL, was=ASKED),
    Line(GIVEN_UP, To.PRINCIPAL, "reservation_cancelled", was=KNOWN),
    Line(("reservation_lapse",), To.TEACHER, "lapsed", CANCEL, was=ASKED, what="visa"),
    Line(("reservation_lapse",), To.PRINCIPAL, "reservation_cancelled", was=ASKED),
    Line(("reservation_lapse",), To.TEACHER, "lapsed", was=OFFERED, what="offer"),
    Line(("reservation_lapse",), To.TEACHER, "lapsed", was=WAITING, what="wait"),
    Line(("reservation_lapse",), To.TEACHER, "lapsed", was=IN_DRAW, what="draw"),
    Line(("reservation_call_off",), To.TEACHER, "slot_called_off", CANCEL),
    Line(("reservation_call_off",), To.HOSTS, "slot_called_off", CANCEL, was=KNOWN),
    Line(("reservation_call_off",), To.PRINCIPAL, "reservation_cancelled", was=KNOWN),
    # It was, and the lycée has closed it; the coordination takes its figures back, and the lycée closes it again.
    Line(("reservation_attend",), To.TEACHER, "visit_closed"),
    Line(("reservation_miss",), To.TEACHER, "visit_closed", was=SURE, what="missed"),
    Line(("slot_reopened",), To.HOSTS, "closing", what="reopened"),
    # A slot suits a search that was kept, or none did.
    Line(("alert_met",), To.WATCHER, "search"),
    Line(("alert_over", "demand_over"), To.WATCHER, "search", what="over"),
    # A teacher shows a slot to a colleague.
    Line(("slot_shared",), To.COLLEAGUE, "slot_shared"),
    # A company comes, otherwise, or not.
    Line(("attendance_asked",), To.COMPANY, "attendance_asked"),
    Line(("attendance_asked",), To.HOSTS, "attendance_asked"),
    Line(("attendance_announced", "attendance_accepted"), To.COMPANY, "attendance_confirmed", REQUEST),
    Line(("attendance_announced",), To.HOSTS, "attendance_confirmed"),
    Line(("attendance_changed",), To.COMPANY, "attendance_confirmed", REQUEST, what="changed"),
    Line(("attendance_changed", "attendance_described"), To.HOSTS, "attendance_confirmed", what="changed"),
    Line(("attendance_declined",), To.COMPANY, "attendance_ended", CANCEL, what="declined"),
    Line(("attendance_withdrawn",), To.COMPANY, "attendance_ended", CANCEL),
    Line(("attendance_withdrawn",), To.HOSTS, "attendance_ended"),
    Line(("attendance_lapsed",), To.COMPANY, "attendance_ended", what="lapsed"),
    Line(("attendance_follow",), To.COMPANY, "slot_changed", REQUEST),
    Line(("attendance_call_off",), To.COMPANY, "slot_called_off", CANCEL),
    Line(("classes_near",), To.COMPANY, "classes_near"),
    # A company mentors a cohort; with it a mentoring action is planned, otherwise, held, or not.
    Line(("mentor_added",), To.MENTOR, "mentoring", what="welcomed"),
    Line(("action_planned",), To.MEETING, "mentoring", REQUEST),
    Line(("action_changed",), To.MEETING, "mentoring", REQUEST, what="changed"),
    Line(("action_held_otherwise",), To.MEETING, "mentoring", REQUEST, what="held"),
    Line(("action_called_off",), To.MEETING, "mentoring", CANCEL, what="called_off"),
    # A teacher signs up: who may say that she is of the collège. Its mailbox is told by the act, with a link.
    Line(("signed_up",), To.COLLEAGUES, "newcomer"),
    # A program of an organisation has a key, another secret, or none any more. Who gave it is told by the act itself.
    Line(("application_made",), To.ANSWERERS, "access", what="application"),
    Line(("application_secret_added",), To.ANSWERERS, "access", what="secret"),
    Line(("application_ended",), To.ANSWERERS, "access", what="ended"),
    # A colleague receives with a lycée from now on, whose host invited her.
    Line(("host_accepted",), To.OTHER_HOSTS, "access", what="host_accepted"),
    # A company asks to join.
    Line(("company_asked",), To.COORDINATORS, "newcomer"),
    # A teacher asks a lycée before she books.
    Line(("question_asked", "question_added"), To.HOSTS, "question"),
    Line(("question_answered",), To.TEACHER, "question", what="answered"),
    Line(("question_closed",), To.TEACHER, "question", was=frozenset({"asked"}), what="closed"),
    # The clock asks and reminds, or the coordination.
    Line(("visit_asked",), To.TEACHER, "visit_asked"),
    Line(("visit_asked_again",), To.TEACHER, "visit_asked", what="again"),
    Line(("day_tomorrow",), To.HOSTS, "eve"),
    Line(("coming_tomorrow",), To.COMPANY, "eve"),
    Line(("coming_left_alone",), To.COMPANY, "session_alone", what="left"),
    Line(("coming_to_nobody",), To.COMPANY, "session_alone"),
    Line(("coming_unanswered",), To.HOSTS, "attendance_asked", what="again"),
    Line(("action_tomorrow",), To.MEETING, "eve"),
    Line(("closing_asked",), To.HOSTS, "closing"),
    Line(("slot_thanked",), To.HOSTS, "visit_thanks"),
    Line(("coming_thanked",), To.COMPANY, "visit_thanks"),
    Line(("company_attested",), To.COMPANY, "certificate_sent"),
    Line(("milestone_in_a_month", "milestone_in_a_week"), To.OWNER, "milestone_due"),
    Line(("week_begins",), To.WEEKLY_HOSTS, "digest"),
    Line(("week_begins",), To.WEEKLY_COORDINATORS, "digest"),
)
# No act of today: what was said before, and not told yet, still is.
_BEFORE = {"visit_in_a_week": "week", "visit_tomorrow": ""}
TOLD_BEFORE = tuple(Line((act,), To.TEACHER, "eve", what=what) for act, what in _BEFORE.items())
# What a person may do without, as her profile calls it.
CHOSEN = {("eve", "week"): "week_before", ("eve", ""): "day_before"}
# What asks for an answer leaves at once.
ASKS_AN_ANSWER = frozenset(
    {"reservation_offer", "reservation_proposed", "visit_asked", "visit_asked_again", "attendance_asked"}
    | {"coming_unanswered", "reservation_ask_again"}
)
# What needs none the same day may wait for the evening, with whoever reads one mail a day.
MAY_WAIT: dict[To, frozenset[str]] = {
    To.TEACHER: frozenset({"reservation_headcount", "reservation_objects", "reservation_follow", "reservation_attend"}),
    To.HOSTS: frozenset(
        {*BOOKED, *MADE_SURE, *COUNTED, *GIVEN_UP, *TAKEN_OVER_THERE, "reservation_follow", "reservation_refuse"}
        | {"reservation_lapse", "reservation_call_off", "attendance_announced", "attendance_changed"}
        | {"attendance_described", "attendance_withdrawn"}
    ),
    **dict.fromkeys((To.HOSTS_STILL, To.HOSTS_NEW, To.HOSTS_LEFT), frozenset(MOVES)),
    To.COMPANY: frozenset({"attendance_changed", "attendance_follow"}),
}
_EVERY = (*TOLD, *TOLD_BEFORE)
_OF_ACT = {act: tuple(line for line in _EVERY if act in line.acts) for line in _EVERY for act in line.acts}


def lines_of(event: RecordedAct) -> tuple[Line, ...]:
    """Whom an event is told to."""
    return tuple(
        line
        for line in _OF_ACT.get(event.act, ())
        if (line.was is None or event.was in line.was) and (line.state is None or event.state in line.state)
    )


def pace_of(event: RecordedAct, to: To) -> Pace:
    """How soon somebody hears of an act, if she did not do it herself."""
    if event.about_kind not in OF_A_VISIT or event.act in ASKS_AN_ANSWER:
        return Pace.AT_ONCE
    return Pace.DAY if event.act in MAY_WAIT.get(to, ()) else Pace.MINUTE


def words_of(events: Iterable[RecordedAct]) -> tuple[Sequence[object], ...] | None:
    """The arguments of `tell.TELL`: arrays of one length; None when nobody is to be told."""
    words = [
        (
            *(one.id, one.about_kind, one.about or 0, one.also, line.to.value),
            *(line.letter, line.reader, line.what, line.entry),
            pace_of(one, line.to).value,
        )
        for one in events
        for line in lines_of(one)
    ]
    return tuple(zip(*words, strict=True)) if words else None
