"""Mails kept as files, and read back for `/demo/courrier`."""

from __future__ import annotations

import stat
from datetime import timedelta

import pytest

from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.envelope import envelope
from booking.outbox.notices.mail_files import MAIL_FOLDER, DemoMail, FileMailer, OpenMail, demo_mail, demo_mails
from booking.outbox.notices.rules import Claimed, Enclosed, Letter, ServerUnreachable
from tests.booking.calendar.invites.test_ical import EVENT, calendar
from tests.booking.outbox.notices.outbox import MAIL_FROM, asked, held, plain_letter
from tests.builders import NOW

LETTER = Letter(
    *("Visite réservée", "Bonjour,\nété\n", "<p>été</p>\n", calendar(EVENT), "REQUEST"),
    papers=(Enclosed("attestation.pdf", b"%PDF-1.4"),),
)


async def keep(folder, *names: str) -> None:
    async with FileMailer(folder / MAIL_FOLDER) as mailer:
        for number, name in enumerate(names):
            notice = Claimed(1, "k", f"{name}@example.org", name, 1, f"once:{name}", "", 1)
            await mailer.send(envelope(LETTER, notice, mail_from=MAIL_FROM, now=NOW + timedelta(minutes=number)))


async def test_the_latest_mail_comes_first(tmp_path):
    await keep(tmp_path, "claire", "jules")
    mails = demo_mails(tmp_path)
    assert mails == [
        DemoMail(mails[0].name, "Visite réservée", "jules <jules@example.org>", NOW + timedelta(minutes=1)),
        DemoMail(mails[1].name, "Visite réservée", "claire <claire@example.org>", NOW),
    ]


async def test_a_mail_is_opened_by_its_name(tmp_path):
    await keep(tmp_path, "claire")
    [line] = demo_mails(tmp_path)
    assert demo_mail(tmp_path, line.name) == OpenMail(
        name=line.name,
        subject="Visite réservée",
        to="claire <claire@example.org>",
        date=NOW,
        text="Bonjour,\nété\n",
        html="<p>été</p>\n",
        calendar=calendar(EVENT).decode().replace("\r\n", "\n"),
        papers=("attestation.pdf",),
    )


async def test_only_its_owner_may_read_the_file_and_nothing_half_written_is_shown(tmp_path):
    await keep(tmp_path, "claire")
    [file] = (tmp_path / MAIL_FOLDER).iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.rename(file.with_name(f".{file.name}.123"))
    assert demo_mails(tmp_path) == []


@pytest.mark.parametrize("name", ["../secret", "..%2Fsecret", "x/../../secret.eml", ".eml", "absent.eml", ""])
async def test_no_other_file_is_opened(tmp_path, name):
    await keep(tmp_path, "claire")
    (tmp_path / "secret").write_text("Subject: secret\n\n")
    (tmp_path / "secret.eml").write_text("Subject: secret\n\n")
    assert demo_mail(tmp_path, name) is None


def test_a_trial_without_mails_has_an_empty_list(tmp_path):
    assert demo_mails(tmp_path) == []


async def test_the_outbox_delivers_into_the_folder(db, tmp_path):
    await asked("claire")
    mailer = FileMailer(tmp_path / MAIL_FOLDER)
    assert await deliver(mailer, plain_letter, mail_from=MAIL_FROM, now=NOW) == 1
    assert [mail.subject for mail in demo_mails(tmp_path)] == ["Pour claire"]
    assert await held("state") == [("sent",)]


async def test_a_folder_that_cannot_be_written_delays_the_mail(tmp_path):
    (tmp_path / MAIL_FOLDER).write_text("a file where the folder should be")
    with pytest.raises(ServerUnreachable):
        await keep(tmp_path, "claire")
