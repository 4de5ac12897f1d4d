"""The register of milestones as a file that leaves the application; the journal says who took it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from booking.presentation.spreadsheet import ColumnSays, Line, about_file, told_file
from booking.words.files import DICTIONARY
from booking.words.wording import PROGRAMMES
from workshops.events.record import record
from workshops.milestones.queries import MilestoneCard
from workshops.milestones.rules import RISKS, STATES
from workshops.school_calendar.rules import paris_day

TITLE = "Jalons"
# Each column of the file, and what it is.
COLUMNS = {
    "Jalon": "Ce qui est attendu",
    "Dispositif": "TECHNILAB, P-TECH, BTS+1, ou tout le programme",
    "Qui en répond": "Membre du consortium, ou la coordination",
    "Échéance": "Dernier jour prévu",
    "État": "Où il en est",
    "Jours de retard": "Depuis l'échéance ; vide s'il n'est pas en retard",
    "Terminé le": "Jour où il a été atteint ou abandonné",
    "Pourquoi abandonné": "Raison, s'il l'est",
    "Risque": "Risque de ne pas l'atteindre",
    "Ce qui le menace": "Le risque, en mots",
    "Mesure corrective": "Ce qui est fait contre",
    "Preuves": "Nom de chaque preuve, et son lien s'il y en a un",
}


async def export_milestones(found: Sequence[MilestoneCard], *, chosen: str, form: str, by: int, now: datetime) -> bytes:
    """The milestones as `csv`, its `dictionnaire`, or `xlsx`; `chosen` says in words what narrows them."""
    says = [ColumnSays(name, words) for name, words in COLUMNS.items()]
    about = about_file("Tableau", TITLE, chosen, columns=says, now=now)
    if form == DICTIONARY:
        return told_file(form, TITLE, (), about)
    detail = f"{TITLE}, {chosen}, {form}"
    await record("counts_exported", by=by, about_kind="results", about=None, detail=detail, now=now)
    lines = [tuple(COLUMNS), *_lines(found, today=paris_day(now))]
    return await asyncio.to_thread(told_file, form, TITLE, lines, about)


def _lines(found: Sequence[MilestoneCard], *, today: date) -> Iterator[Line]:
    for one in found:
        late = (today - one.due_on).days if one.late_on(today) else None
        proofs = " ; ".join(f"{proof.label} : {proof.link}" if proof.link else proof.label for proof in one.proofs)
        yield (
            *(one.title, PROGRAMMES.get(one.programme, "Tout le programme"), one.owner_name or "La coordination"),
            *(one.due_on, STATES[one.state], late, one.ended_on, one.reason),
            *(RISKS[one.risk], one.risk_words, one.measure, proofs),
        )
