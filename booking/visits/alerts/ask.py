"""Asking to be told when a slot suits, and taking it back."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime

from booking.visits.alerts.queries import alerts_of
from booking.visits.alerts.rules import ALERTS_MOST, AlertSearch, TooManyAlerts
from booking.visits.alerts.tables import Alert
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.offer.suit import suits
from workshops.refusals import NotFound

# Her alerts are counted one demand after the other.
LOCK = "SELECT school FROM memberships WHERE id = $1 FOR NO KEY UPDATE"
KEEP = f"""
WITH asked AS (
  SELECT $5::int AS "group", $6::varchar AS level, $7::smallint AS pupils, $8::smallint AS km, $9::date AS from_on,
    $10::date AS to_on, $11::varchar AS away, $12::varchar AS department, $13::varchar AS lycee,
    $14::int AS tech_object, $15::bool AS companies
)
INSERT INTO alerts (membership, "group", level, pupils, km, from_on, to_on, away, department, lycee, tech_object,
  companies, asked_at, ends_at, known, slots)
SELECT $2, a.*, $1, $4, ARRAY(
  SELECT s.id FROM slots s JOIN schools h ON h.id = s.school WHERE {suits("a", "c")} ORDER BY s.id), '{{}}'
FROM asked a JOIN schools c ON c.id = $3 RETURNING id"""  # noqa: S608 - constants only


async def ask(wish: AlertSearch, *, membership: int, by: int, now: datetime) -> int:
    """She is told by one mail when a slot suits that does not today; returns the alert's number.

    The same search is kept once. Raises TooManyAlerts.
    """
    async with transaction():
        college = await value(LOCK, membership)
        own = await alerts_of(membership, now=now)
        if same := next((one.id for one in own if one.wish == wish), None):
            return same
        if len(own) >= ALERTS_MOST:
            raise TooManyAlerts()
        kept: int = await value(KEEP, now, membership, college, wish.ends_at(now), *astuple(wish))
        await record("alert_asked", by=by, about_kind="alert", about=kept, now=now)
        return kept


async def withdraw(alert: int, *, membership: int, by: int, now: datetime) -> None:
    """She is not told any more. Raises NotFound, also when she has been told already."""
    async with transaction():
        own = Alert.delete().where(Alert.id == alert, Alert.membership == membership)
        if not await own.where(Alert.met_at.is_null()).returning(Alert.id):
            raise NotFound()
        await record("alert_withdrawn", by=by, about_kind="alert", about=alert, now=now)
