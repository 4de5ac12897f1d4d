from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from booking.programme.coordination.queries import (
    COUNT_TO_SAY,
    READ_ELSEWHERE,
    TO_SAY,
    care,
    figures_of_school,
    mails,
    people_of_school,
)
from booking.programme.coordination.rules import Care, mail_failure, school_years
from tests import builders
from tests.builders import NOW, paris
from tests.owner import by_owner
from workshops.database import rows, transaction, value

COLUMNS = """SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
WHERE table_name = 'notices' AND column_name NOT IN ('id', 'once')"""


async def test_a_past_visit_that_nobody_closed_is_told_with_its_pupils(db):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    late = await builders.slot(host=lycee, starts_at=NOW - timedelta(days=3))
    await builders.reservation(slot=late, group=await builders.group(), pupils=23)
    for slot in (
        await builders.slot(host=lycee, starts_at=NOW - timedelta(hours=1)),
        await builders.slot(host=lycee, starts_at=NOW - timedelta(days=4), state="done"),
        await builders.slot(host=lycee, starts_at=NOW + timedelta(days=4)),
    ):
        await builders.reservation(slot=slot, group=await builders.group())
    await builders.slot(host=lycee, starts_at=NOW - timedelta(days=5))
    found = await care(now=NOW)
    assert found.late_in_all == 1
    assert [(one.id, one.school_name, one.pupils) for one in found.late] == [(late, "Lycée Jules Haag", 23)]


async def test_the_oldest_visits_left_open_are_shown_and_all_are_counted(db):
    workshop = await builders.workshop()
    for days in range(1, 13):
        slot = await builders.slot(workshop=workshop, starts_at=NOW - timedelta(days=days))
        await builders.reservation(slot=slot, group=await builders.group())
    found = await care(now=NOW)
    assert (len(found.late), found.late_in_all) == (10, 12)
    assert found.late[0].starts_at == NOW - timedelta(days=12)


async def test_the_latest_mails_are_counted_by_what_became_of_them(db):
    for state in ("sent", "sent", "dropped", "queued", "failed"):
        await builders.notice(state=state, sent_at=NOW if state == "sent" else None)
    found = await mails()
    assert (found.sent, found.dropped, found.last_sent_at) == (2, 1, NOW)


@pytest.mark.parametrize("asked", [COUNT_TO_SAY, TO_SAY, READ_ELSEWHERE])
async def test_a_mail_that_came_back_is_found_without_reading_every_mail_of_the_year(db, asked):
    await builders.notice(state="sent", sent_at=NOW)
    columns = await value(COLUMNS)
    many = f"SELECT {columns}, 'once:' || n FROM notices, generate_series(1, 5000) n"
    async with transaction():
        await rows(f"INSERT INTO notices ({columns}, once) {many}")
        await by_owner("ANALYZE notices")
        await rows("SET LOCAL plan_cache_mode = force_generic_plan")
        plan = await rows(f"EXPLAIN {asked}", *[None] * len(set(re.findall(r"\$(\d+)", asked))))
    assert [line for (line,) in plan if "Seq Scan on notices" in line] == [], plan


async def test_an_empty_outbox_has_no_last_mail(db):
    found = await mails()
    assert (found.sent, found.dropped, found.last_sent_at) == (0, 0, None)


async def test_the_people_of_a_school_are_those_who_act_for_it(db):
    college = await builders.school()
    claire = await builders.person("teacher", "claire@example.org", name="Claire Renaud", school=college)
    await builders.person("teacher", school=await builders.school())
    assert [(one.account, one.name, one.role) for one in await people_of_school(college)] == [
        (claire, "Claire Renaud", "teacher")
    ]


async def test_a_school_is_counted_as_host_and_as_visitor(db):
    lycee, college = await builders.school(kind="lycee"), await builders.school()
    workshop = await builders.workshop(host=lycee)
    done = await builders.slot(workshop=workshop, starts_at=NOW - timedelta(days=9), state="done")
    await builders.slot(workshop=workshop, starts_at=paris("2027-03-11 09:00"))
    group = await builders.group(school=college)
    await builders.reservation(slot=await builders.slot(workshop=workshop), group=group)
    await builders.turnout(slot=done, school=college, counted=23)
    hosting = await figures_of_school(lycee, now=NOW)
    assert (hosting.slots_ahead, hosting.visits_received, hosting.pupils_received) == (2, 1, 23)
    visiting = await figures_of_school(college, now=NOW)
    assert (visiting.visits_ahead, visiting.visits_made, visiting.pupils_sent) == (1, 1, 23)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("550 5.1.1 <x@y.fr>: Recipient address rejected: User unknown", "L'adresse n'existe pas."),
        ("550 No such user here", "L'adresse n'existe pas."),
        ("adresse impossible à écrire : é@y.fr", "L'adresse n'existe pas."),
        ("552 5.2.2 Mailbox full", "La boîte du destinataire est pleine."),
        ("452 4.2.2 over quota", "La boîte du destinataire est pleine."),
        ("550 5.2.1 mailbox disabled", "La boîte du destinataire est fermée."),
        ("550 5.7.1 Message rejected as spam", "Le serveur du destinataire refuse nos messages."),
        ("451 4.3.0 Try later", "Le serveur du destinataire n'a pas voulu du message ce jour-là."),
        ("le serveur de messagerie ne répond pas", "Le serveur de messagerie ne répondait pas."),
        ("[Errno 111] Connect call failed", "Le serveur de messagerie ne répondait pas."),
        ("Le message n'a pas pu être écrit (erreur 1a2b3c4d).", "Le message n'a pas pu être préparé."),
        ("L'envoi s'interrompt à chaque essai.", "Le message n'a pas pu être préparé."),
        ("", "Le message n'est pas parti."),
    ],
)
def test_what_a_server_answers_is_said_in_words(said, why):
    assert mail_failure(said).why == why


def needing(**more):
    values = {"failed": 0, "waiting": 0, "oldest_at": None, "beat_at": NOW, "late": (), "late_in_all": 0}
    return Care(**values | more)


def test_nothing_needs_care_while_mails_leave_and_visits_are_closed():
    assert not needing(waiting=3, oldest_at=NOW).needed(NOW)


@pytest.mark.parametrize(
    "what",
    [{"failed": 1}, {"late_in_all": 1}, {"beat_at": None}, {"beat_at": NOW - timedelta(minutes=3)}],
)
def test_a_failed_mail_a_visit_left_open_or_a_silent_worker_needs_care(what):
    assert needing(**what).needed(NOW)


def test_school_years_are_cut_to_the_period_the_latest_first():
    assert school_years(date(2025, 9, 1), date(2027, 1, 11)) == [
        (date(2026, 8, 1), date(2027, 1, 11)),
        (date(2025, 9, 1), date(2026, 7, 31)),
    ]


def test_a_period_inside_one_school_year_is_one():
    assert school_years(date(2027, 1, 1), date(2027, 7, 31)) == [(date(2027, 1, 1), date(2027, 7, 31))]
