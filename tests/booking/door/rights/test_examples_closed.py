"""What was given to invented people in a trial opens no door once the same data are served without one."""

from __future__ import annotations

import pytest
from httpx import ASGITransport, AsyncClient

from booking.calendar.feeds.give import give_feed
from booking.day.desk_links.give import give_link
from booking.people.accounts.sign_in import open_session
from booking.people.accounts.token import issue_token
from tests import builders
from tests.application import application
from tests.builders import paris
from workshops.database import value

NOW = paris("2027-03-25 08:50")
REAL = {"DEMO": "", "BASE_URL": "http://127.0.0.1:8000", "SMTP_URL": "smtp://127.0.0.1:1"}
TRIAL = {"DEMO": "1"}
KINDS = {
    "session": ("/lycee/creneaux", {"Cookie": "technilab=a-session"}),
    "key": ("/api/v1/me", {"Authorization": "Bearer a-key"}),
    "agenda": ("/agenda/a-feed.ics", {}),
    "desk link": ("/accueil/lien/a-link", {}),
    "desk": ("/api/v1/slots/{slot}/roster", {"Cookie": "technilab-accueil=a-link"}),
}
OPENED = {"session": 200, "key": 200, "agenda": 200, "desk link": 303, "desk": 200}
CLOSED = {"session": 303, "key": 401, "agenda": 404, "desk link": 410, "desk": 410}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("told", "example", "answers"),
    [(TRIAL, True, OPENED), (REAL, True, CLOSED), (REAL, False, OPENED)],
    ids=["invented in a trial", "invented on real data", "real"],
)
async def test_it_opens_to_invented_people_in_a_trial_alone(db, monkeypatch, kind, told, example, answers):
    for name, said in told.items():
        monkeypatch.setenv(name, said)
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee)
    jules = await builders.person("host", "jules@example.org", school=lycee, example=example)
    membership = await value("SELECT id FROM memberships WHERE account = $1", jules)
    await open_session(jules, session_id="a-session", browser="", now=NOW)
    await issue_token("jules@example.org", token="a-key", now=NOW)
    await give_feed(membership, account=jules, token="a-feed", now=NOW)
    await give_link(slot, token="a-link", account=jules, school=lycee, now=NOW)
    path, headers = KINDS[kind]
    async with AsyncClient(transport=ASGITransport(application(lambda: NOW)), base_url="http://127.0.0.1:8000") as he:
        answer = await he.get(path.format(slot=slot), headers=headers)
    assert answer.status_code == answers[kind]
