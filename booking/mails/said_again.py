"""What a mail that came back said, for whoever says it on the telephone: its subject, from the facts of now."""

from __future__ import annotations

from datetime import datetime

from booking.mails.kinds import KINDS
from booking.mails.write import letter_of
from booking.outbox.notices.rules import Claimed
from booking.presentation.templating import environment
from booking.process.settings import Settings
from workshops.database.row_types import row_as

NOTICE = """SELECT id, kind, to_email, to_name, about, once, secret, attempts::int, also, about_kind, account, entry
FROM notices WHERE id = $1"""


async def subject_of(notice: int, settings: Settings, *, now: datetime) -> str:
    """« Visite annulée : Découpe laser, jeudi 25 mars 2027 à 9 h 00 »; empty for what is no longer true, or carried a
    secret that is gone."""
    found = await row_as(Claimed, NOTICE, notice)
    draft = None if found is None else await KINDS[found.kind].drafts(found, settings, now)
    return "" if found is None or draft is None else letter_of(environment(settings), found.kind, draft).subject
