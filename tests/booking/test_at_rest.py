"""What is not loaded by a web process that serves pages, a worker, a command that needs no page: each costs a start
its time, and the process megabytes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# Printing, pictures, sheets, calendars, passkeys, other programs, and what our libraries bring for others.
HEAVY = {
    *("reportlab", "PIL", "qrcode", "openpyxl", "icalendar", "holidays", "webauthn", "httpx", "aiosmtplib"),
    *("black", "faker", "polyfactory", "matplotlib", "numpy", "prometheus_client"),
}
FIRST_PAGES = """
import asyncio, sys
from booking.app import create_app

async def get(app, path):
    said = []
    async def send(message): said.append(message)
    async def receive(): return {"type": "http.request", "body": b"", "more_body": False}
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
             "scheme": "http", "http_version": "1.1", "root_path": ""}
    await app(scope, receive, send)
    return said[0]["status"]

async def main():
    app = create_app()
    async with app.lifespan():
        print([await get(app, path) for path in ("/", "/creneaux", "/programme", "/connexion")])
    print(*sorted({name.split(".")[0] for name in sys.modules}))

asyncio.run(main())
"""
COMMAND = """
import atexit, sys
sys.argv = ["technilab", *sys.argv[1:]]
atexit.register(lambda: print(*sorted({name.split(".")[0] for name in sys.modules})))
from booking.cli import main
main()
"""


def loaded(script: str, *words: str) -> tuple[str, set[str]]:
    """What a script says before its last line, and the modules that it names there."""
    env = {**os.environ, "REDIS_URL": "redis://127.0.0.1:9", "DEMO": "1"}
    told = subprocess.run([sys.executable, "-c", script, *words], env=env, capture_output=True, text=True, check=False)
    *said, names = told.stdout.splitlines()
    return "\n".join(said), set(names.split())


def test_a_web_process_serves_its_first_pages_without_what_is_heavy(db):
    said, modules = loaded(FIRST_PAGES)
    assert said == "[200, 200, 200, 200]"
    assert {"litestar", "asyncpg"} <= modules
    assert modules & HEAVY == set()


def test_a_worker_that_waits_has_loaded_no_page_and_nothing_that_is_heavy():
    _, modules = loaded("import booking.worker, sys; print(*{name.split('.')[0] for name in sys.modules})")
    assert {"arq", "jinja2", "httpx"} <= modules
    assert modules & (HEAVY - {"httpx"} | {"litestar", "uvicorn"}) == set()


@pytest.mark.parametrize("words", [("--help",), ("token", "nobody@example.org"), ("recount",), ("backup", "/proc/no")])
def test_a_command_that_shows_no_page_loads_none(db, words):
    said, modules = loaded(COMMAND, *words)
    assert "click" in modules
    assert modules & (HEAVY | {"litestar", "jinja2", "uvicorn", "arq", "redis"}) == set()
    assert bool(said) == (words[0] in {"--help", "recount"})
