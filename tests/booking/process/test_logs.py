"""A line of the logs says when, how bad, who speaks and of which request; never of whom."""

from __future__ import annotations

import json
import logging
import re
import secrets
from typing import Any

import pytest
from msgspec.structs import replace

from booking.door.http.head import request_id_of
from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.smtp import SmtpMailer
from booking.people.accounts.token import issue_token
from booking.process.logs import JsonFormatter, TextFormatter, redacted, traceback_lines
from booking.process.settings import read_settings
from booking.process.version import VERSION
from tests import builders
from tests.browsing import Browser, Machine
from tests.builders import NOW
from tests.owner import by_owner
from tests.smtp import post_office
from tests.telling import tell

SETTINGS = read_settings()
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|ERROR) [\w.]+ \[[0-9a-f]{8}\] .+")
CLAIRE, NAME, GROUP = "claire.petitjean@ac-besancon.fr", "Claire Petitjean", "4e Bleuet"


class Kept(logging.Handler):
    """What is logged, as both formats write it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.objects: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(TextFormatter().format(record))
        self.objects.append(json.loads(JsonFormatter().format(record)))


@pytest.fixture
def kept():
    handler, ours = Kept(), logging.getLogger("technilab")
    logging.getLogger().addHandler(handler)
    before = ours.level
    ours.setLevel(logging.INFO)
    yield handler
    logging.getLogger().removeHandler(handler)
    ours.setLevel(before)


@pytest.fixture
def gathered(app, monkeypatch):
    """As where logs are gathered: LOG_FORMAT=json."""
    monkeypatch.setattr(app.state, "settings", replace(app.state.settings, log_format="json"))


async def test_where_logs_are_gathered_each_request_is_a_line_with_fields_and_names_nobody(app, gathered, kept):
    app.state.clock = lambda: NOW
    claire = await builders.person("teacher", CLAIRE, name=NAME, school=await builders.school())
    token, secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    await issue_token(CLAIRE, token=token, now=NOW)
    visitor = Browser(app)
    answers = [
        await visitor.get(f"/creneaux?groupe={claire}&q={NAME}"),
        await visitor.get(f"/visa/{secret}"),
        await visitor.get(f"/nulle-part/{CLAIRE}"),
        await Machine(app, token).post("/groups", {"name": GROUP, "level": "7e"}),
    ]
    for unlogged in ("/health/live", "/health/ready", "/metrics", "/static/robots.txt"):
        await visitor.get(unlogged)
    lines = [line for line in kept.objects if line["logger"] == "technilab.requests"]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "/creneaux", answers[0].status_code),
        ("GET", "/visa/{token}", answers[1].status_code),
        ("GET", "an unknown address", 404),
        ("POST", "/api/v1/groups", 422),
    ]
    assert [line["request"] for line in lines] == [answer.headers["x-request-id"] for answer in answers]
    assert [0 < line["ms"] < 60_000 for line in lines] == [True] * 4
    assert {line["version"] for line in kept.objects} == {VERSION}
    everything = json.dumps(kept.objects, ensure_ascii=False)
    assert [word for word in (CLAIRE, "@", "Petitjean", GROUP, token, secret, "127.0.0.1") if word in everything] == []


async def test_on_a_terminal_only_acts_are_told(app, kept):
    app.state.clock = lambda: NOW
    await Browser(app).get("/creneaux")
    assert kept.texts == []


async def test_the_logs_of_a_journey_name_the_request_as_the_answer_and_the_mail_do_and_nobody(app, kept):
    app.state.clock = lambda: NOW
    college = await builders.school()
    claire = await builders.person("teacher", CLAIRE, name=NAME, school=college)
    token = secrets.token_urlsafe(32)
    await issue_token(CLAIRE, token=token, now=NOW)
    group = await builders.group(school=college, teacher=claire, name=GROUP)
    key = Machine(app, token)

    body = {"slot_id": await builders.slot(), "group_id": group, "pupils": 24, "adults": 2}
    booked = await key.post("/reservations", body)
    sign_in = await Browser(app).post("/connexion", {"email": CLAIRE})
    async with post_office() as office:
        office.answers = [f"550 <{CLAIRE}> {NAME} unknown"]
        await tell()
        for _ in range(3):
            await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW)
    await by_owner("ALTER TABLE groups RENAME TO groups_away")
    crashed = await key.post("/groups", {"name": GROUP, "level": "4e", "pupils": 20, "school_year": "2026-2027"})
    await by_owner("ALTER TABLE groups_away RENAME TO groups")
    secret = secrets.token_urlsafe(32)
    lost = await Browser(app).get(f"/visa/{secret}")

    statuses = [booked.status_code, sign_in.status_code < 400, crashed.status_code, lost.status_code < 500]
    assert statuses == [201, True, 500, True]
    numbers = [answer.headers["x-request-id"] for answer in (booked, sign_in, crashed)]
    assert crashed.json()["crash_id"] == numbers[2]
    logged = [(line["level"], line["logger"], line["request"]) for line in kept.objects]
    assert logged[:2] == [("info", "technilab.requests", number) for number in numbers[:2]]
    assert logged[-2:] == [("error", "technilab", numbers[2]), ("info", "technilab.requests", numbers[2])]
    # The refused mail is of one of the two requests, those that left of the other.
    (refused,) = [line["request"] for line in kept.objects if line["logger"] == "booking.outbox.notices.deliver"]
    assert {refused, *(mail.message["X-Request-ID"] for mail in office.mails)} == set(numbers[:2])
    everything = "\n".join(kept.texts)
    assert [line for line in kept.texts if not LINE.match(line)] == []
    assert [word for word in (CLAIRE, "@", "Petitjean", GROUP, token, secret, "Bleuet") if word in everything] == []


def test_of_an_exception_the_log_keeps_where_and_what_kind_never_its_value():
    def typed(words: str) -> None:
        raise ValueError(f"not a mail address: {words}")

    try:
        try:
            typed(CLAIRE)
        except ValueError as error:
            raise KeyError(NAME) from error
    except KeyError as error:
        lines = "\n".join(traceback_lines((KeyError, error, error.__traceback__)))
    assert [line for line in lines.splitlines() if not line.startswith(" ")] == [
        "builtins.ValueError",
        "builtins.KeyError",
    ]
    assert CLAIRE not in lines


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("550 <claire@ac-besancon.fr> unknown", "550 <…@…> unknown"),
        ("GET /visa/8Jc2kQ0yqX3mZr7TtLw5PnVbHs9DfGa1eUoYiRx4cBM", "GET /visa/…"),
        ("booking.outbox.notices.deliver at 2027-01-11T08:00:00+00:00", None),
        ("crash 5f0c1b2a on POST /api/v1/reservations/{reservation}/badges.pdf", None),
    ],
)
def test_an_address_and_the_secret_of_a_link_are_taken_out_and_nothing_else(words: str, left: str | None):
    assert redacted(words) == (left or words)


@pytest.mark.parametrize(
    ("peer", "sent", "random"),
    [
        ("10.0.0.7", b"edge-42.a", False),
        ("10.0.0.8", b"edge-42.a", True),
        ("10.0.0.7", b"edge 42\r\nmore", True),
        ("10.0.0.7", b"e" * 65, True),
    ],
)
def test_a_trusted_proxy_sets_the_request_id_and_nobody_else_does(peer: str, sent: bytes, random: bool):
    settings = replace(SETTINGS, trusted_proxies=("10.0.0.7",))
    own_id = request_id_of({"client": (peer, 1), "headers": [(b"x-request-id", sent)]}, settings)
    assert re.fullmatch(r"[0-9a-f]{8}", own_id) if random else own_id == "edge-42.a"
