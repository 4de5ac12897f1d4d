"""The badges of visits that nobody has needed one of before: issued as their list, their desk or a number is asked."""

from __future__ import annotations

from collections.abc import Collection

from booking.day.badges.queries import IssuedBadge, badges_of
from booking.day.badges.rules import BADGED
from booking.visits.badge_codes.issue import add_missing
from workshops.database import Rows, rows

LACKING_AT = """SELECT r.id FROM reservations r JOIN slots s ON s.id = r.slot AND s.school = $3
WHERE r.slot = $1 AND r.state = ANY ($2::text[]) AND NOT EXISTS (SELECT FROM badges b WHERE b.reservation = r.id)
ORDER BY r.id"""
LACKING = """SELECT r.id FROM reservations r JOIN slots s ON s.id = r.slot AND ($3::int IS NULL OR s.school = $3)
WHERE r.id = ANY ($1::int[]) AND r.state = ANY ($2::text[])
  AND NOT EXISTS (SELECT FROM badges b WHERE b.reservation = r.id) ORDER BY r.id"""


async def issue_at(slot: int, *, school: int, secret_key: str) -> None:
    """Every group that a lycée expects at a slot has its badges from now on, on whatever its desk reads next.

    Each visit is a transaction of its own, on the primary: it is done before the roster is read.
    """
    await _issue(await rows(LACKING_AT, slot, BADGED, school), secret_key)


async def issue_of(visits: Collection[int], *, secret_key: str, school: int | None = None) -> None:
    """The same for visits by their numbers, only those that this lycée expects where one asks."""
    await _issue(await rows(LACKING, list(visits), BADGED, school), secret_key)


async def list_badges(visit: int, *, first_names: bool, secret_key: str) -> list[IssuedBadge]:
    """The good badges of a visit, as its pages list them; `first_names` is for the collège's own."""
    await issue_of([visit], secret_key=secret_key)
    return [badge for badge in await badges_of(visit, first_names=first_names) if not badge.revoked]


async def _issue(lacking: Rows, secret_key: str) -> None:
    for visit in lacking:
        await add_missing(visit["id"], among=BADGED, secret_key=secret_key)
