"""Forgetting programs that serve no more, as keys are, and tokens whose hour is over."""

from __future__ import annotations

from datetime import datetime

from booking.people.applications.tables import ApplicationSecret, ApplicationToken
from workshops.database import rows, transaction

# What it did is told for as long: its name goes with the last of it.
FORGET = """DELETE FROM applications p WHERE coalesce(p.ended_at, (
  SELECT max(t.used_at) FROM application_secrets t WHERE t.application = p.id), p.made_at) < $1 RETURNING p.id"""
# Those of a trial: made by invented people, for what was invented with them.
FORGET_MADE_BY = "DELETE FROM applications WHERE made_by = $1"


async def forget_applications(*, before: datetime, now: datetime) -> int:
    """Forget the programs that ended, or last served, before a moment, and the tokens that open nothing any more; how
    many programs and secrets they were."""
    async with transaction():
        await ApplicationToken.delete().where(ApplicationToken.expires_at < now)
        secrets = ApplicationSecret.delete().where(ApplicationSecret.ended_at < before)
        return len(await rows(FORGET, before)) + len(await secrets.returning(ApplicationSecret.id))
