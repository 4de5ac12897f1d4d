"""A trial that is shown begins anew each night: what visitors wrote is erased, the examples are made again."""

from __future__ import annotations

import asyncio
import logging
import shutil
from datetime import datetime
from pathlib import Path

from booking.day.checkin.keep_photo import FOLDER
from booking.demo.fill import fill
from booking.outbox.notices.mail_files import MAIL_FOLDER
from booking.people.accounts.trial import is_no_trial
from workshops.database import rows, transaction

logger = logging.getLogger(__name__)

# The journal lets nobody erase it, but whoever owns a trial that everybody may write in.
UNLOCK = ("ALTER TABLE events DISABLE TRIGGER USER", "ALTER TABLE refusal_counts DISABLE TRIGGER USER")
LOCK = ("ALTER TABLE events ENABLE TRIGGER USER", "ALTER TABLE refusal_counts ENABLE TRIGGER USER")
# The tables' own story, the workers' signs of life, and what tells answers that are kept that all has changed.
EMPTY = """DO $$ BEGIN EXECUTE (
  SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY' FROM pg_tables
  WHERE schemaname = 'public' AND tablename NOT IN ('migration', 'versions', 'heartbeats', 'turns')
); END $$"""
CHANGED = "UPDATE versions SET raised = raised + 1"
BEGIN_ANEW = (*UNLOCK, EMPTY, *LOCK, CHANGED)


async def renew(*, data_dir: Path, now: datetime) -> bool:
    """Erase everything and make the examples of today, whole or not at all: who comes meanwhile waits for them.

    Data among which nobody was ever invented are left alone, which the answer and the log say.
    """
    async with transaction():
        if await is_no_trial():
            logger.error("DEMO=public erases each night what is shown: these data have no example account and are kept")
            return False
        for statement in BEGIN_ANEW:
            await rows(statement)
        await fill(now)
    for folder in (MAIL_FOLDER, FOLDER):
        await asyncio.to_thread(shutil.rmtree, data_dir / folder, ignore_errors=True)
    return True
