"""A host invites a colleague, who is nobody here until she accepts by the link that she alone receives, or takes from
one the role that she had with their lycée.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from msgspec.structs import astuple
from piccolo.columns import Column

from booking.outbox.notices.queue import queue
from booking.people.accounts.invite import KEEP_ACCOUNT, KEEP_MEMBERSHIP, Placed, holds
from booking.people.accounts.rules import (
    FIRST_LINK_LASTS,
    LinkSpent,
    NotYourself,
    Role,
    SentToday,
    hash_of,
    plain_email,
    wrong_email,
    wrong_name,
)
from booking.people.accounts.sign_in import MAY_COME_FIRST, open_session
from booking.people.accounts.sign_out import WITHDRAW
from booking.people.accounts.tables import HostInvitation
from workshops.acts import Act, typed
from workshops.database import row, rows, transaction, value
from workshops.events.record import record
from workshops.refusals import NotFound, or_not_found

BETWEEN = timedelta(days=1)
# An account that was closed is not opened to a lycée behind the coordination's back.
ACCEPT = """DELETE FROM host_invitations i WHERE i.token_hash = $1 AND i.expires_at > $2
  AND NOT EXISTS (SELECT FROM accounts a WHERE a.email = i.email AND a.disabled_at IS NOT NULL)
RETURNING i.email, i.name, i.school"""
ASK = """INSERT INTO host_invitations (email, name, school, invited_by, token_hash, asked_at, sent_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
ON CONFLICT (email, school) DO UPDATE SET name = EXCLUDED.name, invited_by = EXCLUDED.invited_by,
  token_hash = EXCLUDED.token_hash, asked_at = EXCLUDED.asked_at, sent_at = EXCLUDED.sent_at,
  expires_at = EXCLUDED.expires_at WHERE host_invitations.expires_at <= $6 RETURNING id"""
SENT = "SELECT sent_at FROM host_invitations WHERE id = $1 AND school = $2 FOR UPDATE"
# Of one lycée, or of all with none: what an account asked for is not to be trusted any more.
WITHDRAW_SENT = "DELETE FROM host_invitations WHERE invited_by = $1 AND ($2::int IS NULL OR school = $2)"
FORGET_INVITATIONS = "DELETE FROM host_invitations WHERE expires_at < $1 RETURNING id"


class InviteHost(Act, frozen=True, kw_only=True):
    """A colleague who is to receive with her lycée."""

    name: Annotated[str, typed("Prénom et nom", "Of the colleague.", most=120, least=1, check=wrong_name)]
    email: Annotated[
        str,
        typed("Adresse de messagerie professionnelle", "Where she is asked.", most=254, least=1, check=wrong_email),
    ]


async def invite_host(asked: InviteHost, *, school: int, uai: str, by: int, token: str, now: datetime) -> bool:
    """Ask a colleague to receive with her lycée: no account and no role before she accepts, within a week.

    Says False, and sends nothing, to one who is a host there or is invited already.
    """
    email, name = plain_email(asked.email), asked.name
    async with transaction():
        if await holds(email, Role.HOST, Placed(school)):
            return False
        invitation = await value(ASK, email, name, school, by, hash_of(token), now, now + FIRST_LINK_LASTS)
        if invitation is None:
            return False
        await _send(int(invitation), email, name, token=token, now=now)
        await record("host_invited", by=by, about_kind="school", about=school, now=now)
    return True


async def invite_host_again(invitation: int, *, school: int, by: int, token: str, now: datetime) -> None:
    """The mail leaves once more, once a day at most; the link of before opens nothing. Raises NotFound, SentToday."""
    async with transaction():
        sent = or_not_found(await row(SENT, invitation, school))
        if sent["sent_at"] > now - BETWEEN:
            raise SentToday()
        fresh: dict[Column | str, Any] = {
            HostInvitation.token_hash: hash_of(token),
            HostInvitation.sent_at: now,
            HostInvitation.expires_at: now + FIRST_LINK_LASTS,
            HostInvitation.invited_by: by,
        }
        again = HostInvitation.update(fresh).where(HostInvitation.id == invitation)
        (told,) = await again.returning(HostInvitation.email, HostInvitation.name)
        await _send(invitation, told["email"], told["name"], token=token, now=now)
        await record("host_invited", by=by, about_kind="school", about=school, now=now)


async def withdraw_host_invitation(invitation: int, *, school: int, by: int, now: datetime) -> None:
    """The link opens nothing any more, and the address is forgotten. Raises NotFound."""
    async with transaction():
        hers = HostInvitation.delete().where(HostInvitation.id == invitation, HostInvitation.school == school)
        if not await hers.returning(HostInvitation.id):
            raise NotFound()
        await record("host_invitation_withdrawn", by=by, about_kind="school", about=school, now=now)


async def accept_host_invitation(token: str, *, session_id: str, browser: str, now: datetime) -> bool:
    """She receives with the lycée from now on; True where a session is open under `session_id`, as for one who never
    came: somebody who has an account proves herself as she always does.

    Raises LinkSpent for a link that is unknown, used, withdrawn or too old, or of whose account is closed.
    """
    async with transaction():
        taken = await row(ACCEPT, hash_of(token), now)
        if taken is None:
            raise LinkSpent()
        newcomer = or_not_found(await row(KEEP_ACCOUNT, taken["email"], taken["name"], now, False))["id"]
        lycee = taken["school"]
        added = await value(KEEP_MEMBERSHIP, newcomer, Role.HOST, now, *astuple(Placed(lycee)))
        await record("host_accepted", by=newcomer, about_kind="school", about=lycee, also=added, now=now)
        if added is None or not await value(MAY_COME_FIRST, newcomer):
            return False
        await open_session(newcomer, session_id=session_id, browser=browser, membership=added, now=now)
        return True


async def _send(invitation: int, email: str, name: str, *, token: str, now: datetime) -> None:
    await queue(
        "invited",
        to_email=email,
        to_name=name,
        about_kind="host_invitation",
        about=invitation,
        once=f"colleague_invited:{hash_of(token).hex()[:16]}",
        secret=token,
        what="host",
        now=now,
    )


# In the order of their numbers: two hosts who remove each other wait instead of both going.
HOSTS = """SELECT m.id, m.account, a.email, a.name, a.disabled_at IS NULL AS comes FROM memberships m
JOIN accounts a ON a.id = m.account WHERE m.role = 'host' AND m.school = $1 ORDER BY m.id FOR UPDATE OF m"""


async def remove_host(membership: int, *, school: int, by: int, now: datetime) -> None:
    """She receives no more with this lycée: the sessions, keys and agenda links of the role end, and she hears it.

    Those whom she invited and who have not accepted are nobody there.

    Raises NotFound for who is no host there, or to one who can come no more; NotYourself to who would remove herself:
    one leaves a role by her own page, and so a lycée keeps the one who removes.
    """
    async with transaction():
        hosts = {one["id"]: one for one in await rows(HOSTS, school)}
        gone = hosts.get(membership)
        if gone is None or by not in {one["account"] for one in hosts.values() if one["comes"]}:
            raise NotFound()
        if gone["account"] == by:
            raise NotYourself("Vous ne vous retirez pas vous-même : quittez ce rôle dans « Mon compte ».")
        await rows(WITHDRAW, membership)
        await rows(WITHDRAW_SENT, gone["account"], school)
        await record("host_removed", by=by, about_kind="account", about=gone["account"], also=school, now=now)
        await queue(
            "access",
            to_email=gone["email"],
            to_name=gone["name"],
            about_kind="school",
            about=school,
            once=f"host_removed:{membership}",
            what="host_removed",
            now=now,
        )
