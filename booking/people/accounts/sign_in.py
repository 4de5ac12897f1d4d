"""Signing in by a mailed link: asked for, then used once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from msgspec import Struct

from booking.outbox.journal.count_refusal import count_refusal
from booking.outbox.notices.queue import queue
from booking.outbox.returns.mark import trust
from booking.people.accounts import tries
from booking.people.accounts.rules import (
    FIRST_LINK_LASTS,
    LINK_LASTS,
    SESSION_LASTS,
    LinkSpent,
    hash_of,
    local_path,
    plain_email,
    wrong_email,
    wrong_name,
)
from booking.people.accounts.tables import Account, Session, SignInLink
from workshops.acts import Act, typed
from workshops.database import row, rows, transaction, value
from workshops.events.record import record

PersonName = Annotated[str, typed("Prénom et nom", "First name and family name.", most=80, least=1, check=wrong_name)]
Email = Annotated[
    str, typed("Adresse de messagerie", "An address that its owner reads.", most=254, least=1, check=wrong_email)
]


# The long link of a first mail opens nothing any more once its person has come by another, or may do all.
_FIRST = """a.last_seen_at IS NULL
    AND NOT EXISTS (SELECT FROM memberships m WHERE m.account = a.id AND m.role = 'coordinator')"""
MAY_COME_FIRST = f"SELECT EXISTS (SELECT FROM accounts a WHERE a.id = $1 AND a.disabled_at IS NULL AND {_FIRST})"  # noqa: S608 - constants only
_OPENS = f"""token_hash = $1 AND used_at IS NULL AND expires_at > $2 AND EXISTS (
  SELECT FROM accounts a WHERE a.id = account AND a.disabled_at IS NULL
    AND (expires_at <= sign_in_links.created_at + interval '{LINK_LASTS.seconds} seconds' OR {_FIRST}))"""
OPENS_UNTIL = f"SELECT expires_at FROM sign_in_links WHERE {_OPENS}"  # noqa: S608 - constants only
SPEND_LINK = f"UPDATE sign_in_links SET used_at = $2 WHERE {_OPENS} RETURNING account, next_path"  # noqa: S608 - as above
OPEN_SESSION = """INSERT INTO sessions (id_hash, account, membership, created_at, seen_at, expires_at, browser, proved,
  proved_at)
SELECT $1, $2, (SELECT id FROM memberships WHERE account = $2 AND ($6::int IS NULL OR id = $6) ORDER BY id LIMIT 1),
       $3, $3, $4, $5, $7, $8"""
EMAIL_OF = "SELECT a.email FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.id_hash = $1"
CAME = "UPDATE accounts SET last_seen_at = $2 WHERE id = $1"


class Here(Struct, frozen=True):
    """The browser in which somebody is signed in: her session goes on as `new`, in the role of `membership`."""

    old: str
    new: str
    browser: str
    membership: int | None = None


class AskLink(Act, frozen=True, kw_only=True):
    """Somebody asks for the link that lets her in."""

    email: Email


async def ask_link(typed_email: str, *, token: str, next_path: str, address: str, now: datetime) -> None:
    """Send a sign-in link to someone we know; for someone we do not, do as much and say the same.

    Raises Invalid for what cannot be an address, TooManyTries when links were asked for too often.
    """
    email = plain_email(typed_email)
    await tries.take("link", account=email, address=address, now=now)
    async with transaction():
        whose = Account.select(Account.id, Account.name, Account.email)
        known = await whose.where(Account.email == email, Account.disabled_at.is_null()).first()
        if known is None:
            await count_refusal("sign_in_unknown", account=None, about_kind="account", now=now)
            return
        await send_link(known["id"], known["email"], known["name"], token=token, next_path=next_path, now=now)


async def send_link(account: int, email: str, name: str, *, token: str, next_path: str, now: datetime) -> None:
    """Mail a sign-in link to somebody we know; inside the caller's transaction."""
    await _keep_link(account, token=token, next_path=next_path, lasts=LINK_LASTS, now=now)
    await queue(
        "sign_in",
        to_email=email,
        to_name=name,
        about_kind="account",
        about=account,
        once=f"sign_in:{hash_of(token).hex()[:32]}",
        secret=token,
        awaited=True,
        now=now,
    )


async def first_link(account: int, *, token: str, next_path: str, now: datetime) -> str:
    """What a mail that says who may come opens by itself; nothing for whoever came before, nor for a coordinator.

    Inside the caller's transaction.
    """
    if not token or not await value(MAY_COME_FIRST, account):
        return ""
    await _keep_link(account, token=token, next_path=next_path, lasts=FIRST_LINK_LASTS, now=now)
    return token


async def _keep_link(account: int, *, token: str, next_path: str, lasts: timedelta, now: datetime) -> None:
    link = SignInLink(
        token_hash=hash_of(token),
        account=account,
        next_path=local_path(next_path),
        created_at=now,
        expires_at=now + lasts,
    )
    await SignInLink.insert(link)


async def opens_until(secret: str, *, now: datetime) -> datetime | None:
    """Until when a link in a mail signs in; None for one that is used or too old."""
    until: datetime | None = await value(OPENS_UNTIL, hash_of(secret), now)
    return until


async def enter(
    token: str, *, session_id: str, browser: str, address: str, now: datetime, old_session: str = ""
) -> str:
    """Use a link: a new session is open under `session_id`; returns the path the person was going to.

    The session that this browser had, if it was this person's, goes on under the new id, in the same role.

    Raises LinkSpent for a link that is unknown, used or too old, TooManyTries when an address guesses.
    """
    async with tries.counted_if_wrong("enter", account=hash_of(token).hex()[:32], address=address, now=now):
        async with transaction():
            spent = await row(SPEND_LINK, hash_of(token), now)
            if spent is not None:
                here = Session.delete().where(Session.id_hash == hash_of(old_session))
                ended = await here.where(Session.account == spent["account"]).returning(Session.membership)
                acted_as = next((one["membership"] for one in ended), None)
                await open_session(
                    spent["account"], session_id=session_id, browser=browser, membership=acted_as, now=now
                )
                return str(spent["next_path"])
        await count_refusal("sign_in_refused", account=None, about_kind="account", now=now)
        raise LinkSpent()


async def mails_came_back(session_id: str) -> bool:
    """Whether mails to this session's person came back until she came, which ends the doubt about her address."""
    email = await value(EMAIL_OF, hash_of(session_id))
    return email is not None and await trust(email)


async def open_session(
    account: int,
    *,
    session_id: str,
    browser: str,
    now: datetime,
    membership: int | None = None,
    proved: bool = False,
    proved_at: datetime | None = None,
) -> None:
    """Open a session for an account that has proved itself, at `proved_at` or now; inside the caller's transaction."""
    async with transaction():
        opened = (hash_of(session_id), account, now, now + SESSION_LASTS, browser[:160], membership, proved)
        await rows(OPEN_SESSION, *opened, proved_at or now)
        await rows(CAME, account, now)
        await record("signed_in", by=account, about_kind="account", about=account, now=now)


async def reopen_session(account: int, here: Here, *, proved: bool = True, now: datetime) -> None:
    """The session of one who has just proved herself, twice unless said otherwise, goes on under a new id."""
    async with transaction():
        await Session.delete().where(Session.id_hash == hash_of(here.old))
        await _open_next(account, here, proved=proved, now=now)


async def move_session(account: int, here: Here, *, now: datetime) -> None:
    """The session goes on under a new id, in another of the account's roles: nothing more is proved by that."""
    async with transaction():
        ended = Session.delete().where(Session.id_hash == hash_of(here.old), Session.account == account)
        for was in await ended.returning(Session.proved, Session.proved_at, Session.created_at):
            proof = {"proved": was["proved"], "proved_at": was["proved_at"] or was["created_at"]}
            await _open_next(account, here, **proof, now=now)


async def _open_next(account: int, here: Here, **opened: Any) -> None:
    await open_session(account, session_id=here.new, browser=here.browser, membership=here.membership, **opened)
