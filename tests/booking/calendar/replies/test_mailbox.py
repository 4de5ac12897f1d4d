"""Replies read in a real mailbox, over IMAP."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from booking.calendar.replies.mailbox import aside_in_folder, aside_in_mailbox, open_mailbox, read_folder, read_mailbox
from booking.calendar.replies.rules import ASIDE, LARGEST, MailboxUnreachable
from booking.process.settings import SettingsRefused
from tests.booking.calendar.replies.mails import SECRET, by_google, by_outlook
from tests.booking.calendar.replies.test_take import invited, kept
from tests.builders import NOW
from tests.imap import ASTERISK, READ_BY_US, SEEN, post_box
from tests.owner import by_owner
from tests.reports import by_postfix
from tests.smtp import Taken

FROM_A_PERSON = b"From: claire@example.org\r\nSubject: Bonjour\r\n\r\nPeut-on venir en bus ?\r\n"


async def test_the_answers_are_taken_and_the_mails_of_people_stay_unseen(db, tmp_path):
    await invited()
    with post_box(tmp_path) as box:
        box.put(
            by_google("ACCEPTED", email="jules@example.org"),
            FROM_A_PERSON,
            by_outlook("DECLINED"),
            by_google("TENTATIVE", stamp="20270110T101700Z") + b" " * LARGEST,
            b"\xff\x00",
            # Somebody wrote by hand from this mailbox, and the mail came back.
            by_postfix(Taken("technilab@example.org", ["marie@example.org"], FROM_A_PERSON)),
        )
        assert await read_mailbox(box.url, secret_key=SECRET, now=NOW) == Counter(
            {"ACCEPTED": 1, "DECLINED": 1, None: 3, ASIDE: 1}
        )
        assert sorted(await kept()) == [("ACCEPTED", 0), ("DECLINED", 0)]
        unseen = [READ_BY_US] * 3
        assert box.flags() == [ASTERISK + READ_BY_US, SEEN + READ_BY_US, SEEN + READ_BY_US, *unseen]
        assert await read_mailbox(box.url, secret_key=SECRET, now=NOW) == Counter()


async def test_a_server_that_keeps_no_keyword_is_read_once_too(db, tmp_path):
    await invited()
    with post_box(tmp_path, keywords=False) as box:
        box.put(by_google(), FROM_A_PERSON)
        assert await read_mailbox(box.url, secret_key=SECRET, now=NOW) == Counter({"DECLINED": 1, None: 1})
        assert box.flags() == [SEEN, SEEN]
        assert await read_mailbox(box.url, secret_key=SECRET, now=NOW) == Counter()


@pytest.mark.parametrize("keywords", [True, False])
async def test_a_strangers_mails_are_flagged_and_those_behind_them_are_read(db, tmp_path, keywords):
    await invited()
    with post_box(tmp_path, keywords=keywords) as box:
        box.put(*HOSTILE, by_google())
        assert await read_mailbox(box.url, secret_key=SECRET, now=NOW) == Counter({ASIDE: 5, "DECLINED": 1})
        assert await kept() == [("DECLINED", 0)]
        assert await read_mailbox(box.url, secret_key=SECRET, now=NOW) == Counter()
        assert await asyncio.to_thread(aside_in_mailbox, box.url) == 5


async def test_what_the_database_refuses_is_read_again_later(db, tmp_path):
    await invited()
    with post_box(tmp_path) as box:
        box.put(by_google())
        await by_owner("ALTER TABLE replies ADD CONSTRAINT shut CHECK (FALSE)")
        try:
            with pytest.raises(Exception, match="shut"):
                await read_mailbox(box.url, secret_key=SECRET, now=NOW)
        finally:
            await by_owner("ALTER TABLE replies DROP CONSTRAINT shut")
        assert box.flags() == [""]
        assert await read_mailbox(box.url, secret_key=SECRET, now=NOW) == Counter({"DECLINED": 1})


async def test_a_mailbox_that_does_not_open_says_why(tmp_path):
    with post_box(tmp_path) as box:
        for wrong, said in [
            (box.url.replace("a%2Fb", "x"), "Invalid authentication credentials."),
            (box.url.replace("INBOX", "Ailleurs"), "Mailbox does not exist."),
            (box.url.replace("?starttls=never", ""), "TLS not supported by server."),
        ]:
            with pytest.raises(MailboxUnreachable, match=said) as refused:
                await read_mailbox(wrong, secret_key=SECRET, now=NOW)
            assert refused.value.sentence.startswith("La boîte des réponses ne s'ouvre pas : ")
        gone = box.url
    with pytest.raises(MailboxUnreachable, match="refused"):
        await read_mailbox(gone, secret_key=SECRET, now=NOW)


@pytest.mark.parametrize("url", ["", "imaps://imap.example.org", "pop3://a:b@imap.example.org", "imap.example.org"])
def test_an_address_that_cannot_be_read_is_refused_with_an_example(url):
    with pytest.raises(SettingsRefused, match="IMAP_URL ne se lit pas"):
        open_mailbox(url)


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


async def test_every_mail_is_read_once_and_put_away_whatever_it_holds(db, tmp_path):
    await invited()
    (tmp_path / "1.eml").write_bytes(by_google("TENTATIVE"))
    (tmp_path / "2.eml").write_bytes(b"\xff\x00 not a mail")
    (tmp_path / "3.EML").write_bytes(by_outlook("DECLINED", stamp="20270110T101600Z"))
    (tmp_path / "4.eml").write_bytes(by_google("ACCEPTED", stamp="20270110T101700Z") + b" " * LARGEST)
    (tmp_path / "5.eml").mkdir()
    (tmp_path / "notes.txt").write_text("à garder")

    assert await read_folder(tmp_path, secret_key=SECRET, now=NOW) == Counter(
        {"TENTATIVE": 1, "DECLINED": 1, None: 1, ASIDE: 1}
    )
    assert await kept() == [("DECLINED", 0)]
    assert names(tmp_path) == ["aside/4.eml", "notes.txt", "read/1.eml", "read/2.eml", "read/3.EML"]
    assert await read_folder(tmp_path, secret_key=SECRET, now=NOW) == Counter()


HOSTILE = (
    by_google(uid="r-1\x00@technilab.example"),
    by_google(email="claire\x00@example.org"),
    by_google(sequence="SEQUENCE:99999999999999\r\n"),
    by_google(sequence="SEQUENCE:-1\r\n"),
    by_google() + b"x" * 300_000,
)


async def test_a_strangers_mails_are_set_aside_and_those_behind_them_are_read(db, tmp_path):
    await invited()
    for number, mail in enumerate((*HOSTILE, by_google())):
        (tmp_path / f"{number}.eml").write_bytes(mail)
    assert await read_folder(tmp_path, secret_key=SECRET, now=NOW) == Counter({ASIDE: 5, "DECLINED": 1})
    assert (names(tmp_path), await kept()) == (
        ["aside/0.eml", "aside/1.eml", "aside/2.eml", "aside/3.eml", "aside/4.eml", "read/5.eml"],
        [("DECLINED", 0)],
    )
    assert aside_in_folder(tmp_path) == 5
    await read_folder(tmp_path, secret_key=SECRET, now=NOW + timedelta(days=31))
    assert names(tmp_path) == []


async def test_a_mail_that_cannot_be_read_waits_and_the_others_are_taken(db, tmp_path):
    await invited()
    (tmp_path / "1.eml").symlink_to("/proc/self/mem")
    (tmp_path / "2.eml").write_bytes(by_google())
    assert await read_folder(tmp_path, secret_key=SECRET, now=NOW) == Counter({"DECLINED": 1})
    assert sorted(file.name for file in tmp_path.iterdir()) == ["1.eml", "read"]


async def test_what_was_read_thirty_days_ago_is_erased(db, tmp_path):
    (tmp_path / "1.EML").write_bytes(by_google())
    await read_folder(tmp_path, secret_key=SECRET, now=NOW)
    await read_folder(tmp_path, secret_key=SECRET, now=NOW + timedelta(days=30))
    assert names(tmp_path) == ["read/1.EML"]
    await read_folder(tmp_path, secret_key=SECRET, now=NOW + timedelta(days=30, seconds=1))
    assert names(tmp_path) == []


async def test_two_workers_on_one_folder_read_each_mail_and_do_not_trip(db, tmp_path):
    await invited()
    for number in range(20):
        (tmp_path / f"{number}.eml").write_bytes(by_google())
    await asyncio.gather(
        read_folder(tmp_path, secret_key=SECRET, now=NOW), read_folder(tmp_path, secret_key=SECRET, now=NOW)
    )
    assert (len(names(tmp_path)), await kept()) == (20, [("DECLINED", 0)])


async def test_a_folder_that_is_missing_is_said(db, tmp_path):
    with pytest.raises(FileNotFoundError):
        await read_folder(tmp_path / "absent", secret_key=SECRET, now=NOW)
