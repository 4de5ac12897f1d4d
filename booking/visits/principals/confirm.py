"""A principal's address: given by a teacher, confirmed by the collège's mailbox or by the coordinator, never by her."""

from __future__ import annotations

from datetime import datetime

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import hash_of
from booking.visits.principals.rules import AddressAnswered
from booking.visits.reservations.ask_approval import teaches_in
from booking.visits.reservations.rules import PrincipalTeaches
from workshops.database import transaction
from workshops.events.record import record
from workshops.refusals import NotFound
from workshops.schools.ask_visa import ask_visa, confirm_address, confirm_address_of, refuse_address
from workshops.schools.queries import school as school_of
from workshops.schools.queries import visa_of


async def set_visa(
    school: int, *, needed: bool, principal_name: str, principal_mail: str, by: int, token: str, now: datetime
) -> bool:
    """A teacher says whom to ask; returns whether the collège's mailbox is asked to confirm a new address.

    Raises Invalid, PrincipalTeaches, NotFound.
    """
    if await teaches_in(school, principal_mail):
        raise PrincipalTeaches("principal_mail")
    async with transaction():
        mailbox = await ask_visa(
            school,
            needed=needed,
            principal_name=principal_name,
            principal_mail=principal_mail,
            link_hash=hash_of(token),
            now=now,
        )
        await record("visa_setting", by=by, about_kind="school", about=school, now=now)
        await _ask(mailbox, school, token=token, now=now)
    return bool(mailbox)


async def ask_again(school: int, *, by: int, token: str, now: datetime) -> bool:
    """The question goes to the mailbox once more, the former link is void; whether there was one to ask."""
    async with transaction():
        visa = await visa_of(school)
        if not visa.unconfirmed:
            return False
        mailbox = await ask_visa(
            school,
            needed=visa.needed,
            principal_name=visa.principal_name,
            principal_mail=visa.principal_mail,
            link_hash=hash_of(token),
            again=True,
            now=now,
        )
        if mailbox:
            await record("principal_asked", by=by, about_kind="school", about=school, now=now)
            await _ask(mailbox, school, token=token, now=now)
        return bool(mailbox)


async def _ask(mailbox: str, school: int, *, token: str, now: datetime) -> None:
    card = await school_of(school)
    if not mailbox or card is None:
        return
    await queue(
        "principal_address",
        to_email=mailbox,
        to_name=card.name[:160],
        about_kind="school",
        about=school,
        once=f"principal_address:{hash_of(token).hex()[:32]}",
        secret=token,
        now=now,
    )


async def answer_address(token: str, *, right: bool, now: datetime) -> None:
    """The collège's mailbox answers, once. Raises AddressAnswered."""
    async with transaction():
        link = hash_of(token)
        school = await (confirm_address(link, now=now) if right else refuse_address(link))
        if school is None:
            raise AddressAnswered()
        act = "principal_confirmed" if right else "principal_rejected"
        await record(act, by=None, about_kind="school", about=school, now=now)


async def confirm(school: int, *, by: int, now: datetime) -> None:
    """The coordinator vouches for the address. Raises NotFound when there is none to confirm."""
    async with transaction():
        if not await confirm_address_of(school, now=now):
            raise NotFound()
        await record("principal_confirmed", by=by, about_kind="school", about=school, now=now)
