"""Signing up: a mail to the address typed, whoever it belongs to; its link used, her collège is told of her."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from asyncpg import Record
from msgspec import Meta, Struct

from booking.outbox.journal.count_refusal import count_refusal
from booking.outbox.notices.queue import queue
from booking.people.accounts import tries
from booking.people.accounts.invite import KEEP_ACCOUNT, KEEP_AWAITING
from booking.people.accounts.rules import Role, hash_of, local_path, plain_email
from booking.people.accounts.sign_in import Email, PersonName, open_session, send_link
from booking.people.accounts.tables import Membership
from booking.people.sign_ups.rules import ANSWER_LASTS, LINK_LASTS, SignUpSpent
from booking.people.sign_ups.tables import SignUp
from workshops.academie.queries import academie
from workshops.academie.rules import is_trusted
from workshops.acts import Act, chosen
from workshops.database import row, rows, transaction, value
from workshops.events.record import record
from workshops.refusals import Invalid
from workshops.schools.queries import MAILBOX
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

    An address that we know, do not know or have closed gets the same answer. Raises Invalid for what cannot be a
    collège, TooManyTries.
    """
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
                awaited=True,
                now=now,
            )


# Two links of one person that are used at once come one after the other.
ALONE = """SELECT pg_advisory_xact_lock(hashtext('sign_up:' || school || ':' || email))
FROM sign_ups WHERE token_hash = $1"""
# What waited beside one that is proved is taken up there: she reads that mailbox, and says so again.
SPEND = f"""
WITH used AS (
  SELECT u.* FROM sign_ups u WHERE u.token_hash = $1 AND u.expires_at > $2
    AND NOT EXISTS (SELECT FROM accounts a WHERE a.email = u.email AND a.disabled_at IS NOT NULL)
  FOR UPDATE
), before AS (
  SELECT p.id FROM sign_ups p JOIN used ON p.email = used.email AND p.school = used.school AND p.id <> used.id
  WHERE p.proved_at IS NOT NULL
), taken_up AS (
  DELETE FROM sign_ups WHERE id = (SELECT id FROM used) AND EXISTS (SELECT FROM before)
), proved AS (
  UPDATE sign_ups u SET token_hash = NULL, name = used.name, next_path = used.next_path,
    proved_at = coalesce(u.proved_at, $2)
  FROM used WHERE u.id = coalesce((SELECT id FROM before), used.id)
  RETURNING u.id, u.email, u.name, u.school, u.next_path
)
SELECT p.*, NOT EXISTS (SELECT FROM before) AS first, {MAILBOX.format(school="s")} AS mailbox, s.name AS school_name
FROM proved p JOIN schools s ON s.id = p.school"""  # noqa: S608 - constants only
# With what she had asked again meanwhile: its link opens nothing any more.
ANSWERED = """DELETE FROM sign_ups u USING sign_ups answered
WHERE answered.id = $1 AND u.email = answered.email AND u.school = answered.school"""
FORGET_OF = "DELETE FROM sign_ups WHERE email = $1"
NEVER_PROVED = "DELETE FROM sign_ups WHERE proved_at IS NULL AND expires_at < $1 RETURNING id"


class Proved(Struct, frozen=True):
    """Whether a session is open, to go on at `next_path`; without one, the collège `place` is asked first.

    `new`: she had no role in this collège before. `official`: its mailbox is known, and asked.
    """

    inside: bool
    new: bool
    next_path: str
    place: str
    official: bool


async def prove(token: str, *, session_id: str, answer_token: str, browser: str, address: str, now: datetime) -> Proved:
    """Use the link: of a trusted domain, she enters and may ask; of another, she waits for her collège's word.

    The collège's official mailbox is told who asks, with the link `answer_token`, and so are its teachers, without one.
    Raises SignUpSpent, TooManyTries.
    """
    async with tries.counted_if_wrong("sign_up_link", account=hash_of(token).hex()[:32], address=address, now=now):
        async with transaction():
            await rows(ALONE, hash_of(token))
            spent = await row(SPEND, hash_of(token), now)
            if spent is not None:
                account = await _let_in(spent, session_id=session_id, browser=browser, now=now)
                if spent["first"]:
                    await _tell_college(spent, answer_token, now=now)
                    await record(
                        "signed_up",
                        by=account,
                        about_kind="school",
                        about=spent["school"],
                        also=spent["id"],
                        now=now,
                    )
                official = "@" in spent["mailbox"]
                return Proved(account is not None, spent["first"], spent["next_path"], spent["school_name"], official)
        await count_refusal("sign_in_refused", account=None, about_kind="account", now=now)
        raise SignUpSpent()


async def _let_in(spent: Record, *, session_id: str, browser: str, now: datetime) -> int | None:
    """Open her session; returns her account, None where nothing is open before the answer."""
    if not is_trusted(spent["email"], (await academie()).trusted_domains):
        return None
    kept = await row(KEEP_ACCOUNT, spent["email"], spent["name"], now, False)
    assert kept is not None  # noqa: S101 - INSERT .. ON CONFLICT DO UPDATE always returns its row
    made = await value(KEEP_AWAITING, kept["id"], spent["school"], now)
    if made is not None:
        await SignUp.update({SignUp.membership: made}).where(SignUp.id == spent["id"])
    membership = made or await _teaching(kept["id"], spent["school"])
    await open_session(kept["id"], session_id=session_id, browser=browser, membership=membership, now=now)
    return int(kept["id"])


async def _teaching(account: int, school: int) -> int | None:
    own = Membership.select(Membership.id).where(Membership.account == account, Membership.school == school)
    held = await own.where(Membership.role == Role.TEACHER).first()
    return None if held is None else int(held["id"])


async def _tell_college(spent: Record, answer_token: str, *, now: datetime) -> None:
    await SignUp.update({SignUp.answer_hash: hash_of(answer_token)}).where(SignUp.id == spent["id"])
    if "@" in spent["mailbox"]:
        await queue(
            "newcomer",
            reader="mailbox",
            to_email=spent["mailbox"],
            to_name=spent["school_name"],
            about_kind="sign_up",
            about=spent["id"],
            once=f"sign_up_to_answer:{spent['id']}",
            secret=answer_token,
            now=now,
        )


KEEP_LINK = f"""UPDATE sign_ups u SET more_hashes = u.more_hashes || $3::bytea
FROM memberships m JOIN schools s ON s.id = m.school
WHERE m.id = u.membership AND m.account = $1 AND m.school = $2 AND u.proved_at + $5::interval > $4::timestamptz
  AND {MAILBOX.format(school="s")} LIKE '%@%'
RETURNING u.id, s.name, {MAILBOX.format(school="s")} AS mailbox"""  # noqa: S608 - constants only


async def tell_sooner(account: int, *, school: int, until: datetime, token: str, now: datetime) -> None:
    """The mail has a link of its own, and those of before still answer; in the transaction of the demand."""
    kept = await row(KEEP_LINK, account, school, hash_of(token), until, ANSWER_LASTS)
    if kept is not None:
        await queue(
            "newcomer",
            reader="mailbox",
            to_email=kept["mailbox"],
            to_name=kept["name"],
            about_kind="sign_up",
            about=kept["id"],
            once=f"sign_up_to_answer:{kept['id']}:{until:%Y%m%d%H%M}",
            secret=token,
            now=now,
        )
