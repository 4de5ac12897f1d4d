"""Asking to be told when a slot suits, and looking again at the slots that something happened to: whoever waited for
one is told, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from booking.visits.demands.queries import FITS, alerts_of
from booking.visits.demands.rules import ALERTS_MOST, KEPT, MET_LASTS, TooManyAlerts, ends_at, kept_of
from booking.visits.demands.tables import RankedDemand
from workshops.acts import Act, a_number, chosen, labelled
from workshops.acts.plain_words import A_LINE
from workshops.database import rows, transaction, value
from workshops.events.queries import RecordedAct
from workshops.events.record import record, recorded
from workshops.offer.narrow import suits
from workshops.offer.rules import FIELDS, MINE, Search
from workshops.openings.queries import slots_opened
from workshops.refusals import Invalid, NotFound
from workshops.schools.rules import Level, is_uai

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
INSERT INTO demands (school, asked_by, lines, sentence, tells, membership, "group", level, pupils, km, from_on, to_on,
  away, department, lycee, tech_object, companies, asked_at, ends_at, known)
SELECT c.id, m.account, 1, 1, true, m.id, a.*, $1, $4, ARRAY(
  SELECT s.id FROM slots s JOIN schools h ON h.id = s.school WHERE {suits("a", "c")} ORDER BY s.id)
FROM asked a JOIN schools c ON c.id = $3 JOIN memberships m ON m.id = $2 RETURNING id"""  # noqa: S608 - constants only


class SearchAsked(Act, frozen=True, kw_only=True):
    """« Ce qui convient à moins de 40 km avant les vacances »: what a search says besides the class."""

    distance_most: Annotated[int, a_number("Distance", "At most so many kilometres away.", 1, 200)] | None = None
    from_on: Annotated[date, FIELDS["from_on"].bounds] | None = None
    to_on: Annotated[date, FIELDS["to_on"].bounds] | None = None
    department: Annotated[str, FIELDS["department"].bounds, Meta(pattern=A_LINE)] = ""
    lycee: Annotated[str, FIELDS["school"].bounds, Meta(pattern=A_LINE)] = ""
    tech_object: Annotated[int, chosen("Objet", "An object that is built.")] | None = msgspec.field(
        name="object_id", default=None
    )
    out_of_holidays: Annotated[bool, labelled("Hors vacances", "Without the days off of the collège.")] = False

    @property
    def names_a_school(self) -> bool:
        """Whether its `lycee` is no UAI, or one that could be a school's."""
        return not self.lycee or is_uai(self.lycee)


class AskAlert(SearchAsked, frozen=True, kw_only=True):
    """A search, as /creneaux makes one."""

    level: Annotated[Level, FIELDS["level"].bounds]
    pupils: Annotated[int, FIELDS["pupils"].bounds]
    group: Annotated[int, chosen("Groupe", "A group of the teacher's collège.")] | None = msgspec.field(
        name="group_id", default=None
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.names_a_school:
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
        own = RankedDemand.delete().where(RankedDemand.id == alert, RankedDemand.membership == membership)
        waiting = own.where(RankedDemand.tells.eq(True), RankedDemand.met_at.is_null())
        if not await waiting.returning(RankedDemand.id):
            raise NotFound()
        await record("alert_withdrawn", by=by, about_kind="alert", about=alert, now=now)


KINDS = ("slot", "reservation", "attendance", "alert")
# They take no place and give none back: no slot suits anybody better or worse. When bookings open, nearly all are such.
WITHOUT_A_PLACE = frozenset({"reservation_waits", "reservation_enters_draw", "reservation_enters_draw_also"})
_COMPARED = f"""SELECT a.id, s.id AS slot, s.id = ANY (a.known) AND NOT {{opens}} AS known, {FITS} AS suits,
  {{hers}} AS hers
  FROM demands a JOIN memberships m ON m.id = a.membership JOIN schools c ON c.id = m.school"""  # noqa: S608 - constants
# $1 now, $2 slots, $3 reservations, $4 attendances, $5 alerts just asked for, $6 and $7 who did it to the slots and to
# the reservations: a slot opened while an alert was being asked stands in nobody's list. $8: which slots were only seen
# until now, their period being to open: they are news to whoever knew them. Alerts are locked in the order of their
# numbers, one after the other: whoever waits for a lock finds the alert told, and leaves it.
LOOK_AGAIN = f"""
WITH sent AS MATERIALIZED (
  SELECT $2::int[] AS slots, $3::int[] AS visits, $4::int[] AS comings, $5::int[] AS asked, $6::int[] AS slots_by,
    $7::int[] AS visits_by, $8::bool[] AS slots_open
), touched AS (
  SELECT slot, array_agg(DISTINCT coalesce(by, 0)) AS by, bool_or(opens) AS opens FROM (
    SELECT acts.* FROM sent, unnest(slots, slots_by, slots_open) AS acts (slot, by, opens)
    UNION ALL
    SELECT r.slot, acts.by, false FROM sent, unnest(visits, visits_by) AS acts (id, by) JOIN reservations r USING (id)
    UNION ALL
    SELECT slot, 0, false FROM attendances WHERE id = ANY ((SELECT comings FROM sent)::int[])) acts GROUP BY slot
), compared AS (
  {_COMPARED.format(hers="touched.by = ARRAY[m.account]", opens="touched.opens")}
  CROSS JOIN touched JOIN slots s ON s.id = touched.slot JOIN schools h ON h.id = s.school
  WHERE a.tells AND a.met_at IS NULL AND a.ends_at > $1
  UNION
  {_COMPARED.format(hers="false", opens="false")} CROSS JOIN slots s JOIN schools h ON h.id = s.school
  WHERE a.id = ANY ((SELECT asked FROM sent)::int[]) AND a.tells AND a.met_at IS NULL AND s.state = 'open'
    AND s.starts_at > $1
), changed AS (
  SELECT id, coalesce(array_agg(slot ORDER BY slot) FILTER (WHERE suits AND NOT hers), '{{}}') AS news,
    coalesce(array_agg(slot) FILTER (WHERE suits AND hers), '{{}}') AS given,
    coalesce(array_agg(slot) FILTER (WHERE known), '{{}}') AS lost
  FROM compared WHERE suits <> known GROUP BY id
), held AS MATERIALIZED (
  SELECT a.id FROM demands a JOIN changed ON changed.id = a.id WHERE a.met_at IS NULL ORDER BY a.id FOR UPDATE OF a
), kept AS (
  UPDATE demands a SET known = ARRAY(SELECT unnest(a.known || changed.given) EXCEPT SELECT unnest(changed.lost)),
    slots = changed.news, met_at = CASE WHEN changed.news = '{{}}' THEN NULL ELSE $1::timestamptz END
  FROM changed JOIN held ON held.id = changed.id WHERE a.id = changed.id AND a.met_at IS NULL
  RETURNING a.id, a.met_at
), {recorded("kept WHERE kept.met_at IS NOT NULL", at="$1", act="'alert_met'", about_kind="'alert'", about="kept.id")}
SELECT id FROM event"""  # noqa: S608 - constants only
FORGET = "DELETE FROM demands WHERE tells AND least(ends_at, met_at) < $1 RETURNING id"


async def look_again(events: Sequence[RecordedAct], *, now: datetime) -> None:
    """After these acts, in the transaction that tells them: an alert that a slot suits anew is over, and its mail is
    asked for. A slot that suits no more will be news again; one that she gave back herself is none to her."""
    about: dict[str, list[int]] = {kind: [] for kind in KINDS}
    by: dict[str, list[int | None]] = {kind: [] for kind in KINDS}
    opened = await slots_opened([one.about or 0 for one in events if one.act == "opening_opens"], now=now)
    for one in (one for one in events if one.act not in WITHOUT_A_PLACE):
        if (
            one.about_kind in about
            and one.about is not None
            and (one.about_kind != "alert" or one.act == "alert_asked")
        ):
            about[one.about_kind].append(one.about)
            by[one.about_kind].append(one.by)
        if one.about_kind == "reservation" and one.also is not None:
            # The slot that a visit left; any other number names a slot that nothing changed in.
            about["slot"].append(one.also)
            by["slot"].append(one.by)
    opens = [*(False for _ in about["slot"]), *(True for _ in opened)]
    about["slot"] += opened
    by["slot"] += [None for _ in opened]
    if any(about.values()):
        await rows(LOOK_AGAIN, now, *about.values(), by["slot"], by["reservation"], opens)


async def forget_alerts(*, now: datetime) -> int:
    """Those whose time is over, or whose mail has left, long ago; returns how many."""
    return len(await rows(FORGET, now - MET_LASTS))
