"""A program's next secret beside the one that it has, and the end of one: two at most are valid."""

from __future__ import annotations

from datetime import datetime

from booking.people.accounts.queries import Person
from booking.people.accounts.rules import hash_of
from booking.people.accounts.second_proof import tell_owner
from booking.people.applications.queries import ANSWERED_FOR
from booking.people.applications.rules import MOST_SECRETS, LastSecret, TwoSecrets
from booking.people.applications.tables import ApplicationSecret
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound

# Who adds or ends one meanwhile waits: those that stand are counted.
LOCK = f"SELECT p.id FROM applications p WHERE p.id = $2 AND p.ended_at IS NULL AND {ANSWERED_FOR} FOR UPDATE OF p"  # noqa: S608 - constants only


async def add_secret(application: int, *, by: Person, secret: str, not_me: str, now: datetime) -> int:
    """From now on the program may show this secret too, and takes it into use in its own time; returns its number.

    She is told by a mail whose link is `not_me`. Raises NotFound, TwoSecrets.
    """
    async with transaction():
        if await _standing(application, by) >= MOST_SECRETS:
            raise TwoSecrets()
        fresh = ApplicationSecret(application=application, secret_hash=hash_of(secret), made_by=by.account, made_at=now)
        (kept,) = await ApplicationSecret.insert(fresh).returning(ApplicationSecret.id)
        await record("application_secret_added", by=by.account, about_kind="application", about=application, now=now)
        await tell_owner("secret", by.account, about_kind="application", about=application, not_me=not_me, now=now)
    return int(kept["id"])


async def end_secret(application: int, secret: int, *, by: Person, now: datetime) -> None:
    """This secret opens nothing any more, nor do the tokens that were given against it. Raises NotFound, LastSecret."""
    async with transaction():
        standing = await _standing(application, by)
        its = ApplicationSecret.id == secret, ApplicationSecret.application == application
        ending = ApplicationSecret.update({ApplicationSecret.ended_at: now}).where(*its)
        if not await ending.where(ApplicationSecret.ended_at.is_null()).returning(ApplicationSecret.id):
            raise NotFound()
        if standing == 1:
            raise LastSecret()
        await record("application_secret_ended", by=by.account, about_kind="application", about=application, now=now)


async def _standing(application: int, by: Person) -> int:
    """How many secrets are valid; raises NotFound for a program for which she does not answer, or that has ended."""
    if await value(LOCK, by.membership, application) is None:
        raise NotFound()
    valid = ApplicationSecret.count().where(
        ApplicationSecret.application == application, ApplicationSecret.ended_at.is_null()
    )
    return int(await valid)
