"""One has gone back from a version to come: what it did and wrote is read here as its own, and no page ends for it."""

from __future__ import annotations

import pytest

from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.smtp import SmtpMailer
from tests import builders
from tests.booking.mails.story import SETTINGS
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.smtp import post_office
from workshops.database import rows, value
from workshops.events.record import record

ITS_OWN = "Acte d'une version plus récente de Technilab"
ITS_LETTER = "Message d'une version plus récente de Technilab"


@pytest.fixture
async def people(app):
    """A teacher, her visit's host and a coordinator, whose visit, slot, lycée and programs a later version touched."""
    app.state.clock = lambda: NOW
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    teacher = await builders.person("teacher", school=college)
    host = await builders.person("host", school=lycee)
    slot = await builders.slot(host=lycee)
    visit = await builders.reservation(slot=slot, group=await builders.group(school=college), by=teacher)
    things = {"reservation": visit, "slot": slot, "school": lycee, "tram": 1}
    for kind, about in things.items():
        await record(f"{kind}_to_come", by=host, about_kind=kind, about=about, now=NOW)
    membership = await value("SELECT id FROM memberships WHERE account = $1", host)
    hook = await builders.webhook(membership=membership, url="https://a.example/", acts=("slot_to_come",))
    await rows(
        """INSERT INTO webhook_deliveries (webhook, event, about_kind, about, since, next_try_at, state, last_error)
SELECT $1, id, about_kind, about, $2, $2, 'failed', 'HTTP 500' FROM events WHERE act = 'slot_to_come'""",
        hook,
        NOW,
    )
    boss = await builders.person("coordinator")
    signed_in = [await Browser(app, now=NOW).sign_in(one) for one in (teacher, host, boss)]
    return [*signed_in, visit, slot, lycee]


async def test_its_acts_are_read_in_each_story_and_list_of_them(people):
    teacher, host, boss, visit, slot, lycee = people
    pages = [
        (teacher, f"/reservations/{visit}"),
        (boss, f"/gestion/creneaux/{slot}"),
        (boss, f"/gestion/etablissements/{lycee}"),
        (boss, "/gestion/journal"),
        (boss, "/gestion/messages"),
        (host, "/compte/logiciels"),
    ]
    found = {}
    for reader, path in pages:
        answer = await reader.get(path)
        found[path.rstrip("0123456789")] = (answer.status_code, ITS_OWN in read(answer))
    assert found == {path.rstrip("0123456789"): (200, True) for _, path in pages}


async def test_its_letters_are_kept_for_who_sends_them_again_once_it_is_back(people):
    *_, boss, _, _, _ = people
    await builders.notice(kind="of_a_version_to_come", account=None)
    await builders.notice(kind="of_a_version_to_come", state="returned", returned_at=NOW)
    async with post_office() as office:
        await deliver(SmtpMailer(office.url), writer(SETTINGS), mail_from=SETTINGS.mail_from, now=NOW, limit=100)
    assert office.mails == []
    assert await value("SELECT array_agg(state ORDER BY id) FROM notices") == ["failed", "returned"]
    answer = await boss.get("/gestion/messages")
    assert (answer.status_code, read(answer).count(ITS_LETTER), "Relancer" in answer.text) == (200, 2, True)
