"""The pupils of one rentrée enter a scheme."""

from __future__ import annotations

from datetime import date, datetime

from workshops.closed_years.correct import recording
from workshops.database import row
from workshops.events.record import record_by
from workshops.ptech.lock import lock_cohort, lock_scheme
from workshops.ptech.rules import CohortKnown, SchemeClosed
from workshops.ptech.tables import Cohort
from workshops.refusals import Invalid

ENROL = """
INSERT INTO ptech_cohorts (scheme, entry_year, label) VALUES ($1, $2, $3)
ON CONFLICT (scheme, entry_year) DO NOTHING RETURNING id
"""
LABEL_MOST = 80


async def enrol_cohort(
    scheme: int, *, entry_year: int, label: str = "", school: int | None, by: int | None, now: datetime
) -> int:
    """A scheme takes pupils at the rentrée of this year; returns the cohort's number.

    Raises Invalid, NotFound, CohortKnown, SchemeClosed.
    """
    label = _label(label)
    async with recording(by=by, school=school, now=now):
        known = await lock_scheme(scheme, school=school)
        if not known.opens_on.year <= entry_year <= 2100:
            raise Invalid({"entry_year": f"Rentrée : choisissez une année depuis {known.opens_on.year}."})
        if known.closed_on is not None and known.closed_on < date(entry_year, 9, 1):
            raise SchemeClosed
        made = await row(ENROL, scheme, entry_year, label)
        if made is None:
            raise CohortKnown
        detail = f"rentrée {entry_year}"
        await record_by(by, "cohort_enrolled", about_kind="cohort", about=made["id"], detail=detail, now=now)
        return int(made["id"])


async def relabel_cohort(cohort: int, *, label: str, school: int | None, by: int | None, now: datetime) -> None:
    """Call it otherwise. Raises Invalid, NotFound."""
    label = _label(label)
    async with recording(by=by, school=school, now=now):
        await lock_cohort(cohort, school=school)
        await Cohort.update({Cohort.label: label}).where(Cohort.id == cohort)
        await record_by(by, "cohort_named", about_kind="cohort", about=cohort, detail=label, now=now)


def _label(label: str) -> str:
    if len(label.strip()) > LABEL_MOST:
        raise Invalid({"label": f"Nom de la cohorte : {LABEL_MOST} caractères au plus."})
    return label.strip()
