"""Where an answer typed to a mail arrives: an official mailbox, never a teacher's, a host's or a company's own.

About a visit it is the other side's, as the annuaire gives it: a teacher and a company answer the lycée, a lycée
answers the collège. All else, a school without a mailbox, and a trial, whose schools are real: the coordination.
"""

from __future__ import annotations

from msgspec import Struct

from booking.mails.draft import Reader
from booking.outbox.notices.envelope import mailbox_of
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from workshops.academie.queries import academie
from workshops.database import row
from workshops.schools.queries import MAILBOX

OTHER_SIDE = {
    ("teacher", "reservation"): """SELECT h.name, h.mail FROM reservations r JOIN slots s ON s.id = r.slot
JOIN schools h ON h.id = s.school WHERE r.id = $1""",
    ("host", "reservation"): f"""SELECT c.name, {MAILBOX.format(school="c")} AS mail
FROM reservations r JOIN schools c ON c.id = r.school WHERE r.id = $1""",  # noqa: S608 - constants only
    ("company", "attendance"): """SELECT h.name, h.mail FROM attendances t JOIN slots s ON s.id = t.slot
JOIN schools h ON h.id = s.school WHERE t.id = $1""",
}
COORDINATION = "la coordination"


class AnswerMailbox(Struct, frozen=True):
    """The mailbox that an answer reaches, empty for the one that sends; whose it is, empty where nobody reads it."""

    mailbox: str
    whose: str


async def answers_to(notice: Claimed, reader: Reader | None, settings: Settings) -> AnswerMailbox:
    """Where what is typed in answer to this mail arrives."""
    asked = None if settings.demo else OTHER_SIDE.get((reader or "", notice.about_kind))
    school = None if asked is None else await row(asked, notice.about)
    if school is not None and _is_mailbox(school["mail"]):
        return AnswerMailbox(school["mail"].strip(), school["name"])
    mailbox = settings.reply_to or (await academie()).contact
    return AnswerMailbox(mailbox, COORDINATION if mailbox else "")


def _is_mailbox(written: str) -> bool:
    try:
        mailbox_of(written)
    except ValueError:
        return False
    return written.isascii()
