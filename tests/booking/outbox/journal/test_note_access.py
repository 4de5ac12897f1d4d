"""The security log: who came in or was refused and who changed an access, from which address, and nobody by name."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyotp import TOTP

from booking.outbox.journal.note_access import NOTED
from booking.people.accounts.rules import LinkSpent
from booking.people.accounts.sign_in import ask_link, enter, send_link
from booking.people.accounts.sign_out import disable
from booking.people.accounts.token import issue_token
from booking.process.embedded.programs import program
from booking.process.security_log import _Process, read
from booking.words.acts import ACTS
from tests import builders
from tests.application import application
from tests.booking.commands.conftest import migrated
from tests.browsing import Browser
from tests.command_line import data_folder, running, technilab
from workshops.database import transaction
from workshops.events.record import record

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
CLAIRE_AT, PAUL_AT = "192.0.2.7", "198.51.100.9"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This test's own data folder, where its log is."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setattr(_Process, "hour", None)
    return tmp_path


def lines_of(home: Path, *, account: int | str | None = "anybody") -> list[dict[str, Any]]:
    found = read(home, since=NOW - timedelta(days=1))
    return [line for line in found if account == "anybody" or line["account"] == account]


def told(line: dict[str, Any]) -> tuple[str, str, str, str]:
    return line["act"], line["about"], line["address"], line["route"]


def browser_at(address: str) -> Browser:
    app = application(lambda: NOW)
    browser = Browser(app, now=NOW)
    transport = httpx.ASGITransport(app=app, client=(address, 4711))
    browser.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")
    return browser


async def come_in(browser: Browser, account: int, email: str, name: str) -> str:
    """By a mailed link, as everybody does."""
    token = secrets.token_urlsafe(32)
    async with transaction():
        await send_link(account, email, name, token=token, next_path="/compte", now=NOW)
    answer = await browser.post(f"/connexion/{token}")
    assert answer.status_code == 303
    browser.keep_up()
    return token


async def test_each_person_s_accesses_are_noted_with_her_address_and_without_her_name(db, home: Path):
    claire = await builders.person(
        "teacher", "claire@example.org", name="Claire Renaud", school=await builders.school()
    )
    lycee = await builders.school()
    paul = await builders.person("host", "paul@example.org", name="Paul Vernier", school=lycee)
    nora = await builders.person("host", "nora@example.org", name="Nora Petit", school=lycee)
    hers, his = browser_at(CLAIRE_AT), browser_at(PAUL_AT)
    token = await come_in(hers, claire, "claire@example.org", "Claire Renaud")
    await come_in(his, paul, "paul@example.org", "Paul Vernier")
    made = await hers.post("/compte/cles", {"label": "Tableur de Claire", "acts": "lire", "days": "90"})
    assert made.status_code == 200
    assert (await his.get("/gestion/comptes")).status_code == 404
    assert (await hers.post(f"/connexion/{token}")).status_code == 410
    # Who only looks and books leaves no line.
    hers_too = await browser_at("203.0.113.5").sign_in(nora)
    before = len(lines_of(home))
    assert (await hers_too.get("/creneaux")).status_code == 200
    assert len(lines_of(home)) == before

    assert [told(line) for line in lines_of(home, account=claire)] == [
        ("signed_in", f"account {claire}", CLAIRE_AT, "POST /connexion/{token}"),
        ("token_issued", "token 1", CLAIRE_AT, "POST /compte/cles"),
    ]
    assert [told(line) for line in lines_of(home, account=paul)] == [
        ("signed_in", f"account {paul}", PAUL_AT, "POST /connexion/{token}"),
        ("not-yours", "", PAUL_AT, "GET /gestion/comptes"),
    ]
    assert ("sign_in_refused", "", CLAIRE_AT, "POST /connexion/{token}") in map(told, lines_of(home, account=None))
    written = "".join(file.read_text() for file in (home / "security").iterdir())
    for secret in ("Claire", "claire", "Renaud", "Paul", "Vernier", "Nora", "example.org", "Tableur", token):
        assert secret not in written


async def test_each_way_of_a_second_proof_is_told_by_its_route_and_a_wrong_code_too(db, home: Path):
    nadia = await builders.person("coordinator", "nadia@example.org", name="Nadia Benali")
    other = await builders.person("coordinator", "eve@example.org", name="Eve Morel")
    await browser_at(PAUL_AT).sign_in(other)
    hers = browser_at(CLAIRE_AT)
    await hers.sign_in(nadia)
    secret = re.search(r'<code class="text-break">([A-Z2-7]+)</code>', (await hers.get("/compte/telephone")).text)[1]
    assert (await hers.post("/compte/telephone", {"code": TOTP(secret).at(NOW)})).status_code == 200
    again = browser_at(CLAIRE_AT)
    await again.sign_in(nadia)
    again.client._transport.app.state.clock = lambda: NOW + timedelta(minutes=1)
    right = TOTP(secret).at(NOW + timedelta(minutes=1))
    wrong = "000000" if right != "000000" else "000001"
    assert (await again.post("/connexion/code", {"code": wrong})).status_code == 422
    assert (await again.post("/connexion/code", {"code": right})).status_code == 303
    assert [told(line) for line in lines_of(home, account=nadia) if line["route"]] == [
        ("second_proof_kept", f"account {nadia}", CLAIRE_AT, "POST /compte/telephone"),
        ("signed_in", f"account {nadia}", CLAIRE_AT, "POST /compte/telephone"),
        ("second_proof_refused", "", CLAIRE_AT, "POST /connexion/code"),
        ("signed_in", f"account {nadia}", CLAIRE_AT, "POST /connexion/code"),
    ]
    assert [line["act"] for line in lines_of(home, account=other)] == ["signed_in"]
    written = "".join(file.read_text() for file in (home / "security").iterdir())
    assert [one for one in (secret, right, wrong, "Nadia", "nadia@") if one in written] == []


async def test_a_wrong_key_and_a_key_that_only_reads_are_noted(db, home: Path):
    claire = await builders.person("teacher", "claire@example.org", school=await builders.school())
    key = secrets.token_urlsafe(32)
    await issue_token("claire@example.org", token=key, writes=False, now=NOW)
    program_at = browser_at(PAUL_AT).client
    asked = {"name": "5e A", "level": "5e", "pupils": 24, "school_year": "2026-2027"}
    for shown, status in (("nothing", 401), (key, 403)):
        sent = {"Authorization": f"Bearer {shown}"}
        assert (await program_at.post("/api/v1/groups", json=asked, headers=sent)).status_code == status
    assert [(line["account"], *told(line)) for line in lines_of(home)[1:]] == [
        (None, "sign-in-first", "", PAUL_AT, "POST /api/v1/groups"),
        (claire, "key-only-reads", "", PAUL_AT, "POST /api/v1/groups"),
    ]
    assert key not in "".join(file.read_text() for file in (home / "security").iterdir())


async def test_whoever_only_asks_a_page_of_hers_before_signing_in_is_not_refused(db, home: Path):
    assert (await browser_at(CLAIRE_AT).get("/compte")).status_code == 303
    assert lines_of(home) == []


async def test_tries_without_an_account_are_noted_by_their_address_alone(db, home: Path):
    await ask_link("nobody@example.org", token="a" * 32, next_path="/", address=CLAIRE_AT, now=NOW)
    with pytest.raises(LinkSpent):
        await enter("b" * 32, session_id="s", browser="", address=CLAIRE_AT, now=NOW)
    # Outside of a request there is none.
    assert [told(line) for line in lines_of(home)] == [("sign_in_unknown", "", "", ""), ("sign_in_refused", "", "", "")]
    assert "nobody" not in "".join(file.read_text() for file in (home / "security").iterdir())


async def test_what_is_rolled_back_was_never_done_and_is_not_noted(db, home: Path):
    ada = await builders.person("coordinator", "ada@example.org")
    claire = await builders.person("teacher", "claire@example.org", school=await builders.school())
    with pytest.raises(ZeroDivisionError):
        async with transaction():
            await disable(claire, by=ada, now=NOW)
            assert lines_of(home) == []
            raise ZeroDivisionError
    assert lines_of(home) == []
    await disable(claire, by=ada, now=NOW)
    assert [(line["account"], line["act"], line["about"]) for line in lines_of(home)] == [
        (ada, "account_disabled", f"account {claire}")
    ]


async def test_an_act_that_gives_no_access_is_not_noted(db, home: Path):
    await record("slot_opened", by=None, about_kind="slot", about=1, now=NOW)
    assert not (home / "security").exists()


def test_each_act_that_is_noted_is_an_act():
    assert set(ACTS) >= NOTED


def test_a_log_that_cannot_be_written_stops_nobody(home: Path, caplog: pytest.LogCaptureFixture):
    from booking.process.security_log import note  # noqa: PLC0415 - this test's own

    (home / "security").write_text("a file where the folder should be")
    note("signed_in", account=1, now=NOW)
    assert [record.getMessage() for record in caplog.records] == ["the security log cannot be written: Not a directory"]


def test_nothing_of_it_is_in_what_technilab_backup_keeps(tmp_path: Path):
    with data_folder() as folder, migrated(folder) as server:
        told = {"DATABASE_URL": server.url(), "REDIS_URL": "none"}
        assert technilab("invite", "ada@ac-besancon.fr", "--role", "coordinator", home=folder, **told).returncode == 0
        assert technilab("invite", "eve@ac-besancon.fr", "--role", "coordinator", home=folder, **told).returncode == 0
        with running("web", home=folder, TRUSTED_PROXIES="127.0.0.1", **told) as web:
            for address in ("192.0.2.77", "192.0.2.78"):
                sent = {"Authorization": "Bearer nothing", "X-Forwarded-For": address}
                assert httpx.get(f"{web.url}/api/v1/me", headers=sent).status_code == 401
        shown = technilab("security-log", home=folder).stdout.splitlines()
        assert [line.split("  ", 1)[1] for line in shown] == [
            "cette machine  sans compte  Personne invitée, membership 1",
            "cette machine  sans compte  Personne invitée, membership 2",
            "192.0.2.77  sans compte  Refusé : clé inconnue ou finie  GET /api/v1/me",
            "192.0.2.78  sans compte  Refusé : clé inconnue ou finie  GET /api/v1/me",
        ]
        only = technilab("security-log", "--address", "192.0.2.78", "--json", home=folder).stdout.splitlines()
        assert [json.loads(line)["act"] for line in only] == ["sign-in-first"]
        day = datetime.now(UTC) + timedelta(days=2)
        later = technilab("security-log", "--since", f"{day:%Y-%m-%d}", home=folder).stdout
        assert later.startswith("Rien depuis le ")
        file = tmp_path / "copy.tar"
        assert technilab("backup", str(file), home=folder, **told).returncode == 0
    with tarfile.open(file) as tar:
        names = tar.getnames()
        tar.extractall(tmp_path / "kept", filter="data")
    assert not any("security" in name for name in names)
    kept = [one for one in (tmp_path / "kept").rglob("*") if one.is_file()]
    (dump,) = (one for one in kept if one.read_bytes()[:5] == b"PGDMP")
    whole = subprocess.run([program("pg_restore"), "-f", "-", dump], check=True, capture_output=True).stdout
    assert b"ada@ac-besancon.fr" in whole
    for one in (whole, *(file.read_bytes() for file in kept)):
        assert b"192.0.2.7" not in one
