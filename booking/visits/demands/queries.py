"""The alerts of a teacher, and what one of them tells."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from booking.visits.demands.rules import address_of, class_words, last_day, words_of
from booking.visits.reservation_states import REFUSED_SQL
from workshops.database.row_types import row_as, rows_as
from workshops.offer.narrow import suits, takes_whole
from workshops.offer.rules import MINE, Search
from workshops.openings.queries import DRAWS_AT, OPENING_OF, OPENS_AT

FITS = f"""{suits("a", "c")} AND NOT EXISTS (SELECT FROM reservations r JOIN groups g ON g.id = r."group"
  WHERE r.slot = s.id AND r.state IN {REFUSED_SQL} AND (r."group" = a."group"
    OR a."group" IS NULL AND r.booked_by = m.account AND r.pupils = a.pupils AND g.level = a.level))"""
"""The slot `s` suits the alert `a` of the membership `m`, and neither principal nor lycée refused it to that class."""
# Its search has the names that it has everywhere.
_SEEN = f"""SELECT a.id, a."group", a.level, a.pupils, a.km::float8 AS km, a.from_on, a.to_on,
  nullif(nullif(a.away, ''), '{MINE}') AS zone, CASE a.away WHEN '{MINE}' THEN m.school END AS college,
  nullif(a.department, '') AS department, nullif(a.lycee, '') AS school, a.tech_object,
  CASE WHEN a.companies THEN 1 END AS company_places,
  coalesce(g.name, '') AS group_name, coalesce(h.name || ', ' || h.commune, '') AS place,
  coalesce(o.name, '') AS built, a.asked_at, coalesce(a.ends_at, a.asked_at) AS ends_at
FROM demands a JOIN memberships m ON m.id = a.membership
LEFT JOIN groups g ON g.id = a."group" LEFT JOIN schools h ON h.uai = a.lycee AND a.lycee <> ''
LEFT JOIN tech_objects o ON o.id = a.tech_object"""  # noqa: S608 - constants only
LIVE_OF = f"{_SEEN} WHERE a.tells AND a.membership = $1 AND a.met_at IS NULL AND a.ends_at > $2 ORDER BY a.id"
OVER = f"{_SEEN} WHERE a.tells AND a.id = $1 AND (a.met_at IS NOT NULL OR a.ended_at IS NOT NULL)"
STILL_SUIT = f"""SELECT s.id, w.title AS workshop, h.name AS host_name, h.commune, s.starts_at, s.ends_at,
  {takes_whole("a")} AS whole, {OPENS_AT} AS opens_at, {DRAWS_AT}
FROM demands a JOIN memberships m ON m.id = a.membership JOIN schools c ON c.id = m.school
JOIN slots s ON s.id = ANY (a.slots) JOIN workshops w ON w.id = s.workshop JOIN schools h ON h.id = s.school
{OPENING_OF.format(slot="s")}
WHERE a.tells AND a.id = $2 AND {FITS} ORDER BY whole DESC, s.starts_at, s.id"""  # noqa: S608 - constants only


class AlertSeen(Struct, frozen=True):
    """A search that a teacher keeps, with the names of what it asks for."""

    id: int
    group: int | None
    search: Search
    group_name: str
    place: str
    built: str
    asked_at: datetime
    ends_at: datetime

    @property
    def words(self) -> str:
        """Her sentence."""
        return words_of(self.search, group=self.group_name, place=self.place, built=self.built)

    @property
    def whom(self) -> str:
        """Her class: « 4e B » or « 27 élèves de 4e »."""
        return class_words(self.search, group=self.group_name)

    @property
    def address(self) -> str:
        """The end of an address that searches the same."""
        return address_of(self.search, group=self.group)

    @property
    def last_on(self) -> date:
        """The last day on which she may be told."""
        return last_day(self.ends_at)


class SlotTold(Struct, frozen=True):
    """A slot that an alert tells of: it takes the class `whole`, or one of its halves. `opens_at`: from when on it may
    be had, `draws_at`: when those who ask for it are drawn."""

    id: int
    workshop: str
    host_name: str
    commune: str
    starts_at: datetime
    ends_at: datetime
    whole: bool
    opens_at: datetime | None
    draws_at: datetime | None


async def alerts_of(membership: int, *, now: datetime) -> list[AlertSeen]:
    """What a teacher still waits to be told of, the oldest first."""
    return await rows_as(AlertSeen, LIVE_OF, membership, now)


async def alert_over(number: int) -> AlertSeen | None:
    """An alert that a slot suited, or that nothing did; None when it is forgotten."""
    return await row_as(AlertSeen, OVER, number)


async def still_suit(number: int, *, now: datetime) -> list[SlotTold]:
    """Of the slots that an alert tells of, those that suit at this moment."""
    return await rows_as(SlotTold, STILL_SUIT, now, number)
