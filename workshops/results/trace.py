"""From a figure back to the visits behind it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from asyncpg import Record
from msgspec import Struct
from msgspec.structs import asdict, fields

from workshops.cache.versions import VersionedCache
from workshops.closed_years.queries import THEN, YEAR_OF
from workshops.database import row, rows
from workshops.equity.queries import BAND, SETTING
from workshops.results.measure import instants
from workshops.tallies.queries import TALLIED, TALLIED_BY_YEAR, sums_of

# What narrows the visits, and what narrows the groups that count in them; {} is the place of the value asked.
OF_VISITS = {
    "school": "host.uai = {}",
    "object": "EXISTS (SELECT FROM built b WHERE b.slot = r.slot AND b.tech_object = {})",
    "company": "EXISTS (SELECT FROM companies_came k WHERE k.slot = r.slot AND k.siret = {})",
    "declared": "r.declared = {}",
}
OF_GROUPS = {
    "college": "c.uai = {}",
    "department": "c.department = {}",
    "level": "r.level = {}",
    "priorities": "c.priority = ANY ({}::varchar[])",
    "setting": f"{SETTING} = {{}}",
    "distance": f"{BAND} = {{}}",
    "apart": "(r.girls IS NOT NULL) = {}",
}
# What a figure counts beside the pupils: the columns, and where they come from.
ALSO = {
    "apart": (("girls", "boys"), "LATERAL (SELECT v.pupils - v.girls AS boys)"),
    "object": (
        ("made", "finished", "working", "taken_home", "builders"),
        """LATERAL (SELECT sum(made) AS made, sum(finished) AS finished, sum(working) AS working,
             sum(taken_home) AS taken_home, sum(groups) AS builders
           FROM built b WHERE b.slot = v.id AND b.tech_object = {})""",
    ),
    "company": (
        ("people",),
        "LATERAL (SELECT sum(people) AS people FROM companies_came WHERE slot = v.id AND siret = {})",
    ),
}
_CHOSEN = (
    """
  FROM {visits} r CROSS JOIN LATERAL """
    + THEN.format(school="r.lycee", year=YEAR_OF.format(at="r.starts_at"))
    + """ host
  {joined} LATERAL """
    + THEN.format(school="r.college", year=YEAR_OF.format(at="r.starts_at"))
    + """ c ON true
  WHERE r.starts_at >= $1 AND r.starts_at < $2 {narrowed}"""
)
_VISITED = f"""
  SELECT r.slot AS id, r.starts_at, r.lycee AS school, r.declared, coalesce(sum(r.pupils), 0) AS pupils,
         coalesce(sum(r.groups), 0) AS groups, coalesce(sum(r.girls), 0) AS girls
  {_CHOSEN} {{of_page}}
  GROUP BY r.slot, r.starts_at, r.lycee, r.declared
"""
_LINE = """p.id, p.starts_at, p.declared, coalesce(w.title, d.group_label) AS title, coalesce(d.source, '') AS source,
       h.name AS school_name, h.commune"""
_NAMED = """
LEFT JOIN slots s ON s.id = p.id LEFT JOIN workshops w ON w.id = s.workshop
LEFT JOIN past_visits d ON -d.id = p.id LEFT JOIN schools h ON h.id = p.school
ORDER BY p.starts_at DESC, p.id DESC
"""
# Where nobody need have come to a visit for it to count, those without any group are in.
ALL_HELD = """(SELECT h.slot, h.starts_at, h.lycee, h.declared, g.college, g.level, g.pupils, g.girls, g.groups
   FROM held h LEFT JOIN received g ON g.slot = h.slot AND g.starts_at >= $1 AND g.starts_at < $2)"""
# One pass: the lines of a page, and beside each what all of them amount to ($1, $2: the period; $3, $4: the page).
BEHIND = f"""
WITH visited AS ({_VISITED}), behind AS (
  SELECT * FROM visited v {{also}}
), whole AS (
  SELECT count({{counted}})::int AS visits, (count({{counted}}) FILTER (WHERE declared))::int AS declared_visits,
    coalesce(sum(pupils) FILTER (WHERE declared), 0)::int AS declared_pupils {{sums}} FROM behind
), page AS (
  SELECT * FROM behind ORDER BY starts_at DESC, id DESC LIMIT $3 OFFSET $4
)
SELECT {_LINE}, whole.visits AS visits_in_all, whole.declared_visits, whole.declared_pupils {{shown}}
FROM whole LEFT JOIN page p ON true {_NAMED}"""  # noqa: S608 - constants only
# What narrows visits, or groups, and brings no figure of its own.
PLAIN = {"school", "declared", *OF_GROUPS} - {"apart"}
# What the sums kept know: under which heading, and its key.
KEPT = {"school": "lycee", "college": "college", "department": "department", "level": "level"}
WHOLE = f"""
SELECT coalesce(sum(t.visits), 0)::int AS visits_in_all, coalesce(sum(t.declared_visits), 0)::int AS declared_visits,
       coalesce(sum(t.declared_pupils), 0)::int AS declared_pupils, coalesce(sum(t.pupils), 0)::int AS pupils,
       coalesce(sum(t.groups), 0)::int AS groups
FROM ({TALLIED}) t LEFT JOIN schools s ON s.id = CASE t.by WHEN 'lycee' THEN t.lycee WHEN 'college' THEN t.college END
WHERE $7::varchar IS NULL OR coalesce(s.uai, t.key) = $7
"""  # noqa: S608 - constants only
# What the sums of collèges know, or of their classes, where nothing else narrows them: all but how many visits these
# make, since collèges share some. $7, $8: the period, as instants; a past visit has one collège alone.
OF_COLLEGES = {"college", "department", "level", "priorities", "setting"}
SHARED = f"""
SELECT (shared.visits + coalesce(sum(r.declared_visits), 0))::int AS visits_in_all,
       coalesce(sum(r.declared_visits), 0)::int AS declared_visits,
       coalesce(sum(r.declared_pupils), 0)::int AS declared_pupils, coalesce(sum(r.pupils), 0)::int AS pupils,
       coalesce(sum(r.groups), 0)::int AS groups
FROM (
  SELECT count(*) AS visits FROM slots s WHERE s.state = 'done' AND s.starts_at >= $7 AND s.starts_at < $8 AND EXISTS (
    SELECT FROM turnouts r CROSS JOIN LATERAL {THEN.format(school="r.school", year=YEAR_OF.format(at="s.starts_at"))} c
    WHERE r.slot = s.id AND r.counted > 0 {{narrowed}})
) shared LEFT JOIN (
  SELECT r.* FROM (SELECT t.*, t.key AS level FROM ({TALLIED_BY_YEAR}) t) r
  CROSS JOIN LATERAL {THEN.format(school="r.college", year="r.school_year")} c
  WHERE true {{narrowed}}
) r ON true GROUP BY shared.visits
"""  # noqa: S608 - constants only
# What no sum knows: each group of the period is read, no line is made of it.
READ = f"""
SELECT count(nullif(v.pupils, 0))::int AS visits_in_all,
       (count(nullif(v.pupils, 0)) FILTER (WHERE v.declared))::int AS declared_visits,
       coalesce(sum(v.pupils) FILTER (WHERE v.declared), 0)::int AS declared_pupils,
       coalesce(sum(v.pupils), 0)::int AS pupils, coalesce(sum(v.groups), 0)::int AS groups
FROM (
  SELECT r.slot, r.declared, sum(r.pupils)::int AS pupils, sum(r.groups)::int AS groups
  {_CHOSEN.format(visits="received", joined="JOIN", narrowed="{narrowed}")} GROUP BY r.slot, r.declared
) v
"""  # noqa: S608 - constants only
# A page alone, from the latest visit on: of those at slots and of those before Technilab no more than it can hold.
_LATEST = " UNION ALL ".join(
    f"(SELECT DISTINCT r.starts_at, r.slot {_CHOSEN.format(visits=view, joined='JOIN', narrowed='{narrowed}')}"
    " ORDER BY r.starts_at DESC, r.slot DESC LIMIT $3::bigint + $4::bigint)"
    for view in ("received_at_slots", "received_before")
)
LATEST = f"""
WITH page AS (SELECT * FROM ({_LATEST}) latest ORDER BY starts_at DESC, slot DESC LIMIT $3 OFFSET $4)
SELECT {_LINE}, p.pupils::int, p.groups::int
FROM page JOIN LATERAL (
  {_VISITED.format(visits="received", joined="JOIN", narrowed="{narrowed}", of_page="AND r.slot = page.slot")}
) p ON true {_NAMED}
"""  # noqa: S608 - constants only


class VisitsToTrace(Struct, frozen=True):
    """Which closed visits to list: empty fields leave all in. `school` and `college` are UAI, `company` a SIRET.

    `priorities`, `setting`, `distance`: those of the collège, as equity tells them. `apart`: only the groups in which
    the girls were counted. `declared`: only past visits, which nobody scanned.
    """

    school: str = ""
    college: str = ""
    department: str = ""
    level: str = ""
    object: int = 0
    company: str = ""
    priorities: tuple[str, ...] = ()
    setting: str = ""
    distance: str = ""
    apart: bool = False
    declared: bool = False


class VisitLine(Struct, frozen=True):
    """A closed visit, and the pupils that it brings to the figure: those of the collège, département or level asked.

    `also`: what else it brings, by the names of ALSO, for an object, a company, or girls and boys; None where nobody
    counted it. A past visit (`declared`) has minus its number as `id`, begins with its day, is titled by its group
    alone and gives its `source`.
    """

    id: int
    starts_at: datetime
    declared: bool
    title: str
    source: str
    school_name: str
    commune: str
    pupils: int
    groups: int
    also: dict[str, int | None]


class Traced(Struct, frozen=True):
    """A page of the visits behind a figure, the latest first, and what they all amount to, past visits included."""

    visits: list[VisitLine]
    visits_in_all: int
    declared_visits: int
    declared_pupils: int
    pupils: int
    groups: int
    also: dict[str, int]


async def trace(behind: VisitsToTrace, *, from_on: date, to_on: date, limit: int = 50, after: int = 0) -> Traced:
    """The closed visits of a period (both days included) that a figure counts; `after` so many lines.

    A visit to which no group came counts under its companies and objects alone.
    """
    asked = {name: it for name, it in asdict(behind).items() if it}
    if len(asked) < 2 and asked.keys() <= KEPT.keys():
        return await _summed_up(asked, from_on, to_on, limit, after)
    if asked.keys() <= PLAIN:
        return await _read(asked, from_on, to_on, limit, after)
    return await _read_whole(asked, from_on, to_on, limit, after)


async def _summed_up(asked: dict[str, str], from_on: date, to_on: date, limit: int, after: int) -> Traced:
    """What all of them amount to is a sum kept: no more visits are read than are shown."""
    heading, key = next(((KEPT[name], it) for name, it in asked.items()), ("lycee", None))
    whole = await row(WHOLE, *(await sums_of(from_on, to_on)).by(heading), key)
    assert whole is not None  # noqa: S101 - an aggregate always has its row
    return Traced(visits=await _latest(asked, from_on, to_on, limit, after), **whole, also={})


_wholes: VersionedCache[Record] = VersionedCache(size=16, figures=True)


async def _read(asked: dict[str, Any], from_on: date, to_on: date, limit: int, after: int) -> Traced:
    """All are counted, from the sums where these know, once until a visit is closed; no more lines are put together
    than are shown."""

    async def ask() -> Record:
        shared = asked.keys() <= OF_COLLEGES
        of_years = await sums_of(from_on, to_on, by_year=True)
        sums = of_years.by("class" if "level" in asked else "college") if shared else ()
        told = *sums, *instants(from_on, to_on)
        places = {name: f"${place}" for place, name in enumerate(asked, start=1 + len(told))}
        (found,) = await rows((SHARED if shared else READ).format(narrowed=narrowed_by(places)), *told, *asked.values())
        return found

    whole = await _wholes.answer((from_on, to_on, *asked.items()), ask, lycee="")
    # Looked for one by one, visits that are not there would be looked for in all.
    some = whole["visits_in_all"] or whole["groups"]
    return Traced(visits=await _latest(asked, from_on, to_on, limit, after) if some else [], **whole, also={})


async def _latest(asked: dict[str, Any], from_on: date, to_on: date, limit: int, after: int) -> list[VisitLine]:
    sql = LATEST.format(narrowed=narrowed_by({name: f"${place}" for place, name in enumerate(asked, start=5)}))
    found = await rows(sql, *instants(from_on, to_on), limit, after, *asked.values())
    return [VisitLine(**one, also={}) for one in found]


async def _read_whole(asked: dict[str, Any], from_on: date, to_on: date, limit: int, after: int) -> Traced:
    """Each visit of the period is looked at."""
    places = {name: f"${place}" for place, name in enumerate(asked, start=5)}
    also = {name: ALSO[name] for name in asked if name in ALSO}
    told = ["pupils", "groups", *(column for columns, _ in also.values() for column in columns)]
    # Nobody need have come to a visit for its objects and companies to count.
    alone = not asked.keys() & OF_GROUPS.keys() and bool(asked.keys() & {"object", "company"})
    sql = BEHIND.format(
        visits=ALL_HELD if alone else "received",
        joined="LEFT JOIN" if alone else "JOIN",
        counted="*" if alone else "nullif(pupils, 0)",
        narrowed=narrowed_by(places),
        of_page="",
        also="".join(f" CROSS JOIN {source.format(places[name])} {name}_told" for name, (_, source) in also.items()),
        sums="".join(f", coalesce(sum({one}), 0)::int AS {one}" for one in told),
        shown="".join(f", p.{one}::int, whole.{one} AS {one}_in_all" for one in told),
    )
    found = await rows(sql, *instants(from_on, to_on), limit, after, *asked.values())
    first = found[0]
    names = [field.name for field in fields(VisitLine) if field.name != "also"]
    return Traced(
        visits=[
            VisitLine(**{name: one[name] for name in names}, also={name: one[name] for name in told[2:]})
            for one in found
            if one["id"] is not None
        ],
        visits_in_all=first["visits_in_all"],
        declared_visits=first["declared_visits"],
        declared_pupils=first["declared_pupils"],
        pupils=first["pupils_in_all"],
        groups=first["groups_in_all"],
        also={name: first[f"{name}_in_all"] for name in told[2:]},
    )


def narrowed_by(places: dict[str, str]) -> str:
    """Ends the WHERE of a query over groups `r`, their lycée `host` and their collège `c`, by the places of values."""
    return "".join(f" AND {(OF_VISITS | OF_GROUPS)[name].format(place)}" for name, place in places.items())
