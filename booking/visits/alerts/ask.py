"""Asking to be told when a slot suits, and taking it back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from booking.visits.alerts.queries import alerts_of
from booking.visits.alerts.rules import ALERTS_MOST, KEPT, TooManyAlerts, ends_at, kept_of
from booking.visits.alerts.tables import Alert
from workshops.acts import Act, a_number, chosen, labelled
from workshops.database import transaction, value
from workshops.events.record import record
from workshops.offer.rules import FIELDS, MINE, Search
from workshops.offer.suit import suits
from workshops.refusals import Invalid, NotFound
from workshops.schools.rules import Level, is_uai
from workshops.typed_text.plain_words import A_LINE

# Her alerts are counted one demand after the other.
LOCK = "SELECT school FROM memberships WHERE id = $1 FOR NO KEY UPDATE"
KEEP = f"""
WITH asked AS (
  SELECT $5::int AS "group", $6::varchar AS level, $7::smallint AS pupils, $8::float8::smallint AS km,
    $9::date AS from_on, $10::date AS to_on,
    CASE WHEN $12::int IS NULL THEN coalesce($11::varchar, '') ELSE '{MINE}' END AS away,
    coalesce($13::varchar, '') AS department, coalesce($14::varchar, '') AS lycee, $15::int AS tech_object,
    $16::int IS NOT NULL AS companies
)
INSERT INTO alerts (membership, "group", level, pupils, km, from_on, to_on, away, department, lycee, tech_object,
  companies, asked_at, ends_at, known, slots)
SELECT $2, a.*, $1, $4, ARRAY(
  SELECT s.id FROM slots s JOIN schools h ON h.id = s.school WHERE {suits("a", "c")} ORDER BY s.id), '{{}}'
FROM asked a JOIN schools c ON c.id = $3 RETURNING id"""  # noqa: S608 - constants only


class AskAlert(Act, frozen=True, kw_only=True):
    """A search, as /creneaux makes one."""

    level: Annotated[Level, FIELDS["level"].bounds]
    pupils: Annotated[int, FIELDS["pupils"].bounds]
    group: Annotated[int, chosen("Groupe", "A group of the teacher's collège.")] | None = msgspec.field(
        name="group_id", default=None
    )
    distance_most: Annotated[int, a_number("Distance", "At most so many kilometres away.", 1, 200)] | None = None
    from_on: Annotated[date, FIELDS["from_on"].bounds] | None = None
    to_on: Annotated[date, FIELDS["to_on"].bounds] | None = None
    department: Annotated[str, FIELDS["department"].bounds, Meta(pattern=A_LINE)] = ""
    lycee: Annotated[str, FIELDS["school"].bounds, Meta(pattern=A_LINE)] = ""
    tech_object: Annotated[int, chosen("Objet", "An object that is built.")] | None = msgspec.field(
        name="object_id", default=None
    )
    out_of_holidays: Annotated[bool, labelled("Hors vacances", "Without the days off of the collège.")] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.lycee and not is_uai(self.lycee):
            raise Invalid({"lycee": "Lycée : son UAI."})

    def search(self, college: int) -> Search:
        """The search that a teacher of a collège asks for."""
        return Search(
            level=self.level,
            pupils=self.pupils,
            km=None if self.distance_most is None else float(self.distance_most),
            from_on=self.from_on,
            to_on=self.to_on,
            college=college if self.out_of_holidays else None,
            department=self.department or None,
            school=self.lycee or None,
            tech_object=self.tech_object,
        )


async def ask(search: Search, *, group: int | None = None, membership: int, by: int, now: datetime) -> int:
    """She is told by one mail when a slot suits that does not today; returns the alert's number.

    The same search is kept once. Raises TooManyAlerts.
    """
    kept = kept_of(search)
    wishes = [getattr(kept, name) for name in KEPT]
    async with transaction():
        college = await value(LOCK, membership)
        own = await alerts_of(membership, now=now)
        if same := next((alert.id for alert in own if (alert.search, alert.group) == (kept, group)), None):
            return same
        if len(own) >= ALERTS_MOST:
            raise TooManyAlerts()
        number: int = await value(KEEP, now, membership, college, ends_at(kept, now), group, *wishes)
        await record("alert_asked", by=by, about_kind="alert", about=number, now=now)
        return number


async def withdraw(alert: int, *, membership: int, by: int, now: datetime) -> None:
    """She is not told any more. Raises NotFound, also when she has been told already."""
    async with transaction():
        own = Alert.delete().where(Alert.id == alert, Alert.membership == membership)
        if not await own.where(Alert.met_at.is_null()).returning(Alert.id):
            raise NotFound()
        await record("alert_withdrawn", by=by, about_kind="alert", about=alert, now=now)
