"""Reading replies in the mailbox to which agenda programs answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime

from booking.calendar.replies.mailbox import Mailbox, open_mailbox
from booking.calendar.replies.parse import answer_in
from booking.calendar.replies.rules import ASIDE, Answer, Aside
from booking.calendar.replies.take import take


async def read_mailbox(url: str, *, now: datetime) -> Counter[str | None]:
    """Take in the answers among the new mails of a mailbox; a mail is marked once its answer is kept.

    One that cannot be read as the answer that it may be is flagged for the people who read the mailbox too. Returns how
    many of each answer, ASIDE for those, None for the mails that hold none that counts. Raises MailboxUnreachable.
    """
    tally: Counter[str | None] = Counter()
    mailbox = await asyncio.to_thread(open_mailbox, url)
    try:
        for number in await asyncio.to_thread(mailbox.new):
            answer = await asyncio.to_thread(_answer, mailbox, number)
            word = await take(answer, now=now)
            tally[word] += 1
            await asyncio.to_thread(mailbox.mark, number, reply=answer not in {None, ASIDE}, aside=word == ASIDE)
    finally:
        await asyncio.to_thread(mailbox.close)
    return tally


def aside_in_mailbox(url: str) -> int:
    """How many mails are set aside. It waits for a server: call it from a thread. Raises MailboxUnreachable."""
    mailbox = open_mailbox(url)
    try:
        return len(mailbox.aside())
    finally:
        mailbox.close()


def _answer(mailbox: Mailbox, number: bytes) -> Answer | Aside | None:
    content = mailbox.content(number)
    return ASIDE if content is None else answer_in(content)
