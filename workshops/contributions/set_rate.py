"""The coordination says what an hour is worth in a school year, and what the programme's money stands at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from workshops.acts import Act, a_number, labelled, typed
from workshops.closed_years.correct import recording
from workshops.contributions.rules import FUNDING_KINDS, GIVERS, RATE_MOST, SUM_MOST, FundingKind, Giver
from workshops.contributions.tables import FundingSum
from workshops.database import rows, transaction
from workshops.events.record import record
from workshops.refusals import Invalid
from workshops.school_calendar.rules import paris_day, school_year_of, year_words

SET = """INSERT INTO hourly_rates (school_year, giver, cents, source, example) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (school_year, giver) DO UPDATE
SET cents = excluded.cents, source = excluded.source, example = excluded.example"""
# The rates that a year had from one before it become its own.
KEEP = """
INSERT INTO hourly_rates (school_year, giver, cents, source, example)
SELECT DISTINCT ON (giver) $1::int, giver, cents, source, example FROM hourly_rates WHERE school_year <= $1::int
ORDER BY giver, school_year DESC ON CONFLICT (school_year, giver) DO NOTHING
"""


class SetRate(Act, frozen=True, kw_only=True):
    """What an hour is worth, and who says so."""

    euros: Annotated[
        float,
        Meta(
            ge=0,
            le=RATE_MOST,
            description="Euros an hour, to the cent.",
            extra={
                "label": "Taux horaire, en euros",
                "sentence": f"Taux horaire : écrivez un montant de 0 à {RATE_MOST} euros.",
            },
        ),
    ]
    source: Annotated[str, typed("Source", "Which text or body gives it; no person's name.", most=200, least=1)]


class RecordSum(Act, frozen=True, kw_only=True):
    """What a sum of the programme's money stood at on a day, and who says so."""

    kind: Annotated[FundingKind, labelled("Somme", "Which of the three.", words=FUNDING_KINDS)]
    euros: Annotated[
        int,
        a_number(
            "Montant, en euros",
            "Whole euros.",
            0,
            SUM_MOST,
            sentence="Montant : écrivez un nombre entier d'euros, de 0 à un milliard, sans centimes.",
        ),
    ]
    counted_on: Annotated[date, labelled("À la date du", "The day that it stands for.")]
    source: Annotated[
        str, typed("Source", "Which body says so, in which document; no person's name.", most=200, least=1)
    ]


async def set_rate(
    year: int, giver: Giver, asked: SetRate, *, by: int | None, example: bool = False, now: datetime
) -> None:
    """An hour of this giver is worth so much in a school year (2026 is 2026-2027) and in those after it that have no
    rate of their own; in a closed year only with a reason.

    Raises Invalid for a year to come, YearFrozen.
    """
    if year > school_year_of(paris_day(now)):
        raise Invalid({"year": f"L'année {year_words(year)} n'a pas commencé."})
    cents = round(asked.euros * 100)
    worth = f"{cents / 100:.2f}".replace(".", ",")
    async with recording(by=by, school=None, now=now):
        await rows(SET, year, giver, cents, asked.source, example)
        words = f"{GIVERS[giver]} : {worth} euros de l'heure, d'après {asked.source}"
        await record("rate_set", by=by, about_kind="year", about=year, words=words, now=now)


async def keep_rates(year: int) -> None:
    """A year that closes keeps as its own the rates that it had from an earlier one; in the caller's transaction."""
    await rows(KEEP, year)


async def record_sum(asked: RecordSum, *, by: int | None, example: bool = False, now: datetime) -> int:
    """A sum is told; those told before stay beside it. Returns its number. Raises Invalid for a day to come."""
    if asked.counted_on > paris_day(now):
        raise Invalid({"counted_on": "Ce jour n'est pas encore passé."})
    async with transaction():
        told = FundingSum(
            kind=asked.kind,
            euros=asked.euros,
            counted_on=asked.counted_on,
            source=asked.source,
            example=example,
            recorded_at=now,
        )
        (kept,) = await FundingSum.insert(told).returning(FundingSum.id)
        number: int = kept["id"]
        amount = f"{asked.euros:,}".replace(",", "\u202f")
        when = f"au {asked.counted_on:%d/%m/%Y}, d'après {asked.source}"
        words = f"{FUNDING_KINDS[asked.kind]} : {amount} euros {when}"
        await record("sum_recorded", by=by, about_kind="funding", about=number, words=words, now=now)
        return number
