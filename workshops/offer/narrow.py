"""A search written as SQL: which slots suit it, and whether one slot suits a search that was kept."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import NamedTuple

from msgspec import Struct

from workshops.offer.rules import ListPlace, Search
from workshops.school_calendar.rules import paris_instant
from workshops.schools.queries import AROUND, KILOMETRES
from workshops.slots.queries import BUILT, HOST_CLOSED, RESERVED_STILL, SEATS_FREE
from workshops.slots.rules import TO_COME_SQL

# Half the way round the world: every lycée that has a place on the map.
FARTHEST_KM = 20_040.0

KM = f"round(({KILOMETRES.format(school='h', lat='$2', lon='$3')})::numeric, 1)::float8"
# The box that surely holds the circle, then the circle.
NEAR = f"""near AS MATERIALIZED (
  SELECT id, km FROM (
    SELECT id, {KM} AS km FROM schools h
    WHERE kind = 'lycee' AND {AROUND.format(school="h", lat="$2", lon="$3", km="$4")}
  ) around WHERE km <= $4
),"""  # noqa: S608 - constants only
AWAY = """away AS MATERIALIZED (
  SELECT coalesce(range_agg(daterange(first_on, last_on, '[]')), datemultirange()) AS days FROM closures
  WHERE last_on >= ($1::timestamptz AT TIME ZONE 'Europe/Paris')::date
    AND (zone = coalesce({zone}, (SELECT zone FROM schools WHERE id = {college})) OR school = {college}
      OR (zone IS NULL AND school IS NULL))
),"""
RECEIVED = f"NOT {HOST_CLOSED.format(slot='s')}"
ON_OFFER = f"s.state IN {TO_COME_SQL} AND s.starts_at > $1 AND {RECEIVED}"
# What a program that follows the offer has missed: also what is over, not what has been for longer than a year.
CHANGED = "s.state <> 'draft' AND s.changed_at >= $1 AND s.ends_at >= $1::timestamptz - interval '400 days'"
ANYWHERE = "FROM slots s WHERE {suits}"
WITHIN = "FROM slots s JOIN near ON near.id = s.school WHERE {suits}"
DISTANT = f"""FROM slots s JOIN schools h ON h.id = s.school CROSS JOIN LATERAL (SELECT {KM} AS km) near
WHERE {{suits}}"""
# Lycée after lycée, so that a list by distance reads the slots of the nearest ones only.
NEAREST = """FROM (SELECT id, km FROM near ORDER BY km) near CROSS JOIN LATERAL (
  SELECT s.* FROM slots s WHERE s.school = near.id AND {suits} ORDER BY s.starts_at, s.id
) s"""
ROOM_FOR = SEATS_FREE + " >= {}"
CONDITIONS = {
    "since": "s.starts_at >= {}",
    "closed": f"(s.state = 'closed' OR (s.state = 'open' AND (s.booking_closes_at <= {{}} OR NOT {RECEIVED})))",
    "state": "s.state = {}::varchar",
    "to_on": "s.starts_at < {}",
    "level": "{}::varchar = ANY (s.levels)",
    "pupils": ROOM_FOR,
    "halves": "s.id IN (SELECT id FROM paired)",
    "either": " OR ".join((SEATS_FREE + " >= {}", "s.id IN (SELECT id FROM paired)")),
    "any": " OR ".join(("s.seats >= {}", "s.id IN (SELECT id FROM paired)")),
    "waiting": "s.seats >= {}",
    "waited": " OR ".join(("s.seats >= {}", "s.id IN (SELECT id FROM waited)")),
    "department": "s.school IN (SELECT id FROM schools WHERE department = {})",
    "school": "s.school = (SELECT id FROM schools WHERE uai = {})",
    "tech_object": """s.workshop IN (SELECT workshop FROM workshop_objects WHERE tech_object = {0})
      AND (s.only_objects IS NULL OR {0} = ANY (s.only_objects))""",
    "company_places": "s.company_places_taken < s.company_places AND s.company_places - s.company_places_taken >= {}",
    "only_open": RESERVED_STILL.format(now="{}"),
    "received": RECEIVED + " AND {}::bool",
    "only_free": SEATS_FREE + " > 0 AND {}::bool",
}
# The conditions that take a wish as it stands in the search.
AS_SAID = ("level", "department", "school", "tech_object", "company_places")
LATER = """EXISTS (SELECT FROM openings awaited
      WHERE (s.starts_at AT TIME ZONE 'Europe/Paris')::date BETWEEN awaited.first_on AND awaited.last_on
      AND (greatest(awaited.opens_at, awaited.left_until) > {now}::timestamptz
        OR (awaited.draws_at <= {now}::timestamptz AND awaited.drawn_at IS NULL)))"""
"""Whether nobody may ask for the slot `s` yet: its period opens later, or its draw is being held."""
# Neither takes the class alone, neither is left with less than a third of it, and both build the same object.
TOGETHER = """{a}.seats < {pupils} AND {b}.seats < {pupils} AND {a}.room + {b}.room >= {pupils}
    AND least({a}.room, {b}.room) * 3 >= {pupils} AND {alike}"""
ALIKE = "({a}.built && {b}.built OR {a}.built = {b}.built)"
# Of the slots that suit but for their size, those that have another one of their lycée for the other half.
PAIRED = """small_{paired} AS MATERIALIZED (
  SELECT s.id, s.school, s.seats, {room} AS room, s.starts_at AT TIME ZONE 'Europe/Paris' AS at, {later} AS later,
    {built} AS built
  {slots} AND s.seats < {pupils}::int AND {room} > 0 ORDER BY s.starts_at, s.id LIMIT {among}
), {paired} AS MATERIALIZED (
  SELECT a.id, a.later FROM small_{paired} a WHERE EXISTS (
    SELECT FROM small_{paired} b WHERE b.school = a.school AND b.id <> a.id AND b.later = a.later
    AND b.at BETWEEN a.at - interval '21 days' AND a.at + interval '21 days' AND {together})
),"""
PAIRS_AMONG = 2000
PRESENT = "NOT (SELECT days FROM away) @> (s.starts_at AT TIME ZONE 'Europe/Paris')::date"


class Statement(NamedTuple):
    """What PostgreSQL is asked."""

    sql: str
    args: list[object]


class Narrowed(Struct, frozen=True):
    """The tables that a search needs first, the slots that suit it, how far they are, and the numbered parameters."""

    tables: str
    slots: str
    km: str
    args: list[object]

    def filled(self, statement: str, *, order: str = "", page_order: str = "", **values: object) -> Statement:
        """A statement about these slots and its arguments: `{limit}` stands where the value of `limit` goes."""
        places = {name: f"${number}" for number, name in enumerate(values, start=len(self.args) + 1)}
        parts = {"tables": self.tables, "slots": self.slots, "km": self.km, "order": order, "page_order": page_order}
        known = {"free": SEATS_FREE, "built": BUILT, "among": PAIRS_AMONG}
        return Statement(statement.format(**known | parts | places), [*self.args, *values.values()])


def narrow(search: Search, *, now: datetime, after: ListPlace | None = None) -> Narrowed:
    """The slots that suit a teacher's wishes, from a place in the list on."""
    since, suits = _since(search, now)
    args: list[object] = [since]
    tables, source = "", ANYWHERE
    if search.near is not None:
        args += search.near
        source = NEAREST if search.by_distance else WITHIN if search.km is not None else DISTANT
        if source != DISTANT:
            args.append(search.km if search.km is not None else FARTHEST_KM)
            tables = NEAR
    if search.zone is not None or search.college is not None:
        args += [search.zone, search.college]
        tables += AWAY.format(zone=f"${len(args) - 1}::varchar", college=f"${len(args)}::int")
        suits += f" AND {PRESENT}"
    for name, asked in _wishes(search, now).items():
        if asked is not None:
            args.append(asked)
            suits += " AND " + CONDITIONS[name].format(f"${len(args)}")
    if search.later is not None:
        args.append(now)
        suits += (" AND " if search.later else " AND NOT ") + LATER.format(now=f"${len(args)}")
    if search.pupils is not None:
        whole, in_halves = ("waiting", "waited") if search.waiting else ("pupils", search.takes)
        how = whole if search.takes == "whole" else in_halves
        args.append(search.pupils)
        pupils = f"${len(args)}"
        if how in {"halves", "either", "any", "waited"}:
            args.append(now)
            among = (WITHIN if source == NEAREST else source).format(suits=suits)
            tables += paired(among, pupils=pupils, now=f"${len(args)}", waiting=search.waiting)
        suits += f" AND ({CONDITIONS[how].format(pupils)})"
    # After the pairs: the other half of a class may be at another workshop of the lycée.
    if search.workshop is not None:
        args.append(search.workshop)
        suits += f" AND s.workshop = ${len(args)}"
    if after is not None:
        place = [after.starts_at, after.slot] if after.km is None else [after.km, after.starts_at, after.slot]
        marks = [f"${len(args) + number}" for number in range(1, len(place) + 1)]
        keys = "s.starts_at, s.id" if after.km is None else "near.km, s.starts_at, s.id"
        args += place
        suits += f" AND ({keys}) > ({', '.join(marks)})"
        suits += "" if after.km is None else f" AND near.km >= {marks[0]}"
    km = "near.km" if search.near else "NULL::float8"
    return Narrowed(tables, source.format(suits=suits), km, args)


def together(a: str, b: str, *, pupils: str, alike: bool = True) -> str:
    """SQL: the slots `a` and `b` take the two halves of so many pupils, who build the same object, or two
    otherwise."""
    same = ALIKE.format(a=a, b=b)
    return TOGETHER.format(a=a, b=b, pupils=pupils, alike=same if alike else f"NOT {same}")


def paired(slots: str, *, pupils: str, now: str, waiting: bool = False) -> str:
    """SQL: the table `paired` of those of these slots that take a class of so many pupils in two halves, or `waited`,
    of those where it may wait in two halves."""
    return PAIRED.format(
        paired="waited" if waiting else "paired",
        room="s.seats" if waiting else SEATS_FREE,
        later=LATER.format(now=now),
        slots=slots,
        pupils=pupils,
        built=BUILT,
        together=together("a", "b", pupils=f"{pupils}::int"),
        among=PAIRS_AMONG,
    )


def _since(search: Search, now: datetime) -> tuple[datetime, str]:
    """The instant from which on slots are looked for, and which they are: those to come, or those that changed."""
    if search.changed_since is not None:
        return search.changed_since, CHANGED
    return now if search.from_on is None else max(now, paris_instant(search.from_on, time())), ON_OFFER


def _wishes(search: Search, now: datetime) -> dict[str, object]:
    only_open = search.only_open or search.only_free or search.state == "open"
    return {
        "since": paris_instant(search.from_on, time()) if search.changed_since and search.from_on else None,
        "closed": now if search.state == "closed" else None,
        "state": search.state if search.state != "closed" else None,
        "to_on": search.to_on and paris_instant(search.to_on + timedelta(days=1), time()),
        **{name: getattr(search, name) for name in AS_SAID},
        "only_open": now if only_open else None,
        "received": True if only_open and search.changed_since else None,
        "only_free": search.only_free or None,
    }


_OFF = """EXISTS (SELECT FROM closures off_day WHERE (s.starts_at AT TIME ZONE 'Europe/Paris')::date
    BETWEEN off_day.first_on AND off_day.last_on
    AND (off_day.zone = CASE {wish}.away WHEN 'moi' THEN {home}.zone ELSE {wish}.away END
      OR (off_day.school = {home}.id AND {wish}.away = 'moi')
      OR (off_day.zone IS NULL AND off_day.school IS NULL)))"""
STILL_OPEN = "s.state = 'open'"
_KM_FROM = KILOMETRES.format(lat="{home}.lat", school="h", lon="{home}.lon")
# What is asked of a slot whatever its size, then what is asked of its lycée.
_ITSELF = """s.starts_at > $1 AND {open} AND {received} AND {level}
  AND (s.starts_at AT TIME ZONE 'Europe/Paris')::date
    BETWEEN coalesce({wish}.from_on, '-infinity') AND coalesce({wish}.to_on, 'infinity')
  AND ({wish}.tech_object IS NULL OR ({built}))
  AND (NOT {wish}.companies OR ({companies})) AND ({wish}.away = '' OR NOT {off})"""
_THERE = """({wish}.km IS NULL OR round(({km})::numeric, 1) <= {wish}.km)
  AND ({wish}.department = '' OR h.department = {wish}.department) AND ({wish}.lycee = '' OR h.uai = {wish}.lycee)"""
_ROOM = """(SELECT {free} AS room, s.seats, s.starts_at AT TIME ZONE 'Europe/Paris' AS at,
    {built} AS built) {half}"""
# The other half of the class, in another slot of the lycée that suits as well.
_HALVED = """EXISTS (SELECT FROM slots sibling, LATERAL {one}, LATERAL {another}
    WHERE sibling.school = s.school AND sibling.id <> s.id AND {itself} AND {together}
    AND here.at BETWEEN beside.at - interval '21 days' AND beside.at + interval '21 days')"""


def suits(wish: str, home: str) -> str:
    """SQL: at the instant $1, the slot `s` of the lycée `h` suits the row `wish` of the collège `home`, as the list
    would show it to that class, whole or in two halves."""
    itself = _itself(wish, home, is_open=CONDITIONS["only_open"].format("$1"))
    halved = _HALVED.format(
        one=_ROOM.format(free=SEATS_FREE, built=BUILT, half="here"),
        another=_of_other(_ROOM.format(free=SEATS_FREE, built=BUILT, half="beside")),
        itself=_of_other(itself),
        together=together("here", "beside", pupils=f"{wish}.pupils"),
    )
    return f"{suits_but_for_size(wish, home)} AND ({takes_whole(wish)} OR {halved})"


def suits_but_for_size(wish: str, home: str) -> str:
    """SQL: the same of a slot however many it takes."""
    return f"{_itself(wish, home, is_open=CONDITIONS['only_open'].format('$1'))} AND {_there(wish, home)}"


def suits_late(wish: str, home: str) -> str:
    """SQL: the same of a slot whose reservations have closed, for the whole class."""
    return f"{_itself(wish, home, is_open=STILL_OPEN)} AND {_there(wish, home)} AND {takes_whole(wish)}"


def _itself(wish: str, home: str, *, is_open: str) -> str:
    return _ITSELF.format(
        wish=wish,
        open=is_open,
        received=RECEIVED,
        level=CONDITIONS["level"].format(f"{wish}.level"),
        built=CONDITIONS["tech_object"].format(f"{wish}.tech_object"),
        companies=CONDITIONS["company_places"].format("1"),
        off=_OFF.format(wish=wish, home=home),
    )


def _there(wish: str, home: str) -> str:
    return _THERE.format(wish=wish, km=_KM_FROM.format(home=home))


def takes_whole(wish: str) -> str:
    """SQL: the slot `s` has room for the whole class of the row `wish`."""
    return ROOM_FOR.format(f"{wish}.pupils")


def _of_other(of_slot: str) -> str:
    """The same said of the slot `sibling`."""
    return re.sub(r"\bs\.", "sibling.", of_slot)
