"""Signing up: a mail to the address typed, whoever it belongs to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from booking.outbox.journal.count_refusal import count_refusal
from booking.outbox.notices.queue import queue
from booking.people.accounts import tries
from booking.people.accounts.acts import Email, PersonName
from booking.people.accounts.rules import hash_of, local_path, plain_email, refuse_name
from booking.people.accounts.sign_in import send_link
from booking.people.sign_ups.rules import LINK_LASTS
from booking.people.sign_ups.tables import SignUp
from workshops.acts import Act, chosen
from workshops.database import row, transaction
from workshops.refusals import Invalid
from workshops.schools.tables import School

KNOWN = """SELECT a.id, a.email, a.name, a.disabled_at IS NOT NULL AS disabled, EXISTS (
  SELECT FROM memberships m WHERE m.account = a.id AND m.role = 'teacher' AND m.school = $2) AS teaches
FROM accounts a WHERE a.email = $1"""


class AskSignUp(Act, frozen=True, kw_only=True):
    """A teacher says who she is, and where she teaches."""

    name: PersonName
    email: Annotated[Email, Meta(extra={"label": "Adresse de messagerie professionnelle"})]
    school: Annotated[int, chosen("Votre collège", "The collège where she teaches.", form={"college": "Votre collège"})]


async def ask_sign_up(asked: AskSignUp, *, token: str, next_path: str, address: str, now: datetime) -> None:
    """Send the link that opens the door; to a teacher of this collège already, the one that signs in.

    An address that we know, do not know or have closed gets the same answer. Raises Invalid for what cannot be a name,
    an address or a collège, TooManyTries.
    """
    refuse_name(asked.name)
    email = plain_email(asked.email)
    if not await School.exists().where(School.id == asked.school, School.kind == "college", School.closed.eq(False)):
        raise Invalid({"school": "Choisissez votre collège dans la liste."})
    await tries.take("sign_up", account=email, address=address, now=now)
    async with transaction():
        known = await row(KNOWN, email, asked.school)
        if known is not None and known["disabled"]:
            await count_refusal("sign_up_closed", account=None, about_kind="account", now=now)
        elif known is not None and known["teaches"]:
            await send_link(known["id"], known["email"], known["name"], token=token, next_path=next_path, now=now)
        else:
            # Whoever asks knows an address, which is not to read its mailbox: what is asked again waits beside, until
            # its own link is used.
            fresh = SignUp(
                email=email,
                name=asked.name,
                school=asked.school,
                token_hash=hash_of(token),
                next_path=local_path(next_path),
                asked_at=now,
                expires_at=now + LINK_LASTS,
            )
            (kept,) = await SignUp.insert(fresh).returning(SignUp.id)
            await queue(
                "sign_up",
                to_email=email,
                to_name=asked.name,
                about_kind="sign_up",
                about=kept["id"],
                once=f"sign_up:{hash_of(token).hex()[:32]}",
                secret=token,
                now=now,
            )
