"""Reading replies in the mailbox to which agenda programs answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime

from booking.replies.mailbox import Mailbox, open_mailbox
from booking.replies.parse import answer_in
from booking.replies.rules import Answer
from booking.replies.take import take


async def read_mailbox(url: str, *, now: datetime) -> Counter[str | None]:
    """Take in the answers among the new mails of a mailbox; a mail is marked once its answer is kept.

    Returns how many of each answer, None for the mails that hold none that counts. Raises MailboxUnreachable.
    """
    tally: Counter[str | None] = Counter()
    mailbox = await asyncio.to_thread(open_mailbox, url)
    try:
        for number in await asyncio.to_thread(mailbox.new):
            answer = await asyncio.to_thread(_answer, mailbox, number)
            tally[await take(answer, now=now)] += 1
            await asyncio.to_thread(mailbox.mark, number, reply=answer is not None)
    finally:
        await asyncio.to_thread(mailbox.close)
    return tally


def _answer(mailbox: Mailbox, number: bytes) -> Answer | None:
    return answer_in(mailbox.content(number))
