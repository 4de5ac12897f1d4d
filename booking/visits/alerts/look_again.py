"""Looking again at the slots that something happened to: whoever waited for one of them is told, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from booking.visits.alerts.queries import FITS
from booking.visits.alerts.rules import MET_LASTS
from workshops.database import rows
from workshops.events.queries import RecordedAct
from workshops.events.record import recorded_of

KINDS = ("slot", "reservation", "attendance", "alert")
_COMPARED = f"""SELECT a.id, s.id AS slot, s.id = ANY (a.known) AS known, {FITS} AS suits, {{hers}} AS hers
  FROM alerts a JOIN memberships m ON m.id = a.membership JOIN schools c ON c.id = m.school"""  # noqa: S608 - constants
# $1 now, $2 slots, $3 reservations, $4 attendances, $5 alerts just asked for, $6 and $7 who did it to the slots and to
# the reservations: a slot opened while an alert was being asked stands in nobody's list. Alerts are locked in the order
# of their numbers, one after the other: whoever waits for a lock finds the alert told, and leaves it.
LOOK_AGAIN = f"""
WITH touched AS (
  SELECT slot, array_agg(DISTINCT coalesce(by, 0)) AS by FROM (
    SELECT slot, by FROM unnest($2::int[], $6::int[]) AS acts (slot, by)
    UNION ALL SELECT r.slot, acts.by FROM unnest($3::int[], $7::int[]) AS acts (id, by) JOIN reservations r USING (id)
    UNION ALL SELECT slot, 0 FROM attendances WHERE id = ANY ($4::int[])) acts GROUP BY slot
), compared AS (
  {_COMPARED.format(hers="touched.by = ARRAY[m.account]")}
  CROSS JOIN touched JOIN slots s ON s.id = touched.slot JOIN schools h ON h.id = s.school
  WHERE a.met_at IS NULL AND a.ends_at > $1
  UNION
  {_COMPARED.format(hers="false")} CROSS JOIN slots s JOIN schools h ON h.id = s.school
  WHERE a.id = ANY ($5::int[]) AND a.met_at IS NULL AND s.state = 'open' AND s.starts_at > $1
), changed AS (
  SELECT id, coalesce(array_agg(slot ORDER BY slot) FILTER (WHERE suits AND NOT hers), '{{}}') AS news,
    coalesce(array_agg(slot) FILTER (WHERE suits AND hers), '{{}}') AS given,
    coalesce(array_agg(slot) FILTER (WHERE known), '{{}}') AS lost
  FROM compared WHERE suits <> known GROUP BY id
), held AS MATERIALIZED (
  SELECT a.id FROM alerts a JOIN changed ON changed.id = a.id WHERE a.met_at IS NULL ORDER BY a.id FOR UPDATE OF a
), kept AS (
  UPDATE alerts a SET known = ARRAY(SELECT unnest(a.known || changed.given) EXCEPT SELECT unnest(changed.lost)),
    slots = changed.news, met_at = CASE WHEN changed.news = '{{}}' THEN NULL ELSE $1::timestamptz END
  FROM changed JOIN held ON held.id = changed.id WHERE a.id = changed.id AND a.met_at IS NULL
  RETURNING a.id, a.met_at
), {recorded_of("alert", "kept WHERE kept.met_at IS NOT NULL", entry=False, at="$1", act="'alert_met'")}
SELECT id FROM event"""  # noqa: S608 - constants only
FORGET = "DELETE FROM alerts WHERE ends_at <= $1 OR met_at < $2 RETURNING id"


async def look_again(events: Sequence[RecordedAct], *, now: datetime) -> None:
    """After these acts, in the transaction that tells them: an alert that a slot suits anew is over, and its mail is
    asked for. A slot that suits no more will be news again; one that she gave back herself is none to her."""
    about: dict[str, list[int]] = {kind: [] for kind in KINDS}
    by: dict[str, list[int | None]] = {kind: [] for kind in KINDS}
    for one in events:
        if one.about_kind in about and one.about is not None and one.act not in {"alert_met", "alert_withdrawn"}:
            about[one.about_kind].append(one.about)
            by[one.about_kind].append(one.by)
        if one.about_kind == "reservation" and one.also is not None:
            # The slot that a visit left; any other number names a slot that nothing changed in.
            about["slot"].append(one.also)
            by["slot"].append(one.by)
    if any(about.values()):
        await rows(LOOK_AGAIN, now, *about.values(), by["slot"], by["reservation"])


async def forget_alerts(*, now: datetime) -> int:
    """Those whose time is over, or whose mail has left long ago; returns how many."""
    return len(await rows(FORGET, now, now - MET_LASTS))
