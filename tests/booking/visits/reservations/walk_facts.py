"""What must be true after each step of a walk, asked of PostgreSQL in plain SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from asyncpg import Record

from tests.booking.visits.reservations.walk_companies import COMPANY_NEVER, check_companies
from tests.telling import tell
from workshops.database import rows

# Each is a question whose only good answer is: no row.
NEVER = {
    "seats and groups of a slot are the sums of what is held in it": """
SELECT sl.id, sl.seats, sl.seats_taken, sl.groups_max, sl.groups_taken, sum(r.pupils) AS pupils, count(r.id) AS groups
FROM slots sl LEFT JOIN reservations r ON r.slot = sl.id
  AND r.state IN ('requested', 'confirmed', 'locked', 'offered', 'attended', 'no_show')
GROUP BY sl.id HAVING sl.seats_taken <> coalesce(sum(r.pupils), 0) OR sl.seats_taken > sl.seats
  OR sl.groups_taken <> count(r.id) OR sl.groups_taken > sl.groups_max""",
    "a group has one live reservation in a slot": """
SELECT slot, "group" FROM reservations
WHERE state IN ('requested', 'confirmed', 'locked', 'waiting', 'offered', 'in_draw')
GROUP BY 1, 2 HAVING count(*) > 1""",
    "a group is at one place at a time": """
SELECT a.id, b.id FROM reservations a JOIN reservations b ON b."group" = a."group" AND b.id > a.id
  AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
WHERE a.state IN ('requested', 'confirmed', 'locked', 'offered')
  AND b.state IN ('requested', 'confirmed', 'locked', 'offered') AND b.replaces IS DISTINCT FROM a.id
  AND (a.half IS NULL OR b.half IS NULL OR a.half = b.half
    OR (a.demand, a.line) IS DISTINCT FROM (b.demand, b.line))""",
    "two halves of a class hope for their places, and are offered them, together": """
SELECT a.id, b.id FROM reservations a JOIN reservations b ON b.demand = a.demand AND b.line = a.line
WHERE a.half = 1 AND b.half = 2 AND a.replaces IS NULL AND b.replaces IS NULL AND a.state <> b.state
  AND (a.state IN ('waiting', 'in_draw', 'offered') OR b.state IN ('waiting', 'in_draw', 'offered'))""",
    "a class comes with both halves or with none": """
SELECT demand, line FROM reservations WHERE half IS NOT NULL AND replaces IS NULL
GROUP BY demand, line HAVING count(DISTINCT half) <> 2""",
    "a change that is asked is that of a visit that stands": """
SELECT r.id FROM reservations r JOIN reservations v ON v.id = r.replaces
WHERE r.state = 'requested' AND v.state <> 'confirmed' AND v.state <> 'locked'""",
    "adults are asked for until an hour, and never fewer than come": """
SELECT id FROM reservations WHERE state = 'confirmed' AND adults_asked IS NOT NULL
  AND (hold_until IS NULL OR adults_asked <= adults)""",
    "a reservation has its slot's hours while it lives": """
SELECT r.id FROM reservations r JOIN slots sl ON sl.id = r.slot
WHERE r.state IN ('requested', 'confirmed', 'locked', 'waiting', 'offered', 'in_draw')
  AND (r.starts_at, r.ends_at) <> (sl.starts_at, sl.ends_at)""",
    "each pupil who comes has one good badge, or nobody has needed one yet, which the lock of the list ends": """
SELECT r.id FROM reservations r LEFT JOIN badges b ON b.reservation = r.id AND b.kind = 'pupil' AND b.revoked_at IS NULL
WHERE r.state IN ('requested', 'confirmed', 'locked') GROUP BY r.id
HAVING count(b.id) <> r.pupils AND (count(b.id) > 0 OR r.state = 'locked')""",
    "one line of a demand is sure, and no other is hoped for then": """
SELECT sure.demand FROM reservations sure JOIN reservations other ON other.demand = sure.demand
  AND other.line <> sure.line
WHERE sure.state IN ('confirmed', 'locked')
  AND other.state IN ('confirmed', 'locked', 'requested', 'waiting', 'offered')""",
    "an offer alone has a link, and has one": """
SELECT id FROM reservations WHERE (state = 'offered') <> (offer_salt IS NOT NULL)""",
    "a group is in one draw, and in none that was held": """
SELECT r."group" FROM reservations r LEFT JOIN demands d ON d.id = r.demand
LEFT JOIN openings o ON o.id = d.opening AND o.drawn_at IS NULL
WHERE r.state = 'in_draw' GROUP BY 1 HAVING count(DISTINCT r.demand) > 1 OR count(o.id) <> count(*)""",
    "whoever waits since a draw has a rank of it": """
SELECT r.id FROM reservations r LEFT JOIN demands d ON d.id = r.demand
WHERE r.drawn_rank IS DISTINCT FROM CASE WHEN d.result = 'waits' THEN d.rank END""",
    "a fact is told once": "SELECT once FROM notices GROUP BY once HAVING count(*) > 1",
    "a principal has one good link": """
SELECT reservation FROM approvals WHERE used_at IS NULL AND NOT takes_back GROUP BY 1 HAVING count(*) > 1""",
}
NEVER_ASKED = " UNION ALL ".join(
    f"SELECT {place}, to_jsonb(q)::text FROM ({question}) q"
    for place, question in enumerate((NEVER | COMPANY_NEVER).values())
)
TABLES = (
    "reservations",
    "slots",
    "notices",
    "events",
    "approvals",
    "badges",
    "turnouts",
    "presences",
    "attendances",
    "company_turnouts",
    "demands",
    "openings",
)
EVERYTHING = ", ".join(f"(SELECT string_agg(t::text, ';' ORDER BY t.id) FROM {table} t)" for table in TABLES)
DIGEST = f"""SELECT (SELECT coalesce(max(id), 0) FROM events) AS last_line,
  (SELECT coalesce(max(id), 0) FROM notices) AS last_notice, md5(concat_ws('|', {EVERYTHING})) AS digest"""
# The slot's room stands last: a slot that moves leaves those who had cancelled where they were.
RESERVATIONS = """SELECT r.*, s.needs_approval, sl.room FROM reservations r JOIN slots sl ON sl.id = r.slot
JOIN schools s ON s.id = r.school ORDER BY r.id"""
ATTENDANCES = """SELECT a.*, sl.state AS slot_state, sl.starts_at, sl.ends_at, sl.room, sl.company_places, c.trade
FROM attendances a JOIN slots sl ON sl.id = a.slot JOIN companies c ON c.id = a.company ORDER BY a.id"""
SLOTS = "SELECT * FROM slots ORDER BY id"
JOURNAL = """SELECT about_kind, act, about FROM events
WHERE about_kind IN ('reservation', 'attendance') AND id > $1 AND act <> ALL ($2::varchar[]) ORDER BY id"""
# The clock's own words: no reservation and no coming changes with them.
REMINDERS = [
    "visit_asked", "visit_asked_again", "visit_in_a_week", "visit_tomorrow", "coming_tomorrow", "coming_unanswered",
    "reservation_ask_again", "coming_left_alone", "coming_to_nobody",
]  # fmt: skip
# Reminders are asked of the calendar, not of an act: tests of their own say when they are due.
NOTICES = """SELECT CASE about_kind WHEN 'attendance' THEN 'attendance' ELSE 'reservation' END AS about_kind, about,
  concat_ws('/', kind, nullif(reader, ''), nullif(what, '')) AS letter
FROM notices WHERE id > $1 AND about IS NOT NULL
  AND kind NOT IN ('eve', 'session_alone', 'visit_asked') AND what <> 'again' ORDER BY id"""

BOTH = ["reservation_confirmed/teacher", "reservation_confirmed/host"]
# Told to the principal of a collège that asks for its visa.
CANCELLED_VISA, KEPT_VISA = "reservation_cancelled/principal", "reservation_changed/principal"
TO_PRINCIPAL = {CANCELLED_VISA, KEPT_VISA}
TO_TEACHER_AND_HOST = ["reservation_cancelled/teacher", "reservation_cancelled/host", CANCELLED_VISA]
TAKEN_BACK = ["visa_taken_back/teacher", "visa_taken_back/host", "approval_asked"]
# What a lycée hears of a visit that it knew, and whose visa was taken back.
KNEW = {
    "reservation_cancelled/teacher": "reservation_cancelled/host",
    "lapsed/teacher/visa": "reservation_cancelled/host",
    "slot_changed/teacher": "slot_changed/host",
    "slot_called_off/teacher": "slot_called_off/host",
}
RESIZED = ["reservation_changed/teacher", "reservation_changed/host"]
# What people must hear of an act, by the state before and after it; an act that is not here is told to nobody.
HEARD = {
    ("reservation_booked", None, "confirmed"): BOTH,
    ("reservation_booked", None, "requested"): ["reservation_requested/teacher", "approval_asked"],
    ("reservation_waits", None, "waiting"): ["reservation_waiting/teacher"],
    ("reservation_waits_also", None, "waiting"): [],
    ("reservation_kept", None, "waiting"): [],
    ("reservation_enters_draw", None, "in_draw"): ["reservation_waiting/teacher/draw"],
    ("reservation_drawn", "in_draw", "confirmed"): BOTH,
    ("reservation_drawn", "in_draw", "requested"): ["reservation_requested/teacher", "approval_asked"],
    ("reservation_drawn", "in_draw", "waiting"): ["reservation_waiting/teacher"],
    ("reservation_offer", "in_draw", "offered"): ["reservation_waiting/teacher", "place_offered/teacher"],
    ("reservation_lapse", "in_draw", "lapsed"): ["lapsed/teacher/draw"],
    ("reservation_follow", "in_draw", "in_draw"): ["slot_changed/teacher"],
    ("reservation_call_off", "in_draw", "called_off"): ["slot_called_off/teacher"],
    ("reservation_offer", "waiting", "offered"): ["place_offered/teacher"],
    ("reservation_offer", None, "offered"): ["place_offered/teacher"],
    ("reservation_accept", "offered", "confirmed"): BOTH,
    ("reservation_accept", "offered", "locked"): BOTH,
    ("reservation_accept", "offered", "requested"): ["approval_asked"],
    ("reservation_approve", "requested", "confirmed"): BOTH,
    ("reservation_paper_visa", "requested", "confirmed"): BOTH,
    ("reservation_take_back", "confirmed", "requested"): TAKEN_BACK,
    ("reservation_take_back", "locked", "requested"): TAKEN_BACK,
    ("reservation_take_back", "confirmed", "confirmed"): [
        "reservation_changed/teacher/link_stands",
        "reservation_changed/host",
    ],
    ("reservation_take_back", "locked", "locked"): [
        "reservation_changed/teacher/link_stands",
        "reservation_changed/host",
    ],
    ("reservation_take_back", "waiting", "waiting"): ["visa_taken_back/teacher"],
    ("reservation_take_back", "offered", "offered"): ["visa_taken_back/teacher"],
    ("reservation_renew_approval", "requested", "requested"): ["approval_asked"],
    ("reservation_attend", "confirmed", "attended"): ["visit_closed/teacher"],
    ("reservation_attend", "locked", "attended"): ["visit_closed/teacher"],
    ("reservation_miss", "confirmed", "no_show"): ["visit_closed/teacher/missed"],
    ("reservation_miss", "locked", "no_show"): ["visit_closed/teacher/missed"],
    ("reservation_refuse", "requested", "refused_by_principal"): ["reservation_cancelled/teacher"],
    ("reservation_cancel", "requested", "cancelled_by_teacher"): ["reservation_cancelled/teacher", CANCELLED_VISA],
    ("reservation_decline", "requested", "refused_by_host"): ["reservation_cancelled/teacher", CANCELLED_VISA],
    ("reservation_cancel", "confirmed", "cancelled_by_teacher"): TO_TEACHER_AND_HOST,
    ("reservation_cancel", "locked", "cancelled_by_teacher"): TO_TEACHER_AND_HOST,
    ("reservation_decline", "confirmed", "refused_by_host"): TO_TEACHER_AND_HOST,
    ("reservation_decline", "locked", "refused_by_host"): TO_TEACHER_AND_HOST,
    ("reservation_lapse", "requested", "lapsed"): ["lapsed/teacher/visa", CANCELLED_VISA],
    ("reservation_lapse", "waiting", "lapsed"): ["lapsed/teacher/wait"],
    ("reservation_lapse", "offered", "lapsed"): ["lapsed/teacher/offer"],
    ("reservation_release", "requested", "cancelled_by_teacher"): [],
    ("reservation_release", "waiting", "cancelled_by_teacher"): [],
    ("reservation_release", "offered", "cancelled_by_teacher"): [],
    ("reservation_refuse", "confirmed", "confirmed"): ["change_not_granted/teacher"],
    ("reservation_lapse", "confirmed", "confirmed"): ["change_not_granted/teacher"],
    ("reservation_renew_approval", "confirmed", "confirmed"): ["approval_asked"],
    ("reservation_follow", "requested", "requested"): ["slot_changed/teacher"],
    ("reservation_follow", "waiting", "waiting"): ["slot_changed/teacher"],
    ("reservation_follow", "offered", "offered"): ["slot_changed/teacher"],
    ("reservation_follow", "confirmed", "confirmed"): ["slot_changed/teacher", "slot_changed/host", KEPT_VISA],
    ("reservation_follow", "locked", "locked"): ["slot_changed/teacher", "slot_changed/host", KEPT_VISA],
    ("reservation_follow", "locked", "confirmed"): ["slot_changed/teacher", "slot_changed/host", KEPT_VISA],
    ("reservation_call_off", "requested", "called_off"): ["slot_called_off/teacher", CANCELLED_VISA],
    ("reservation_call_off", "waiting", "called_off"): ["slot_called_off/teacher"],
    ("reservation_call_off", "offered", "called_off"): ["slot_called_off/teacher"],
    ("reservation_call_off", "confirmed", "called_off"): [
        "slot_called_off/teacher",
        "slot_called_off/host",
        CANCELLED_VISA,
    ],
    ("reservation_call_off", "locked", "called_off"): [
        "slot_called_off/teacher",
        "slot_called_off/host",
        CANCELLED_VISA,
    ],
}
# A change that is asked ends without a word to others than its teacher; granted, it is gone.
HEARD_OF_CHANGE = {
    "change_asked": ["reservation_requested/teacher", "approval_asked"],
    "reservation_renew_approval": ["approval_asked"],
    "change_cancel": [],
    "reservation_follow": ["slot_changed/teacher"],
    "change_refuse": ["change_not_granted/teacher"],
    "change_lapse": ["change_not_granted/teacher"],
    "change_decline": ["change_not_granted/teacher"],
    "change_call_off": ["change_not_granted/teacher"],
}
# What an act on another reservation does to one: no line of its own.
HEADCOUNTED = {"reservation_headcount", "reservation_adults_asked", "reservation_adults_given_up"}
SIGNED = {"signed_host", "signed_on", "signed_adults", "visa_note", "visa_paper_on"}
BESIDE = {"replaces", "hold_until", "adults_asked", "changed_at", *SIGNED}
# A group that waits and comes with fewer pupils may be offered a place at once; adults who were never signed for lapse
# as the list locks: two changes, two lines, one mail. What a draw leaves waiting may be offered a place in its minute.
TWO_AT_ONCE = [
    ["reservation_headcount", "reservation_offer"],
    ["reservation_lapse", "reservation_lock"],
    ["reservation_drawn", "reservation_offer"],
]
ELSEWHERE = ["reservation_changed/teacher/moved", "reservation_confirmed/host", "reservation_cancelled/host/left"]
SAME_LYCEE = ["reservation_changed/teacher/moved", "reservation_changed/host/moved"]
IN_AGENDAS = {"confirmed": "there", "locked": "there", "attended": "there", "no_show": "there"}
LIVE = frozenset({"requested", "confirmed", "locked", "waiting", "offered", "in_draw"})


@dataclass(frozen=True)
class Seen:
    """The tables at one moment: reservations, comings and slots by their numbers, how far journal and outbox go, a
    print of it all."""

    reservations: Mapping[int, Record]
    attendances: Mapping[int, Record]
    slots: Mapping[int, Record]
    last_line: int
    last_notice: int
    digest: str


async def see() -> Seen:
    await tell()
    return Seen(
        reservations={one["id"]: one for one in await rows(RESERVATIONS)},
        attendances={one["id"]: one for one in await rows(ATTENDANCES)},
        slots={one["id"]: one for one in await rows(SLOTS)},
        **dict((await rows(DIGEST))[0]),
    )


async def check_what_never_is() -> None:
    await tell()
    kept = list(NEVER | COMPANY_NEVER)
    assert [(kept[place], found) for place, found in await rows(NEVER_ASKED)] == []


async def check_what_changed(before: Seen, after: Seen, lycee_of: Mapping[int, int], *, clock: bool) -> None:
    """Each reservation that changed has one line in the journal and its mails; the others have none.

    SEQUENCE never decreases, and grows with each change of hour, of place, or of what an agenda shows.
    """
    written: dict[str, dict[int, list[str]]] = {"reservation": {}, "attendance": {}}
    for line in await rows(JOURNAL, before.last_line, REMINDERS):
        written[line["about_kind"]].setdefault(line["about"], []).append(line["act"])
    heard_of: dict[str, dict[int, Counter[str]]] = {"reservation": {}, "attendance": {}}
    await tell()
    for notice in await rows(NOTICES, before.last_notice):
        heard_of[notice["about_kind"]].setdefault(notice["about"], Counter())[notice["letter"]] += 1
    check_companies(before.attendances, after.attendances, written["attendance"], heard_of["attendance"])
    lines, told = written["reservation"], heard_of["reservation"]
    for number, now in after.reservations.items():
        was = before.reservations.get(number)
        acts = lines.get(number, [])
        if was is None or _differs(was, now) - (set() if acts else BESIDE):
            assert len(acts) == 1 or acts in TWO_AT_ONCE, (number, was and was["state"], now["state"], acts)
        if acts == ["reservation_waits"] and _named_by_another(now, before, after):
            assert number not in told
        elif acts:
            heard = ["change_not_granted/teacher"] if acts == TWO_AT_ONCE[1] else _heard(acts[-1], was, now, lycee_of)
            heard = [kind for kind in heard if kind not in TO_PRINCIPAL or now["needs_approval"]]
            if was is not None and was["state"] == "requested" and was["confirmed_at"] and now["state"] != "confirmed":
                heard = [*heard, *_heard_where_it_is_known(heard, was, now, lycee_of)]
            if acts[-1].endswith("_paper_visa"):
                heard = [*heard, "paper_visa_noted"]
            assert told.pop(number, Counter()) == Counter(heard), (number, acts, was and was["state"], now["state"])
        if acts and acts[-1] == "reservation_offer":
            _check_no_choice_is_sooner(now, after.reservations)
        if was is not None:
            _check_sequence(was, now)
            _check_rank(was, now)
    assert set(lines) <= set(after.reservations)
    # A principal is asked again by the clock, and told of a visa on paper that makes none of its choices sure yet.
    beside = {"approval_asked"} if clock else {"paper_visa_noted"}
    assert all(set(kinds) == beside for kinds in told.values()), told


def _named_by_another(waits: Record, before: Seen, after: Seen) -> bool:
    """Of the choices that begin to wait at once the first alone has a mail, which names them all."""
    made = [one for number, one in after.reservations.items() if number not in before.reservations]
    return any(other["demand"] == waits["demand"] and other["id"] < waits["id"] for other in made)


def _differs(was: Record, now: Record) -> set[str]:
    return {name for name, value in dict(now).items() if name != "room" and value != was[name]}


def _heard(act: str, was: Record | None, now: Record, lycee_of: Mapping[int, int]) -> list[str]:
    """What people hear of the last act on a reservation, the principal included."""
    change = now["replaces"] is not None if was is None else was["replaces"] is not None
    if change and act in HEARD_OF_CHANGE:
        return HEARD_OF_CHANGE[act]
    if was is not None and act in HEADCOUNTED and was["state"] in {"requested", "confirmed"}:
        return _heard_of_headcount(was, now)
    granted = act.partition("_")[2] in {"approve", "paper_visa"}
    if was is not None and granted and was["state"] == "confirmed" and was["slot"] == now["slot"]:
        return RESIZED
    if was is None or not (act == "reservation_moved" or (granted and was["slot"] != now["slot"])):
        return HEARD.get((act, was and was["state"], now["state"]), [])
    if was["state"] == "requested":
        return ["reservation_changed/teacher/moved", "approval_asked"]
    told = SAME_LYCEE if lycee_of[was["slot"]] == lycee_of[now["slot"]] else ELSEWHERE
    return told if granted else [*told, KEPT_VISA]


def _heard_where_it_is_known(heard: list[str], was: Record, now: Record, lycee_of: Mapping[int, int]) -> list[str]:
    """What a lycée hears of a visit that was sure before its visa was taken back."""
    if "reservation_changed/teacher/moved" in heard:
        same = lycee_of[was["slot"]] == lycee_of[now["slot"]]
        return ["reservation_changed/host/moved" if same else "reservation_cancelled/host/left"]
    return [KNEW[kind] for kind in heard if kind in KNEW]


def _heard_of_headcount(was: Record, now: Record) -> list[str]:
    if was["state"] == "requested":
        return ["approval_asked"] if now["adults"] > was["adults"] else []
    counted = (was["pupils"], was["adults"]) != (now["pupils"], now["adults"])
    return [*([*RESIZED, KEPT_VISA] if counted else []), *(["approval_asked"] if now["adults_asked"] else [])]


def _check_no_choice_is_sooner(offered: Record, reservations: Mapping[int, Record]) -> None:
    """A place is offered to a line only when none of its demand awaits its visa, and no better one is offered."""
    lines = [one for one in reservations.values() if one["demand"] == offered["demand"]]
    assert [one["id"] for one in lines if one["state"] == "requested"] == []
    better = [one["id"] for one in lines if one["line"] < offered["line"] and one["state"] == "offered"]
    assert better == []


def _check_rank(was: Record, now: Record) -> None:
    """Whoever waits, or is offered a place, keeps the hour and the rank of the draw by which it is in line."""
    if was["state"] == "waiting" and now["state"] in {"waiting", "offered"}:
        in_line = ("created_at", "drawn_rank", "slot", "demand", "line", "half")
        assert [now[name] for name in in_line] == [was[name] for name in in_line]


def _check_sequence(was: Record, now: Record) -> None:
    shown = [
        (one["slot"], one["starts_at"], one["ends_at"], one["room"], IN_AGENDAS.get(one["state"])) for one in (was, now)
    ]
    assert now["sequence"] >= was["sequence"]
    if shown[0] != shown[1] and was["state"] in LIVE:
        assert now["sequence"] > was["sequence"], (was["state"], now["state"])
