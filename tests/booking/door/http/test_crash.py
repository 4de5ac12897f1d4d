"""A fault of ours: the person sees a number, the log sees it all, nobody sees a trace."""

from __future__ import annotations

import json
import logging
import re

import pytest
from asyncpg.exceptions import DeadlockDetectedError
from litestar import Request

from booking.door.http.refusals import crashed
from tests.browsing import Browser, Machine
from workshops.database import rows

SCHEMA_BROKEN = "ALTER TABLE tech_objects RENAME TO tech_objects_away"
SCHEMA_MENDED = "ALTER TABLE tech_objects_away RENAME TO tech_objects"


@pytest.fixture
async def broken(app):
    """A database that lost a table: every search crashes."""
    await rows(SCHEMA_BROKEN)
    yield app
    await rows(SCHEMA_MENDED)


async def test_a_crash_shows_an_id_that_the_log_explains(broken, caplog):
    with caplog.at_level(logging.ERROR, logger="technilab"):
        answer = await Browser(broken).get("/creneaux?niveau=3e")
    assert answer.status_code == 500
    (crash_id,) = set(re.findall(r"numéro[\s\u00a0]+([0-9a-f]{8})", answer.text))
    assert [record.getMessage() for record in caplog.records] == [f"crash {crash_id} on GET /creneaux"]
    assert "UndefinedTableError" in caplog.text
    for leak in ("Traceback", "asyncpg", "UndefinedTable", "tech_objects"):
        assert leak not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_machine_gets_the_id_in_a_problem(broken):
    answer = await Machine(broken, "").get("/slots?object=1&level=3e&limit=7")
    assert answer.status_code == 500
    problem = answer.json()
    assert (answer.headers["content-type"], problem["type"]) == ("application/problem+json", "/problems/crash")
    assert re.fullmatch(r"[0-9a-f]{8}", problem["crash_id"])
    assert "tech_objects" not in answer.text


async def test_an_act_that_postgresql_ended_for_another_is_a_no_and_no_crash():
    request: Request = Request({"type": "http", "method": "POST", "path": "/api/v1/x", "headers": []})
    answer = crashed(request, DeadlockDetectedError())
    assert (answer.status_code, json.loads(answer.content)["type"]) == (409, "/problems/crossed")
