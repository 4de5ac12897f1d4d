"""An invitation that nobody has used yet is sent again, or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from booking.outbox.notices.queue import queue
from booking.outbox.notices.tables import Notice
from booking.people.accounts.invited import INVITED, NEVER_CAME
from booking.people.accounts.rules import SentToday
from booking.people.accounts.sign_in import first_link
from booking.people.accounts.sweep import FORGET_ACCOUNT, FORGET_RIGHTS, FORGET_TRIES
from booking.people.accounts.tables import Membership
from booking.people.accounts.withdraw_role import WITHDRAW
from workshops.database import row, rows, transaction, value
from workshops.events.record import record
from workshops.refusals import or_not_found

ONE = f"""SELECT m.id, m.role, a.id AS account, a.email, a.name {INVITED} {NEVER_CAME}
  AND m.id = $1 AND ($2::int IS NULL OR m.school = $2) FOR UPDATE OF m"""
CAME = f"""SELECT count(*) FROM memberships m WHERE m.id = ANY ($1::int[]) AND m.id NOT IN (
  SELECT m.id {INVITED} {NEVER_CAME})"""  # noqa: S608 - constants only
STANDING = "SELECT id FROM memberships WHERE id = ANY ($1::int[]) ORDER BY id"
BETWEEN = timedelta(days=1)


async def invite_again(membership: int, *, by: int, school: int | None = None, token: str = "", now: datetime) -> None:
    """The mail leaves once more, once a day at most, with a new way in by `token`. Raises NotFound, SentToday."""
    async with transaction():
        found = or_not_found(await row(ONE, membership, school))
        sent = Notice.exists().where(Notice.kind == "invited", Notice.about_kind == "account")
        sent = sent.where(Notice.about == found["account"], Notice.state != "failed")
        if await sent.where(Notice.created_at > now - BETWEEN):
            raise SentToday()
        await record("invited_again", by=by, about_kind="membership", about=membership, detail=found["role"], now=now)
        await queue(
            "invited",
            to_email=found["email"],
            to_name=found["name"],
            about_kind="account",
            about=found["account"],
            once=f"invited:{membership}:{int(now.timestamp())}",
            secret=await first_link(found["account"], token=token, next_path="/", now=now),
            now=now,
        )


async def withdraw_invitation(membership: int, *, by: int, school: int | None = None, now: datetime) -> None:
    """It opens nothing any more; an account that was made for it alone is erased. Raises NotFound."""
    async with transaction():
        found = or_not_found(await row(ONE, membership, school))
        await rows(WITHDRAW, membership)
        if not await Membership.exists().where(Membership.account == found["account"]):
            for statement in FORGET_RIGHTS:
                await rows(statement, found["account"])
            await rows(FORGET_TRIES, found["email"])
            await rows(FORGET_ACCOUNT, found["account"])
        await record(
            "invitation_withdrawn",
            by=by,
            about_kind="account",
            about=found["account"],
            detail=found["role"],
            now=now,
        )


async def came_among(memberships: Sequence[int]) -> int:
    """How many of these people have come in since they were invited."""
    return int(await value(CAME, list(memberships)))


async def withdraw_all(memberships: Sequence[int], *, by: int, now: datetime) -> None:
    """All these invitations are withdrawn, those that are already left out; inside the caller's transaction.

    Raises NotFound when somebody has come in meanwhile.
    """
    for one in await rows(STANDING, list(memberships)):
        await withdraw_invitation(one["id"], by=by, now=now)
