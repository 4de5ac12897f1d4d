"""A trial that is shown begins anew each night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from booking import worker
from booking.demo.fill import fill
from booking.outbox.notices.mail_files import FileMailer
from booking.outbox.notices.mailer import mailer_of
from booking.people.accounts.sign_in import open_session
from booking.people.accounts.trial import demo_accounts
from booking.process.settings import read_settings
from tests import builders
from tests.booking.demo.test_fill import empty
from workshops.database import rows, value
from workshops.events.record import record


async def people() -> list[str]:
    return [one.email for one in await demo_accounts()]


@pytest.mark.parametrize("shown", [True, False])
async def test_what_visitors_wrote_is_gone_in_the_morning_where_the_trial_is_shown(lasting_db, tmp_path, shown):
    await empty()
    await fill(datetime.now(UTC))
    invented = await people()
    raised = await value("SELECT sum(raised) FROM versions")
    school = await value("SELECT max(id) FROM schools WHERE kind = 'college'")
    visitor = await builders.person("teacher", "visiteur@ac-besancon.fr", school=school)
    await builders.group(school=school, teacher=visitor, name="Un gros mot")
    await record(
        "group_registered", by=visitor, about_kind="group", about=1, words="Un gros mot", now=datetime.now(UTC)
    )
    for folder in ("mail", "objets"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a-file").write_text("Un gros mot")

    await worker.clean({"settings": replace(read_settings(), shown=shown, data_dir=tmp_path)})

    left = {
        "account": await value("SELECT count(*) FROM accounts WHERE email = 'visiteur@ac-besancon.fr'"),
        "group": await value("SELECT count(*) FROM groups WHERE name = 'Un gros mot'"),
        "words": await value("SELECT count(*) FROM event_words WHERE words = 'Un gros mot'"),
        "mail": int((tmp_path / "mail" / "a-file").exists()),
    }
    assert left == dict.fromkeys(left, 0 if shown else 1)
    assert await people() == invented
    assert (await value("SELECT sum(raised) FROM versions") > raised) is True
    kept = await rows("SELECT tgenabled::text AS on FROM pg_trigger WHERE tgname IN ('events_kept', 'events_whole')")
    assert [one["on"] for one in kept] == ["O", "O"]


async def test_what_is_no_trial_is_kept_in_the_night_and_the_log_says_so(lasting_db, tmp_path, caplog):
    """DEMO=public on a base of real visits, by whoever misread it: all that happens is what happens each night."""
    await empty()
    claire = await builders.person("teacher", "claire@ac-besancon.fr", school=await builders.school())
    await builders.group(teacher=claire, name="4e B")
    await open_session(claire, session_id="s", browser="", now=datetime.now(UTC) - timedelta(days=400))
    (tmp_path / "objets").mkdir()
    (tmp_path / "objets" / "photo.webp").touch()
    await worker.clean({"settings": replace(read_settings(), shown=True, data_dir=tmp_path)})
    left = {name: await value(f"SELECT count(*) FROM {name}") for name in ("accounts", "groups", "sessions")}
    assert left == {"accounts": 1, "groups": 1, "sessions": 0}
    assert (tmp_path / "objets" / "photo.webp").exists()
    assert [one.getMessage() for one in caplog.records if one.name == "booking.demo.fill"] == [
        "DEMO=public erases each night what is shown: these data have no example account and are kept"
    ]


def test_a_trial_that_is_shown_sends_no_mail_whatever_server_it_is_given():
    shown = replace(read_settings(), shown=True, smtp_url="smtp://127.0.0.1:1")
    assert isinstance(mailer_of(shown), FileMailer)
