"""Open a P-TECH scheme, correct it, close it to new cohorts; the pupils of one rentrée enter it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec.structs import astuple

from workshops.acts import Act, a_number, chosen, labelled, typed
from workshops.closed_years.correct import recording
from workshops.database import row, transaction, value
from workshops.database.row_types import insert_of, values_of
from workshops.events.record import record, record_by
from workshops.programmes.ptech.lock import changing_cohort, lock_scheme
from workshops.programmes.ptech.queries import SchemeCard
from workshops.programmes.ptech.rules import FIRST_ENTRY, LAST_ENTRY, CohortKnown, SchemeClosed
from workshops.programmes.ptech.tables import Cohort, Scheme
from workshops.refusals import Invalid, NoSuchChoice
from workshops.schools.tables import School
from workshops.scope import Scope

FIRST_COHORT = "SELECT min(entry_year) FROM ptech_cohorts WHERE scheme = $1"
LAST_OF = """
SELECT max(c.entry_year) AS entry_year, max((a.starts_at AT TIME ZONE 'Europe/Paris')::date) AS held_on
FROM ptech_cohorts c LEFT JOIN mentoring_actions a ON a.cohort = c.id AND a.state = 'held'
WHERE c.scheme = $1 HAVING count(*) > 0
"""


Label = Annotated[str, typed("Nom de la cohorte", "What people call it.", most=80, column="cohorte")]


class ChangeScheme(Act, frozen=True, kw_only=True):
    """A scheme; `bts_school_id` is the lycée that hosts the BTS."""

    title: Annotated[
        str, typed("Nom du dispositif", "Its name.", least=1, most=120, column=("dispositif", "dispositif"))
    ]
    field: Annotated[
        str, typed("Filière", "The bac professionnel that pupils begin with.", least=1, most=120, column="filiere")
    ]
    opens_on: Annotated[date, labelled("Ouverture", "Its first day.", column="ouverture")]
    bts_school: Annotated[int, chosen("Lycée du BTS", "The lycée that hosts the BTS.")] | None = msgspec.field(
        name="bts_school_id", default=None
    )
    bts_title: Annotated[
        str, typed("BTS visé", "The BTS that it leads to.", most=120, column=("bts_vise", "BTS visé"))
    ] = ""
    agreement_on: (
        Annotated[
            date,
            labelled(
                "Convention signée le",
                "The day of its framework agreement.",
                column=("convention_le", "date de la convention"),
            ),
        ]
        | None
    ) = None
    agreement_ref: Annotated[
        str,
        typed(
            "Référence",
            "The reference of the agreement.",
            most=80,
            column=("convention_ref", "référence de la convention"),
        ),
    ] = ""


class OpenScheme(ChangeScheme, frozen=True, kw_only=True):
    """A coordinator names the lycée; a host's is its own."""

    school: Annotated[int, chosen("Lycée", "The lycée of the scheme.")] | None = msgspec.field(
        name="school_id", default=None
    )


class CloseScheme(Act, frozen=True, kw_only=True):
    """The last day on which a scheme takes a cohort; null opens it again."""

    closed_on: Annotated[date, labelled("Dernier jour", "The last day.", column=("fermeture", "fermeture"))] | None


class RelabelCohort(Act, frozen=True, kw_only=True):
    """Another name of a cohort."""

    label: Label


class EnrolCohort(Act, frozen=True, kw_only=True):
    """The pupils of one rentrée: 2026 is September 2026."""

    scheme: Annotated[int, chosen("Dispositif", "The scheme that they enter.")] = msgspec.field(name="scheme_id")
    entry_year: Annotated[int, a_number("Rentrée de septembre", "2026 is September 2026.", FIRST_ENTRY, LAST_ENTRY)]
    label: Label = ""


ENROL = insert_of("ptech_cohorts", row_type=EnrolCohort, once=("scheme", "entry_year"))


async def open_scheme(
    asked: OpenScheme, *, school: int | None, example: bool = False, by: int | None, now: datetime
) -> int:
    """A lycée begins a P-TECH scheme, or prepares one; returns its number. `school` None is a coordinator, who names
    the lycée. Raises Invalid, NotFound."""
    host = school or asked.school
    if host is None:
        raise NoSuchChoice("school")
    async with transaction():
        if not await School.exists().where(School.id == host, School.kind == "lycee"):
            raise NoSuchChoice("school")
        await _refuse_namesake(asked.title, school=host)
        await _refuse_host(asked.bts_school)
        scheme = Scheme(school=host, example=example, **values_of(ChangeScheme, asked))
        (opened,) = await Scheme.insert(scheme).returning(Scheme.id)
        made = int(opened["id"])
        await record_by(by, "scheme_opened", about_kind="scheme", about=made, detail=asked.title, now=now)
        return made


async def change_scheme(scheme: int, asked: ChangeScheme, *, scope: Scope, by: int, now: datetime) -> None:
    """Say it otherwise. Raises Invalid, NotFound."""
    async with transaction():
        known = await lock_scheme(scheme, scope=scope)
        await tell_scheme(scheme, asked, closed_on=known.closed_on, scope=scope)
        await record("scheme_changed", by=by, about_kind="scheme", about=scheme, detail=asked.title, now=now)


async def close_scheme(scheme: int, asked: CloseScheme, *, scope: Scope, by: int | None, now: datetime) -> None:
    """It takes no new cohort after this day; None opens it again. Raises Invalid, NotFound."""
    on = asked.closed_on
    async with transaction():
        known = await lock_scheme(scheme, scope=scope)
        await _close(known, opens_on=known.opens_on, on=on)
        act, detail = ("scheme_reopened", "") if on is None else ("scheme_closed", on.isoformat())
        await record_by(by, act, about_kind="scheme", about=scheme, detail=detail, now=now)


async def tell_scheme(scheme: int, asked: ChangeScheme, *, closed_on: date | None, scope: Scope) -> None:
    """Say it otherwise and until when it takes cohorts, in one act. Raises Invalid, NotFound.

    It opens no later than the year when its first cohort entered.
    """
    async with transaction():
        known = await lock_scheme(scheme, scope=scope)
        if closed_on is not None and closed_on == known.closed_on and closed_on < asked.opens_on:
            raise Invalid({"opens_on": "Ouverture : elle vient après la fermeture du dispositif."})
        first = await value(FIRST_COHORT, scheme)
        if first is not None and first < asked.opens_on.year:
            entered = f"une cohorte entre à la rentrée {first}"
            raise Invalid({"opens_on": f"Ouverture : {entered}. Choisissez un jour de {first} ou d'avant."})
        if asked.title != known.title:
            await _refuse_namesake(asked.title, school=known.school, but=scheme)
        await _refuse_host(asked.bts_school)
        await Scheme.update(**values_of(ChangeScheme, asked), closed_on=None).where(Scheme.id == scheme)
        await _close(known, opens_on=asked.opens_on, on=closed_on)


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
        made = await value(ENROL, *astuple(asked))
        if made is None:
            raise CohortKnown
        detail = f"rentrée {entry_year}"
        await record_by(by, "cohort_enrolled", about_kind="cohort", about=made, detail=detail, now=now)
        return int(made)


async def relabel_cohort(cohort: int, asked: RelabelCohort, *, scope: Scope, by: int | None, now: datetime) -> None:
    """Call it otherwise. Raises Invalid, NotFound."""
    async with changing_cohort(cohort, scope=scope, by=by, now=now):
        await Cohort.update({Cohort.label: asked.label}).where(Cohort.id == cohort)
        await record_by(by, "cohort_named", about_kind="cohort", about=cohort, detail=asked.label, now=now)


async def _close(known: SchemeCard, *, opens_on: date, on: date | None) -> None:
    """Its cohorts go on after it is closed: what they do then does not reopen the question of the same day."""
    if on is not None:
        if on < opens_on:
            raise Invalid({"closed_on": "Fermeture : choisissez un jour après l'ouverture."})
        if on != known.closed_on:
            await _refuse_closing(known.id, on)
    await Scheme.update({Scheme.closed_on: on}).where(Scheme.id == known.id)


async def _refuse_closing(scheme: int, on: date) -> None:
    last = await row(LAST_OF, scheme)
    if last is None:
        return
    if on < date(last["entry_year"], 9, 1):
        entered = f"une cohorte entre à la rentrée {last['entry_year']}"
        raise Invalid({"closed_on": f"Fermeture : {entered}. Choisissez un jour d'après."})
    if last["held_on"] is not None and on < last["held_on"]:
        held = f"une action a été tenue le {last['held_on']:%d/%m/%Y}"
        raise Invalid({"closed_on": f"Fermeture : {held}. Choisissez ce jour ou un jour d'après."})


async def _refuse_namesake(title: str, *, school: int, but: int = 0) -> None:
    """A spreadsheet names a scheme by its title alone: two of a lycée never share one."""
    await School.select(School.id).where(School.id == school).lock_rows("NO KEY UPDATE")
    if await Scheme.exists().where(Scheme.school == school, Scheme.title == title, Scheme.id != but):
        raise Invalid({"title": "Ce lycée a déjà un dispositif de ce nom. Ouvrez-le pour le compléter."})


async def _refuse_host(bts_school: int | None) -> None:
    if bts_school is not None and not await School.exists().where(School.id == bts_school, School.kind == "lycee"):
        raise Invalid({"bts_school": "Lycée du BTS : choisissez un lycée de la liste."})
