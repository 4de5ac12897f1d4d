"""From a figure back to the visits behind it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from workshops.database import rows
from workshops.equity.queries import BAND, SETTING
from workshops.results.measure import instants

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
# One pass: the lines of a page, and beside each what all of them amount to ($1, $2: the period; $3, $4: the page).
# Where nobody need have come to a visit for it to count, those without any group are in.
ALL_HELD = """(SELECT h.slot, h.starts_at, h.lycee, h.declared, g.college, g.level, g.pupils, g.girls, g.groups
   FROM held h LEFT JOIN received g ON g.slot = h.slot AND g.starts_at >= $1 AND g.starts_at < $2)"""
BEHIND = """
WITH visited AS (
  SELECT r.slot AS id, r.starts_at, r.lycee AS school, r.declared, coalesce(sum(r.pupils), 0) AS pupils,
         coalesce(sum(r.groups), 0) AS groups, coalesce(sum(r.girls), 0) AS girls
  FROM {visits} r JOIN schools host ON host.id = r.lycee {joined} schools c ON c.id = r.college
  WHERE r.starts_at >= $1 AND r.starts_at < $2 {narrowed}
  GROUP BY r.slot, r.starts_at, r.lycee, r.declared
), behind AS (
  SELECT * FROM visited v {also}
), whole AS (
  SELECT count({counted})::int AS visits, (count({counted}) FILTER (WHERE declared))::int AS declared_visits,
    coalesce(sum(pupils) FILTER (WHERE declared), 0)::int AS declared_pupils {sums} FROM behind
), page AS (
  SELECT * FROM behind ORDER BY starts_at DESC, id DESC LIMIT $3 OFFSET $4
)
SELECT p.id, p.starts_at, p.declared, coalesce(w.title, d.group_label) AS title, coalesce(d.source, '') AS source,
       h.name AS school_name, h.commune, whole.visits AS visits_in_all, whole.declared_visits, whole.declared_pupils
       {shown}
FROM whole LEFT JOIN page p ON true LEFT JOIN slots s ON s.id = p.id LEFT JOIN workshops w ON w.id = s.workshop
LEFT JOIN past_visits d ON -d.id = p.id LEFT JOIN schools h ON h.id = p.school
ORDER BY p.starts_at DESC, p.id DESC
"""


@dataclass(frozen=True)
class Behind:
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


@dataclass(frozen=True)
class VisitLine:
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


@dataclass(frozen=True)
class Traced:
    """A page of the visits behind a figure, the latest first, and what they all amount to, past visits included."""

    visits: list[VisitLine]
    visits_in_all: int
    declared_visits: int
    declared_pupils: int
    pupils: int
    groups: int
    also: dict[str, int]


async def trace(behind: Behind, *, from_on: date, to_on: date, limit: int = 50, after: int = 0) -> Traced:
    """The closed visits of a period (both days included) that a figure counts; `after` so many lines.

    A visit to which no group came counts under its companies and objects alone.
    """
    asked = {name: it for name, it in asdict(behind).items() if it}
    places = {name: f"${place}" for place, name in enumerate(asked, start=5)}
    also = {name: ALSO[name] for name in asked if name in ALSO}
    told = ["pupils", "groups", *(column for columns, _ in also.values() for column in columns)]
    # Nobody need have come to a visit for its objects and companies to count.
    alone = not asked.keys() & OF_GROUPS.keys() and bool(asked.keys() & {"object", "company"})
    sql = BEHIND.format(
        visits=ALL_HELD if alone else "received",
        joined="LEFT JOIN" if alone else "JOIN",
        counted="*" if alone else "nullif(pupils, 0)",
        narrowed="".join(f" AND {(OF_VISITS | OF_GROUPS)[name].format(place)}" for name, place in places.items()),
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
