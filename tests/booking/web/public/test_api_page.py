"""The pages of the API say what its document says, with examples that are true and code that runs as printed."""

from __future__ import annotations

import asyncio
import gzip
import html
import json
import os
import re
import secrets
import shutil
import sys
from functools import cache
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import Server

from booking.people.accounts.token import issue_token
from booking.process.settings import read_settings
from booking.web.public.api_examples import example_of, examples
from booking.web.public.api_page import by_subject
from booking.web.public.help import PROBLEMS
from tests import builders
from tests.browsing import read
from tests.contract import _validator, closed, document
from tests.seen import seen
from workshops.database import value

FIRST_VIEW = 60_000


@cache
def subjects() -> list[str]:
    return [subject.name for subject in by_subject(document())]


async def test_every_operation_stands_in_the_contents_and_on_the_page_of_its_subject(visitor):
    told = sorted(f"{method.upper()} {path}" for path, item in document()["paths"].items() for method in item)
    contents = (await visitor.get("/api")).text.replace("<wbr>", "")
    linked = re.findall(
        r'<a href="/api/([\w-]+)#([^"]+)"><span class="method">(\w+)</span> <code>([^<]+)</code>', contents
    )
    assert sorted(f"{method} /api/v1{path}" for _, _, method, path in linked) == told
    shown = {name: (await visitor.get(f"/api/{name}")).text.replace("<wbr>", "") for name in subjects()}
    assert [anchor for name, anchor, _, _ in linked if f'<h2 id="{anchor}">' not in shown[name]] == []
    headed = [one for text in shown.values() for one in re.findall(r"</span> <code>(/api/v1[^<]+)</code></h2>", text)]
    assert len(headed) == len(told)
    assert (await visitor.get("/api/nothing")).status_code == 404


async def test_each_operation_tells_its_fields_its_answers_with_an_example_and_its_refusals(visitor):
    shown = read(await visitor.get("/api/reservations"))
    for words in (
        "POST /api/v1/reservations",
        "Idempotency-Key facultatif",
        "slot_id integer",
        "Réponse 201 : Reserved",
        "Complet slot-full",
        "Réponse 200 : application/pdf",
    ):
        assert words in shown, words


async def test_a_name_in_what_is_said_is_set_as_code_and_no_backtick_is_read(visitor):
    pages = {name: await visitor.get(path) for name in subjects() for path in (f"/api/{name}",)}
    examples = re.compile(r"<pre.*?</pre>", re.DOTALL)
    assert [name for name, answer in pages.items() if "`" in examples.sub("", answer.text)] == []
    assert "<code>wait</code> puts it on the waiting list" in pages["reservations"].text
    assert "wait puts it on the waiting list" in read(pages["reservations"])


async def test_every_link_of_the_pages_leads_somewhere(visitor):
    for path in ("/api", *(f"/api/{name}" for name in subjects())):
        text = (await visitor.get(path)).text
        ids = set(re.findall(r'id="([^"]+)"', text))
        assert (path, set(re.findall(r'href="#([^"]+)"', text)) - ids) == (path, set())
        assert {kind for kind in re.findall(r'href="/problems/([\w-]+)"', text) if kind not in PROBLEMS} == set()


async def test_the_first_view_of_each_page_is_light(visitor):
    sizes = {path: len(gzip.compress((await visitor.get(path)).content, 3)) for path in
             ("/api", "/problems", *(f"/api/{name}" for name in subjects()))}  # fmt: skip
    assert {path: size for path, size in sizes.items() if size > FIRST_VIEW} == {}


def test_every_example_is_an_answer_that_the_document_describes():
    shapes = document()["components"]["schemas"]
    assert set(examples()) - set(shapes) == set()
    for name, example in examples().items():
        wrong = list(_validator(json.dumps({"$ref": f"#/components/schemas/{name}"})).iter_errors(example))
        assert (name, [one.message for one in wrong]) == (name, [])
    for path, acts in document()["paths"].items():
        for act in acts.values():
            for status, answer in act["responses"].items():
                schema = answer.get("content", {}).get("application/json", {}).get("schema")
                if status < "400" and schema:
                    wrong = list(_validator(json.dumps(closed(schema))).iter_errors(example_of(document(), schema)))
                    assert (path, [one.message for one in wrong]) == (path, [])


def test_the_examples_of_the_trial_name_nobody_s_key():
    told = json.dumps(examples())
    assert re.findall(r"127\.0\.0\.1:\d+|whsec_|Bearer", told) == []


async def test_every_refusal_that_an_operation_names_is_explained_and_all_stand_on_one_page(visitor):
    answered = {
        (kind.rpartition("/")[2], int(status))
        for acts in document()["paths"].values()
        for act in acts.values()
        for status, answer in act["responses"].items()
        for kind in answer.get("x-problems", ())
    }
    named = {kind for kind, _ in answered}
    assert len(named) > 100
    assert named - set(PROBLEMS) == set()
    assert {(kind, status) for kind, status in answered if status not in PROBLEMS[kind].statuses} == set()
    shown = (await visitor.get("/problems")).text
    assert re.findall(r'<dt id="([\w-]+)">', shown) == sorted(PROBLEMS)


async def code_of(visitor: Any, name: str) -> str:
    found = re.search(rf'<code id="code-{name}">(.*?)</code>', (await visitor.get("/api")).text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


async def played(*command: str, **more: str) -> str:
    running = await asyncio.create_subprocess_exec(*command, env={**os.environ, **more}, stdout=-1, stderr=-1)
    out, wrong = await running.communicate()
    assert running.returncode == 0, wrong.decode()
    return out.decode()


async def test_the_signature_of_the_page_s_webhook_is_true_and_its_code_says_so(visitor):
    code = await code_of(visitor, "webhook")
    assert await played(sys.executable, "-c", code) == "True\n"
    assert await played(sys.executable, "-c", code.replace('"sequence":2', '"sequence":3')) == "False\n"


@pytest.fixture
async def served(app):
    """The application at an address of its own, which its pages print."""
    server = Server(Config(app, port=0, ws="none", lifespan="off", log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    before = app.state.settings
    app.state.settings = read_settings({**os.environ, "BASE_URL": address})
    yield address
    app.state.settings = before
    server.should_exit = True
    await serving


async def a_teacher_with_a_key() -> tuple[str, int]:
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    await builders.slot(host=lycee)
    await builders.group(school=college, name="4e B")
    await builders.person("teacher", "claire@example.org", school=college)
    token = secrets.token_urlsafe(32)
    await issue_token("claire@example.org", token=token, now=builders.NOW)
    return token, lycee


async def test_the_lines_of_python_reserve_a_slot_as_they_are_printed(visitor, served):
    key, lycee = await a_teacher_with_a_key()
    code = await code_of(visitor, "python")
    assert served in code
    uai = await value("SELECT uai FROM schools WHERE id = $1", lycee)
    assert await played(sys.executable, "-c", code, CLE=key) == f"confirmed {uai} 2027-03-25T08:00:00Z\n"
    assert await seen("SELECT state FROM reservations") == [("confirmed",)]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
async def test_the_lines_of_curl_read_and_register_a_group_as_they_are_printed(visitor, served):
    key, _ = await a_teacher_with_a_key()
    said = await played("sh", "-euc", await code_of(visitor, "curl"), CLE=key)
    slots, me, groups, made = [json.loads(one) for one in re.sub(r"\}\{", "}\n{", said).splitlines()]
    assert (len(slots["items"]), me["email"], groups["items"][0]["name"], made["name"]) == (
        *(1, "claire@example.org", "4e B"),
        "4e API",
    )
