"""Open a P-TECH scheme, correct it, close it to new cohorts."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime

from workshops.database import row, transaction, value
from workshops.events.record import record, record_by
from workshops.ptech.lock import LockedScheme, lock_scheme
from workshops.ptech.rules import SchemeSketch, refuse_scheme
from workshops.ptech.tables import Scheme
from workshops.refusals import Invalid, NotFound
from workshops.schools.tables import School

FIRST_ENTRY = "SELECT min(entry_year) FROM ptech_cohorts WHERE scheme = $1"
LAST_OF = """
SELECT max(c.entry_year) AS entry_year, max((a.starts_at AT TIME ZONE 'Europe/Paris')::date) AS held_on
FROM ptech_cohorts c LEFT JOIN mentoring_actions a ON a.cohort = c.id AND a.state = 'held'
WHERE c.scheme = $1 HAVING count(*) > 0
"""


async def open_scheme(
    sketch: SchemeSketch, *, school: int, example: bool = False, by: int | None, now: datetime
) -> int:
    """A lycée begins a P-TECH scheme, or prepares one; returns its number. Raises Invalid, NotFound."""
    sketch = _trimmed(sketch)
    refuse_scheme(sketch)
    async with transaction():
        if not await School.exists().where(School.id == school, School.kind == "lycee"):
            raise NotFound
        await _refuse_namesake(sketch.title, school=school)
        await _refuse_host(sketch.bts_school)
        (opened,) = await Scheme.insert(Scheme(school=school, example=example, **asdict(sketch))).returning(Scheme.id)
        made = int(opened["id"])
        await record_by(by, "scheme_opened", about_kind="scheme", about=made, detail=sketch.title, now=now)
        return made


async def change_scheme(scheme: int, sketch: SchemeSketch, *, school: int | None, by: int, now: datetime) -> None:
    """Say it otherwise; `school` None is a coordinator. Raises Invalid, NotFound."""
    async with transaction():
        known = await lock_scheme(scheme, school=school)
        await tell_scheme(scheme, sketch, closed_on=known.closed_on, school=school)
        title = _trimmed(sketch).title
        await record("scheme_changed", by=by, about_kind="scheme", about=scheme, detail=title, now=now)


async def close_scheme(scheme: int, *, on: date | None, school: int | None, by: int | None, now: datetime) -> None:
    """It takes no new cohort after this day; None opens it again. Raises Invalid, NotFound."""
    async with transaction():
        known = await lock_scheme(scheme, school=school)
        await _close(known, opens_on=known.opens_on, on=on)
        act, detail = ("scheme_reopened", "") if on is None else ("scheme_closed", on.isoformat())
        await record_by(by, act, about_kind="scheme", about=scheme, detail=detail, now=now)


async def tell_scheme(scheme: int, sketch: SchemeSketch, *, closed_on: date | None, school: int | None) -> None:
    """Say it otherwise and until when it takes cohorts, in one act. Raises Invalid, NotFound.

    It opens no later than the year when its first cohort entered.
    """
    sketch = _trimmed(sketch)
    refuse_scheme(sketch)
    async with transaction():
        known = await lock_scheme(scheme, school=school)
        if closed_on is not None and closed_on == known.closed_on and closed_on < sketch.opens_on:
            raise Invalid({"opens_on": "Ouverture : elle vient après la fermeture du dispositif."})
        first = await value(FIRST_ENTRY, scheme)
        if first is not None and first < sketch.opens_on.year:
            entered = f"une cohorte entre à la rentrée {first}"
            raise Invalid({"opens_on": f"Ouverture : {entered}. Choisissez un jour de {first} ou d'avant."})
        if sketch.title != known.title:
            await _refuse_namesake(sketch.title, school=known.school, but=scheme)
        await _refuse_host(sketch.bts_school)
        await Scheme.update(**asdict(sketch), closed_on=None).where(Scheme.id == scheme)
        await _close(known, opens_on=sketch.opens_on, on=closed_on)


async def _close(known: LockedScheme, *, opens_on: date, on: date | None) -> None:
    """Its cohorts go on after it is closed: what they do then does not reopen the question of the same day."""
    if on is not None:
        if not opens_on <= on <= date(2100, 12, 31):
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


def _trimmed(sketch: SchemeSketch) -> SchemeSketch:
    return replace(
        sketch,
        title=" ".join(sketch.title.split()),
        field=sketch.field.strip(),
        bts_title=sketch.bts_title.strip(),
        agreement_ref=sketch.agreement_ref.strip(),
    )
