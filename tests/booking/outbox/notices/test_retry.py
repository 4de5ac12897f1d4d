"""« Relancer »"""

from __future__ import annotations

import pytest

from booking.outbox.notices.queries import FailedNotice, Outbox, failed_notices, outbox
from booking.outbox.notices.retry import retry
from booking.outbox.notices.rules import NotFailed
from tests import builders
from tests.booking.outbox.notices.outbox import asked, held
from tests.builders import NOW
from tests.told import told
from workshops.database import row, rows


async def test_the_coordinator_sees_what_failed_and_why(db):
    await asked("claire", "jules")
    await rows("UPDATE notices SET state = 'failed', attempts = 6, last_error = '450 Busy' WHERE id = 2")
    assert await failed_notices() == [
        FailedNotice(2, "sign_in", "jules@example.org", "jules", 1, 6, "450 Busy", NOW),
    ]
    assert await outbox() == Outbox(waiting=1, failed=1, oldest_at=NOW, beat_at=None)


async def test_a_mail_sent_again_starts_over(db):
    await asked("claire")
    await rows("UPDATE notices SET state = 'failed', attempts = 6, last_error = '450 Busy'")
    await retry(1, now=NOW, by=1)
    assert await held("state", "attempts", "next_try_at", "last_error") == [("queued", 0, NOW, "")]


@pytest.mark.parametrize("state", ["queued", "sent", "dropped"])
async def test_only_a_failed_mail_is_sent_again(db, state):
    await asked("claire")
    await rows("UPDATE notices SET state = $1", state)
    with pytest.raises(NotFailed):
        await retry(1, now=NOW, by=1)
    assert await held("state") == [(state,)]


async def test_a_mail_that_does_not_exist_is_not_sent_again(db):
    with pytest.raises(NotFailed):
        await retry(404, now=NOW, by=1)


async def test_a_failed_mail_waits_again_and_the_journal_says_who_relaunched_it(db):
    nadia = await builders.account("nadia@example.org", name="Nadia Perrin")
    notice = await builders.notice(state="failed", attempts=6, last_error="550")
    await retry(notice, by=nadia, now=NOW)
    assert tuple(await row("SELECT state, attempts FROM notices WHERE id = $1", notice)) == ("queued", 0)
    assert await told() == [("mail_relaunched", nadia, "notice", notice, "")]


async def test_a_mail_that_waits_already_is_not_relaunched_and_nothing_is_told(db):
    nadia, notice = await builders.account("nadia@example.org"), await builders.notice()
    with pytest.raises(NotFailed):
        await retry(notice, by=nadia, now=NOW)
    assert await told() == []
