"""Write to many collèges at once: one letter, one preview, one send; and remind those who stayed silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from booking.outbox.notices.queue import MailToWrite, queue, queue_all
from booking.programme.outreach.queries import addressee, open_near, silent_since_written, writable
from booking.programme.outreach.rules import AlreadyInvited, WriteToCollege, refuse_to_invite
from booking.words.wording import school_year_began
from workshops.database import rows, transaction, value
from workshops.events.record import record, recorded
from workshops.schools.queries import MAILBOX

# $1 collèges, $2 school year, $3 words, $4 by, $5 now.
_EVENT = recorded("kept", at="$5", by="$4::int", act="'{act}'", about_kind="'school'", about="kept.school")
KEEP_ALL = f"""
WITH kept AS (
  INSERT INTO college_invitations (school, school_year, words, invited_by, invited_at)
  SELECT id, $2, $3, $4, $5 FROM unnest($1::int[]) asked (id)
  ON CONFLICT (school, school_year) DO NOTHING RETURNING id, school
), {_EVENT.format(act="college_invited")}
SELECT kept.id, {MAILBOX.format(school="s")} AS mail, s.name
FROM kept JOIN schools s ON s.id = kept.school ORDER BY kept.id
"""  # noqa: S608 - constants only
REMIND_ALL = f"""
WITH kept AS (
  UPDATE college_invitations SET reminded_at = $5, words = $3
  WHERE school = ANY ($1::int[]) AND school_year = $2 AND reminded_at IS NULL RETURNING id, school
), {_EVENT.format(act="college_reminded")}
SELECT kept.id, {MAILBOX.format(school="s")} AS mail, s.name
FROM kept JOIN schools s ON s.id = kept.school ORDER BY kept.id
"""  # noqa: S608 - constants only


class Sent(Struct, frozen=True):
    """How many letters leave, and to how many of the collèges asked none does any more."""

    letters: int
    left_out: int


async def write_to_colleges(colleges: Sequence[int], asked: WriteToCollege, *, by: int, now: datetime) -> Sent:
    """A letter to each of some collèges, but those written to this school year, without an address or coming already.

    Sent again, it changes nothing.
    """
    async with transaction():
        may = [number for number, why_not in (await writable(colleges, now=now)).items() if not why_not]
        return await _send("", KEEP_ALL, may, asked.words, colleges, by=by, now=now)


async def remind_colleges(colleges: Sequence[int], asked: WriteToCollege, *, by: int, now: datetime) -> Sent:
    """One reminder to those who were written to two weeks ago or more, and have neither come nor reserved since."""
    async with transaction():
        silent = await silent_since_written(now=now)
        may = [number for number in colleges if number in silent]
        return await _send("again", REMIND_ALL, may, asked.words, colleges, by=by, now=now)


async def _send(
    what: str, statement: str, may: list[int], words: str, colleges: Sequence[int], *, by: int, now: datetime
) -> Sent:
    kept = await rows(statement, may, school_year_began(now).year, words, by, now)
    once = "college_reminded" if what else "college_invited"
    letters = [
        MailToWrite(
            *("college_invited", college["mail"], college["name"], "invitation", college["id"]),
            once=f"{once}:{college['id']}",
            what=what,
        )
        for college in kept
    ]
    await queue_all(letters, now=now)
    return Sent(len(letters), len(set(colleges)) - len(letters))


# One of two coordinators who write at the same time.
KEEP = """
INSERT INTO college_invitations (school, school_year, words, invited_by, invited_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (school, school_year) DO NOTHING RETURNING id
"""


async def invite_college(school: int, asked: WriteToCollege, *, by: int, now: datetime) -> int:
    """The collège is told which lycées near it have free places, with the coordinator's own words if any.

    Raises NotFound, AlreadyInvited, AlreadyComing, NoAddress, NothingOpen.
    """
    async with transaction():
        college = await addressee(school, now=now)
        refuse_to_invite(college, await open_near(school, now=now))
        kept: int | None = await value(KEEP, school, school_year_began(now).year, asked.words, by, now)
        if kept is None:
            raise AlreadyInvited
        await queue(
            "college_invited",
            to_email=college.mail,
            to_name=college.name,
            about_kind="invitation",
            about=kept,
            once=f"college_invited:{kept}",
            now=now,
        )
        await record("college_invited", by=by, about_kind="school", about=school, now=now)
    return kept
