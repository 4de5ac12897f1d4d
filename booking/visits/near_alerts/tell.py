"""A company asks to be told when classes reserve near it, is told once a day at most, and stops it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from booking.visits.attendance.sessions import looks_for
from booking.visits.near_alerts.rules import PlaceUnknown, near_day_of
from booking.visits.near_alerts.tables import NearAlert
from workshops.acts import Act, a_number
from workshops.companies.queries import CompanyCard, known_places, place_of
from workshops.database import rows, transaction, value
from workshops.events.record import REMINDED, record
from workshops.refusals import NotFound
from workshops.schools.queries import AROUND, KILOMETRES

_THERE = f"""schools h
  JOIN slots sl ON sl.school = h.id AND sl.groups_taken > 0 AND {looks_for("{company}", since="$1", people="1")}
  WHERE h.kind = 'lycee' AND {AROUND.replace("{school}", "h")} AND {KILOMETRES.replace("{school}", "h")} <= {{km}}"""
_THERE_NOW = _THERE.format(company="$2::int", lat="$5::float8", lon="$6::float8", km="$4::int")
_THERE_FOR = _THERE.format(company="held.company", lat="held.lat", lon="held.lon", km="held.km")
ASK = f"""
INSERT INTO near_alerts AS had (company, asked_by, km, asked_at, known)
VALUES ($2::int, $3, $4::int, $1, ARRAY(SELECT sl.id FROM {_THERE_NOW}))
ON CONFLICT (company) DO UPDATE SET asked_by = excluded.asked_by, km = excluded.km, asked_at = excluded.asked_at,
  known = had.known || excluded.known
RETURNING id"""  # noqa: S608 - constants only
# One that has nobody left, or nobody whom mails reach, is told nothing: the coordination asked for none of it.
DUE = """SELECT n.id, c.commune, c.department FROM near_alerts n JOIN companies c ON c.id = n.company
WHERE n.looked_on IS DISTINCT FROM $1 AND EXISTS (SELECT FROM memberships m JOIN accounts p ON p.id = m.account
  WHERE m.company = n.company AND m.role = 'company' AND p.disabled_at IS NULL
    AND NOT EXISTS (SELECT FROM doubtful_addresses d WHERE d.email = p.email))"""
# $1 now, $2 the day as 20270111, $3 the day, $4 alerts, $5 and $6 where their companies are.
LOOK = f"""
WITH sent AS (
  SELECT id, lat::float8, lon::float8 FROM unnest($4::int[], $5::text[], $6::text[]) AS places (id, lat, lon)
), held AS MATERIALIZED (
  SELECT n.id, n.company, n.km, n.known, at.lat, at.lon
  FROM near_alerts n JOIN sent at ON at.id = n.id
  WHERE n.looked_on IS DISTINCT FROM $3 ORDER BY n.id FOR UPDATE OF n SKIP LOCKED
), looked AS (
  UPDATE near_alerts n SET looked_on = $3, slots = news.slots,
    known = ARRAY(SELECT s.id FROM slots s WHERE s.id = ANY (held.known) AND s.starts_at > $1) || news.slots
  FROM held CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT sl.id FROM {_THERE_FOR} AND sl.id <> ALL (held.known) ORDER BY sl.id) AS slots) news
  WHERE n.id = held.id RETURNING n.id, n.slots
), due AS (
  SELECT 'classes_near' AS act, 'near_alert' AS about_kind, id AS about, $2::int AS day FROM looked
  WHERE slots <> '{{}}'
), {REMINDED}
SELECT id FROM event
"""  # noqa: S608 - constants only


class AskNearAlert(Act, frozen=True, kw_only=True):
    """A company wants to be told when classes reserve near it."""

    km: Annotated[int, a_number("Distance", "At most so many kilometres away.", 1, 200)]


async def ask_near_alert(asked: AskNearAlert, *, company: CompanyCard, by: int, now: datetime) -> None:
    """A company is told from now on of the slots that classes reserve near it, or within another distance than before.
    Those of its list today are no news. Raises PlaceUnknown."""
    place = await place_of(company)
    if place is None:
        raise PlaceUnknown()
    async with transaction():
        kept = await value(ASK, now, company.id, by, asked.km, place.lat, place.lon)
        await record("near_alert_asked", by=by, about_kind="near_alert", about=kept, now=now)


async def stop_near_alert(alert: int, *, by: int | None, now: datetime) -> None:
    """The company is not told any more, said on its page or by the link of a mail. Raises NotFound."""
    async with transaction():
        if not await NearAlert.delete().where(NearAlert.id == alert).returning(NearAlert.id):
            raise NotFound()
        await record("near_alert_stopped", by=by, about_kind="near_alert", about=alert, now=now)


async def tell_companies(*, now: datetime) -> int:
    """Once a day, tell each company that asked which slots near it classes have reserved since; returns how many.

    The mail leaves out what the company can come to no more when it is written.
    """
    day = near_day_of(now)
    due = [] if day is None else await rows(DUE, day)
    places = [(one["id"], (await known_places()).place_of(one["commune"], one["department"])) for one in due]
    known = [(alert, str(place.lat), str(place.lon)) for alert, place in places if place is not None]
    if day is None or not known:
        return 0
    return len(await rows(LOOK, now, int(day.strftime("%Y%m%d")), day, *map(list, zip(*known, strict=True))))
