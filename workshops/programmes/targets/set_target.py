"""Say what the programme must reach, by when and in which unit, with a note of the coordination; or take it back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta
from piccolo.query import Select

from workshops.acts import Act, typed
from workshops.acts.plain_words import unaccented
from workshops.acts.pupil_names import says_who
from workshops.database import row, rows, transaction, value
from workshops.events.record import record
from workshops.programmes.targets.metrics import METRICS, other_units
from workshops.programmes.targets.queries import targets
from workshops.programmes.targets.rules import Programme
from workshops.programmes.targets.tables import Declared, Target
from workshops.refusals import Invalid, NotFound, or_not_found

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
_METRIC = re.compile(r"(?=.{1,40}$)[a-z0-9]+(?:[-_][a-z0-9]+)*")
BEFORE = "SELECT label, unit, target, note, from_on, to_on FROM targets WHERE programme = $1 AND metric = $2 FOR UPDATE"
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


class SetTarget(Act, frozen=True, kw_only=True):
    """What a scheme must reach between two days, both included, and a coordinator's note beside it.

    How it is counted is not told: the code that counts it says it.
    """

    label: Annotated[str, typed("Intitulé", "What is counted, in words.", most=120, least=1)]
    target: Annotated[int, Meta(ge=1, le=1_000_000, description="The figure to reach.", extra={"label": "Objectif"})]
    unit: Annotated[str, typed("Unité", "What the figure is a number of.", most=40, least=1)]
    from_on: Annotated[date, Meta(description="The first day counted.", extra={"label": "Premier jour compté"})]
    to_on: Annotated[date, Meta(description="The last day counted.", extra={"label": "Dernier jour compté"})]
    note: Annotated[
        str,
        typed(
            "Note de la coordination",
            "What the coordination says of it beside every figure; no person's name.",
            most=500,
            lines=True,
        ),
    ] = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.to_on <= self.from_on:
            raise Invalid({"to_on": "La fin vient avant le début."})


class AddTarget(SetTarget, frozen=True, kw_only=True):
    """A target that the programme does not count itself: its figures are typed."""

    programme: Annotated[Programme, Meta(description="Of which scheme.", extra={"label": "Dispositif"})]


async def add_target(asked: AddTarget, *, by: int, now: datetime) -> int:
    """A target of the coordination's own, named in addresses by its words; its figures are typed (see declare).

    Returns its number. Raises Invalid, also for words that another one has.
    """
    metric = _address_of(asked.label)
    taken = {one.key for one in METRICS} | {(one.programme, one.metric) for one in await targets()}
    if (asked.programme, metric) in taken:
        raise Invalid({"label": "Un objectif porte déjà cet intitulé : changez-le, ou donnez un autre nom."})
    return await set_target(asked, programme=asked.programme, metric=metric, declared=True, by=by, now=now)


def _address_of(label: str) -> str:
    """A target's name in addresses: « Stages en entreprise » is stages-en-entreprise."""
    words = "".join(one if one.isalnum() else " " for one in unaccented(label)).split()
    return "-".join(words)[:40].strip("-") or "autre"


async def set_target(
    asked: SetTarget, *, programme: str, metric: str, declared: bool = False, by: int | None, now: datetime
) -> int:
    """A target with its dates, and a note that stands beside every figure of it, marked as the coordination's.

    `declared`: its figure is typed by hand (see declare). Set again for the same programme and metric, it is replaced,
    and counted as before; the journal says what it was and what it is. Of two units of one thing, the first one set is
    the official one. Returns its number. Raises Invalid.
    """
    errors = {}
    if wrong := says_who("Note", asked.note, instead="Écrivez-la sans nom."):
        errors["note"] = wrong
    if not _METRIC.fullmatch(metric):
        errors["metric"] = "Le nom d'un objectif : 1 à 40 minuscules sans accent, chiffres et tirets."
    if programme not in set(Programme):
        errors["programme"] = "Choisissez TECHNILAB, P-TECH ou BTS+1."
    if errors:
        raise Invalid(errors)
    label, target, note = asked.label, asked.target, asked.note
    others = [f"{programme}/{other}" for other in other_units(programme, metric)]
    async with transaction():
        before = await row(BEFORE, programme, metric)
        told = (label, asked.unit, target, note, asked.from_on, asked.to_on, declared, others)
        kept = int(await value(SET, programme, metric, *told))
        if before is None:
            detail, words = f"{label} : {target}, du {asked.from_on.isoformat()} au {asked.to_on.isoformat()}", note
        else:
            detail = " ; ".join(_changes(before, asked))
            words = f"note : {_said(before['note'])} -> {_said(note)}" if before["note"] != note else ""
            if not detail and not words:
                return kept
            detail = f"{label} : {detail}" if detail else label
        if by is not None:
            await record("target_changed", by=by, about_kind="target", about=kept, detail=detail, words=words, now=now)
        return kept


def _changes(before: Mapping[str, Any], after: SetTarget) -> Iterator[str]:
    for name, what in CHANGES.items():
        if before[name] != getattr(after, name):
            yield f"{what} {before[name]} -> {getattr(after, name)}"


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
