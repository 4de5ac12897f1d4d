"""Say what the programme must reach, by when, and how it is counted."""

from __future__ import annotations

import re
from datetime import date, datetime

from workshops.database import transaction, value
from workshops.events.record import record_by
from workshops.programmes.metrics import other_units
from workshops.refusals import Invalid

SET = """
INSERT INTO targets (programme, metric, label, unit, target, rule, from_on, to_on, declared, official)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
        NOT EXISTS (SELECT FROM targets t WHERE t.official AND t.programme || '/' || t.metric = ANY($10)))
ON CONFLICT (programme, metric) DO UPDATE SET
  label = excluded.label, unit = excluded.unit, target = excluded.target, rule = excluded.rule,
  from_on = excluded.from_on, to_on = excluded.to_on
RETURNING id
"""
# It stands in addresses.
_METRIC = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
FIRST_YEAR, LAST_YEAR = 2000, 2100
PROGRAMMES = ("technilab", "ptech", "bts1")


async def set_target(
    *,
    programme: str,
    metric: str,
    label: str,
    unit: str,
    target: int,
    rule: str,
    from_on: date,
    to_on: date,
    declared: bool = False,
    by: int | None,
    now: datetime,
) -> int:
    """A target with its dates and its counting rule, which stands beside every figure; returns its number.

    `declared`: its figure is typed by hand (see declare). Set again for the same programme and metric, it is replaced,
    and counted as before. Of two units of one thing, the first one set is the official one. Raises Invalid.
    """
    texts = (("metric", metric, 40), ("label", label, 120), ("unit", unit, 40), ("rule", rule, 500))
    errors = {
        field: f"Écrivez de 1 à {most} caractères." for field, text, most in texts if not 1 <= len(text.strip()) <= most
    }
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
    async with transaction():
        kept = int(
            await value(
                SET,
                programme,
                metric,
                label.strip(),
                unit.strip(),
                target,
                rule.strip(),
                from_on,
                to_on,
                declared,
                [f"{programme}/{other}" for other in other_units(programme, metric)],
            )
        )
        detail = f"{label} : {target}, du {from_on.isoformat()} au {to_on.isoformat()}"
        await record_by(by, "target_changed", about_kind="target", about=kept, detail=detail, now=now)
        return kept
