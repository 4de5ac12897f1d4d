"""Marking a mail as given back: its address is doubtful, and what it told is told again to whoever stands in."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.outbox.notices.retry import GIVEN_BACK
from booking.outbox.returns.rules import ReturnReport, notice_of
from booking.outbox.returns.tables import DoubtfulAddress
from booking.process.counting import MAILS_BOUNCED, count
from workshops.database import rows, transaction
from workshops.events.record import tell_again

DOUBT = """INSERT INTO doubtful_addresses (email, said, since) VALUES ($1, $2, $3)
ON CONFLICT (email) DO UPDATE SET said = EXCLUDED.said"""
FORGET_OF = "DELETE FROM doubtful_addresses WHERE email = $1 RETURNING id"
KEPT = timedelta(days=365)


async def mark(report: ReturnReport, *, secret_key: str, now: datetime) -> bool:
    """Whether a report was one of our mails', given back for good.

    The event that it told is told once more: those whom it reached are not written to again, whoever stands in for a
    doubtful address is. What carried a secret (a sign-in link, a visa's link) has no event, and is told to nobody else.
    """
    number = notice_of(report, secret_key)
    if number is None:
        return False
    async with transaction():
        told = await rows(GIVEN_BACK, number, now, report.said)
        if not told:
            return False
        await rows(DOUBT, told[0]["to_email"], report.said, now)
        await tell_again(notice["event"] for notice in told)
        count(MAILS_BOUNCED)
    return True


async def trust(email: str) -> bool:
    """Its person has come: the address is doubtful no more. Whether it was."""
    return bool(await rows(FORGET_OF, email))


async def forget(*, now: datetime) -> int:
    """Erase the addresses that nobody came back to for a year, and say how many there were."""
    gone = DoubtfulAddress.delete().where(DoubtfulAddress.since < now - KEPT)
    return len(await gone.returning(DoubtfulAddress.id))
