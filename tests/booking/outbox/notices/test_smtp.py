"""SMTP_URL, and what a password is worth.

Mails kept as files, and read back for `/demo/courrier`.
"""

from __future__ import annotations

import stat
from datetime import timedelta
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from msgspec.structs import replace

from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.envelope import envelope
from booking.outbox.notices.mail_files import MAIL_FOLDER, DemoMail, FileMailer, OpenMail, demo_mail, demo_mails
from booking.outbox.notices.mailer import mailer_of
from booking.outbox.notices.rules import Claimed, Enclosed, Letter, MailRefused, ServerLost, ServerUnreachable
from booking.outbox.notices.smtp import SmtpMailer
from booking.process.settings import SettingsRefused, read_settings
from tests.booking.calendar.invites.test_ical import EVENT, calendar
from tests.booking.outbox.notices.outbox import MAIL_FROM, asked, held, plain_letter
from tests.builders import NOW
from tests.smtp import post_office


def mail(to: str = "claire@example.org") -> EmailMessage:
    notice = Claimed(1, "sign_in", to, "Claire", 1, "once", "", 1)
    return envelope(Letter("Titre", "Texte\n", "<p>Texte</p>"), notice, mail_from="technilab@example.org", now=NOW)


def knows(server, session, envelope, mechanism, told) -> AuthResult:
    right = LoginPassword(b"compte@example.org", b"mot:de/passe")
    return AuthResult(success=told == right, handled=False)


def with_login(url: str, login: str) -> str:
    return url.replace("smtp://", f"smtp://{login}@")


async def send(url: str) -> None:
    async with SmtpMailer(url) as mailer:
        await mailer.send(mail())


async def test_a_password_is_read_from_the_address_with_its_signs():
    async with post_office(authenticator=knows, auth_require_tls=False) as office:
        await send(with_login(office.url, "compte%40example.org:mot%3Ade%2Fpasse") + "?starttls=never")
        assert len(office.mails) == 1


async def test_a_wrong_password_is_the_servers_affair_and_no_mail_is_given_up_for_it():
    async with post_office(authenticator=knows, auth_require_tls=False) as office:
        with pytest.raises(ServerUnreachable, match="535"):
            await send(with_login(office.url, "compte%40example.org:faux") + "?starttls=never")
        assert office.mails == []


@pytest.mark.parametrize("login", ["", "compte:secret"])
async def test_a_password_or_a_demand_never_goes_over_an_open_line(login):
    seen: list[object] = []

    def listens(server, session, envelope, mechanism, told) -> AuthResult:
        seen.append(told)
        return AuthResult(success=True)

    async with post_office(authenticator=listens, auth_require_tls=False) as office:
        with pytest.raises(ServerUnreachable):
            await send(with_login(office.url, login) if login else office.url + "?starttls=required")
        assert (office.mails, seen) == ([], [])


async def test_a_server_that_speaks_no_tls_is_not_an_smtps_server():
    async with post_office() as office:
        with pytest.raises(ServerUnreachable):
            await send(office.url.replace("smtp://", "smtps://"))


async def test_a_server_that_hangs_up_after_a_mail_is_called_again():
    async with post_office() as office, SmtpMailer(office.url) as mailer:
        await mailer.send(mail())
        office.answers = ["421 4.3.2 Closing"]
        with pytest.raises(ServerLost, match=r"421 4\.3\.2 Closing"):
            await mailer.send(mail())
        await mailer.send(mail())
        assert (len(office.mails), office.connections) == (2, 2)


async def test_an_address_in_another_alphabet_is_refused_not_sent_elsewhere():
    async with post_office() as office, SmtpMailer(office.url) as mailer:
        message = mail()
        message.replace_header("To", "élève@example.org")
        with pytest.raises(MailRefused):
            await mailer.send(message)
        assert office.mails == []


@pytest.mark.parametrize("url", ["smtp.example.org", "http://smtp.example.org", "smtp://", "smtp://a.fr?starttls=oui"])
def test_an_address_that_cannot_be_read_is_refused_in_words(url):
    with pytest.raises(SettingsRefused, match=r"SMTP_URL ne se lit pas"):
        mailer_of(replace(read_settings(), smtp_url=url))


def test_a_sender_that_is_no_address_is_refused_in_words():
    with pytest.raises(SettingsRefused, match=r"MAIL_FROM n'est pas une adresse : « Technilab »"):
        mailer_of(replace(read_settings(), mail_from="Technilab"))


def test_a_mailbox_for_answers_that_is_no_address_is_refused_in_words():
    with pytest.raises(SettingsRefused, match=r"REPLY_TO n'est pas une adresse : « Coordination »"):
        mailer_of(replace(read_settings(), reply_to="Coordination"))
    assert read_settings({"DEMO": "1", "REPLY_TO": " lea@example.org "}).reply_to == "lea@example.org"


def test_the_settings_choose_the_way_out():
    assert isinstance(mailer_of(read_settings()), FileMailer)
    assert isinstance(mailer_of(replace(read_settings(), smtp_url="smtp://localhost")), SmtpMailer)


@pytest.mark.parametrize(
    ("to", "leaves"),
    [
        ("claire@example.org", True),
        ("claire@college.example", True),
        ("ce.0251048d@ac-besancon.fr", False),
        ("direction@notexample.org", False),
    ],
)
async def test_a_trial_writes_to_no_real_address_whatever_its_server(tmp_path, to, leaves):
    async with post_office() as office:
        settings = replace(read_settings(), demo=True, smtp_url=office.url, data_dir=tmp_path)
        async with mailer_of(settings) as mailer:
            await mailer.send(mail(to))
        assert [one.to for one in office.mails] == ([[to]] if leaves else [])
        assert [one.to for one in demo_mails(tmp_path)] == ([] if leaves else [f"Claire <{to}>"])


async def test_production_writes_to_real_addresses(tmp_path):
    async with post_office() as office:
        settings = replace(read_settings(), demo=False, smtp_url=office.url, data_dir=tmp_path)
        async with mailer_of(settings) as mailer:
            await mailer.send(mail("ce.0251048d@ac-besancon.fr"))
        assert [one.to for one in office.mails] == [["ce.0251048d@ac-besancon.fr"]]


SIGN = "1-abcdefgh234567ab"


def signed() -> EmailMessage:
    notice = Claimed(1, "sign_in", "claire@example.org", "Claire", 1, "once:1", "", 1)
    letter = Letter("Titre", "Texte\n", "<p>Texte</p>", sign=SIGN)
    return envelope(letter, notice, mail_from="technilab@example.org", now=NOW)


async def test_a_server_that_offers_reports_is_asked_for_one_under_the_mails_sign():
    async with post_office(reports=True) as office, SmtpMailer(office.url) as mailer:
        await mailer.send(signed())
    [mail] = office.mails
    assert (mail.sender, mail.asked) == ("technilab@example.org", f"RET=HDRS ENVID={SIGN}")


async def test_another_gives_it_back_to_an_address_that_bears_the_sign():
    async with post_office() as office, SmtpMailer(office.url) as mailer:
        await mailer.send(signed())
    [mail] = office.mails
    assert (mail.sender, mail.message["From"].addresses[0].addr_spec) == (
        f"technilab+{SIGN}@example.org",
        "technilab@example.org",
    )


async def test_a_relay_that_takes_one_sender_alone_gets_each_mail_from_it():
    async with post_office(senders=("technilab@example.org",)) as office, SmtpMailer(office.url) as mailer:
        await mailer.send(signed())
        await mailer.send(signed())
    assert [mail.sender for mail in office.mails] == ["technilab@example.org"] * 2
    assert SIGN in str(office.mails[0].message["Message-ID"])
    assert office.connections == 1


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
