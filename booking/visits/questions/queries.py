"""Questions to a lycée: one by its link, and those of each side."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from booking.people.accounts.rules import hash_of
from booking.visits.questions.rules import LINES_MOST, Side, asked_by_link
from booking.visits.questions.tables import Question
from workshops.database.row_types import row_as, rows_as

_ONE = """q.id, q.college, c.name AS college_name, c.commune AS college_commune, c.phone AS college_phone,
  q.lycee, l.name AS lycee_name, l.commune AS lycee_commune, l.uai, l.phone AS lycee_phone, q.asked_by,
  a.name AS teacher, q.slot, q.reservation, coalesce(g.name, '') AS group_name,
  s.starts_at, coalesce(w.title, '') AS workshop, q.state, q.lines, q.salt, q.last_at"""
_FROM = """FROM questions q JOIN schools c ON c.id = q.college JOIN schools l ON l.id = q.lycee
JOIN accounts a ON a.id = q.asked_by LEFT JOIN slots s ON s.id = q.slot LEFT JOIN workshops w ON w.id = q.workshop
LEFT JOIN reservations r ON r.id = q.reservation LEFT JOIN groups g ON g.id = r."group" """
_ORDER = "ORDER BY q.state = 'closed', q.last_at DESC, q.id"
BY_LINK = f"""SELECT {_ONE}, CASE WHEN q.teacher_hash = $1 THEN 'teacher' ELSE 'lycee' END AS side
{_FROM} WHERE q.teacher_hash = $1 OR q.lycee_hash = $1"""
BY_SALT = f"SELECT {_ONE}, $2::varchar AS side {_FROM} WHERE q.salt = $1"
BY_NUMBER = f"SELECT {_ONE}, '' AS side {_FROM} WHERE q.id = $1"
OF_TEACHER = f"SELECT {_ONE}, 'teacher' AS side {_FROM} WHERE q.asked_by = $1 AND q.college = $2 {_ORDER}"
OF_LYCEE = f"""SELECT {_ONE}, 'lycee' AS side {_FROM} WHERE q.lycee = $1
ORDER BY q.state <> 'asked', q.state = 'closed', q.last_at, q.id"""
OF_VISIT = f"""SELECT {_ONE}, CASE WHEN q.lycee = $2 THEN 'lycee' ELSE 'teacher' END AS side {_FROM}
WHERE q.reservation = $1 AND (q.lycee = $2 OR q.college = $2 AND q.asked_by = $3) {_ORDER}"""
LINES = """SELECT n.side, n.text, n.wished_on, n.at, n.slot, s.starts_at, coalesce(w.title, '') AS workshop
FROM question_lines n LEFT JOIN slots s ON s.id = n.slot LEFT JOIN workshops w ON w.id = s.workshop
WHERE n.question = $1 ORDER BY n.id"""


class Conversation(Struct, frozen=True):
    """A question as one `side` sees it, empty when it is read by its number. `slot` and `workshop` are what it is
    about, `reservation` the visit of `group_name`; `state` is asked, answered or closed."""

    id: int
    college: int
    college_name: str
    college_commune: str
    college_phone: str
    lycee: int
    lycee_name: str
    lycee_commune: str
    uai: str
    lycee_phone: str
    asked_by: int
    teacher: str
    slot: int | None
    reservation: int | None
    group_name: str
    starts_at: datetime | None
    workshop: str
    state: str
    lines: int
    salt: UUID
    last_at: datetime
    side: str

    @property
    def left(self) -> int:
        """How many lines may still be written."""
        return 0 if self.state == "closed" else LINES_MOST - self.lines

    @property
    def awaited(self) -> bool:
        """Whether this side's word is waited for."""
        return self.state == ("asked" if self.side == Side.LYCEE else "answered")


class ConversationLine(Struct, frozen=True):
    """What one side wrote: words, a date wished, or a slot proposed with its hour and workshop."""

    side: str
    text: str
    wished_on: date | None
    at: datetime
    slot: int | None
    starts_at: datetime | None
    workshop: str


async def conversation_behind(link: str, *, secret_key: str = "") -> Conversation | None:
    """What a side's link opens; None when it is unknown, or erased since.

    With the site's key also a link that was written after the conversation had begun under another one.
    """
    found = await row_as(Conversation, BY_LINK, hash_of(link))
    if found is None and (asked := asked_by_link(link, secret_key)) is not None:
        salt, side = asked
        found = await row_as(Conversation, BY_SALT, salt, side.value)
    return found


async def conversation(number: int) -> Conversation | None:
    """One by its number, as its mails tell it."""
    return await row_as(Conversation, BY_NUMBER, number)


async def lines_of(number: int) -> list[ConversationLine]:
    """Its lines, the first first."""
    return await rows_as(ConversationLine, LINES, number)


async def questions_of(account: int, *, college: int) -> list[Conversation]:
    """Those that a teacher asked, the open ones and the latest first."""
    return await rows_as(Conversation, OF_TEACHER, account, college)


async def questions_to(lycee: int) -> list[Conversation]:
    """Those that a lycée was asked: what waits for it first, the oldest first."""
    return await rows_as(Conversation, OF_LYCEE, lycee)


async def questions_about(reservation: int, *, school: int, by: int) -> list[Conversation]:
    """Those about a visit that this person of a school reads, the open ones and the latest first.

    A lycée reads those that it was asked, a teacher those that she asked herself.
    """
    return await rows_as(Conversation, OF_VISIT, reservation, school, by)


async def open_with(account: int, lycee: int, *, about: int | None) -> UUID | None:
    """The salt of the one that this teacher has open with this lycée about a visit, or about none."""
    with_it = Question.select(Question.salt).where(Question.asked_by == account, Question.lycee == lycee)
    with_it = with_it.where(Question.reservation.is_null() if about is None else Question.reservation == about)
    found = await with_it.where(Question.state != "closed").first()
    return None if found is None else UUID(str(found["salt"]))


async def count_unanswered(lycee: int) -> int:
    """How many questions wait for this lycée's word."""
    return int(await Question.count().where(Question.lycee == lycee, Question.state == "asked"))
