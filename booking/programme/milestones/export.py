"""The register of milestones as a file that leaves the application; the journal says who took it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from booking.presentation.spreadsheet import Line, about_file, told_file
from booking.words.wording import PROGRAMMES
from workshops.events.record import record
from workshops.milestones.queries import MilestoneCard
from workshops.milestones.rules import RISKS, STATES
from workshops.school_calendar.rules import paris_day

TITLE = "Jalons"
COLUMNS = (
    *(
        "Jalon",
        "Dispositif",
        "Qui en répond",
        "Échéance",
        "État",
        "Jours de retard",
        "Terminé le",
        "Pourquoi abandonné",
    ),
    *("Risque", "Ce qui le menace", "Mesure corrective", "Preuves"),
)


async def export_milestones(found: Sequence[MilestoneCard], *, chosen: str, form: str, by: int, now: datetime) -> bytes:
    """The milestones as `csv` or `xlsx`; `chosen` says in words what narrows them."""
    detail = f"{TITLE}, {chosen}, {form}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    lines = [COLUMNS, *_lines(found, today=paris_day(now))]
    return await asyncio.to_thread(told_file, form, TITLE, lines, about_file("Tableau", TITLE, chosen, now=now))


def _lines(found: Sequence[MilestoneCard], *, today: date) -> Iterator[Line]:
    for one in found:
        late = (today - one.due_on).days if one.late_on(today) else None
        proofs = " ; ".join(f"{proof.label} : {proof.link}" if proof.link else proof.label for proof in one.proofs)
        yield (
            *(one.title, PROGRAMMES.get(one.programme, "Tout le programme"), one.owner_name or "La coordination"),
            *(one.due_on, STATES[one.state], late, one.ended_on, one.reason),
            *(RISKS[one.risk], one.risk_words, one.measure, proofs),
        )
