"""Five school years of a small programme over two académies, done by the product's own acts, and what was done kept in
plain lists: what everything should count is added up from these lists alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, product
from math import asin, cos, radians, sin, sqrt

from booking.day.checkin.acts import CompanyCount, GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.record_build import record_build
from booking.programme.past_visits.take_in import take_in
from tests import builders, builders_bts1, builders_ptech
from tests.builders import paris
from workshops.builds.record import RecordBuild
from workshops.coverage.take_in import take_in_head_counts
from workshops.programmes.bts1.add_up import RecordIntake
from workshops.programmes.bts1.keep_lines import RecordStep, record_intake, record_step
from workshops.programmes.ptech.count_cohort import RecordCensus, record_census
from workshops.programmes.ptech.mentor import AddMentor, add_mentor
from workshops.programmes.ptech.open_scheme import EnrolCohort, enrol_cohort
from workshops.scope import EVERYTHING

YEARS = (2024, 2025, 2026, 2027, 2028)
# Those that the coordinator closes while it is looked at.
CLOSED = (2024, 2025)
NOW = paris("2029-01-15 09:00")
TODAY = NOW.date()
FROM, UNTIL = date(2024, 8, 1), date(2029, 7, 31)
# Each target of the programme, and how much is to be reached.
TARGETS = {
    ("technilab", "pupils"): ("Collégiens accueillis", "élèves", 1000),
    ("ptech", "schemes"): ("Dispositifs P-TECH", "dispositifs", 8),
    ("ptech", "pupils"): ("Lycéens en parcours P-TECH", "lycéens", 400),
    ("ptech", "entrants"): ("Lycéens entrés en P-TECH", "entrants", 300),
    ("ptech", "companies"): ("Entreprises mentores P-TECH", "places d'entreprise", 40),
    ("bts1", "courses"): ("Formations BTS+1 ouvertes", "formations", 10),
    ("bts1", "enrolled"): ("Étudiants en BTS+1", "étudiants", 90),
    ("bts1", "completed"): ("Diplômés du BTS+1", "diplômés", 60),
}
LEVELS = ("6e", "5e", "4e", "3e")
BANDS = ((10, "Moins de 10 km"), (25, "De 10 à 25 km"), (50, "De 25 à 50 km"))
FAR = "50 km et plus"


@dataclass
class School:
    uai: str
    name: str
    commune: str
    academie: str
    department: str
    lat: float
    lon: float
    priority: str = ""
    rural: bool | None = None
    id: int = 0


@dataclass(frozen=True)
class Visit:
    """A group's visit as its lycée counted it, or as a file declared it."""

    on: date
    lycee: str
    college: str
    level: str
    pupils: int
    girls: int | None = None
    company: str = ""
    people: int = 0
    made: int = 0
    declared: bool = False

    @property
    def year(self) -> int:
        return self.on.year if self.on.month >= 8 else self.on.year - 1


@dataclass(frozen=True)
class Census:
    cohort: str
    year: int
    term: str
    present: int
    entered: int = 0

    @property
    def on(self) -> date:
        return date(self.year, 10, 1) if self.term == "october" else date(self.year + 1, 6, 1)


@dataclass
class Told:
    """What was done, as it was done."""

    lycees: dict[str, School] = field(default_factory=dict)
    colleges: dict[str, School] = field(default_factory=dict)
    companies: dict[str, int] = field(default_factory=dict)
    lamp: int = 0
    visits: list[Visit] = field(default_factory=list)
    ahead: list[int] = field(default_factory=list)
    cohorts: dict[str, tuple[int, str, int]] = field(default_factory=dict)
    censuses: list[Census] = field(default_factory=list)
    mentors: list[tuple[str, str, date, date | None]] = field(default_factory=list)
    opened: list[date] = field(default_factory=list)
    intakes: list[tuple[int, int, int]] = field(default_factory=list)
    enrolled: dict[tuple[str, int, str], int] = field(default_factory=dict)
    # Of each closed year, the priority education and the commune of each collège on the day of its closing.
    then: dict[int, dict[str, tuple[str, bool | None]]] = field(default_factory=dict)

    def close(self, year: int) -> None:
        self.then[year] = {one.uai: (one.priority, one.rural) for one in self.colleges.values()}

    def facts(self, uai: str, year: int) -> tuple[str, bool | None]:
        """What a collège is counted as in a year."""
        now = self.colleges[uai]
        return self.then[year][uai] if year in self.then else (now.priority, now.rural)

    def held(self, keep: Callable[[Visit], bool] = lambda one: True) -> list[Visit]:
        """The visits between the target's days to which anybody came."""
        return [one for one in self.visits if FROM <= one.on <= min(UNTIL, TODAY) and one.pupils and keep(one)]

    def figure(self, programme: str, metric: str, from_on: date = FROM, to_on: date = UNTIL) -> int:
        """What a target counts between two days, both included."""

        def within(day: date) -> bool:
            return from_on <= day <= to_on

        first = {one.cohort: one for one in sorted(self.censuses, key=lambda it: it.on, reverse=True)}
        figures = {
            ("technilab", "pupils"): sum(one.pupils for one in self.visits if within(one.on)),
            ("ptech", "schemes"): len({of for _, of, entry in self.cohorts.values() if within(date(entry, 9, 1))}),
            ("ptech", "pupils"): sum(one.present for one in self.censuses if one.term == "october" and within(one.on)),
            ("ptech", "entrants"): sum(
                one.present if one is first[one.cohort] else one.entered for one in self.censuses if within(one.on)
            ),
            ("ptech", "companies"): sum(self._places(cohort, from_on, to_on) for cohort in self.cohorts),
            ("bts1", "courses"): sum(within(one) for one in self.opened),
            ("bts1", "enrolled"): sum(enrolled for year, enrolled, _ in self.intakes if within(date(year, 9, 1))),
            ("bts1", "completed"): sum(completed for year, _, completed in self.intakes if within(date(year, 9, 1))),
        }
        return figures[programme, metric]

    def _places(self, cohort: str, from_on: date, to_on: date) -> int:
        """The most companies that a cohort had together on any day, of three."""
        stays = [(firm, since, until or date.max) for of, firm, since, until in self.mentors if of == cohort]
        days = [max(since, from_on) for _, since, until in stays if since <= min(to_on, TODAY) and until >= from_on]
        return min(
            3, max((len({firm for firm, since, until in stays if since <= day <= until}) for day in days), default=0)
        )

    def firms(self, from_on: date = FROM, to_on: date = UNTIL) -> int:
        """The companies that mentored between two days, each once."""
        last = min(to_on, TODAY)
        return len({firm for _, firm, since, until in self.mentors if since <= last and (until or last) >= from_on})

    def band(self, one: Visit) -> str:
        """How far a visit was, as the crow flies."""
        here, there = self.colleges[one.college], self.lycees[one.lycee]
        km = _kilometres(here, there)
        return next((label for most, label in BANDS if km < most), FAR)

    def received(self, college: str, level: str, year: int) -> int:
        """The pupils of a level of this year who came since their 5e."""
        at = LEVELS.index(level)
        classes = {(year - back, LEVELS[at - back]) for back in range(at)}
        return sum(one.pupils for one in self.held() if one.college == college and (one.year, one.level) in classes)


def _kilometres(one: School, other: School) -> float:
    up, along = radians(other.lat - one.lat), radians(other.lon - one.lon)
    part = sin(up / 2) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(along / 2) ** 2
    return 2 * 6371 * asin(sqrt(part))


async def five_years(by: int) -> Told:
    """The programme as it stands on 15 January 2029, with no year closed yet."""
    told = Told()
    await builders.academie(name="Besançon", neighbours=["Dijon"])
    for (programme, metric), (label, unit, target) in TARGETS.items():
        await builders.target(
            programme=programme, metric=metric, label=label, unit=unit, target=target, from_on=FROM, to_on=UNTIL
        )
    for one in (
        School("0250001R", "Lycée Jules Haag", "Besançon", "Besançon", "25", 47.24, 6.02),
        School("0210001M", "Lycée Hippolyte Fontaine", "Dijon", "Dijon", "21", 47.32, 5.04),
    ):
        one.id = await _school(one, kind="lycee")
        await builders_bts1.partner(kind="lycee", name=one.name, school=one.id)
        told.lycees[one.uai] = one
    for one in (
        School("0250011B", "Collège Stendhal", "Besançon", "Besançon", "25", 47.26, 6.03, "REP", False),
        School("0210002N", "Collège Marcelle Pardé", "Dijon", "Dijon", "21", 47.33, 5.05, "", True),
        School("0390002R", "Collège jamais venu", "Dole", "Besançon", "39", 47.09, 5.49, "REP+", None),
    ):
        one.id = await _school(one, kind="college")
        told.colleges[one.uai] = one
    for name in ("Zénith Montres", "Lunettes du Haut-Jura"):
        number = await builders.company(name=name)
        told.companies[name] = number
    told.lamp = await builders.tech_object(name="Lampe à balancier")
    await _visits(told, by)
    await declare(
        told,
        [(date(2024, 11, 12), "0250001R", "0250011B", "4e", 31), (date(2025, 1, 21), "0210001M", "0250011B", "6e", 3)],
        by,
    )
    await _ptech(told, by)
    await _bts1(told, by)
    for year in YEARS:
        await _head_counts(told, year, by)
    return told


async def _school(one: School, *, kind: str) -> int:
    facts = {"commune": one.commune, "department": one.department, "lat": one.lat, "lon": one.lon}
    return await builders.school(kind=kind, uai=one.uai, name=one.name, priority=one.priority, rural=one.rural, **facts)


async def _visits(told: Told, by: int) -> None:
    """Twice a year each collège that comes goes to each lycée; one group of each year does not come; two are ahead."""
    numbers = count()
    workshops = {uai: await builders.workshop(host=one.id, objects=(told.lamp,)) for uai, one in told.lycees.items()}
    coming = [uai for uai in told.colleges if not uai.startswith("039")]
    for year, lycee, college in product(YEARS, told.lycees, coming):
        for on in (date(year, 10, 8), date(year + 1, 3, 18)):
            n = next(numbers)
            day = on + timedelta(days=n % 7)
            level, announced = LEVELS[(n + year) % 4], 14 + n % 9
            firm = list(told.companies)[n % 2] if n % 3 else ""
            if day > TODAY:
                told.ahead.append(announced)
            else:
                came = not (on.month == 10 and n % 5 == 4)
                told.visits.append(
                    Visit(
                        *(day, lycee, college, level),
                        pupils=announced - n % 4 if came else 0,
                        girls=6 + n % 4 if came and n % 3 else None,
                        company=firm,
                        people=1 + n % 3 if firm else 0,
                        made=n % 3 * 2 if came else 0,
                    )
                )
            await _hold(told, workshops[lycee], college, level, announced, day, firm, by)


async def _hold(
    told: Told, workshop: int, college: str, level: str, announced: int, day: date, firm: str, by: int
) -> None:
    slot = await builders.slot(workshop=workshop, starts_at=paris(f"{day} 09:00"))
    group = await builders.group(school=told.colleges[college].id, level=level, pupils=announced)
    visit = await builders.reservation(slot=slot, group=group, pupils=announced)
    number = told.companies[firm] if firm else 0
    if number:
        await builders.attendance(slot=slot, company=number)
    if day > TODAY:
        return
    one, after = told.visits[-1], paris(f"{day} 12:30")
    lycee = told.lycees[one.lycee].id
    if one.made:
        made = RecordBuild(
            tech_object=told.lamp, made=one.made, finished=one.made, working=one.made - 1, taken_home=0, note=""
        )
        await record_build(visit, made, account=by, school=lycee, now=after)
    counted = GroupHeadcount(
        reservation=visit,
        pupils=one.pupils,
        adults=2 if one.pupils else 0,
        girls=one.girls,
        absent=not one.pupils,
        note="Comptés à la porte",
    )
    came = [CompanyCount(company=number, people=one.people)] if number else []
    await close_slot(slot, headcounts=[counted], companies=came, account=by, school=lycee, now=after)


async def declare(told: Told, lines: Iterable[tuple[date, str, str, str, int]], by: int) -> list[Visit]:
    """Visits held outside of Technilab are taken in from a file; returns those that it adds."""
    lines = list(lines)
    content = "date;lycée;collège;niveau;groupe;élèves;source\n" + "".join(
        f"{on:%d/%m/%Y};{lycee};{college};{level};{level} T{n};{pupils};Tableau\n"
        for n, (on, lycee, college, level, pupils) in enumerate(lines)
    )
    await take_in(content.encode(), by=by, now=NOW)
    added = [Visit(*line, declared=True) for line in lines]
    told.visits += added
    return added


async def _ptech(told: Told, by: int) -> None:
    own = {"scope": EVERYTHING, "by": by, "now": NOW}
    firms = list(told.companies)
    for n, (lycee, entries) in enumerate(zip(told.lycees.values(), ((2024, 2026), (2025,)), strict=True)):
        scheme = await builders_ptech.scheme(school=lycee.id, title=f"P-TECH {n}", opens_on=date(2024, 9, 1))
        for entry in entries:
            name = f"{lycee.uai} {entry}"
            number = await enrol_cohort(EnrolCohort(scheme=scheme, entry_year=entry), **own)
            told.cohorts[name] = (number, lycee.uai, entry)
            present = 22 + 2 * n
            for year in range(entry, min(entry + 3, 2029)):
                entered, left = (0, 0) if year == entry else (1 + n, 3)
                present += entered - left
                told.censuses.append(Census(name, year, "october", present, entered))
                await record_census(
                    number,
                    RecordCensus(year, "october", present, girls=present // 3, entered=entered, left_moved=left),
                    **own,
                )
            since = date(entry, 10, 1)
            for firm, until in ((firms[0], date(entry + 1, 6, 30)), (firms[1], None)):
                told.mentors.append((name, firm, since, until))
                await add_mentor(number, AddMentor(company=told.companies[firm], from_on=since, to_on=until), **own)
                since += timedelta(days=300 * n)


async def _bts1(told: Told, by: int) -> None:
    own = {"scope": EVERYTHING, "by": by, "now": NOW}
    for n, lycee in enumerate(told.lycees.values()):
        course = await builders_bts1.course(school=lycee.id, title=f"Bachelor {n}")
        opened = date(2025 + 2 * n, 9, 1)
        for step, on in (("idee", date(2024, 10, 1)), ("montage", date(2025, 1, 6)), ("habilitee", date(2025, 5, 5))):
            await record_step(course, RecordStep(step=step, step_on=on), **own)
        await record_step(course, RecordStep(step="ouverte", step_on=opened), **own)
        told.opened.append(opened)
        for year in range(opened.year, 2029):
            enrolled, completed = 11 + n + year % 3, 8 + year % 2
            told.intakes.append((year, enrolled, completed))
            intake = RecordIntake(school_year=year, places=16, enrolled=enrolled, completed=completed)
            await record_intake(course, intake, **own)


async def _head_counts(told: Told, year: int, by: int) -> None:
    lines = ["numero_college;5eme_total;4eme_total;3eme_total"]
    for n, uai in enumerate(told.colleges):
        counts = {level: 60 + 7 * n + year - 2024 - at for at, level in enumerate(LEVELS[1:])}
        told.enrolled |= {(uai, year, level): pupils for level, pupils in counts.items()}
        lines.append(";".join([uai, *map(str, counts.values())]))
    await take_in_head_counts("\n".join(lines).encode(), school_year=year, by=by, now=NOW)


def days_of(year: int) -> tuple[date, date]:
    """The first and the last day of a school year."""
    return date(year, 8, 1), date(year + 1, 7, 31)


def words_of(year: int) -> str:
    """« 2026-2027 »."""
    return f"{year}-{year + 1}"


def by_key(visits: Iterable[Visit], key: Callable[[Visit], str]) -> dict[str, list[Visit]]:
    """The visits under each of their keys."""
    found: dict[str, list[Visit]] = {}
    for one in visits:
        found.setdefault(key(one), []).append(one)
    return found
