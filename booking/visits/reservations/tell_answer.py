"""What became of a question asked by mail, for whoever opens its link once more."""

from __future__ import annotations

from datetime import datetime

from asyncpg import Record
from msgspec import Struct

from booking.people.accounts.rules import hash_of
from booking.visits.reservation_states import LIVE, SURE
from booking.visits.reservations.mailed_links import offer_salt_of
from booking.visits.reservations.queries import Visit, visit
from booking.visits.reservations.whether_it_comes import visit_in_question
from workshops.database import row, value
from workshops.scope import EVERYTHING

ASKED_OF_PRINCIPAL = """
SELECT ap.reservation, ap.created_at AS asked_at,
  (SELECT max(n.created_at) FROM approvals n WHERE n.id > ap.id AND NOT n.takes_back
     AND n.reservation IN (ap.reservation,
     (SELECT r.id FROM reservations r WHERE r.replaces = ap.reservation AND r.state = 'requested'))) AS renewed_at
FROM approvals ap WHERE ap.token_hash = $1 AND NOT ap.takes_back
"""
OFFERED = """
SELECT r.id AS reservation, r.hold_until, r.state, r.created_at AS asked_at FROM reservations r WHERE r.offered_as = $1
"""
FIRST_ACT = """
SELECT replace(substr(act, position('_' IN act) + 1), '_also', '') AS act, at FROM events
WHERE at >= $2 AND about_kind = 'reservation' AND about = $1 AND act = ANY ($3::varchar[]) ORDER BY at, id LIMIT 1
"""
LAST_ACT = FIRST_ACT.replace("ORDER BY at, id", "ORDER BY at DESC, id DESC")
SIGNED_BESIDE = """SELECT EXISTS (SELECT FROM reservations here
  JOIN reservations ticked ON ticked.demand = here.demand AND ticked.line <> here.line AND ticked.signed_on IS NOT NULL
  WHERE here.id = $1)"""
ENDS = ("lapse", "cancel", "decline", "call_off", "release", "attend", "miss")
BY_PRINCIPAL = ("approve", "refuse", "paper_visa")


class MailedAnswer(Struct, frozen=True):
    """A visit, and the act that answered the question about it: `act` is empty when it is forgotten."""

    visit: Visit
    act: str
    at: datetime | None


async def visa_told(token: str) -> MailedAnswer | None:
    """What became of a principal's link: answered, for other choices alone (`others`), replaced by a newer one
    (`renewed`), or ended without answer.

    A newer one asks about the same visit, or about a change of it that waits. None for a link that was never sent.
    """
    question = await row(ASKED_OF_PRINCIPAL, hash_of(token))
    if question is None:
        return None
    done = await row(FIRST_ACT, question["reservation"], question["asked_at"], _named((*BY_PRINCIPAL, *ENDS)))
    if done is None and question["renewed_at"] is not None:
        return await _told(question["reservation"], "renewed", question["renewed_at"])
    if done is not None and done["act"] == "refuse" and await value(SIGNED_BESIDE, question["reservation"]):
        return await _told(question["reservation"], "others", done["at"])
    return await _told_by(question, done)


async def offer_told(link: str, *, secret_key: str, now: datetime) -> MailedAnswer | None:
    """What became of an offered place: taken, left, or too late to answer.

    None for a link never sent, or whose offer still stands.
    """
    salt = offer_salt_of(link, secret_key)
    question = None if salt is None else await row(OFFERED, salt)
    if question is None:
        return None
    if question["state"] == "offered":
        late = question["hold_until"] is not None and question["hold_until"] <= now
        return await _told(question["reservation"], "lapse", question["hold_until"]) if late else None
    first = await row(FIRST_ACT, question["reservation"], question["asked_at"], _named(("accept", *ENDS)))
    return await _told_by(question, first)


async def coming_told(link: str, *, secret_key: str, now: datetime) -> MailedAnswer | None:
    """What became of the question whether a group comes: said, cancelled, or of a date that is no longer its own.

    None for a link never sent, or whose question still stands.
    """
    found = await visit_in_question(link, secret_key=secret_key)
    if found is None:
        return None
    seen, asked = found
    if seen.on != asked.on and seen.state in LIVE:
        return MailedAnswer(seen, "moved", None)
    if seen.comes or seen.state not in SURE:
        last = await row(LAST_ACT, seen.id, seen.created_at, _named(("comes",) if seen.comes else ENDS))
        return await _told(seen.id, last["act"] if last else "", last["at"] if last else None)
    return MailedAnswer(seen, "begun", seen.starts_at) if now >= seen.starts_at else None


async def _told_by(question: Record, done: Record | None) -> MailedAnswer | None:
    return await _told(question["reservation"], done["act"] if done else "", done["at"] if done else None)


async def _told(reservation: int, act: str, at: datetime | None) -> MailedAnswer | None:
    seen = await visit(reservation, scope=EVERYTHING)
    return None if seen is None else MailedAnswer(seen, act, at)


def _named(acts: tuple[str, ...]) -> list[str]:
    return [f"{of}_{act}{also}" for act in acts for of in ("reservation", "change") for also in ("", "_also")]
