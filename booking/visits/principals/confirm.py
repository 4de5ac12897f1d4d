"""A principal's address: given by a teacher, confirmed by the collège's mailbox or by the coordinator, never by her;
and the end of the visa, which her collège's teachers never say alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import structs

from booking.outbox.notices.queue import queue
from booking.people.accounts.rules import hash_of, wrong_name
from booking.visits.principals.queries import AddressAnswered, EndAnswered
from booking.visits.reservations.rules import PrincipalTeaches
from booking.visits.reservations.whom_to_ask import teaches_in
from workshops.acts import Act, labelled, typed
from workshops.database import transaction
from workshops.events.record import record
from workshops.refusals import NotFound
from workshops.schools.ask_visa import (
    ask_visa,
    confirm_address,
    confirm_address_of,
    end_visa_by_link,
    end_visa_of,
    keep_visa,
    refuse_address,
)
from workshops.schools.queries import address_asked, visa_of
from workshops.schools.queries import school as school_of


class Follows(StrEnum):
    """What a teacher's change of the visa waits for."""

    NOTHING = "nothing"
    ADDRESS = "address"
    END = "end"
    COORDINATION = "coordination"


class SetVisa(Act, frozen=True, kw_only=True):
    """Whether a collège asks for its principal's visa, and whom it asks."""

    needed: Annotated[
        bool,
        labelled("Demander le visa du chef d'établissement à chaque réservation", "The principal's visa is asked for."),
    ]
    principal_name: Annotated[str, typed("Nom", "The principal.", most=120, check=wrong_name)] = ""
    principal_mail: Annotated[
        str,
        typed("Adresse", "Where she is asked.", most=254, form={"principal_mail": "Adresse de messagerie"}),
    ] = ""


async def set_visa(asked: SetVisa, *, school: int, by: int, token: str, end_token: str, now: datetime) -> Follows:
    """A teacher says whom to ask. A new address is confirmed by the collège's mailbox; the end of the visa by whoever
    signs, or by the coordination where no address is known. Raises Invalid, PrincipalTeaches, NotFound.
    """
    if await teaches_in(school, asked.principal_mail):
        raise PrincipalTeaches("principal_mail")
    async with transaction():
        follows = await ask_visa(
            school, **structs.asdict(asked), link_hash=hash_of(token), end_hash=hash_of(end_token), now=now
        )
        await record("visa_setting", by=by, about_kind="school", about=school, now=now)
        await _ask("", follows.confirms, school, token=token, now=now)
        await _ask("end", follows.ends, school, token=end_token, now=now)
    if follows.ending:
        return Follows.END if follows.ends else Follows.COORDINATION
    return Follows.ADDRESS if follows.confirms else Follows.NOTHING


async def ask_again(school: int, *, by: int, token: str, now: datetime) -> bool:
    """The question goes to the mailbox once more, the former link is void; whether there was one to ask."""
    async with transaction():
        visa = await visa_of(school)
        if not visa.unconfirmed:
            return False
        asked = await ask_visa(
            school,
            needed=visa.needed,
            principal_name=visa.principal_name,
            principal_mail=visa.principal_mail,
            link_hash=hash_of(token),
            again=True,
            now=now,
        )
        if asked.confirms:
            await record("principal_asked", by=by, about_kind="school", about=school, now=now)
            await _ask("", asked.confirms, school, token=token, now=now)
        return bool(asked.confirms)


async def _ask(what: str, whom: str, school: int, *, token: str, now: datetime) -> None:
    card = await school_of(school)
    if not whom or card is None:
        return
    await queue(
        "who_signs",
        to_email=whom,
        to_name=card.name[:160],
        about_kind="school",
        about=school,
        once=f"who_signs:{hash_of(token).hex()[:32]}",
        secret=token,
        what=what,
        now=now,
    )


async def answer_address(token: str, *, right: bool, now: datetime) -> None:
    """The collège's mailbox answers, once; whoever reads an address that it refuses is told. Raises AddressAnswered."""
    async with transaction():
        link = hash_of(token)
        asked = await address_asked(link)
        school = await (confirm_address(link, now=now) if right else refuse_address(link))
        if school is None:
            raise AddressAnswered()
        act = "principal_confirmed" if right else "principal_rejected"
        await record(act, by=None, about_kind="school", about=school, now=now)
        if asked is not None and not right:
            await queue(
                "who_signs",
                to_email=asked.principal_mail,
                to_name=asked.principal_name,
                about_kind="school",
                about=school,
                once=f"principal_refused:{link.hex()[:32]}",
                what="refused",
                now=now,
            )


async def confirm(school: int, *, by: int, now: datetime) -> None:
    """The coordinator vouches for the address. Raises NotFound when there is none to confirm."""
    async with transaction():
        if not await confirm_address_of(school, now=now):
            raise NotFound()
        await record("principal_confirmed", by=by, about_kind="school", about=school, now=now)


async def answer_end(token: str, *, ends: bool, now: datetime) -> None:
    """Whoever signs, or the collège's mailbox, answers once. Raises EndAnswered."""
    async with transaction():
        link = hash_of(token)
        school = await (end_visa_by_link(link) if ends else keep_visa(link))
        if school is None:
            raise EndAnswered()
        await record("visa_ended" if ends else "visa_kept", by=None, about_kind="school", about=school, now=now)


async def end_visa(school: int, *, by: int, now: datetime) -> None:
    """The coordinator says so. Raises NotFound where no visa is asked for."""
    async with transaction():
        if not await end_visa_of(school):
            raise NotFound()
        await record("visa_ended", by=by, about_kind="school", about=school, now=now)
