"""The mails of a trial, read on the spot."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from pathlib import Path

import pytest

from booking.app import create_app
from booking.calendar.invites.ical import calendar
from booking.outbox.notices.envelope import envelope
from booking.outbox.notices.mail_files import MAIL_FOLDER
from booking.outbox.notices.rules import Claimed, Letter
from booking.process.settings import read_settings
from booking.words.wording import span
from tests.booking.calendar.invites.test_ical import EVENT
from tests.browsing import Browser
from tests.builders import NOW


@pytest.fixture
def mail_folder():
    folder = read_settings().data_dir / MAIL_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    yield folder
    for file in folder.glob("*.eml"):
        file.unlink()


def _leave_a_mail(folder: Path) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = "Votre lien de connexion"
    mail["To"] = "Claire Renaud <claire.renaud@example.org>"
    mail["Date"] = "Mon, 11 Jan 2027 09:00:00 +0100"
    mail.set_content("Bonjour,\n\nhttp://127.0.0.1:8000/connexion/abc\n\n<script>alert(1)</script>\n")
    (folder / "20270111-1.eml").write_bytes(bytes(mail))


async def test_a_mail_is_listed_and_opened_with_its_link_to_follow(visitor, mail_folder):
    _leave_a_mail(mail_folder)
    listed = (await visitor.get("/demo/courrier")).text
    (address,) = re.findall(r'<a href="(/demo/courrier/[^"]+)"', listed)
    shown = (await visitor.get(address)).text
    assert re.findall(r"<h1>(.+?)</h1>", shown) == ["Votre lien de connexion"]
    assert re.findall(r'<a href="(http://127.0.0.1:8000/connexion/abc)"', shown) == [
        "http://127.0.0.1:8000/connexion/abc"
    ]
    assert re.findall(r"<script>", shown) == []


async def test_the_latest_twenty_are_listed_then_older_ones_of_one_address_alone_where_it_is_chosen(
    visitor, mail_folder
):
    for number in range(25):
        mail = EmailMessage(policy=SMTP)
        mail["Subject"], mail["To"] = f"Mail {number}", f"{'luc' if number < 3 else 'claire'}@example.org"
        mail["Date"] = "Mon, 11 Jan 2027 09:00:00 +0100"
        mail.set_content("Bonjour")
        (mail_folder / f"20270111-{number:02}.eml").write_bytes(bytes(mail))

    async def listed(path: str) -> tuple[list[str], list[str]]:
        page = (await visitor.get(path)).text
        subjects = re.findall(r"<strong>(Mail \d+)</strong>", page)
        return subjects, [unescape(way) for way in re.findall(r'href="(/demo/courrier\?[^"]+)"', page)]

    first, (older,) = await listed("/demo/courrier")
    assert first == [f"Mail {number}" for number in range(24, 4, -1)]
    assert await listed(older) == ([f"Mail {number}" for number in range(4, -1, -1)], [])
    assert await listed("/demo/courrier?pour=luc@example.org") == (["Mail 2", "Mail 1", "Mail 0"], [])
    assert len((await listed("/demo/courrier?pour=claire@example.org"))[0]) == 20
    assert (await listed("/demo/courrier?pour=personne@example.org"))[0] == first


@pytest.mark.parametrize("name", ["absent.eml", "..%2Fsecret", ".eml"])
async def test_no_other_file_is_read(visitor, mail_folder, name):
    assert (await visitor.get(f"/demo/courrier/{name}")).status_code == 404


async def test_in_production_there_are_no_mails_to_read(db, tmp_path):
    production = read_settings(
        {
            "DATABASE_URL": "postgresql://unused",
            "SECRET_KEY": "a secret of the tests, long enough to be one",
            "BASE_URL": "https://technilab.example.org",
            "SMTP_URL": "smtp://127.0.0.1:2525",
            "DATA_DIR": str(tmp_path),
        }
    )
    visitor = Browser(create_app(production), at="https://technilab.example.org")
    assert [(await visitor.get(path)).status_code for path in ("/demo/courrier", "/demo/courrier/x.eml")] == [404, 404]


async def test_an_invitation_is_shown_as_an_agenda_reads_it(visitor, mail_folder):
    mail = envelope(
        Letter("Visite réservée", "Bonjour\n", "<p>Bonjour</p>", calendar(EVENT), "REQUEST"),
        Claimed(1, "reservation_confirmed", "claire@example.org", "Claire Renaud", 1, "once", "", 1),
        mail_from="technilab@example.org",
        now=NOW,
    )
    (mail_folder / "20270111-2.eml").write_bytes(mail.as_bytes())
    shown = unescape((await visitor.get("/demo/courrier/20270111-2.eml")).text).replace("\N{NO-BREAK SPACE}", " ")
    assert re.findall(r'<h2 id="entry">(.+?)</h2>\s*<p><strong>(.+?)</strong><br>(.+?)<br>', shown) == [
        (
            "Proposé à l'agenda",
            "TECHNILAB : Découpe laser, 4e B, Collège Stendhal (24 élèves)",
            span(EVENT.starts_at, EVENT.ends_at),
        )
    ]
