"""Clients that others generate from our OpenAPI document play a visit: search, book, cancel, scan, close."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import Server

from booking.api.document import BUILT
from booking.people.accounts.token import issue_token
from booking.visits.badge_codes.rules import token_of
from tests import builders
from tests.builders import NOW
from workshops.database import row, value

ROOT = Path(__file__).parents[2]
STORIES = Path(__file__).with_name("clients")
DAY = builders.paris("2027-03-25 09:00")
NINE_FOUR = builders.paris("2027-03-25 09:04")
# As that generator reads a file of any type.
OF_PYTHON = """post_hooks: []
package_name_override: technilab
content_type_overrides:
  application/pdf: application/octet-stream
  text/calendar: application/octet-stream
  text/csv: application/octet-stream
  image/jpeg: application/octet-stream
  application/vnd.openxmlformats-officedocument.spreadsheetml.sheet: application/octet-stream
  application/vnd.openxmlformats-officedocument.wordprocessingml.document: application/octet-stream
"""


async def run(*command: str | Path, cwd: Path, **more: str) -> str:
    running = await asyncio.create_subprocess_exec(
        *map(str, command), cwd=cwd, env={**os.environ, **more}, stdout=-1, stderr=-1
    )
    out, wrong = await running.communicate()
    assert running.returncode == 0, (out + wrong).decode()[-3000:]
    return (out + wrong).decode()


async def python_client(folder: Path) -> list[str | Path]:
    (folder / "config.yml").write_text(OF_PYTHON)
    made = ("generate", "--path", BUILT, "--output-path", folder / "technilab", "--meta", "none")
    command = [sys.executable, "-m", "openapi_python_client", *made, "--config", folder / "config.yml"]
    said = await run(*command, cwd=folder)
    assert "Warning" not in said, said[:3000]
    return [sys.executable, shutil.copy(STORIES / "story.py", folder)]


async def typescript_client(folder: Path) -> list[str | Path]:
    """Its types hold, then esbuild takes them away."""
    node = shutil.which("node") or ROOT / ".venv" / "bin" / "node"
    modules = ROOT / "node_modules"
    (folder / "node_modules").symlink_to(modules)
    typed = (BUILT, "-o", folder / "technilab.d.ts", "--default-non-nullable", "false")
    await run(node, modules / "openapi-typescript/bin/cli.js", *typed, cwd=folder)
    story = shutil.copy(STORIES / "story.ts", folder)
    strict = ("--noEmit", "--strict", "--module", "esnext", "--moduleResolution", "bundler", "--target", "es2022")
    await run(node, modules / "typescript/bin/tsc", *strict, "--lib", "es2022,dom", story, cwd=folder)
    bundle = "import('esbuild').then((e) => e.build({entryPoints: ['story.ts'], outfile: 'story.mjs', bundle: true,"
    await run(node, "-e", f"{bundle} format: 'esm', platform: 'node'}}))", cwd=folder)
    return [node, folder / "story.mjs"]


@pytest.fixture
async def url(app: Any) -> AsyncIterator[str]:
    server = Server(Config(app, port=0, ws="none", lifespan="off", log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


async def a_key(role: str, **place: int) -> str:
    await builders.person(role, f"{role}@example.org", **place)
    token = secrets.token_urlsafe(32)
    await issue_token(f"{role}@example.org", token=token, now=NOW)
    return token


@pytest.mark.parametrize("client", [python_client, typescript_client])
async def test_a_generated_client_searches_books_cancels_scans_and_closes(app, url, tmp_path, client):
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    uais = [await value("SELECT uai FROM schools WHERE id = $1", one) for one in (college, lycee)]
    slot = await builders.slot(host=lycee, starts_at=DAY)
    await builders.group(school=college, name="4e B")
    keys = {"TEACHER": await a_key("teacher", school=college), "HOST": await a_key("host", school=lycee)}
    program = await client(tmp_path)

    app.state.clock = lambda: NOW
    told = json.loads(await run(*program, "before", cwd=tmp_path, URL=url, **keys))
    assert told == {
        "uai": uais[1],
        "repeated": True,
        "cancelled": "cancelled_by_teacher",
        "state": "confirmed",
        "busy": "/problems/group-busy",
        "schools": uais,
        "level": "4e",
        "badges": "%PDF",
    }

    app.state.clock = lambda: NINE_FOUR
    booked = await row("SELECT id, badge_salt FROM reservations WHERE state IN ('confirmed', 'locked')")
    tokens = [token_of(os.environ["SECRET_KEY"], booked["badge_salt"], "pupil", number) for number in (1, 2, 1)]
    asked = json.dumps([NINE_FOUR.isoformat(), slot, booked["id"], tokens])
    told = json.loads(await run(*program, "day", asked, cwd=tmp_path, URL=url, **keys))
    assert told == {
        "results": ["present", "present", "already"],
        "present": 2,
        "uai": uais[0],
        "closed": "done",
        "counted": 24,
    }
