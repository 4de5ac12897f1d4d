"""What a lycée's visits of a school year amount to, beside the year before: the figures that the coordination reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from booking.programme.company_years.queries import WITH_PUPILS
from booking.programme.contributions.queries import given_of_lycee
from booking.programme.contributions.rules import OwnHours
from booking.programme.figures.rates import REFILL, RateFigure, rates_of_lycee
from booking.programme.lycee_year.rules import CollegeCame, Share, YearCounts, share_of_year
from booking.words.wording import school_year_began
from workshops.closed_years.queries import THEN, YEAR_OF, FrozenYear, frozen_year
from workshops.database import rows, value
from workshops.database.row_types import row_as, rows_as
from workshops.programmes.targets.metrics import COUNTED, metric_of
from workshops.programmes.targets.queries import TargetCard, target_named, targets
from workshops.refusals import or_not_found
from workshops.results.measure import instants
from workshops.results.queries import RECEIVES
from workshops.results.rules import A_DAY, year_before
from workshops.results.totals import share
from workshops.school_calendar.rules import first_day_of, paris_day, year_words
from workshops.schools.queries import SchoolCard, school
from workshops.september_hands.queries import own_hands
from workshops.september_hands.rules import HandsSum

# $1: the lycée; $2, $3: from which instant to which. Its visits are few: they are counted themselves, not looked for
# among the sums of all lycées.
_OF_LYCEE = "FROM received r WHERE r.lycee = $1 AND r.starts_at >= $2 AND r.starts_at < $3"
WHOLE = f"""
SELECT count(DISTINCT r.visit)::int AS visits, coalesce(sum(r.groups), 0)::int AS groups,
  coalesce(sum(r.pupils), 0)::int AS pupils,
  coalesce(sum(r.pupils) FILTER (WHERE r.girls IS NOT NULL), 0)::int AS apart, coalesce(sum(r.girls), 0)::int AS girls
{_OF_LYCEE}
"""
# $4: the school year, as which the collèges are known.
COLLEGES = f"""
SELECT c.id, c.name, c.commune, c.department, c.priority, c.lat, c.lon, t.groups, t.pupils FROM (
  SELECT r.college, sum(r.groups)::int AS groups, sum(r.pupils)::int AS pupils {_OF_LYCEE} GROUP BY r.college
) t CROSS JOIN LATERAL {THEN.format(school="t.college", year="$4::int")} c
WHERE t.pupils > 0 ORDER BY t.groups DESC, c.name, c.id
"""  # noqa: S608 - constants only
# Beside each object the last photo that shows one.
OBJECTS = """
SELECT o.id, o.name, made.made, made.finished, made.groups, shown.id AS build, coalesce(shown.photo, '') AS photo
FROM (
  SELECT b.tech_object, coalesce(sum(b.made), 0)::int AS made, coalesce(sum(b.finished), 0)::int AS finished,
    sum(b.groups)::int AS groups
  FROM held h JOIN built b ON b.slot = h.slot
  WHERE h.lycee = $1 AND h.starts_at >= $2 AND h.starts_at < $3 GROUP BY b.tech_object
) made JOIN tech_objects o ON o.id = made.tech_object
LEFT JOIN LATERAL (
  SELECT p.id, p.photo FROM builds p JOIN slots s ON s.id = p.slot
  WHERE p.tech_object = o.id AND p.photo <> '' AND s.school = $1 AND s.state = 'done'
    AND s.starts_at >= $2 AND s.starts_at < $3 ORDER BY s.starts_at DESC, p.id DESC LIMIT 1
) shown ON true
ORDER BY made.finished DESC, made.groups DESC, o.name
"""
COMPANIES = f"""
SELECT coalesce(firm.name, max(t.name)) AS name, count(*)::int AS visits,
  sum((s.ends_at - s.starts_at) * t.people) AS given
FROM slots s JOIN company_turnouts t ON t.slot = s.id AND t.people > 0 LEFT JOIN companies firm ON firm.siret = t.siret
WHERE s.school = $1 AND s.state = 'done' AND s.starts_at >= $2 AND s.starts_at < $3 AND {WITH_PUPILS}
GROUP BY t.siret, firm.name ORDER BY given DESC, name, t.siret
"""  # noqa: S608 - constants only
# $1, $2: the first and the last day of the year.
RECEIVING = f"SELECT count(*) FROM schools h WHERE {RECEIVES.format(since='$1', until='$2')}"  # noqa: S608 - constants only
# How many of its late cancellations there were is told by those taken again.
TOLD_TO_LYCEE = ("no_show", REFILL)
SENDINGS_SHOWN = 5
YEARS = f"SELECT DISTINCT {YEAR_OF.format(at='h.starts_at')} AS year FROM held h WHERE h.lycee = $1"  # noqa: S608 - constants only
_SENDINGS = """
SELECT coalesce(e.also, 0) AS year, e.at, n.to_email AS email, coalesce(a.name, '') AS by_name, n.state
FROM events e JOIN notices n ON n.once = 'year_sent:' || e.id LEFT JOIN accounts a ON a.id = e.by
WHERE e.act = 'year_sent' AND e.about_kind = 'school'"""
LATELY = f"{_SENDINGS} AND e.about = $1 AND n.to_email <> '' ORDER BY e.id DESC LIMIT $2"
ONE = """SELECT coalesce(e.about, 0) AS school, coalesce(e.also, 0) AS year, coalesce(a.name, '') AS by_name
FROM events e LEFT JOIN accounts a ON a.id = e.by WHERE e.id = $1 AND e.act = 'year_sent'"""


class ObjectMade(Struct, frozen=True):
    """What became of one object in a year, and how many groups built it; `build` is the record that the file `photo`
    shows, None without one. Of visits held before Technilab nobody knows how many were made."""

    id: int
    name: str
    made: int
    finished: int
    groups: int
    build: int | None
    photo: str


class CompanyGave(Struct, frozen=True):
    """At how many visits with pupils a company was, and the hours that its people gave together."""

    name: str
    visits: int
    given: timedelta


class Brought(Struct, frozen=True):
    """What the lycée's cohorts or courses bring to a target of P-TECH or BTS+1, since its first day."""

    target: TargetCard
    figure: int
    people: bool


class LyceeYear(Struct, frozen=True):
    """A lycée's school year (2026 is 2026-2027) up to the day `until`, and the year `before` up to the same date: None
    where it had no visit. `rates`: those that say something of it, each beside that of the whole year before.
    `hands`: what was counted in September; `gave`: the hours of its own people."""

    lycee: SchoolCard
    year: int
    until: date
    over: bool
    frozen: FrozenYear | None
    counts: YearCounts
    before: YearCounts | None
    colleges: Sequence[CollegeCame]
    objects: Sequence[ObjectMade]
    companies: Sequence[CompanyGave]
    rates: Sequence[tuple[RateFigure, RateFigure]]
    share: Share | None
    brought: Sequence[Brought]
    hands: HandsSum
    gave: OwnHours

    @property
    def words(self) -> str:
        """« 2026-2027 »"""
        return year_words(self.year)

    @property
    def words_before(self) -> str:
        """« 2025-2026 »"""
        return year_words(self.year - 1)


class SoFar(Struct, frozen=True):
    """How many visits a lycée has closed in a school year, and of how many pupils; `under_way`: it is not over."""

    year: int
    visits: int
    pupils: int
    under_way: bool

    @property
    def words(self) -> str:
        """« 2026-2027 »"""
        return year_words(self.year)


class Sending(Struct, frozen=True):
    """A year that was sent: where to, by whom; `state` is the mail's."""

    year: int
    at: datetime
    email: str
    by_name: str
    state: str

    @property
    def words(self) -> str:
        """« 2026-2027 »"""
        return year_words(self.year)


class YearToSend(Struct, frozen=True):
    """Which year of which lycée a mail tells, and who sends it."""

    school: int
    year: int
    by_name: str


class _Whole(Struct, frozen=True):
    visits: int
    groups: int
    pupils: int
    apart: int
    girls: int


async def lycee_year(lycee: int, year: int, *, now: datetime) -> LyceeYear:
    """A lycée's school year as its host reads it: every figure is the one that the coordination has. Raises NotFound
    for a year that has not begun."""
    today, first, last = paris_day(now), first_day_of(year), first_day_of(year + 1) - A_DAY
    known = or_not_found(await school(lycee) if first <= today else None)
    until = min(last, today)
    colleges, companies = await _colleges(lycee, year, until), await _companies(lycee, first, until)
    counts = _counts(await _whole(lycee, first, until), colleges, companies)
    return LyceeYear(
        lycee=known,
        year=year,
        until=until,
        over=today > last,
        frozen=await frozen_year(year),
        counts=counts,
        before=await _before(lycee, year - 1, year_before(until)),
        colleges=colleges,
        objects=await rows_as(ObjectMade, OBJECTS, lycee, *instants(first, until)),
        companies=companies,
        rates=await _rates(lycee, year),
        share=await _share(first, last, today, counts.pupils),
        brought=await _brought(lycee, now),
        hands=(await own_hands(lycee, year)).whole,
        gave=await given_of_lycee(lycee, first, until),
    )


async def years_of(lycee: int, *, now: datetime) -> list[int]:
    """The school years in which a lycée closed a visit, and the one under way, the latest first."""
    known = {int(held["year"]) for held in await rows(YEARS, lycee)}
    return sorted(known | {school_year_began(now).year}, reverse=True)


async def so_far(lycee: int, starts_at: datetime, *, now: datetime) -> SoFar:
    """What a lycée's school year has come to, that of a visit's date."""
    year = school_year_began(starts_at).year
    last, today = first_day_of(year + 1) - A_DAY, paris_day(now)
    whole = await _whole(lycee, first_day_of(year), min(last, today))
    return SoFar(year, whole.visits, whole.pupils, under_way=today <= last)


async def year_to_send(event: int) -> YearToSend | None:
    """What a mail is to tell; None once nobody remembers that it was asked for."""
    return await row_as(YearToSend, ONE, event)


async def sent_lately(lycee: int, *, most: int = SENDINGS_SHOWN) -> list[Sending]:
    """Where a lycée's year went, the last time first, as long as the addresses of mails are kept."""
    return await rows_as(Sending, LATELY, lycee, most)


async def _whole(lycee: int, since: date, until: date) -> _Whole:
    return or_not_found(await row_as(_Whole, WHOLE, lycee, *instants(since, until)))


async def _colleges(lycee: int, year: int, until: date) -> list[CollegeCame]:
    return await rows_as(CollegeCame, COLLEGES, lycee, *instants(first_day_of(year), until), year)


async def _companies(lycee: int, since: date, until: date) -> list[CompanyGave]:
    return await rows_as(CompanyGave, COMPANIES, lycee, *instants(since, until))


async def _before(lycee: int, year: int, until: date) -> YearCounts | None:
    first = first_day_of(year)
    whole = await _whole(lycee, first, until)
    if not whole.visits:
        return None
    return _counts(whole, await _colleges(lycee, year, until), await _companies(lycee, first, until))


def _counts(whole: _Whole, colleges: Sequence[CollegeCame], companies: Sequence[CompanyGave]) -> YearCounts:
    return YearCounts(
        visits=whole.visits,
        groups=whole.groups,
        pupils=whole.pupils,
        apart=whole.apart,
        girls=whole.girls,
        colleges=len(colleges),
        priority=sum(bool(college.priority) for college in colleges),
        companies=len(companies),
        given=sum((company.given for company in companies), timedelta()),
    )


async def _rates(lycee: int, year: int) -> list[tuple[RateFigure, RateFigure]]:
    both = zip(await rates_of_lycee(lycee, year), await rates_of_lycee(lycee, year - 1), strict=True)
    return [(now, before) for now, before in both if now.among and now.rate.code in TOLD_TO_LYCEE]


async def _share(first: date, last: date, today: date, pupils: int) -> Share | None:
    target = await target_named(*COUNTED)
    if target is None:
        return None
    days = {"from_on": target.from_on, "to_on": target.to_on, "today": today}
    lycees = int(await value(RECEIVING, first, last))
    return share_of_year(target.target, year=(first, last), lycees=lycees, pupils=pupils, **days)


async def _brought(lycee: int, now: datetime) -> list[Brought]:
    found = []
    for target in await targets():
        figure = sum(line.figure for line in await share(target, now=now) if line.school == lycee)
        metric = metric_of(target.programme, target.metric)
        if figure and target.official:
            found.append(Brought(target, figure, people=metric is None or metric.people))
    return found
