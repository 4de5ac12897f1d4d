"""Say what the programme must reach, by when and in which unit, with a note of the coordination; or take it back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from piccolo.query import Select

from workshops.database import row, rows, transaction, value
from workshops.events.record import record
from workshops.programmes.metrics import other_units
from workshops.programmes.tables import Declared, Target
from workshops.refusals import Invalid, NotFound, or_not_found
from workshops.typed_text.pupil_names import says_who

SET = """
INSERT INTO targets (programme, metric, label, unit, target, note, from_on, to_on, declared, official)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
        NOT EXISTS (SELECT FROM targets t WHERE t.official AND t.programme || '/' || t.metric = ANY($10)))
ON CONFLICT (programme, metric) DO UPDATE SET
  label = excluded.label, unit = excluded.unit, target = excluded.target, note = excluded.note,
  from_on = excluded.from_on, to_on = excluded.to_on
RETURNING id
"""
# It stands in addresses.
_METRIC = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
FIRST_YEAR, LAST_YEAR = 2000, 2100
PROGRAMMES = ("technilab", "ptech", "bts1")
BEFORE = "SELECT label, unit, target, note, from_on, to_on FROM targets WHERE programme = $1 AND metric = $2 FOR UPDATE"
NOTE_MOST = 500
LOCKED = "SELECT id FROM targets WHERE programme = $1 AND metric = ANY($2) ORDER BY id FOR NO KEY UPDATE"
# What the journal calls each, where it changes.
CHANGES = {
    "label": "intitulé",
    "target": "objectif",
    "unit": "unité",
    "from_on": "premier jour",
    "to_on": "dernier jour",
}
CHOOSE = "UPDATE targets SET official = (metric = $3) WHERE programme = $1 AND metric = ANY($2)"


async def set_target(
    *,
    programme: str,
    metric: str,
    label: str,
    unit: str,
    target: int,
    note: str = "",
    from_on: date,
    to_on: date,
    declared: bool = False,
    by: int | None,
    now: datetime,
) -> int:
    """A target with its dates, and a note that stands beside every figure of it, marked as the coordination's.

    Its counting rule is not typed: the code that counts it says it. `declared`: its figure is typed by hand (see
    declare). Set again for the same programme and metric, it is replaced, and counted as before; the journal says what
    it was and what it is. Of two units of one thing, the first one set is the official one. Returns its number. Raises
    Invalid.
    """
    texts = (("metric", metric, 40), ("label", label, 120), ("unit", unit, 40))
    errors = {
        field: f"Écrivez de 1 à {most} caractères." for field, text, most in texts if not 1 <= len(text.strip()) <= most
    }
    note = note.strip()
    if wrong := _wrong(note):
        errors["note"] = wrong
    if metric.strip() and not _METRIC.fullmatch(metric):
        errors["metric"] = "Le nom d'un objectif s'écrit en minuscules sans accent, chiffres et tirets."
    if programme not in PROGRAMMES:
        errors["programme"] = "Choisissez TECHNILAB, P-TECH ou BTS+1."
    if not 1 <= target <= 1_000_000:
        errors["target"] = "L'objectif est un nombre entre 1 et 1 000 000."
    for field, day in (("from_on", from_on), ("to_on", to_on)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            errors[field] = f"Choisissez une année entre {FIRST_YEAR} et {LAST_YEAR}."
    if to_on <= from_on:
        errors["to_on"] = "La fin vient avant le début."
    if errors:
        raise Invalid(errors)
    label, unit = label.strip(), unit.strip()
    others = [f"{programme}/{other}" for other in other_units(programme, metric)]
    async with transaction():
        before = await row(BEFORE, programme, metric)
        kept = int(
            await value(SET, programme, metric, label, unit, target, note, from_on, to_on, declared, others),
        )
        if before is None:
            detail, words = f"{label} : {target}, du {from_on.isoformat()} au {to_on.isoformat()}", note
        else:
            after = {"label": label, "unit": unit, "target": target, "from_on": from_on, "to_on": to_on}
            detail = " ; ".join(_changes(before, after))
            words = f"note : {_said(before['note'])} -> {_said(note)}" if before["note"] != note else ""
            if not detail and not words:
                return kept
            detail = f"{label} : {detail}" if detail else label
        if by is not None:
            await record("target_changed", by=by, about_kind="target", about=kept, detail=detail, words=words, now=now)
        return kept


def _wrong(note: str) -> str | None:
    if len(note) > NOTE_MOST:
        return f"Note : {NOTE_MOST} caractères au plus."
    return says_who("Note", note, instead="Écrivez-la sans nom.")


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name, what in CHANGES.items():
        if before[name] != after[name]:
            yield f"{what} {before[name]} -> {after[name]}"


def _said(note: str) -> str:
    return f"« {note} »" if note else "aucune"


def _named(programme: str, metric: str) -> Select[Any]:
    return Target.select(Target.id, Target.label).where(Target.programme == programme, Target.metric == metric)


async def withdraw_target(programme: str, metric: str, *, by: int, now: datetime) -> None:
    """It leaves the board and the public page, with the figures typed for it.

    Raises NotFound for a target that the application counts.
    """
    async with transaction():
        known = or_not_found(
            await _named(programme, metric).where(Target.declared.eq(True)).lock_rows("UPDATE").first()
        )
        gone = await Declared.delete().where(Declared.target == known["id"]).returning(Declared.id)
        await Target.delete().where(Target.id == known["id"])
        s = "s" if len(gone) > 1 else ""
        detail = known["label"] + (f", avec {len(gone)} chiffre{s} saisi{s}" if gone else "")
        await record("target_dropped", by=by, about_kind="target", about=known["id"], detail=detail, now=now)


async def choose_official_unit(programme: str, metric: str, *, by: int, now: datetime) -> None:
    """Of two ways to count the same people, the one that the programme answers for; the other stays beside it.

    Raises NotFound when it has no other unit, or is not set.
    """
    units = [metric, *other_units(programme, metric)]
    async with transaction():
        chosen = await _named(programme, metric).first()
        if len(units) == 1 or chosen is None:
            raise NotFound()
        await rows(LOCKED, programme, units)
        await rows(CHOOSE, programme, units, metric)
        label = chosen["label"]
        await record("unit_chosen", by=by, about_kind="target", about=chosen["id"], detail=label, now=now)
