"""Mails that announce a line of a question to a lycée: that it is there and where it is read, never its words."""

from __future__ import annotations

from datetime import datetime

from booking.mails.draft import Draft, Drafts, Lines
from booking.outbox.notices.rules import Claimed
from booking.process.settings import Settings
from booking.visits.questions.queries import Conversation, conversation
from booking.visits.questions.rules import Side, link_of
from booking.words.wording import moment


def announced(side: Side, state: str) -> Drafts:
    """To this side, while the question is in this state: whoever has written or closed it since needs no mail."""

    async def draft(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
        found = await conversation(notice.about)
        if found is None or found.state != state:
            return None
        return Draft(
            words={"question": found},
            link=f"{settings.base_url}/questions/{link_of(found.salt, side, settings.secret_key)}",
            lines=_about(found),
        )

    return draft


def _about(question: Conversation) -> Lines:
    where = f"{question.lycee_name}, {question.lycee_commune}"
    lines = (
        ("Collège", f"{question.college_name}, {question.college_commune}"),
        ("Lycée", where),
        ("Atelier", question.workshop),
        ("Groupe", question.group_name),
        ("Créneau", moment(question.starts_at) if question.starts_at else ""),
    )
    return tuple(line for line in lines if line[1])
