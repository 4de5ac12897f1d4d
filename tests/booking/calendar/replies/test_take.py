"""Which answers are kept, and that none of them changes a reservation."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.calendar.replies.forget import forget
from booking.calendar.replies.parse import answer_in
from booking.calendar.replies.queries import declined_of_reservation, declined_of_slot
from booking.calendar.replies.take import take
from tests import builders
from tests.booking.calendar.replies.mails import SECRET, UID, by_google
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import row, rows, value


async def invited(*, sequence: int = 0, state: str = "confirmed") -> tuple[int, int]:
    """Claire's visit, received by Jules; returns the reservation and the slot."""
    haag = await builders.school(kind="lycee")
    await builders.membership(await builders.account("jules@example.org", name="Jules Marchand"), "host", school=haag)
    claire = await builders.account("claire@example.org", name="Claire Renaud")
    slot = await builders.slot(host=haag)
    group = await builders.group(school=await builders.school())
    made = await builders.reservation(slot=slot, group=group, by=claire, uid=UID, sequence=sequence, state=state)
    return made, slot


async def answered(word: str = "DECLINED", **more: str) -> str | None:
    return await take(answer_in(by_google(word, **more)), secret_key=SECRET, now=NOW)


async def kept() -> list[tuple[str, int]]:
    return [tuple(one) for one in await rows("SELECT answer, sequence FROM replies ORDER BY id")]


async def test_a_teacher_who_declines_is_shown_to_the_schools_and_keeps_her_seats(db):
    reservation, slot = await invited()
    before = await row("SELECT state, sequence, late, changed_at FROM reservations")
    assert await answered() == "DECLINED"
    [said] = await declined_of_reservation(reservation)
    assert (said.name, said.role, said.slot, said.reservation, said.attendance) == (
        "Claire Renaud",
        "teacher",
        slot,
        reservation,
        None,
    )
    assert await declined_of_slot(slot) == [said]
    assert await row("SELECT state, sequence, late, changed_at FROM reservations") == before
    assert tuple(await row("SELECT seats_taken, groups_taken FROM slots")) == (24, 1)
    await tell()
    assert await value("SELECT count(*) FROM notices") == 0
    assert await value("SELECT act FROM events") == "invitation_declined"


async def test_a_host_of_the_lycee_may_decline_too(db):
    reservation, _ = await invited()
    assert await answered(email="jules@example.org") == "DECLINED"
    assert [(one.name, one.role) for one in await declined_of_reservation(reservation)] == [("Jules Marchand", "host")]


async def test_a_company_that_declines_is_shown_to_the_host(db):
    slot = await builders.slot()
    emma = await builders.account("emma@example.org", name="Emma Vuillemin")
    coming = await builders.attendance(slot=slot, company=await builders.company(), by=emma, uid="a-1@t.example")
    assert await answered(uid="a-1@t.example", email="emma@example.org") == "DECLINED"
    assert [(one.name, one.role, one.attendance) for one in await declined_of_slot(slot)] == [
        ("Emma Vuillemin", "company", coming)
    ]
    assert await value("SELECT company_places_taken FROM slots") == 2


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("COMMENT:Le car est en panne\\, nous proposons le 12.\r\n", "Le car est en panne, nous proposons le 12."),
        ("COMMENT;LANGUAGE=fr:Deux\\nlignes \r\n", "Deux lignes"),
        ("COMMENT:Une\r\nCOMMENT:autre\r\n", "Une autre"),
        (f"COMMENT:{'a' * 400}\r\n", "a" * 299 + "…"),
        ("COMMENT:Léa Martin est absente\r\n", "[commentaire non repris : il semble nommer quelqu'un]"),
        ("COMMENT:Un élève diabétique\\, hospitalisé\r\n", "[commentaire non repris : il semble parler de santé]"),
        (
            "COMMENT:Car en panne\\, 06 12 34 56 78\r\n",
            "[commentaire non repris : il semble donner un numéro de téléphone]",
        ),
        ("", ""),
    ],
)
async def test_the_comment_of_whoever_declines_is_shown_to_both_schools_unless_it_tells_of_somebody(db, written, shown):
    reservation, slot = await invited()
    await answered(comment=written)
    assert [one.comment for one in await declined_of_reservation(reservation)] == [shown]
    assert [one.comment for one in await declined_of_slot(slot)] == [shown]


async def test_a_comment_goes_with_the_refusal_that_it_came_with(db):
    reservation, _ = await invited()
    await answered("DECLINED", comment="COMMENT:Pas de car\r\n", stamp="20270110T101500Z")
    await answered("ACCEPTED", comment="COMMENT:Nous en avons un\r\n", stamp="20270110T101600Z")
    assert [one["comment"] for one in await rows("SELECT comment FROM replies")] == [""]
    await answered("DECLINED", comment="COMMENT:En fait non\r\n", stamp="20270110T101700Z")
    assert [one.comment for one in await declined_of_reservation(reservation)] == ["En fait non"]


async def test_a_later_answer_takes_the_place_of_the_first(db):
    reservation, _ = await invited()
    await answered("DECLINED", stamp="20270110T101500Z")
    assert await answered("ACCEPTED", stamp="20270110T101600Z") == "ACCEPTED"
    assert await answered("DECLINED", stamp="20270110T101500Z") is None
    assert await kept() == [("ACCEPTED", 0)]
    assert await declined_of_reservation(reservation) == []


async def test_the_same_mail_read_twice_is_one_answer_and_one_line_of_the_journal(db):
    await invited()
    await asyncio.gather(*(answered() for _ in range(3)))
    await answered()
    assert await kept() == [("DECLINED", 0)]
    assert await value("SELECT count(*) FROM events") == 1


@pytest.mark.parametrize(
    "more",
    [
        {"sequence": "SEQUENCE:1\r\n"},
        {"sequence": ""},
        {"uid": "another@technilab.example"},
        {"email": "stranger@example.org"},
    ],
)
async def test_an_old_or_a_foreign_answer_is_ignored(db, more):
    await invited(sequence=2)
    assert await answered(**({"sequence": "SEQUENCE:2\r\n"} | more)) is None
    assert await kept() == []


@pytest.mark.parametrize("state", ["requested", "waiting", "cancelled_by_teacher", "attended"])
async def test_what_is_not_a_visit_to_come_cannot_be_declined(db, state):
    await invited(state=state)
    assert await answered() is None


async def test_an_answer_to_the_old_date_no_longer_shows_once_the_visit_has_moved(db):
    reservation, slot = await invited()
    await answered()
    await rows("UPDATE reservations SET sequence = 1")
    assert (await declined_of_reservation(reservation), await declined_of_slot(slot)) == ([], [])
    assert await answered("DECLINED", sequence="SEQUENCE:1\r\n") == "DECLINED"
    assert len(await declined_of_reservation(reservation)) == 1


async def test_answers_are_forgotten_thirty_days_after_the_visit(db):
    await invited()
    await answered()
    over = paris("2027-03-25 12:00") + timedelta(days=30)
    await forget(now=over)
    assert len(await kept()) == 1
    await forget(now=over + timedelta(seconds=1))
    assert await kept() == []


@pytest.mark.parametrize(
    "forged", [{"sequence": "SEQUENCE:2000000000\r\n"}, {"stamp": "29990101T000000Z"}, {"stamp": "99991231T235959Z"}]
)
async def test_a_forged_answer_is_not_the_last_word(db, forged):
    """Somebody who has read the invitation answers it in Claire's name, of a version or an hour still to come."""
    await invited()
    assert await answered("DECLINED", **forged) == "DECLINED"
    assert await kept() == [("DECLINED", 0)]
    later = NOW + timedelta(hours=1)
    stamp = f"{later:%Y%m%dT%H%M%SZ}"
    assert await take(answer_in(by_google("ACCEPTED", stamp=stamp)), secret_key=SECRET, now=later) == "ACCEPTED"
    assert await kept() == [("ACCEPTED", 0)]


async def test_an_answer_of_the_far_future_that_was_kept_before_gives_way(db):
    reservation, _ = await invited()
    claire = await value("SELECT id FROM accounts WHERE email = 'claire@example.org'")
    await rows(
        """INSERT INTO replies (reservation, account, answer, sequence, answered_at, received_at)
           VALUES ($1, $2, 'DECLINED', 2000000000, '2999-01-01', now())""",
        *(reservation, claire),
    )
    later = NOW + timedelta(hours=1)
    assert (
        await take(answer_in(by_google("ACCEPTED", stamp=f"{later:%Y%m%dT%H%M%SZ}")), secret_key=SECRET, now=later)
        == "ACCEPTED"
    )


async def test_the_colleague_who_stands_in_answers_for_the_college(db):
    reservation, _ = await invited()
    await builders.person(
        "teacher", "hugo@example.org", name="Hugo Roy", school=await value("SELECT school FROM reservations")
    )
    assert await answered(email="hugo@example.org") == "DECLINED"
    assert [(one.name, one.role) for one in await declined_of_reservation(reservation)] == [("Hugo Roy", "teacher")]
