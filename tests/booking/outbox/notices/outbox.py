"""What the outbox holds, for the tests of it."""

from __future__ import annotations

from typing import Any

from booking.outbox.notices.queue import MailToWrite, queue_all
from booking.outbox.notices.rules import Claimed, Letter
from tests.builders import NOW
from workshops.database import rows

MAIL_FROM = "technilab@example.org"


async def asked(*names: str, secret: str = "") -> None:
    """One notice per name, to that person, all due now."""
    await queue_all(
        [MailToWrite("sign_in", f"{name}@example.org", name, "account", 1, f"once:{name}", secret) for name in names],
        now=NOW,
    )


async def held(*columns: str) -> list[tuple[Any, ...]]:
    """These columns of every notice, in order."""
    return [tuple(one) for one in await rows(f"SELECT {', '.join(columns)} FROM notices ORDER BY id")]


async def plain_letter(notice: Claimed, now: Any) -> Letter | None:
    """The shortest letter there is, for the tests of the way rather than of the words."""
    return Letter(f"Pour {notice.to_name}", "Bonjour\n", "<p>Bonjour</p>")
