"""A pasted list of invitations: whoever has signed up herself is confirmed by it, the others are invited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from booking.people.accounts.invite_all import invite_all, read_pasted
from booking.people.accounts.rules import Role
from booking.visits.newcomers.answer import confirm
from booking.visits.newcomers.queries import waiting_at
from workshops.database import transaction
from workshops.database.retry import retried


@retried
async def invite_list(text: str, *, by: int, new_token: Callable[[], str], secret_key: str, now: datetime) -> int:
    """All the right lines in one act: a teacher who waits for a word has it by being invited, and what she asked for
    goes on. Returns how many other invitations leave. Raises Invalid, SignUpAnswered.
    """
    async with transaction():
        for line in read_pasted(text):
            teacher = not line.error and line.role == Role.TEACHER
            waits = await waiting_at(line.email, uai=line.place) if teacher else None
            if waits is not None:
                await confirm(waits, by=by, new_token=new_token, secret_key=secret_key, now=now)
        return await invite_all(text, by=by, new_token=new_token, now=now)
