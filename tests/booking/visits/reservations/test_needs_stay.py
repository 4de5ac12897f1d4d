"""What a group needs is read by its teacher and its lycée: no address, mail, event, webhook or export holds it."""

from __future__ import annotations

import json
import logging
from email import message_from_bytes, policy
from pathlib import Path

from booking.mails.pace import TOGETHER_WITHIN
from booking.mails.write import writer
from booking.outbox.notices.deliver import deliver
from booking.outbox.notices.mail_files import FileMailer
from booking.process.settings import read_settings
from booking.words.acts import ACTS
from booking.year.export_account import export_account
from tests import builders
from tests.booking.web.school.test_reserve import Desk
from tests.builders import NOW
from tests.seen import lycee_of
from tests.telling import tell
from workshops.database import rows, value

LINE = "Près de la porte battante"
ASKED = {
    "needs": LINE,
    **{f"need-{box}": "oui" for box in ("step_free", "chairs", "loop", "quiet", "interpreter", "meal")},
    **{"need-step_free-count": "7", "need-chairs-count": "9"},
}
WORDS = (
    *("battante", "step_free", "chairs", "need-", "interpreter"),
    *("plain-pied", "auditive", "lieu calme", "interprète", "repas", "besoin"),
)
SUBSCRIBED = """INSERT INTO webhooks (membership, label, url, acts, salt, created_at)
VALUES ($1, 'Suivi', 'https://example.org/suivi', $2::varchar[], decode('00', 'hex'), now())"""
OTHER_TABLES = """SELECT table_name AS name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT IN ('reservations', 'workshops')"""


def told(text: str) -> list[str]:
    return [word for word in WORDS if word in text.casefold()]


def words_of(mail: Path) -> str:
    """What somebody reads of a mail: its headers, its texts and its calendar entry."""
    letter = message_from_bytes(mail.read_bytes(), policy=policy.default)
    parts = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
    assert any("Découpe laser" in part for part in parts)
    return "\n".join([*map(str, letter.values()), *parts])


async def everything_else() -> str:
    """Every row of every other table, as text."""
    parts = []
    for one in await rows(OTHER_TABLES):
        parts += [str(await value(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{one['name']}\" t"))]
    return "\n".join(parts)


async def test_a_need_goes_nowhere_else(app, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    desk = await Desk.new(app)
    await builders.person("host", "hote@example.org", school=await lycee_of(desk.slot))
    teacher = await value("SELECT id FROM accounts WHERE email = 'claire@example.org'")
    membership = await value("SELECT id FROM memberships WHERE account = $1", teacher)
    acts = [act for act in ACTS if act.startswith("reservation")]
    await rows(SUBSCRIBED, membership, acts)
    answer = await desk.reserve(**ASKED)
    where = answer.headers["location"]
    visit = int(where.split("/")[2].split("?")[0])
    assert await value("SELECT needed FROM reservations") == [
        *("step_free:7", "chairs:9", "loop", "quiet", "interpreter", "meal")
    ]
    changed = await desk.browser.post(f"/reservations/{visit}/besoins", ASKED | {"needs": f"{LINE} bleue"})
    addresses = where + changed.headers["location"].replace("fait=besoins-notes", "")
    await tell(now=NOW - TOGETHER_WITHIN)
    settings = read_settings()
    await deliver(FileMailer(tmp_path), writer(settings), mail_from=settings.mail_from, now=NOW)
    letters = [words_of(file) for file in tmp_path.rglob("*.eml")]
    entry = (await desk.browser.get(f"/reservations/{visit}/invitation.ics")).text
    exported = json.dumps(await export_account(teacher, now=NOW), default=str, ensure_ascii=False)
    assert len(letters) == 2
    assert [told(one) for one in letters] == [[], []]
    assert told(addresses) == []
    assert await value("SELECT count(*) FROM webhook_deliveries") > 0
    assert told(await everything_else()) == []
    assert [told(one) for one in (entry, exported)] == [[], []]
    logged = "".join(record.getMessage() for record in caplog.records if record.name != "httpx")
    # The log names a route as it is written, whatever was asked for there.
    assert told(logged.replace("/reservations/{reservation}/besoins", "")) == []
