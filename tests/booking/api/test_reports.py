"""The file for France 2030 through the API: its years, words, files, and what is declared final."""

from __future__ import annotations

import hashlib

import pytest

from booking.people.accounts.token import issue_token
from tests import builders, builders_bts1
from tests.booking.programme.report.world import a_programme
from tests.browsing import Machine
from tests.builders import NOW, paris

YEAR = "2026-2027"


@pytest.fixture
async def world(app, db):
    app.state.clock = lambda: NOW
    return await a_programme()


@pytest.fixture
async def boss(app, world):
    await builders.membership(await builders.account("nadia@example.org"), "coordinator")
    await issue_token("nadia@example.org", token="k" * 43, now=NOW)
    return Machine(app, "k" * 43)


@pytest.fixture
async def member(app, world):
    partner = await builders_bts1.partner(name="Cnam", kind="cnam")
    await builders.person("consortium", "cnam@example.org", partner=partner)
    await issue_token("cnam@example.org", token="m" * 43, now=NOW)
    return Machine(app, "m" * 43)


async def put(machine: Machine, path: str, body: dict):
    return await machine.client.put(path, json=body)


async def test_a_year_is_read_written_taken_and_declared_final(boss):
    assert (await boss.get("/reports")).json() == {
        "items": [{"year": YEAR, "final_version": None}, {"year": "2025-2026", "final_version": None}],
        "next_cursor": None,
    }
    words = await put(boss, f"/reports/{YEAR}/words/ptech", {"text": "Une année de montée."})
    assert words.json() == {"part": "ptech", "title": "P-TECH", "text": "Une année de montée."}
    seen = (await boss.get(f"/reports/{YEAR}")).json()
    assert {one["part"]: one["text"] for one in seen["parts"]}["ptech"] == "Une année de montée."
    assert (seen["finals"], seen["next_version"]) == ([], 1)
    draft = await boss.get(f"/reports/{YEAR}/report.pdf?small=true")
    assert (draft.status_code, draft.headers["content-type"], draft.content[:4]) == (200, "application/pdf", b"%PDF")
    answer = await boss.post(f"/reports/{YEAR}/finals", {"version": 1})
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/reports/{YEAR}")
    assert answer.json() == {"year": YEAR, "version": 1}
    (final,) = (await boss.get(f"/reports/{YEAR}")).json()["finals"]
    for name, digest in (("report.pdf", "pdf"), ("report.docx", "docx"), ("sheet.pdf", "sheet")):
        kept = await boss.get(f"/reports/{YEAR}/{name}?version=1")
        assert hashlib.sha256(kept.content).hexdigest() == final[f"{digest}_sha256"]
    assert (final["small_shown"], final["after_closing"], final["changed_figures"]) == (False, False, [])


async def test_what_changed_since_is_told(boss, world):
    await boss.post(f"/reports/{YEAR}/finals", {"version": 1, "small": True})
    slot = await builders.slot(host=world.haag, starts_at=paris("2026-12-17 09:00"), state="done")
    await builders.turnout(slot=slot, school=world.colleges[0], counted=10)
    (final,) = (await boss.get(f"/reports/{YEAR}")).json()["finals"]
    assert final["changed_figures"][0] == {
        "key": "technilab.pupils",
        "label": "Collégiens accueillis",
        "was": 72,
        "becomes": 82,
    }


async def test_what_cannot_be_is_refused_in_words(boss):
    taken = await boss.post(f"/reports/{YEAR}/finals", {"version": 2})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/version-taken")
    assert (await boss.get("/reports/2019-2020")).status_code == 404
    assert (await boss.get(f"/reports/{YEAR}/report.pdf?version=4")).status_code == 404
    named = await put(boss, f"/reports/{YEAR}/words/ptech", {"text": "Lina Martin est venue."})
    assert (named.status_code, "Lina Martin" in named.json()["detail"]) == (422, True)
    assert (await put(boss, f"/reports/{YEAR}/words/ailleurs", {"text": "Rien"})).status_code == 404


async def test_a_member_reads_final_files_and_no_draft(boss, member):
    assert (await member.get("/reports")).json()["items"] == []
    await boss.post(f"/reports/{YEAR}/finals", {"version": 1})
    assert (await member.get("/reports")).json()["items"] == [{"year": YEAR, "final_version": 1}]
    seen = (await member.get(f"/reports/{YEAR}")).json()
    assert (seen["parts"], len(seen["finals"])) == ([], 1)
    assert (await member.get(f"/reports/{YEAR}/report.pdf?version=1")).status_code == 200
    assert (await member.get(f"/reports/{YEAR}/report.pdf")).status_code == 404
    assert (await member.post(f"/reports/{YEAR}/finals", {"version": 2})).status_code == 403
