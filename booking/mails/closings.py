"""The mail after a visit: the lycée has closed it, and the class has its papers."""

from __future__ import annotations

from datetime import datetime, timedelta

from booking.calendar.invites import queries
from booking.day.papers.pack import pack_pdf
from booking.day.papers.queries import visit_on_paper
from booking.day.papers.rules import AFTER
from booking.mails.draft import Draft
from booking.mails.places import group_line, when_it_was
from booking.outbox.notices.queries import told_before
from booking.outbox.notices.rules import Claimed, Enclosed
from booking.process.settings import Settings
from booking.words.wording import counted

NEWS_FOR = timedelta(days=30)
FILES = {"bilan": "feuille-de-la-classe.pdf", "attestation": "attestation.pdf"}


async def closed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: how many were counted, what they built, the class's sheet and the attestation to print.

    Closed again after its figures were corrected, it says so: the papers that she has are no longer right.
    """
    visit, seen = await queries.visit(notice.about), await visit_on_paper(notice.about, needs=False)
    if visit is None or seen is None or seen.state != "attended" or not seen.counted:
        return None
    if seen.closed_at is None or seen.closed_at < now - NEWS_FOR:
        return None
    built = ", ".join(f"{one.name} ({counted(one.finished, 'terminé')})" for one in seen.builds)
    pdfs = [
        Enclosed(FILES[kind], await pack_pdf(visit.id, data_dir=settings.data_dir, only=kind, needs=False))
        for kind in AFTER
    ]
    return Draft(
        words={"visit": visit, "came": seen.counted, "again": await told_before(notice)},
        link=f"{settings.base_url}/reservations/{visit.id}",
        lines=(
            *when_it_was(visit),
            group_line(visit),
            ("Élèves comptés par le lycée", str(seen.counted)),
            *((("Objets fabriqués", built),) if built else ()),
        ),
        papers=tuple(pdfs),
    )
