"""Questions of the examples: one answered, one that waits for a lycée."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from booking.demo.offer import Opened
from booking.demo.settle import Cast
from booking.visits.questions.ask import AskLycee, ask
from booking.visits.questions.queries import conversation_behind
from booking.visits.questions.rules import Side, link_of
from booking.visits.questions.write import AddLine, write
from workshops.school_calendar.rules import paris_day, paris_instant

ASKED = (
    "Notre car arrive un quart d'heure après le début : pouvez-vous nous attendre ?",
    "Combien d'élèves travaillent ensemble sur une machine ? Une demi-classe nous conviendrait.",
)
ANSWER = "Oui, sans difficulté : l'atelier commence quand vous êtes là, et finit à la même heure."


async def ask_some(cast: Cast, slots: list[Opened], *, secret_key: str, draw: Random, now: datetime) -> None:
    """The first two teachers ask about the next slots of two lycées; the first has her answer, the first host has not
    answered yet."""
    first = {slot.taught.lycee.id: slot for slot in sorted(slots, key=lambda slot: slot.starts_at, reverse=True)}
    to_answer = next(iter(cast.hosts.values())).place
    told_last = sorted(first, key=lambda lycee: lycee == to_answer)
    first = {lycee: first[lycee] for lycee in (told_last[0], *told_last[:0:-1])}
    teachers = {group.teacher.account: group.teacher for group in cast.groups}
    for text, slot, teacher in zip(ASKED, first.values(), teachers.values(), strict=False):
        salt, at = UUID(int=draw.getrandbits(128)), paris_instant(paris_day(now) - timedelta(days=2), time(10, 20))
        await ask(
            AskLycee(text=text),
            college=teacher.place,
            lycee=slot.taught.lycee.id,
            by=teacher.account,
            awaiting=False,
            slot=slot.id,
            workshop=slot.taught.id,
            salt=salt,
            secret_key=secret_key,
            now=at,
        )
        told = await conversation_behind(link_of(salt, Side.LYCEE, secret_key))
        if told is not None and text is ASKED[0]:
            await write(told, AddLine(text=ANSWER), by=cast.hosts[told.uai].account, now=at + timedelta(hours=5))
