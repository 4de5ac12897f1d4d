"""A mail that comes back minutes later: whoever stands in hears, by a letter of her own; a secret is told to nobody."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from booking.calendar.replies.mailbox import read_folder, read_mailbox
from booking.mails.pace import TOGETHER_WITHIN
from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.envelope import sign_of
from booking.outbox.notices.queue import MailToWrite, queue_all
from booking.outbox.notices.smtp import SmtpMailer
from booking.outbox.returns.mark import forget, trust
from booking.visits.attendance.acts import DeclineComing
from booking.visits.attendance.change import decline
from booking.visits.reservations.acts import ChangeHeadcount
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.slot_changes.call_off import call_off
from tests.booking.mails.story import SETTINGS, text_of
from tests.booking.people.accounts.test_who_hears import OFFICIAL, World, a_visit
from tests.builders import NOW
from tests.imap import post_box
from tests.reports import GONE, by_exchange, by_postfix
from tests.smtp import Taken, post_office
from tests.telling import tell
from workshops.database import rows
from workshops.slots.call_off import CallOffSlot

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(minutes=7)
MAILBOX = OFFICIAL.lower()


async def sent(*, now: datetime = NOW, reports: bool = True, limit: int = 100) -> list[Taken]:
    """All that leaves now, of what was done until a minute ago, through a real server."""
    await tell(now=now - TOGETHER_WITHIN)
    async with post_office(reports=reports) as office:
        mailer = SmtpMailer(office.url)
        await deliver(mailer, writer(SETTINGS), mail_from=SETTINGS.mail_from, now=now, limit=limit)
        return office.mails


async def comes_back(folder: Path, *reports: bytes, now: datetime = LATER) -> Counter[str | None]:
    for number, raw in enumerate(reports):
        (folder / f"{number}.eml").write_bytes(raw)
    return await read_folder(folder, secret_key=SETTINGS.secret_key, now=now)


async def comes_back_of(folder: Path, email: str, *, now: datetime = NOW, then: datetime = LATER) -> list[Taken]:
    """What leaves now, of which this person's comes back; returns what leaves after that."""
    mails = await sent(now=now)
    [lost] = [mail for mail in mails if mail.to == [email]]
    assert await comes_back(folder, by_postfix(lost), now=then) == Counter({"RETURNED": 1})
    return await sent(now=then)


def readers(mails: list[Taken]) -> list[str]:
    return sorted(mail.to[0] for mail in mails)


async def called_off(world: World) -> None:
    await call_off(world.slot, CallOffSlot(reason="Travaux"), school=world.lycee, by=world.people["jules"], now=NOW)


async def states() -> dict[str, str]:
    return {one["to_email"]: one["state"] for one in await rows("SELECT to_email, state FROM notices ORDER BY id")}


async def test_a_visit_called_off_whose_mail_comes_back_is_told_to_a_colleague_and_to_nobody_twice(tmp_path):
    await called_off(await a_visit())
    again = await comes_back_of(tmp_path, "claire@example.org")
    assert readers(again) == ["hugo@example.org"]
    assert "Le lycée ne peut pas vous recevoir" in text_of(again[0])
    assert await states() == {
        "claire@example.org": "returned",
        "hugo@example.org": "sent",
        "ines@example.org": "sent",
        "jules@example.org": "sent",
    }
    assert await rows("SELECT email, said, since FROM doubtful_addresses") == [
        ("claire@example.org", GONE.format(to="claire@example.org"), LATER)
    ]


async def test_a_mail_queued_by_a_version_before_that_comes_back_is_told_to_nobody_twice_either(tmp_path):
    await called_off(await a_visit())
    await tell(now=NOW - TOGETHER_WITHIN)
    told = await rows(
        """UPDATE notices SET kind = kind || CASE reader WHEN 'teacher' THEN '' ELSE '_' || reader END, reader = '',
             once = event || ':' || kind || ':' || coalesce(account::text, 'principal')
           WHERE reader <> 'principal' RETURNING kind"""
    )
    assert {one["kind"] for one in told} >= {"slot_called_off", "slot_called_off_host"}
    again = await comes_back_of(tmp_path, "claire@example.org")
    assert readers(again) == ["hugo@example.org"]


async def test_where_no_colleague_is_left_the_colleges_mailbox_hears_then_the_coordination(tmp_path):
    world = await a_visit()
    await rows("DELETE FROM memberships WHERE account = $1", world.people["hugo"])
    await called_off(world)
    again = await comes_back_of(tmp_path, "claire@example.org")
    assert readers(again) == [MAILBOX]
    assert await comes_back(tmp_path, by_postfix(again[0])) == Counter({"RETURNED": 1})
    assert readers(await sent(now=LATER)) == ["nour@example.org"]


async def test_a_company_and_a_lycee_are_stood_in_for_on_their_own_side_alone(tmp_path):
    world = await a_visit()
    await decline(world.coming, DeclineComing(reason="Complet"), school=world.lycee, by=world.people["jules"], now=NOW)
    assert readers(await comes_back_of(tmp_path, "ines@example.org")) == ["paul@example.org"]
    lost = {"school": world.college, "by": world.people["hugo"]}
    await change_headcount(
        world.reservation, ChangeHeadcount(pupils=20, adults=2), secret_key="s" * 40, token="q" * 43, now=NOW, **lost
    )
    again = await comes_back_of(tmp_path, "jules@example.org", now=LATER, then=LATER)
    assert readers(again) == ["nour@example.org"]


async def test_a_doubtful_address_hears_of_what_comes_next_and_so_does_who_stands_in_for_it(tmp_path):
    world = await a_visit()
    await decline(world.coming, DeclineComing(reason="Complet"), school=world.lycee, by=world.people["jules"], now=NOW)
    await comes_back_of(tmp_path, "ines@example.org")
    await rows("UPDATE doubtful_addresses SET email = 'claire@example.org'")
    await called_off(world)
    assert readers(await sent(now=LATER)) == ["claire@example.org", "hugo@example.org", "jules@example.org"]
    assert await trust("claire@example.org") is True
    assert await trust("claire@example.org") is False


@pytest.mark.parametrize("kind", ["sign_in", "approval_asked", "access", "invited"])
async def test_what_carries_a_secret_or_is_hers_alone_is_told_to_nobody_else(tmp_path, kind):
    world = await a_visit()
    about = world.reservation if kind == "approval_asked" else world.people["claire"]
    await queue_all([MailToWrite(kind, "claire@example.org", "Claire", "account", about, "once:1", "x" * 43)], now=NOW)
    await rows("UPDATE notices SET state = 'sent', sent_at = $1", NOW)
    [number] = [one["id"] for one in await rows("SELECT id FROM notices")]
    lost = Taken("", ["claire@example.org"], b"", f"ENVID={sign_of(number, SETTINGS.secret_key)}")
    assert await comes_back(tmp_path, by_postfix(lost)) == Counter({"RETURNED": 1})
    assert await sent(now=LATER) == []


async def test_a_report_read_twice_or_forged_marks_nothing_more(tmp_path):
    await called_off(await a_visit())
    [lost] = [mail for mail in await sent() if mail.to == ["claire@example.org"]]
    forged = by_postfix(Taken(lost.sender, lost.to, b"", "ENVID=1-aaaaaaaaaaaaaaaa"))
    assert await comes_back(tmp_path, by_postfix(lost), by_exchange(lost), forged) == Counter({"RETURNED": 1, None: 2})
    assert Counter((await states()).values()) == Counter({"sent": 2, "returned": 1})


async def test_an_address_that_nobody_came_back_to_for_a_year_is_forgotten(tmp_path):
    await called_off(await a_visit())
    await comes_back_of(tmp_path, "claire@example.org")
    assert await forget(now=LATER + timedelta(days=365)) == 0
    assert await forget(now=LATER + timedelta(days=366)) == 1


async def test_of_a_thousand_letters_each_was_delivered_or_is_listed_by_name(tmp_path):
    """One in twenty comes back minutes later, by the mailbox that IMAP_URL names: half with the server's number, half
    with the mail alone. Each is known by name, and no other."""
    people = [f"prof{number}@example.org" for number in range(1000)]
    world = await a_visit()
    asked = [MailToWrite("invited", one, one, "account", world.people["claire"], f"once:{one}") for one in people]
    await queue_all(asked, now=NOW)
    mails = await sent(limit=1001)
    assert readers(mails) == sorted(people)
    gone = {f"prof{number}@example.org" for number in range(7, 1000, 20)}
    ways = (by_postfix, by_exchange)
    lost = [mail for mail in mails if mail.to[0] in gone]
    with post_box(tmp_path) as box:
        box.put(*(ways[turn % 2](mail) for turn, mail in enumerate(lost)))
        read = await read_mailbox(box.url, secret_key=SETTINGS.secret_key, now=LATER)
    assert read == Counter({"RETURNED": 50})
    told = await rows("SELECT to_email, state, last_error FROM notices")
    assert {one["to_email"] for one in told if one["state"] == "returned"} == gone
    assert {one["to_email"] for one in told if one["state"] == "sent"} == set(people) - gone
    assert {bool(one["last_error"]) for one in told if one["state"] == "returned"} == {True}
