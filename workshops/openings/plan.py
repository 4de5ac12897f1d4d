"""Saying when a period opens, at another hour, or that it opens at once; then the end of its drawn hour: no more
demands, the draw, first come, first served."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Any

from asyncpg.exceptions import ExclusionViolationError
from msgspec import Meta, Struct
from piccolo.columns import Column

from workshops.acts import Act
from workshops.database import row, rows, savepoint, transaction
from workshops.database.row_types import rows_as
from workshops.events.record import record, recorded_of
from workshops.openings.rules import DRAWN_AFTER, PERIOD_MOST, refuse_begun, wrong_hour
from workshops.openings.tables import Opening
from workshops.refusals import Invalid, or_not_found

LOCK = "SELECT first_on, opens_at, draws_at FROM openings WHERE id = $1 FOR UPDATE"


OpensAt = Annotated[
    datetime,
    Meta(
        tz=True,
        description="The minute from which the slots may be reserved.",
        extra={"label": "Ouverture", "form": {"opens_at": "Jour d'ouverture", "opens_time": "Heure d'ouverture"}},
    ),
]


class PlanOpening(Act, frozen=True, kw_only=True):
    """The days of a period, both included, a year at most, and the minute from which their slots may be reserved.

    `drawn`: the demands of the first hour are drawn, one of a collège that never came with `first_weight`.
    """

    first_on: Annotated[date, Meta(description="The first day.", extra={"label": "Premier jour de la période"})]
    last_on: Annotated[date, Meta(description="The last day.", extra={"label": "Dernier jour de la période"})]
    opens_at: OpensAt
    drawn: Annotated[
        bool,
        Meta(
            description="Whether the demands of the first hour are drawn.",
            extra={"label": "Tirer au sort les demandes de la première heure"},
        ),
    ] = False
    first_weight: Annotated[
        int,
        Meta(
            ge=1,
            le=3,
            description="The weight in a draw of a collège that never came.",
            extra={"label": "Poids d'un collège qui n'est encore jamais venu"},
        ),
    ] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.last_on < self.first_on:
            raise Invalid({"last_on": "Dernier jour : il vient avant le premier."})
        if self.last_on - self.first_on >= PERIOD_MOST:
            raise Invalid({"last_on": "Dernier jour : une période dure un an au plus."})


class PutOffOpening(Act, frozen=True, kw_only=True):
    """Another minute, sooner or later."""

    opens_at: OpensAt


async def plan(asked: PlanOpening, *, seed: bytes, by: int, now: datetime) -> int:
    """The slots of these days are seen, and may be reserved from that minute on; returns the opening's number.

    What is reserved in them already stays. Where it is `drawn`, the demands of the first hour are drawn by the `seed`.
    Raises Invalid, also for a day that another opening holds.
    """
    if told := wrong_hour(asked.opens_at, asked.first_on, now):
        raise Invalid({"opens_at": told})
    fresh = Opening(
        first_on=asked.first_on,
        last_on=asked.last_on,
        opens_at=asked.opens_at,
        created_at=now,
        draws_at=asked.opens_at + DRAWN_AFTER if asked.drawn else None,
        seed=seed if asked.drawn else None,
        first_weight=asked.first_weight,
    )
    async with transaction():
        try:
            async with savepoint():
                (made,) = await Opening.insert(fresh).returning(Opening.id)
        except ExclusionViolationError:
            told = "Période : l'un de ces jours est déjà d'une autre ouverture. Changez les dates, ou retirez l'autre."
            raise Invalid({"first_on": told}) from None
        await record("opening_planned", by=by, about_kind="opening", about=made["id"], now=now)
        return int(made["id"])


async def put_off(opening: int, asked: PutOffOpening, *, by: int, now: datetime) -> None:
    """It opens at another minute, sooner or later. Raises NotFound, OpeningBegun, Invalid."""
    async with transaction():
        stands = or_not_found(await row(LOCK, opening))
        refuse_begun(stands["opens_at"], now=now)
        if told := wrong_hour(asked.opens_at, stands["first_on"], now):
            raise Invalid({"opens_at": told})
        hours: dict[Column | str, Any] = {Opening.opens_at: asked.opens_at}
        if stands["draws_at"] is not None:
            hours[Opening.draws_at] = asked.opens_at + DRAWN_AFTER
        await Opening.update(hours).where(Opening.id == opening)
        await record("opening_put_off", by=by, about_kind="opening", about=opening, now=now)


async def withdraw(opening: int, *, by: int, now: datetime) -> None:
    """Its slots may be reserved at once. Raises NotFound, OpeningBegun."""
    async with transaction():
        stands = or_not_found(await row(LOCK, opening))
        refuse_begun(stands["opens_at"], now=now)
        await Opening.delete().where(Opening.id == opening)
        await record("opening_withdrawn", by=by, about_kind="opening", about=opening, now=now)


DUE = """SELECT id, coalesce(draws_at, opens_at) AS draws_at, ranked_at FROM openings
WHERE draws_at <= $1 AND drawn_at IS NULL ORDER BY draws_at, id"""


class DrawDue(Struct, frozen=True):
    """An opening whose hour of demands is over; `ranked_at` is when they were ranked, None before."""

    id: int
    draws_at: datetime
    ranked_at: datetime | None


async def draws_due(*, now: datetime) -> list[DrawDue]:
    """The draws to hold, or to go on with."""
    return await rows_as(DrawDue, DUE, now)


async def end_entries(opening: int, *, now: datetime) -> bool:
    """From now on no demand enters the draw; in the caller's transaction. False when another worker has ended them."""
    # Whoever is entering a demand holds the opening's row a moment: the last of them are waited for.
    ending = Opening.update({Opening.frozen_at: now}).where(Opening.id == opening, Opening.frozen_at.is_null())
    return bool(await ending.returning(Opening.id))


async def file_of(opening: int, content: bytes) -> None:
    """All that decides the draw, whose digest is public from now on; in the caller's transaction."""
    frozen: dict[Column | str, Any] = {Opening.file: content, Opening.file_digest: hashlib.sha256(content).digest()}
    await Opening.update(frozen).where(Opening.id == opening)


async def publish_seed(opening: int, *, now: datetime) -> tuple[bytes, bytes] | None:
    """The seed of a frozen draw is public; in the caller's transaction.

    Returns the seed and the file, None when another worker has published it.
    """
    publishing = Opening.update({Opening.ranked_at: now}).where(Opening.id == opening, Opening.ranked_at.is_null())
    found = await publishing.returning(Opening.seed, Opening.file)
    return (bytes(found[0]["seed"]), bytes(found[0]["file"])) if found else None


async def tell_places_left(opening: int, left: bytes) -> None:
    """What a draw leaves of each slot is public, as JSON; in the caller's transaction."""
    await Opening.update({Opening.places_left: left}).where(Opening.id == opening)


async def finish_draw(opening: int, *, left_until: datetime | None, now: datetime) -> bool:
    """Every demand has its answer: what is left is of those who got nothing until then, afterwards first come, first
    served. In the caller's transaction."""
    hours: dict[Column | str, Any] = {Opening.drawn_at: now, Opening.left_until: left_until}
    finishing = Opening.update(hours).where(Opening.id == opening, Opening.drawn_at.is_null())
    if not await finishing.returning(Opening.id):
        return False
    await record("opening_drawn", by=None, about_kind="opening", about=opening, now=now)
    return True


async def forget_files(*, held_before: datetime) -> list[int]:
    """The files of the draws that were over then are erased, their digests stay; in the caller's transaction.

    Returns the openings.
    """
    erasing = Opening.update({Opening.file: None}).where(Opening.drawn_at < held_before, Opening.file.is_not_null())
    return [erased["id"] for erased in await erasing.returning(Opening.id)]


SAY_OPEN = f"""
WITH opened AS (SELECT $1::int AS id), {
    recorded_of("opening", "opened", entry=False, again="ON CONFLICT DO NOTHING", at="$2", act="'opening_opens'")
}
SELECT id FROM event"""  # noqa: S608 - constants only


async def say_open(opening: int, *, now: datetime) -> None:
    """Whoever comes may have the slots of its period; said once, whoever sees it first."""
    await rows(SAY_OPEN, opening, now)


def entering(openings: str) -> str:
    """Of these `openings`, an array, those that demands may still enter: rows that hold up the end of their hours until
    then."""
    return f"""SELECT id, first_weight FROM openings WHERE id = ANY ({openings}) AND frozen_at IS NULL
    ORDER BY id FOR SHARE"""  # noqa: S608 - the acts' own words
