"""The pupils of one rentrée enter a scheme."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from workshops.acts import Act, a_number, chosen, typed
from workshops.closed_years.correct import recording
from workshops.database import row
from workshops.events.record import record_by
from workshops.ptech.lock import lock_cohort, lock_scheme
from workshops.ptech.rules import CohortKnown, SchemeClosed
from workshops.ptech.tables import Cohort
from workshops.refusals import Invalid
from workshops.scope import Scope

ENROL = """
INSERT INTO ptech_cohorts (scheme, entry_year, label) VALUES ($1, $2, $3)
ON CONFLICT (scheme, entry_year) DO NOTHING RETURNING id
"""
Label = Annotated[str, typed("Nom de la cohorte", "What people call it.", most=80, column="cohorte")]


class RelabelCohort(Act, frozen=True, kw_only=True):
    """Another name of a cohort."""

    label: Label


class EnrolCohort(Act, frozen=True, kw_only=True):
    """The pupils of one rentrée: 2026 is September 2026."""

    scheme: Annotated[int, chosen("Dispositif", "The scheme that they enter.")] = msgspec.field(name="scheme_id")
    entry_year: Annotated[int, a_number("Rentrée de septembre", "2026 is September 2026.", 2000, 2100)]
    label: Label = ""


async def enrol_cohort(asked: EnrolCohort, *, scope: Scope, by: int | None, now: datetime) -> int:
    """A scheme takes pupils at the rentrée of this year; returns the cohort's number.

    Raises Invalid, NotFound, CohortKnown, SchemeClosed.
    """
    entry_year = asked.entry_year
    async with recording(by=by, school=scope.school, now=now):
        known = await lock_scheme(asked.scheme, scope=scope)
        if entry_year < known.opens_on.year:
            raise Invalid({"entry_year": f"Rentrée : choisissez une année depuis {known.opens_on.year}."})
        if known.closed_on is not None and known.closed_on < date(entry_year, 9, 1):
            raise SchemeClosed
        made = await row(ENROL, asked.scheme, entry_year, asked.label)
        if made is None:
            raise CohortKnown
        detail = f"rentrée {entry_year}"
        await record_by(by, "cohort_enrolled", about_kind="cohort", about=made["id"], detail=detail, now=now)
        return int(made["id"])


async def relabel_cohort(cohort: int, asked: RelabelCohort, *, scope: Scope, by: int | None, now: datetime) -> None:
    """Call it otherwise. Raises Invalid, NotFound."""
    async with recording(by=by, school=scope.school, now=now):
        await lock_cohort(cohort, scope=scope)
        await Cohort.update({Cohort.label: asked.label}).where(Cohort.id == cohort)
        await record_by(by, "cohort_named", about_kind="cohort", about=cohort, detail=asked.label, now=now)
