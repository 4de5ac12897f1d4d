"""What five school years did, written down beside the application, and its figures by plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from booking.words.wording import PARIS
from tests.builders import DEPARTMENTS
from workshops.programmes.ptech.check_flow import CensusCount
from workshops.schools.queries import SchoolCard


@dataclass(frozen=True)
class Came:
    """A group at a closed visit: `counted` is what the lycée validated."""

    college: SchoolCard
    level: str
    counted: int


@dataclass(frozen=True)
class Built:
    """What one group made of one object."""

    tech_object: int
    name: str
    made: int
    finished: int
    working: int
    taken_home: int


@dataclass
class Visit:
    """A visit that its lycée closed, with the groups awaited there; one of which nobody was counted did not come."""

    starts_at: datetime
    lycee: SchoolCard
    groups: list[Came] = field(default_factory=list)
    builds: list[Built] = field(default_factory=list)
    companies: dict[str, int] = field(default_factory=dict)

    @property
    def came(self) -> list[Came]:
        return [group for group in self.groups if group.counted > 0]

    @property
    def on(self) -> date:
        return self.starts_at.astimezone(PARIS).date()


@dataclass
class CohortKept:
    """A cohort: its censuses in time, each company's days, the held actions (day, minutes, pupils, company)."""

    id: int
    scheme: int
    entry_year: int
    censuses: list[CensusCount] = field(default_factory=list)
    mentors: list[tuple[int, date, date | None]] = field(default_factory=list)
    held: list[tuple[date, int, int, int | None]] = field(default_factory=list)
    outcomes: dict[tuple[str, int], int] = field(default_factory=dict)

    def left(self, today: date) -> dict[str, int | str] | None:
        """What became of the pupils of the last census of the three years of the bac, None while they are there."""
        end = self.entry_year + 2
        bac = [one for one in self.censuses if one.school_year <= end]
        if not bac or (today < date(end + 1, 9, 1) and (bac[-1].school_year, bac[-1].term) != (end, "june")):
            return None
        became = dict.fromkeys(("bts_entered", "studying", "employed", "other"), 0)
        for (kind, _), pupils in self.outcomes.items():
            if kind in became:
                became[kind] += pupils
        unknown = bac[-1].present - sum(became.values())
        month = "juin" if bac[-1].term == "june" else "octobre"
        counted = f"{month} {bac[-1].school_year + (bac[-1].term == 'june')}"
        return {"counted_in": counted, "leavers": bac[-1].present, **became, "unknown": unknown, "too_many": 0}

    def companies_on(self, day: date) -> int:
        return len({firm for firm, since, until in self.mentors if since <= day and (until is None or day <= until)})


@dataclass
class Ledger:
    """Everything that was done. `awaited`: the day of each visit to come, seats left to reserve and those taken."""

    hosts: list[SchoolCard] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    awaited: list[tuple[date, int, int]] = field(default_factory=list)
    cohorts: list[CohortKept] = field(default_factory=list)
    steps: dict[int, dict[str, date]] = field(default_factory=dict)
    intakes: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def visits_between(self, first: date, last: date) -> list[Visit]:
        return [one for one in self.visits if first <= one.on <= last and one.came]

    def pupils(self, first: date, last: date) -> int:
        return sum(group.counted for visit in self.visits_between(first, last) for group in visit.groups)

    def booked(self, first: date, last: date) -> int:
        return sum(taken for on, _, taken in self.awaited if first <= on <= last)

    def offered(self, first: date, last: date) -> int:
        """Seats that nobody holds in the visits to come, none where all the groups are there or reservations closed."""
        return sum(free for on, free, _ in self.awaited if first <= on <= last)

    def figures(self, first: date, last: date, *, today: date) -> dict[tuple[str, str], int]:
        """What each target has reached between two days, as its rule says it."""
        began = [one for one in self.cohorts if first <= date(one.entry_year, 9, 1) <= min(last, today)]
        counted = [(kept, n, one) for kept in self.cohorts for n, one in enumerate(kept.censuses)]
        inside = [(n, one) for _, n, one in counted if first <= one.on <= last]
        days = _days(first, min(last, today))
        places = [min(3, max((kept.companies_on(day) for day in days), default=0)) for kept in self.cohorts]
        years = [year for year in self.intakes if first <= date(year[1], 9, 1) <= min(last, today)]
        return {
            ("technilab", "pupils"): self.pupils(first, last),
            ("ptech", "schemes"): len({one.scheme for one in began}),
            ("ptech", "pupils"): sum(one.present for _, one in inside if one.term == "october"),
            ("ptech", "entrants"): sum(one.entered if n else one.present for n, one in inside),
            ("ptech", "companies"): sum(places),
            ("bts1", "courses"): sum(
                first <= steps["ouverte"] <= min(last, today) for steps in self.steps.values() if "ouverte" in steps
            ),
            ("bts1", "enrolled"): sum(self.intakes[year][0] for year in years),
            ("bts1", "completed"): sum(self.intakes[year][1] for year in years),
        }

    def counts(self, first: date, last: date, *, today: date) -> dict[str, list[dict[str, Any]]]:
        """The pupils received, as the API shares them out: the most first, then by key; months in time, those too
        that brought nobody."""
        lines = [(visit, group) for visit in self.visits_between(first, last) for group in visit.came]
        months = {f"{day:%Y-%m}" for day in _days(first, min(last, today))}
        return {
            "by_lycee": _shared(
                ((one.lycee.uai, _named(one.lycee), one, group) for one, group in lines),
                also={one.uai: _named(one) for one in self.hosts},
            ),
            "by_college": _shared((group.college.uai, _named(group.college), one, group) for one, group in lines),
            "by_department": _shared(
                (group.college.department, DEPARTMENTS[group.college.department], one, group) for one, group in lines
            ),
            "by_level": _shared(((group.level, group.level, one, group) for one, group in lines), ulis=0),
            "by_month": sorted(
                _shared(
                    ((f"{one.on:%Y-%m}", f"{one.on:%Y-%m}", one, group) for one, group in lines),
                    also={month: month for month in months},
                ),
                key=lambda count: str(count["key"]),
            ),
            "by_object": self._objects(first, last),
        }

    def _objects(self, first: date, last: date) -> list[dict[str, Any]]:
        built = [one for visit in self.visits_between(first, last) for one in visit.builds]
        found = []
        for number, name in {(one.tech_object, one.name) for one in built}:
            ones = [one for one in built if one.tech_object == number]
            sums = {
                part: sum(getattr(one, part) for one in ones) for part in ("made", "finished", "working", "taken_home")
            }
            found.append({"id": number, "name": name, **sums, "groups": len(ones), "declared_groups": 0})
        return sorted(found, key=lambda count: (-count["made"], count["name"]))

    def companies(self, first: date, last: date) -> dict[str, tuple[int, int]]:
        """Each company by its SIRET: at how many visits, with how many people in all."""
        came = [one.companies for one in self.visits if first <= one.on <= last]
        found = {siret for one in came for siret, people in one.items() if people}
        return {
            siret: (sum(bool(one.get(siret)) for one in came), sum(one.get(siret, 0) for one in came))
            for siret in found
        }


def _named(school: SchoolCard) -> str:
    return f"{school.name}, {school.commune}"


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _shared(
    lines: Iterable[tuple[str, str, Visit, Came]], *, also: dict[str, str] | None = None, ulis: int | None = None
) -> list[dict[str, Any]]:
    found: dict[str, tuple[str, list[Came], set[int]]] = {
        key: (label, [], set()) for key, label in (also or {}).items()
    }
    for key, label, visit, group in lines:
        _, groups, visits = found.setdefault(key, (label, [], set()))
        groups.append(group)
        visits.add(id(visit))
    counts = [
        {
            "key": key,
            "label": label,
            "pupils": sum(one.counted for one in groups),
            "groups": len(groups),
            "visits": len(visits),
            "declared_pupils": 0,
            "ulis": ulis,
            "declared_visits": 0,
        }
        for key, (label, groups, visits) in found.items()
    ]
    return sorted(counts, key=lambda count: (-int(str(count["pupils"])), str(count["key"])))
