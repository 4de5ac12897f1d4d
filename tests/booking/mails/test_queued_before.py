"""What a version before queued under another name, or without its reader, still leaves, as today's letter.

Each old kind is queued with facts that hold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import pytest

from booking.mails.fan_out import fan_out
from booking.mails.kinds import drafts_of
from booking.mails.recipients import TOLD_BEFORE
from booking.outbox.notices.envelope import sign_of
from booking.outbox.returns.mark import mark
from booking.outbox.returns.rules import ReturnReport
from booking.people.accounts.rules import hash_of
from booking.programme.coordination.queries import TO_SAY
from booking.words.letters import LETTERS, RENAMED, letter_words, told_by
from tests import builders, builders_ptech
from tests.booking.mails import test_evening, test_requests, test_sign_ups
from tests.booking.mails.story import CLAIRE, JULES, SETTINGS, Story, posted, reserved
from tests.booking.mails.test_accounts import a_key, a_passkey, a_phone
from tests.booking.mails.test_nobody_else_hears import a_question
from tests.booking.mails.test_one_mail import World, sent
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.events.record import record

SECRET, INES = "son-lien", "ines@example.org"
EVE, ON = paris("2027-03-24 10:00"), 20270325
Facts = Callable[[], Awaitable[dict[str, object]]]


def visit(state: str, to: str = CLAIRE, *, also: int | None = None, now: datetime = NOW, **more: object) -> Facts:
    """Claire's visit at Jules's lycée, in a state."""

    async def facts() -> dict[str, object]:
        story = await reserved(needs_approval=True, state=state, **more)
        return {"about": story.reservation, "to_email": to, "also": also, "now": now}

    return facts


def asked_for(**more: object) -> Facts:
    return visit("requested", hold_until=paris("2027-03-01 18:00"), **more)


async def _moved_from_elsewhere() -> dict[str, object]:
    """It left the lycée of Jules for another one."""
    story = await reserved()
    there = await builders.slot(host=await builders.school(kind="lycee"))
    await rows("UPDATE reservations SET slot = $1 WHERE id = $2", there, story.reservation)
    return {"about": story.reservation, "to_email": JULES, "also": story.slot}


async def _event(story: Story, act: str, **more: object) -> int:
    return await record(act, by=None, about_kind="reservation", about=story.reservation, now=NOW, **more)


def handed(to: str) -> Facts:
    """Marie has taken over the visit that Claire had reserved."""

    async def facts() -> dict[str, object]:
        story = await reserved()
        marie = await builders.person("teacher", "marie@example.org", name="Marie Perrin", school=story.college)
        await rows("UPDATE reservations SET booked_by = $1", marie)
        event = await _event(story, "reservation_taken_over", also=story.teacher, was="confirmed", state="confirmed")
        account = await value("SELECT id FROM accounts WHERE email = $1", to)
        return {"about": story.reservation, "to_email": to, "event": event, "account": account}

    return facts


async def _proposed() -> dict[str, object]:
    story = await reserved()
    marie = await builders.person("teacher", "marie@example.org", name="Marie Perrin", school=story.college)
    asked = "UPDATE reservations SET handed_to = $1, handed_until = $2, handed_salt = gen_random_uuid()"
    await rows(asked, marie, NOW + timedelta(days=5))
    return {"about": story.reservation, "to_email": "marie@example.org", "account": marie}


async def _kept_after_all() -> dict[str, object]:
    story = await reserved()
    marie = await builders.account("marie@example.org", name="Marie Perrin")
    return {"about": story.reservation, "also": marie}


def coming(state: str, to: str = INES, *, people: int = 2, alone: bool = False, **more: object) -> Facts:
    """A company's coming to the slot of Claire's visit, in a state."""

    async def facts() -> dict[str, object]:
        story = await reserved()
        if alone:
            await rows("UPDATE slots SET seats_taken = 0, groups_taken = 0")
        firm = await builders.company(name="Zénith Montres")
        ines = await builders.person("company", INES, name="Inès Caron", company=firm)
        made = await builders.attendance(slot=story.slot, company=firm, by=ines, state=state, people=people)
        return {"about": made, "to_email": to, "about_kind": "attendance", **more}

    return facts


def action(state: str = "planned", **more: object) -> Facts:
    async def facts() -> dict[str, object]:
        lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
        await builders.person("host", JULES, name="Jules Marchand", school=lycee)
        cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee))
        reason = {"reason": "Atelier fermé"} if state == "called_off" else {}
        held = {"pupils": 20} if state == "held" else {}
        made = await builders_ptech.action(cohort, starts_at=paris("2027-03-25 09:00"), state=state, **reason, **held)
        return {"about": made, "to_email": JULES, "about_kind": "action", **more}

    return facts


async def _mentor() -> dict[str, object]:
    firm = await builders.company(name="Zénith Montres")
    ines = await builders.person("company", INES, name="Inès Caron", company=firm)
    cohort = await builders_ptech.cohort(entry_year=2026)
    await builders_ptech.mentor(cohort, company=firm, from_on=date(2027, 1, 4))
    return {"about": cohort, "also": firm, "about_kind": "cohort", "to_email": INES, "account": ines}


def question(state: str) -> Facts:
    async def facts() -> dict[str, object]:
        story = await reserved()
        made = await a_question(story.college, story.host, by=story.teacher, name="q")
        await rows("UPDATE questions SET state = $1", state)
        return {"about": made, "about_kind": "question"}

    return facts


def at_school(**more: object) -> Facts:
    """Of a collège, by the link `SECRET`."""

    async def facts() -> dict[str, object]:
        made = await builders.school(name="Collège Stendhal", mail="ce.0250011b@example.org", **more)
        return {"about": made, "secret": SECRET, "about_kind": "school"}

    return facts


def opens(made: Callable[[int], Awaitable[int]]) -> Facts:
    async def facts() -> dict[str, object]:
        return {"about": await made(await builders.account(CLAIRE)), "secret": SECRET}

    return facts


async def _invited() -> dict[str, object]:
    lycee = await builders.school(kind="lycee")
    jules = await builders.person("host", JULES, school=lycee)
    made = await builders._insert(
        "host_invitations", email="anne@example.org", name="Anne Roy", school=lycee, invited_by=jules,
        token_hash=hash_of(SECRET), asked_at=NOW, sent_at=NOW, expires_at=NOW + timedelta(days=7),
    )  # fmt: skip
    return {"about": made, "secret": SECRET, "about_kind": "host_invitation"}


async def _signed_up() -> dict[str, object]:
    await test_sign_ups.signs_up("claire.renaud@ac-besancon.fr")
    await rows("DELETE FROM notices")
    return {"about": await value("SELECT id FROM sign_ups"), "secret": "sa-reponse", "about_kind": "sign_up"}


async def _signed_up_for_colleagues() -> dict[str, object]:
    facts = await _signed_up()
    college = await value("SELECT school FROM sign_ups")
    return {"about": college, "also": facts["about"], "about_kind": "college", "to_email": "marc@example.org"}


async def _company_asks() -> dict[str, object]:
    made = await builders._insert(
        "company_requests", siret=builders.siret(7), company_name="Zénith", contact_name="Luc", email="luc@example.org",
        proposal="Un témoignage", asked_at=NOW,
    )  # fmt: skip
    return {"about": made, "about_kind": "company_request"}


async def _company() -> dict[str, object]:
    return {"about": await builders.company(), "about_kind": "company"}


async def _looks() -> dict[str, object]:
    _, demand = await test_requests.only_looking()
    return {"about": demand, "about_kind": "demand"}


async def _found() -> dict[str, object]:
    story = await reserved()
    member = await value("SELECT id FROM memberships WHERE account = $1", story.teacher)
    made = await builders._insert(
        "demands", school=story.college, asked_by=story.teacher, tells=True, sentence=1, membership=member,
        level="4e", pupils=24, asked_at=NOW, ends_at=NOW + timedelta(days=90), met_at=NOW, slots=[story.slot],
    )  # fmt: skip
    return {"about": made, "about_kind": "alert"}


async def _drawn() -> dict[str, object]:
    opening = await builders.opening(
        opens_at=NOW + timedelta(days=1), draws_at=NOW + timedelta(days=1, hours=1), seed=bytes(32)
    )
    story = await reserved(state="in_draw", line=1)
    await rows("UPDATE demands SET opening = $1, number = 'a1b2'", opening)
    return {"about": story.reservation}


def thanked(to: str) -> Facts:
    async def facts() -> dict[str, object]:
        _, slot = await test_evening.closed(await test_evening.lycee())
        attendance = await test_evening.came(slot, "Horlogerie du Doubs")
        act, kind, about = (
            ("slot_thanked", "slot", slot) if to == JULES else ("coming_thanked", "attendance", attendance)
        )
        evening = test_evening.EVENING
        event = await record(act, by=None, about_kind=kind, about=about, now=evening)
        return {"about": about, "about_kind": kind, "event": event, "to_email": to, "now": evening}

    return facts


async def _tomorrow() -> dict[str, object]:
    story = await reserved()
    return {"about": story.host, "to_email": JULES, "also": ON, "about_kind": "school", "now": EVE}


def to_close(state: str) -> Facts:
    async def facts() -> dict[str, object]:
        story = await reserved()
        await rows("UPDATE slots SET state = $1", state)
        about = {"about": story.slot, "about_kind": "slot"}
        asked = {"about": story.host, "also": story.slot, "about_kind": "school"}
        return {"to_email": JULES, "now": paris("2027-03-29 09:00"), **(about if state == "closed" else asked)}

    return facts


async def _monday_of_host() -> dict[str, object]:
    lycee = await builders.school(kind="lycee")
    await builders.person("host", JULES, school=lycee)
    await builders.slot(host=lycee, starts_at=paris("2027-02-01 08:00"))
    return {"about": lycee, "about_kind": "school", "to_email": JULES}


async def _monday_of_coordinator() -> dict[str, object]:
    await builders.person("coordinator", "nour@example.org")
    await builders.notice(state="failed")
    return {"about": 0, "about_kind": "coordination", "to_email": "nour@example.org"}


async def _letter_to_college() -> dict[str, object]:
    story = await reserved(state="cancelled_by_teacher")
    await rows("UPDATE slots SET seats_taken = 0, groups_taken = 0")
    college = await builders.school(name="Collège Pergaud", mail="ce.0250022b@example.org")
    written = {"school_year": 2026, "words": "Venez.", "invited_by": story.teacher, "invited_at": NOW}
    return {"about": await builders._insert("college_invitations", school=college, **written)}


IN_A_WEEK = paris("2027-03-18 09:00")
FACTS: dict[str, Facts] = {
    "colleague_invited": _invited,
    "key_added": opens(a_key),
    "phone_added": opens(a_phone),
    "passkey_added": opens(a_passkey),
    "passkey_removed": at_school(),
    "host_removed": at_school(kind="lycee"),
    "sign_up_to_answer": _signed_up,
    "sign_up_waits": _signed_up_for_colleagues,
    "company_asked": _company_asks,
    "sign_up_confirmed": at_school(),
    "sign_up_refused": at_school(),
    "sign_up_lapsed": at_school(),
    "company_accepted": _company,
    "company_declined": _company,
    "approval_reminder": asked_for(),
    "demand_looks": _looks,
    "reservation_in_draw": _drawn,
    "approval_lapsed": visit("lapsed"),
    "offer_lapsed": visit("lapsed"),
    "wait_lapsed": visit("lapsed"),
    "draw_lapsed": visit("lapsed"),
    "alert_met": _found,
    "search_over": _looks,
    "reservation_confirmed": visit("confirmed"),
    "reservation_received": visit("confirmed", JULES),
    "reservation_moved": visit("confirmed"),
    "reservation_moved_host": visit("confirmed", JULES),
    "headcount_changed": visit("confirmed"),
    "headcount_changed_host": visit("confirmed", JULES),
    "visa_by_link_stands": visit("confirmed"),
    "signed_visit_changed": visit("confirmed", "perrin@example.org"),
    "reservation_cancelled": visit("refused_by_host"),
    "reservation_cancelled_host": visit("cancelled_by_teacher", JULES),
    "reservation_left": _moved_from_elsewhere,
    "signed_visit_cancelled": visit("cancelled_by_teacher", "perrin@example.org", signed_on=date(2027, 3, 25)),
    "visa_taken_back": asked_for(),
    "visa_taken_back_host": asked_for(to=JULES),
    "slot_moved": visit("confirmed"),
    "objects_changed": visit("confirmed"),
    "slot_moved_host": visit("confirmed", JULES),
    "slot_moved_company": coming("announced"),
    "slot_called_off": visit("called_off"),
    "slot_called_off_host": visit("called_off", JULES),
    "slot_called_off_company": coming("called_off"),
    "visit_taken_over": handed("marie@example.org"),
    "visit_taken_over_host": handed(JULES),
    "visit_handed_over": handed(CLAIRE),
    "visit_proposed": _proposed,
    "visit_not_taken": _kept_after_all,
    "visit_unanswered": _kept_after_all,
    "visit_asked_again": visit("confirmed", also=ON, now=paris("2027-03-22 08:00")),
    "visit_missed": visit("no_show"),
    "visit_thanks": thanked(JULES),
    "visit_thanks/attendance": thanked("horlogerie@example.org"),
    "reminder_7": visit("confirmed", also=ON, now=IN_A_WEEK),
    "reminder_1": visit("confirmed", also=ON, now=EVE),
    "reminder_1_host": _tomorrow,
    "reminder_1_company": coming("announced", also=ON, now=EVE),
    "reminder_1_mentoring": action(also=ON, now=EVE),
    "slot_reopened": to_close("closed"),
    "closing_asked": to_close("open"),
    "question_asked": question("asked"),
    "question_answered": question("answered"),
    "question_closed": question("closed"),
    "principal_address": at_school(
        principal_link=hash_of(SECRET), principal_mail="perrin@example.org", principal_confirmed_at=None
    ),
    "principal_refused": at_school(),
    "visa_end": at_school(visa_end_link=hash_of(SECRET), needs_approval=True),
    "attendance_asked": coming("asked"),
    "attendance_asked_host": coming("asked", JULES),
    "attendance_unanswered": coming("asked", JULES),
    "attendance_confirmed": coming("announced"),
    "attendance_received": coming("announced", JULES),
    "attendance_changed": coming("announced"),
    "attendance_changed_host": coming("announced", JULES),
    "attendance_declined": coming("declined"),
    "attendance_lapsed": coming("lapsed"),
    "attendance_withdrawn": coming("withdrawn"),
    "attendance_withdrawn_host": coming("withdrawn", JULES),
    "session_left_alone": coming("announced", alone=True),
    "session_to_nobody": coming("announced", alone=True),
    "mentor_welcomed": _mentor,
    "mentoring_planned": action(),
    "mentoring_changed": action(),
    "mentoring_held": action("held"),
    "mentoring_called_off": action("called_off"),
    "digest_host": _monday_of_host,
    "digest_coordinator": _monday_of_coordinator,
    "college_reminded": _letter_to_college,
}


def test_every_old_kind_is_tried_here():
    assert set(FACTS) == set(RENAMED)


@pytest.mark.parametrize("old", FACTS)
async def test_a_notice_of_an_old_kind_leaves_with_the_words_of_its_letter(db, old):
    queued: dict[str, object] = {"kind": old.partition("/")[0], "to_email": CLAIRE, "about_kind": "reservation"}
    queued |= await FACTS[old]()
    now = queued.pop("now", NOW)
    await rows("DELETE FROM events_to_tell")
    number = await builders.notice(**queued)
    (mail,) = await posted(now=now)
    assert mail.to == [queued["to_email"]]
    assert len(str(mail.message["Subject"])) > 10
    assert mail.part("text/plain").get_content().startswith("Bonjour,")
    assert await value("SELECT state FROM notices WHERE id = $1", number) == "sent"


@pytest.mark.parametrize("old", FACTS)
def test_the_coordination_reads_what_an_old_letter_was_and_for_whom(old):
    kind, _, about_kind = old.partition("/")
    today = told_by(kind, about_kind=about_kind)
    assert today.letter in LETTERS
    assert letter_words(kind, about_kind=about_kind) == letter_words(*today)
    assert "{" not in letter_words(kind, about_kind=about_kind)


def test_what_an_act_of_before_told_of_is_told_by_a_letter_of_today():
    assert [drafts_of(line.letter, line.reader, line.what)[0] for line in TOLD_BEFORE] == ["teacher", "teacher"]


OLD = """INSERT INTO notices (event, kind, account, to_email, about_kind, about, once, state, attempts, sent_at)
SELECT id, $1::varchar, $2::int, $3, 'reservation', about, id || ':' || $1 || ':' || $2::int, 'sent', 1, $4
FROM events WHERE act = 'reservation_booked' RETURNING id"""


async def test_an_old_mail_that_comes_back_is_said_once_its_stand_in_is_told_and_another_is_still_to_say(db):
    world = await World().made()
    await builders.membership(await builders.account("nour@example.org"), "coordinator")
    await world.books()
    await rows("DELETE FROM events_to_tell")
    to_host = await value(OLD, "reservation_received", world.jules, JULES, NOW)
    to_teacher = await value(OLD, "reservation_confirmed", world.claire, CLAIRE, NOW)
    await rows("UPDATE notices SET state = 'returned', returned_at = $2 WHERE id = $1", to_teacher, NOW)
    report = ReturnReport((sign_of(to_host, SETTINGS.secret_key),), True, "550")
    assert await mark(report, secret_key=SETTINGS.secret_key, now=NOW)
    later = NOW + timedelta(minutes=5)
    await fan_out(now=NOW)
    assert [mail.to for mail in await sent(now=later) if mail.to != [JULES]] == [["nour@example.org"]]
    assert [one["id"] for one in await rows(TO_SAY, 10)] == [to_teacher]
