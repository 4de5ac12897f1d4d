"""What 1b2265b8 kept is carried on: every later migration runs on it, nothing known is lost, every link answers.

A version that changes kept data on purpose says so in `CHANGED`, with its reason.
"""

from __future__ import annotations

import asyncio
import html
import re
import secrets
from collections import Counter
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from booking.day.badges.issue_due import list_badges
from booking.day.badges.queries import printed_badges
from booking.day.checkin.open_desk import open_desk
from booking.mails.fan_out import fan_out
from booking.people.accounts.token import issue_token
from booking.visits.reservations.lapse import lapse
from tests.application import application
from tests.browsing import Machine
from tests.command_line import ROOT, data_folder, technilab
from tests.upgrade import kept
from workshops.database import current_engine
from workshops.database.hosts import Hosts

# Of a table, or of one of its columns (« table.column »): why what was kept is not there as it was.
CHANGED: dict[str, str] = {
    "versions": "Raised by whatever is written: what was kept at hand is read anew.",
    "migration": "The migrations that have run since.",
    "api_tokens.expires_at": "A key of an example ends within a day.",
    "rescue_codes.code_hash": "What is kept of a code on paper is dearer to try; the code itself opens as before.",
    **dict.fromkeys(
        ("draw_demands", "alerts", "reservations.wish", "reservations.wish_rank", "reservations.halves"),
        "Wishes, halves, the demands of draws and alerts are demands: test_demands_carried_on.py.",
    ),
    "targets.unit": "Mentor companies are told in places, beside the firms that hold them.",
    "targets.rule": "What a coordinator typed as the rule is her note; the rule comes from the code that counts.",
    **dict.fromkeys(
        ("slots.booking_closes_at", "slots.settles_at", "slots.list_locks_at", "slots.eve_at", "slots.version"),
        "Deadlines of slots to come are of the school calendar: tests/workshops/slots/test_close_by_school_days.py.",
    ),
}
# What was kept stands as it was; the upgrade adds its own lines.
ADDED_TO = {"events": "A slot to come whose reservations close sooner is a line of its story."}
# Of a link or of an answer, by the beginning of its address: what of it is another on purpose, and why.
SAID_OTHERWISE: dict[tuple[str, str], str] = {}
# What a closed year's figures are told with, which later versions may tell more of.
FIGURES = ("programme", "metric", "target", "done", "done_declared")

TABLES = """SELECT table_name AS name, array_agg(column_name::text ORDER BY ordinal_position) AS columns
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY table_name ORDER BY table_name"""


async def _tables(url: str) -> dict[str, list[str]]:
    line = await asyncpg.connect(url)
    try:
        return {one["name"]: one["columns"] for one in await line.fetch(TABLES)}
    finally:
        await line.close()


async def _rows(url: str, table: str, columns: list[str]) -> Counter[tuple[str | None, ...]]:
    line = await asyncpg.connect(url)
    try:
        words = ", ".join(f'"{one}"::text' for one in columns)
        return Counter(tuple(row) for row in await line.fetch(f'SELECT {words} FROM "{table}"'))
    finally:
        await line.close()


def test_the_dump_holds_what_a_year_leaves(before: str) -> None:
    async def numbers() -> dict[str, int]:
        line = await asyncpg.connect(before)
        found = {name: await line.fetchval(f"SELECT count(*) FROM {asked}") for name, asked in HELD.items()}
        await line.close()
        return found

    assert kept.SQL.stat().st_size < 1_000_000
    assert [name for name, number in asyncio.run(numbers()).items() if not number] == []


HELD = {
    "a year closed": "year_closings WHERE closed_at IS NOT NULL AND reopened_at IS NULL",
    "a wish that waits for a visa": "reservations WHERE wish IS NOT NULL AND state = 'requested'",
    "halves of which one is replaced": (
        "reservations r JOIN reservations half ON half.id = r.replaces"
        " WHERE r.state = 'requested' AND half.halves IS NOT NULL AND half.state = 'confirmed'"
    ),
    "an offer whose link is out": "reservations WHERE state = 'offered' AND offer_salt IS NOT NULL",
    "a demand in a draw": "reservations WHERE state = 'in_draw'",
    "a draw held": "openings WHERE drawn_at IS NOT NULL",
    "an alert": "alerts",
    "a queued notice": "notices WHERE state = 'queued'",
    "an untold event": "events_to_tell WHERE about_kind = 'reservation'",
    "a delivery that waits": "webhook_deliveries",
    "a series": "series_slots",
    "a first name": "badges WHERE first_name <> ''",
}


def test_every_later_migration_runs_on_it(before: str, carried_on: str, home: Path) -> None:
    later = len(list(ROOT.glob("piccolo_migrations/*/*_[0-9]*.py"))) - len(kept.told()["migrations"])
    ran = asyncio.run(_rows(carried_on, "migration", ["name"])) - asyncio.run(_rows(before, "migration", ["name"]))
    assert ran.total() == later
    again = technilab("migrate", home=home, DATABASE_URL=carried_on)
    assert (again.stdout, again.stderr) == ("0 étape appliquée : les tables sont à jour.\n", "")


def test_what_was_kept_is_there_afterwards_row_by_row(before: str, carried_on: str) -> None:
    async def lost() -> dict[str, Any]:
        was, is_ = await _tables(before), await _tables(carried_on)
        found: dict[str, Any] = {}
        for table, columns in was.items():
            if table in CHANGED:
                continue
            gone = [one for one in columns if one not in is_.get(table, []) and f"{table}.{one}" not in CHANGED]
            if gone:
                found[table] = f"columns {gone}"
                continue
            same = [one for one in columns if f"{table}.{one}" not in CHANGED]
            then, now = await _rows(before, table, same), await _rows(carried_on, table, same)
            if then - now or (now - then and table not in ADDED_TO):
                found[table] = {"gone": list(then - now)[:3], "come": list(now - then)[:3]}
        return found

    assert len(asyncio.run(_tables(before))) > 70
    assert asyncio.run(lost()) == {}


def test_it_is_carried_on_by_the_oldest_postgresql_too(home: Path) -> None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    if not found:
        pytest.skip("no PostgreSQL of the system's here")
    with data_folder() as folder, kept.server_of(found[0], folder) as url:
        kept.load(url)
        said = technilab("migrate", home=home, DATABASE_URL=url)
        assert (said.returncode, said.stderr) == (0, "")
        assert asyncio.run(_rows(url, "slots", ["id"])).total() == 173


@pytest.fixture
async def site(a_copy: str, monkeypatch: pytest.MonkeyPatch, tmp_path):
    """The product of today on what was kept, at the hour at which it was kept, with its secret."""
    monkeypatch.setattr(current_engine(), "hosts", Hosts(a_copy))
    monkeypatch.setattr(current_engine(), "pool", None)
    monkeypatch.setenv("SECRET_KEY", kept.told()["secret_key"])
    monkeypatch.setenv("BASE_URL", kept.told()["base_url"])
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return application(now=kept.made_at)


async def test_the_figures_of_the_closed_year_are_those_of_its_closing(site) -> None:
    closed, token = kept.told()["closed"], secrets.token_urlsafe(32)
    await issue_token("bruno.bonnet@example.org", token=token, now=kept.made_at())
    answer = await Machine(site, token).get("/results", params={"from": closed["from"], "to": closed["to"]})
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert {one["programme"] for one in closed["targets"]} == {"technilab", "ptech", "bts1"}
    assert [{key: one[key] for key in FIGURES} for one in now["targets"]] == [
        {key: one[key] for key in FIGURES} for one in closed["targets"]
    ]
    for kind, then in closed["counts"].items():
        assert [{key: one[key] for key in was} for one, was in zip(now["counts"][kind], then, strict=True)] == then


async def test_every_link_that_was_mailed_still_answers(site) -> None:
    links = kept.told()["links"]
    kinds = {re.sub(r"[\w-]{20,}", "…", one["path"]).partition("?")[0] for one in links}
    assert {f"{kind}…" for kind in SECRET} | {"/agenda/….ics"} <= kinds
    assert await _said_otherwise(site, links) == []


SECRET = (
    *("/connexion/", "/inscription/", "/inscription/college/", "/visa/", "/visa/adresse/", "/visa/fin/", "/offre/"),
    *("/sorties/", "/questions/", "/accueil/lien/"),
)


async def test_every_link_that_was_mailed_still_takes_its_answer(site) -> None:
    answers = kept.told()["answers"]
    assert len(answers) > 12
    assert await _said_otherwise(site, answers) == []


async def _said_otherwise(site, links: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Address, what was said then, what is said now: where the two differ."""
    found = []
    for one in links:
        then = {key: told for key, told in one.items() if key not in {"path", "form"}}
        then = {key: told for key, told in then.items() if not _on_purpose(one["path"], key)}
        now = await _says(site, one["path"], one.get("form"))
        if {key: now.get(key) for key in then} != then:
            found.append((one["path"], then, now))
    return found


def _on_purpose(path: str, key: str) -> bool:
    return any(path.startswith(begins) and key == what for begins, what in SAID_OTHERWISE)


async def _says(site, path: str, form: dict[str, str] | None) -> dict[str, Any]:
    origin = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=site),
        base_url=kept.told()["base_url"],
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    async with origin as anybody:
        answer = await anybody.get(path) if form is None else await anybody.post(path, data=form)
    said: dict[str, Any] = {"status": answer.status_code}
    if "location" in answer.headers:
        said["location"] = answer.headers["location"]
    if heading := re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL):
        said["heading"] = " ".join(html.unescape(re.sub("<[^>]+>", "", heading[1])).split())
    if "BEGIN:VCALENDAR" in answer.text:
        unfolded = answer.text.replace("\r\n ", "")
        said["uids"] = sorted(set(re.findall(r"^UID:(.+?)\r?$", unfolded, re.MULTILINE)))
    return said


async def test_the_badges_that_were_issued_at_the_booking_are_those_that_the_desk_reads_and_the_sheet_prints(
    site,
) -> None:
    """Whoever needs them now finds them: none is issued again, and the printed ones are good."""
    secret_key, now = kept.told()["secret_key"], kept.made_at()
    line = await current_engine().get_new_connection()
    badges = "SELECT md5(string_agg(b::text, ';' ORDER BY id)), count(*) FROM badges b"
    before = tuple(await line.fetchrow(badges))
    coming = await line.fetch(
        "SELECT r.id, r.slot, s.school FROM reservations r JOIN slots s ON s.id = r.slot"
        " WHERE r.state IN ('requested', 'confirmed', 'locked') AND r.starts_at > $1",
        now,
    )
    assert len(coming) > 30
    for visit in coming:
        await open_desk(visit["slot"], school=visit["school"], secret_key=secret_key)
        await list_badges(visit["id"], first_names=True, secret_key=secret_key)
        await printed_badges(visit["id"], secret_key)
    await lapse(secret_key=secret_key, now=now)
    after = tuple(await line.fetchrow(badges))
    await line.close()
    assert after == before


async def test_the_act_that_nobody_was_told_of_is_told(site) -> None:
    line = await current_engine().get_new_connection()
    queued = "SELECT kind FROM notices WHERE state = 'queued' ORDER BY id"
    before = [one["kind"] for one in await line.fetch(queued)]
    await fan_out(now=kept.made_at())
    after = [one["kind"] for one in await line.fetch(queued)]
    await line.close()
    assert before == ["sign_in"]
    assert set(after) == {"sign_in", "reservation_cancelled"}
