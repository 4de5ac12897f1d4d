"""Whoever answers for an organisation, and the programs that she gives a key."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from msgspec import Struct

from booking.people.accounts.calling import person_of_session
from booking.people.accounts.queries import Person
from booking.people.accounts.rules import hash_of
from booking.people.accounts.sign_in import open_session
from booking.people.accounts.token import KeyAllows
from booking.people.applications.make import MakeApplication, make_application
from booking.people.applications.rules import SECRET_STARTS
from tests import builders
from tests.builders import NOW

READS_AND_ASKS = ("visits.keep", "visits.cancel", "visits.print", "programs.tell")


class Given(Struct, frozen=True):
    """A program, as whoever made it was told of it."""

    id: int
    client_id: str
    secret: str


async def signed_in(account: int, *, membership: int | None = None, now: datetime = NOW) -> Person:
    """Her, in the role in which she acts."""
    session = secrets.token_urlsafe(8)
    await open_session(account, session_id=session, browser="test", now=now, membership=membership)
    person = await person_of_session(hash_of(session), csrf="c", now=now)
    assert person is not None
    return person


async def somebody(role: str, email: str | None = None, **where: Any) -> Person:
    """A new person in a role, signed in."""
    return await signed_in(await builders.person(role, email, **where))


async def a_program(
    by: Person,
    *,
    name: str = "Pronote",
    permissions: tuple[str, ...] = READS_AND_ASKS,
    acts: bool = True,
    departments: tuple[str, ...] = (),
    now: datetime = NOW,
) -> Given:
    """A program to which she gives a key."""
    asked = MakeApplication(
        name=name,
        permissions=permissions,
        acts=KeyAllows.ACT if acts else KeyAllows.READ,
        departments=departments,
    )
    client_id, secret = secrets.token_urlsafe(8), SECRET_STARTS + secrets.token_urlsafe(16)
    number = await make_application(
        asked, by=by, client_id=client_id, secret=secret, not_me=secrets.token_urlsafe(8), now=now
    )
    return Given(number, client_id, secret)
