"""Open a P-TECH scheme, correct it, close it to new cohorts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from workshops.database import rows, transaction, value
from workshops.ptech.lock import lock_scheme
from workshops.ptech.rules import SchemeSketch, refuse_scheme
from workshops.refusals import Invalid, NotFound

IS_LYCEE = "SELECT 1 FROM schools WHERE id = $1 AND kind = 'lycee'"
OPEN = """
INSERT INTO ptech_schemes (school, title, field, bts_school, bts_title, agreement_on, agreement_ref, opens_on, example)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
"""
CHANGE = """
UPDATE ptech_schemes SET title = $2, field = $3, bts_school = $4, bts_title = $5, agreement_on = $6,
  agreement_ref = $7, opens_on = $8 WHERE id = $1
"""
CLOSE = "UPDATE ptech_schemes SET closed_on = $2 WHERE id = $1"


async def open_scheme(sketch: SchemeSketch, *, school: int, example: bool = False) -> int:
    """A lycée begins a P-TECH scheme, or prepares one; returns its number. Raises Invalid, NotFound."""
    sketch = _trimmed(sketch)
    refuse_scheme(sketch)
    async with transaction():
        if await value(IS_LYCEE, school) is None:
            raise NotFound
        await _refuse_host(sketch.bts_school)
        return int(await value(OPEN, school, *_told(sketch), example))


async def change_scheme(scheme: int, sketch: SchemeSketch, *, school: int | None) -> None:
    """Say it otherwise. Raises Invalid, NotFound."""
    sketch = _trimmed(sketch)
    refuse_scheme(sketch)
    async with transaction():
        known = await lock_scheme(scheme, school=school)
        if known.closed_on is not None and known.closed_on < sketch.opens_on:
            raise Invalid({"opens_on": "Ouverture : elle vient après la fermeture du dispositif."})
        await _refuse_host(sketch.bts_school)
        await rows(CHANGE, scheme, *_told(sketch))


async def close_scheme(scheme: int, *, on: date | None, school: int | None) -> None:
    """It takes no new cohort after this day; None opens it again. Raises Invalid, NotFound."""
    async with transaction():
        known = await lock_scheme(scheme, school=school)
        if on is not None and not known.opens_on <= on <= date(2100, 12, 31):
            raise Invalid({"closed_on": "Fermeture : choisissez un jour après l'ouverture."})
        await rows(CLOSE, scheme, on)


async def _refuse_host(bts_school: int | None) -> None:
    if bts_school is not None and await value(IS_LYCEE, bts_school) is None:
        raise Invalid({"bts_school": "Lycée du BTS : choisissez un lycée de la liste."})


def _trimmed(sketch: SchemeSketch) -> SchemeSketch:
    return replace(
        sketch,
        title=" ".join(sketch.title.split()),
        field=sketch.field.strip(),
        bts_title=sketch.bts_title.strip(),
        agreement_ref=sketch.agreement_ref.strip(),
    )


def _told(sketch: SchemeSketch) -> tuple[object, ...]:
    return (
        sketch.title,
        sketch.field,
        sketch.bts_school,
        sketch.bts_title,
        sketch.agreement_on,
        sketch.agreement_ref,
        sketch.opens_on,
    )
