"""The mail that reminds whoever answers for a milestone of its day."""

from __future__ import annotations

from datetime import date, datetime

from booking.mails.draft import Draft
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.tables import Membership
from booking.process.settings import Settings
from booking.words.wording import PROGRAMMES, counted, day
from workshops.milestones.queries import milestone
from workshops.school_calendar.rules import paris_day


async def due(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To whoever answers for it: its day, what it lacks; none once it has ended, was put off, or is over."""
    found = await milestone(notice.about, now=now)
    if found is None or not found.open or found.due_on != date.fromisoformat(str(notice.also)):
        return None
    left = (found.due_on - paris_day(now)).days
    if left < 0:
        return None
    reads_for_it = Membership.exists().where(Membership.account == notice.account, Membership.partner == found.owner)
    proofs = counted(len(found.proofs), "preuve") if found.proofs else "aucune encore"
    return Draft(
        words={
            "title": found.title,
            "due_on": day(found.due_on),
            "left": left,
            "owner": found.owner_name,
            "stands_in": found.owner is not None and not await reads_for_it,
        },
        link=f"{settings.base_url}/gestion/jalons/{found.id}",
        lines=(
            ("Jalon", found.title),
            ("Dispositif", PROGRAMMES.get(found.programme, "Tout le programme")),
            ("Échéance", day(found.due_on)),
            ("Qui en répond", found.owner_name or "La coordination"),
            ("Preuves", proofs),
            *((("Mesure corrective", found.measure),) if found.measure else ()),
        ),
    )
