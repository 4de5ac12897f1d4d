"""Who is told of what: for each act, to whom, by which letter, with which calendar entry. One table, and its SQL.

A letter is written from the facts of the moment at which it leaves: it is dropped when it is no longer true. What only
a secret link says (sign-in, visa asked, invitation, second proof) is asked for by the act itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from booking.mails.together import KNOWS, MOVES, MOVES_IN_SQL
from booking.people.accounts.who_hears import college_hears, company_hears, lycee_hears, principal_or_mailbox_hears
from booking.visits.demands.keep import FOLLOWED_BY
from booking.visits.reservation_states import ONLY_HELD, SURE, SURE_SQL
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
    COLLEAGUE = "colleague"  # whom a slot is shown to
    COLLEAGUES = "colleagues"  # every teacher whom a collège has confirmed, while the newcomer has no answer
    WATCHER = "watcher"  # who asked to be told of a slot
    PRINCIPAL = "principal"  # of a collège that asks for a visa
    COMPANY = "company"  # who announced the coming
    MEETING = "meeting"  # both sides of a mentoring action
    WEEKLY_HOSTS = "weekly_host"  # hosts who want the Monday mail
    WEEKLY_COORDINATORS = "weekly_coordinator"
    COORDINATORS = "coordinator"


class Line(Struct, frozen=True):
    """One line of the table. `entry` is what the letter may bring to an agenda: REQUEST, CANCEL, or nothing; `was` and
    `state` are the states before and after of which the line speaks, any when None."""

    acts: tuple[str, ...]
    to: To
    letter: str
    entry: str = ""
    was: frozenset[str] | None = None
    state: frozenset[str] | None = None


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
# A lycée that knows a visit may know that its visa was taken back: it is asked for again.
KNOWN = SURE | ASKED

TOLD: tuple[Line, ...] = (
    # A visit is reserved, asked for, waited for, made sure.
    Line(BOOKED, To.TEACHER, "reservation_confirmed", REQUEST, state=SURE),
    Line(BOOKED, To.HOSTS, "reservation_received", REQUEST, state=SURE),
    Line(ASKS, To.TEACHER, "reservation_requested", state=ASKED),
    Line(("reservation_ask_again",), To.TEACHER, "approval_reminder"),
    Line(("reservation_enters_draw",), To.TEACHER, "reservation_in_draw"),
    Line(WAITS_NOW, To.TEACHER, "reservation_waiting", state=WAITING),
    Line(("demand_looks", "demand_let_through"), To.TEACHER, "demand_looks"),
    Line(("reservation_offer",), To.TEACHER, "place_offered"),
    Line(MADE_SURE, To.TEACHER, "reservation_confirmed", REQUEST, was=ONLY_HELD, state=SURE),
    Line(MADE_SURE, To.HOSTS, "reservation_received", REQUEST, was=ONLY_HELD, state=SURE),
    # A visa noted from paper is not that of whoever signs: the place is held.
    Line(("reservation_take_back",), To.TEACHER, "visa_taken_back", REQUEST, state=ASKED | WAITING | OFFERED),
    Line(("reservation_take_back",), To.HOSTS, "visa_taken_back_host", REQUEST, was=SURE, state=ASKED),
    # The one given by the link stands, for as many adults as it was given for.
    Line(("reservation_take_back",), To.TEACHER, "visa_by_link_stands", REQUEST, state=SURE),
    Line(("reservation_take_back",), To.HOSTS, "headcount_changed_host", REQUEST, state=SURE),
    # It changes.
    Line(COUNTED, To.TEACHER, "headcount_changed", REQUEST, was=SURE),
    Line(COUNTED, To.HOSTS, "headcount_changed_host", REQUEST, was=SURE),
    Line(("reservation_headcount",), To.PRINCIPAL, "signed_visit_changed", was=SURE),
    Line(MOVES, To.TEACHER, "reservation_moved", REQUEST),
    Line(MOVES, To.HOSTS_STILL, "reservation_moved_host", REQUEST, was=KNOWN),
    Line(MOVES, To.HOSTS_NEW, "reservation_received", REQUEST, was=SURE),
    Line(MOVES, To.HOSTS_LEFT, "reservation_left", CANCEL, was=KNOWN),
    Line(("reservation_moved",), To.PRINCIPAL, "signed_visit_changed", was=SURE),
    Line(TAKEN_OVER, To.TEACHER, "visit_taken_over", REQUEST),
    Line(TAKEN_OVER, To.FORMER, "visit_handed_over", CANCEL, was=SURE),
    Line(TAKEN_OVER_THERE, To.HOSTS, "visit_taken_over_host", REQUEST, was=SURE),
    Line(("reservation_proposed",), To.PROPOSED_TO, "visit_proposed"),
    Line(("reservation_not_taken",), To.TEACHER, "visit_not_taken"),
    Line(("reservation_unanswered",), To.TEACHER, "visit_unanswered"),
    Line(("reservation_objects",), To.TEACHER, "objects_changed"),
    Line(("reservation_follow",), To.TEACHER, "slot_moved", REQUEST),
    Line(("reservation_follow",), To.HOSTS, "slot_moved_host", REQUEST, was=KNOWN),
    Line(("reservation_follow",), To.PRINCIPAL, "signed_visit_changed", was=SURE),
    Line(("reservation_refuse", "reservation_lapse"), To.TEACHER, "change_not_granted", was=SURE),
    Line(NOT_GRANTED, To.TEACHER, "change_not_granted"),
    # It will not be.
    Line(("reservation_refuse",), To.TEACHER, "reservation_cancelled", CANCEL, was=ASKED),
    Line(GIVEN_UP, To.TEACHER, "reservation_cancelled", CANCEL, was=ASKED | SURE),
    Line(GIVEN_UP, To.HOSTS, "reservation_cancelled_host", CANCEL, was=KNOWN),
    Line(("reservation_refuse", "reservation_lapse"), To.HOSTS, "reservation_cancelled_host", CANCEL, was=ASKED),
    Line(GIVEN_UP, To.PRINCIPAL, "signed_visit_cancelled", was=ASKED | SURE),
    Line(("reservation_lapse",), To.TEACHER, "approval_lapsed", CANCEL, was=ASKED),
    Line(("reservation_lapse",), To.PRINCIPAL, "signed_visit_cancelled", was=ASKED),
    Line(("reservation_lapse",), To.TEACHER, "offer_lapsed", was=OFFERED),
    Line(("reservation_lapse",), To.TEACHER, "wait_lapsed", was=WAITING),
    Line(("reservation_lapse",), To.TEACHER, "draw_lapsed", was=IN_DRAW),
    Line(("reservation_call_off",), To.TEACHER, "slot_called_off", CANCEL),
    Line(("reservation_call_off",), To.HOSTS, "slot_called_off_host", CANCEL, was=KNOWN),
    Line(("reservation_call_off",), To.PRINCIPAL, "signed_visit_cancelled", was=ASKED | SURE),
    # It was, and the lycée has closed it; the coordination takes its figures back, and the lycée closes it again.
    Line(("reservation_attend",), To.TEACHER, "visit_closed"),
    Line(("reservation_miss",), To.TEACHER, "visit_missed", was=SURE),
    Line(("slot_reopened",), To.HOSTS, "slot_reopened"),
    # A slot suits a search that was kept, or none did.
    Line(("alert_met",), To.WATCHER, "alert_met"),
    Line(("alert_over", "demand_over"), To.WATCHER, "search_over"),
    # A teacher shows a slot to a colleague.
    Line(("slot_shared",), To.COLLEAGUE, "slot_shared"),
    # A company comes, otherwise, or not.
    Line(("attendance_asked",), To.COMPANY, "attendance_asked"),
    Line(("attendance_asked",), To.HOSTS, "attendance_asked_host"),
    Line(("attendance_announced", "attendance_accepted"), To.COMPANY, "attendance_confirmed", REQUEST),
    Line(("attendance_announced",), To.HOSTS, "attendance_received"),
    Line(("attendance_changed",), To.COMPANY, "attendance_changed", REQUEST),
    Line(("attendance_changed", "attendance_described"), To.HOSTS, "attendance_changed_host"),
    Line(("attendance_declined",), To.COMPANY, "attendance_declined", CANCEL),
    Line(("attendance_withdrawn",), To.COMPANY, "attendance_withdrawn", CANCEL),
    Line(("attendance_withdrawn",), To.HOSTS, "attendance_withdrawn_host"),
    Line(("attendance_lapsed",), To.COMPANY, "attendance_lapsed"),
    Line(("attendance_follow",), To.COMPANY, "slot_moved_company", REQUEST),
    Line(("attendance_call_off",), To.COMPANY, "slot_called_off_company", CANCEL),
    # A mentoring action is planned, otherwise, held, or not.
    Line(("action_planned",), To.MEETING, "mentoring_planned", REQUEST),
    Line(("action_changed",), To.MEETING, "mentoring_changed", REQUEST),
    Line(("action_held_otherwise",), To.MEETING, "mentoring_held", REQUEST),
    Line(("action_called_off",), To.MEETING, "mentoring_called_off", CANCEL),
    # A teacher signs up: who may say that she is of the collège. Its mailbox is told by the act, with a link.
    Line(("signed_up",), To.COLLEAGUES, "sign_up_waits"),
    # A company asks to join.
    Line(("company_asked",), To.COORDINATORS, "company_asked"),
    # A teacher asks a lycée before she books.
    Line(("question_asked", "question_added"), To.HOSTS, "question_asked"),
    Line(("question_answered",), To.TEACHER, "question_answered"),
    Line(("question_closed",), To.TEACHER, "question_closed", was=frozenset({"asked"})),
    # The clock asks and reminds, or the coordination.
    Line(("visit_asked",), To.TEACHER, "visit_asked"),
    Line(("visit_asked_again",), To.TEACHER, "visit_asked_again"),
    Line(("day_tomorrow",), To.HOSTS, "reminder_1_host"),
    Line(("coming_tomorrow",), To.COMPANY, "reminder_1_company"),
    Line(("coming_left_alone",), To.COMPANY, "session_left_alone"),
    Line(("coming_to_nobody",), To.COMPANY, "session_to_nobody"),
    Line(("coming_unanswered",), To.HOSTS, "attendance_unanswered"),
    Line(("action_tomorrow",), To.MEETING, "reminder_1_mentoring"),
    Line(("closing_asked",), To.HOSTS, "closing_asked"),
    Line(("slot_thanked",), To.HOSTS, "visit_thanks"),
    Line(("coming_thanked",), To.COMPANY, "visit_thanks"),
    Line(("company_attested",), To.COMPANY, "certificate_sent"),
    Line(("week_begins",), To.WEEKLY_HOSTS, "digest_host"),
    Line(("week_begins",), To.WEEKLY_COORDINATORS, "digest_coordinator"),
)
# No act of today: what was said before, and not told yet, still is.
_BEFORE = {"visit_in_a_week": "reminder_7", "visit_tomorrow": "reminder_1"}
TOLD_BEFORE = tuple(Line((act,), To.TEACHER, letter) for act, letter in _BEFORE.items())
# What a person may do without, as her profile calls it.
_EVE = ("reminder_1", "reminder_1_host", "reminder_1_company", "reminder_1_mentoring")
CHOSEN = {"reminder_7": "week_before"} | dict.fromkeys(_EVE, "day_before")
_CHOSEN = ", ".join(f"('{letter}', '{reminder}')" for letter, reminder in CHOSEN.items())
_EVERY = (*TOLD, *TOLD_BEFORE)
_OF_ACT = {act: tuple(line for line in _EVERY if act in line.acts) for line in _EVERY for act in line.acts}


def lines_of(event: RecordedAct) -> tuple[Line, ...]:
    """Whom an event is told to."""
    return tuple(
        line
        for line in _OF_ACT.get(event.act, ())
        if (line.was is None or event.was in line.was) and (line.state is None or event.state in line.state)
    )


def words_of(events: Iterable[RecordedAct]) -> tuple[Sequence[object], ...] | None:
    """The arguments of `TELL`: arrays of one length; None when nobody is to be told."""
    words = [
        (one.id, one.about_kind, one.about or 0, one.also, line.to.value, line.letter, line.entry)
        for one in events
        for line in lines_of(one)
    ]
    return tuple(zip(*words, strict=True)) if words else None


# A lycée hears of a visit that was sure once, of no other demand.
# $1 event, $2 about_kind, $3 about, $4 also, $5 to whom, $6 letter, $7 entry: arrays; $8 now. A visit that
# has moved on since stood, at the event's moment, in the slot that its next move left. OFFSET 0 hides from the planner
# how many come: it takes longer to plan this statement than to run it, and one plan is as good for one as for twenty.
TELL = f"""
WITH words AS (
  SELECT w.* FROM (
    SELECT $1::bigint[] AS events, $2::varchar[] AS kinds, $3::int[] AS things, $4::int[] AS others,
      $5::varchar[] AS whom, $6::varchar[] AS letters, $7::varchar[] AS entries OFFSET 0
  ) sent, unnest(events, kinds, things, others, whom, letters, entries)
    AS w (event, about_kind, about, also, told, letter, entry)
), visits AS (
  SELECT w.*, r.school AS college, r.booked_by, r.confirmed_at, there.school AS host, was.school AS former,
    own.was <> 'requested' OR own.state IN {SURE_SQL} AS sure,
    CASE WHEN w.told LIKE 'host%' AND own.was = 'requested'
      THEN {KNOWS.format(visit="r.id", slot="r.slot", event="w.event")} END AS knows
  FROM words w JOIN events own ON own.id = w.event JOIN reservations r ON r.id = w.about
  LEFT JOIN LATERAL (
    SELECT e.also AS slot FROM events e WHERE e.about_kind = 'reservation' AND e.about = r.id AND e.id > w.event
    AND e.act IN ({MOVES_IN_SQL}) ORDER BY e.id LIMIT 1) next ON true
  JOIN slots there ON there.id = coalesce(next.slot, r.slot)
  LEFT JOIN slots was ON was.id = w.also AND w.told LIKE 'host\\_%'
  WHERE w.about_kind = 'reservation'
), comings AS (
  SELECT w.*, t.company, t.announced_by, there.school AS host
  FROM words w JOIN attendances t ON t.id = w.about JOIN slots there ON there.id = t.slot
  WHERE w.about_kind = 'attendance' UNION ALL SELECT *, about, NULL, NULL FROM words WHERE about_kind = 'company'
), meetings AS (
  SELECT w.*, m.company, s.school FROM words w JOIN mentoring_actions m ON m.id = w.about
  JOIN ptech_cohorts c ON c.id = m.cohort JOIN ptech_schemes s ON s.id = c.scheme WHERE w.about_kind = 'action'
), questions_told AS (
  SELECT w.*, q.college, q.lycee, q.asked_by FROM words w JOIN questions q ON q.id = w.about
  WHERE w.about_kind = 'question'
), told AS (
  SELECT v.event, v.letter, a.* FROM visits v CROSS JOIN {college_hears("v.college", "v.booked_by")}
  WHERE v.told = 'teacher'
  UNION ALL
  SELECT v.event, v.letter, a.id, a.email, a.name FROM visits v
  JOIN accounts a ON a.id = v.also AND a.disabled_at IS NULL WHERE v.told IN ('former', 'proposed_to')
  UNION ALL
  SELECT v.event, v.letter, a.* FROM visits v
  CROSS JOIN {lycee_hears("CASE v.told WHEN 'host_left' THEN v.former ELSE v.host END")}
  WHERE v.confirmed_at IS NOT NULL AND (v.told = 'host' OR (v.told = 'host_still' AND v.former = v.host)
    OR (v.told IN ('host_new', 'host_left') AND v.former <> v.host))
    AND (v.sure OR v.knows = CASE v.told WHEN 'host_left' THEN v.former ELSE v.host END)
  UNION ALL
  SELECT v.event, v.letter, p.* FROM visits v CROSS JOIN {principal_or_mailbox_hears("v.college")}
  WHERE v.told = 'principal'
  UNION ALL
  SELECT c.event, c.letter, a.* FROM comings c CROSS JOIN {company_hears("c.company", "c.announced_by")}
  WHERE c.told = 'company'
  UNION ALL
  SELECT c.event, c.letter, a.* FROM comings c CROSS JOIN {lycee_hears("c.host")} WHERE c.told = 'host'
  UNION
  SELECT m.event, m.letter, a.* FROM meetings m CROSS JOIN {lycee_hears("m.school")}
  UNION
  SELECT m.event, m.letter, a.* FROM meetings m CROSS JOIN {company_hears("m.company")} WHERE m.company IS NOT NULL
  UNION ALL
  SELECT q.event, q.letter, a.* FROM questions_told q CROSS JOIN {college_hears("q.college", "q.asked_by")}
  WHERE q.told = 'teacher'
  UNION ALL
  SELECT q.event, q.letter, a.* FROM questions_told q CROSS JOIN {lycee_hears("q.lycee")} WHERE q.told = 'host'
  UNION ALL
  SELECT w.event, w.letter, a.* FROM words w CROSS JOIN {lycee_hears("w.about")}
  WHERE w.about_kind = 'school' AND w.told = 'host'
  UNION ALL
  SELECT w.event, w.letter, a.* FROM words w JOIN slots held ON held.id = w.about
  CROSS JOIN {lycee_hears("held.school")} WHERE w.about_kind = 'slot' AND w.told = 'host'
  UNION ALL
  SELECT w.event, w.letter, a.id, a.email, a.name FROM words w
  JOIN sign_ups u ON w.told = 'colleagues' AND u.id = w.also
  JOIN memberships m ON m.school = w.about AND m.role = 'teacher' AND NOT m.awaiting
  JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  UNION ALL
  SELECT w.event, w.letter, a.id, a.email, a.name FROM words w JOIN shares x ON x.id = w.about
  JOIN memberships m ON m.id = x.to_member JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  WHERE w.about_kind = 'share'
  UNION ALL
  SELECT w.event, w.letter, a.* FROM words w JOIN demands d ON d.id = w.about
  CROSS JOIN {college_hears("d.school", FOLLOWED_BY)} WHERE w.about_kind IN ('alert', 'demand')
  UNION ALL
  SELECT w.event, w.letter, a.id, a.email, a.name FROM words w
  JOIN memberships m ON w.told = 'coordinator' AND m.role = 'coordinator'
  JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL
  UNION ALL
  SELECT w.event, w.letter, a.id, a.email, a.name FROM words w
  JOIN memberships m ON (w.told = 'weekly_host' AND m.role = 'host' AND m.school = w.about)
    OR (w.told = 'weekly_coordinator' AND m.role = 'coordinator' AND w.about = 0)
  JOIN accounts a ON a.id = m.account AND a.disabled_at IS NULL AND a.weekly_mail
)
INSERT INTO notices (event, kind, account, to_email, to_name, about_kind, about, also, entry, once, created_at,
  next_try_at)
SELECT t.event, t.letter, t.id, t.email, t.name, w.about_kind, w.about, w.also, w.entry,
  t.event || ':' || t.letter || ':' || coalesce(t.id::text, 'principal'), $8, $8
FROM told t JOIN words w ON w.event = t.event AND w.letter = t.letter
WHERE NOT EXISTS (SELECT FROM accounts p JOIN (VALUES {_CHOSEN}) chosen (letter, reminder) ON chosen.letter = t.letter
  WHERE p.id = t.id AND chosen.reminder = ANY (p.unwanted)) ORDER BY t.event, t.letter, t.id
ON CONFLICT (once) DO NOTHING
"""  # noqa: S608 - constants only
