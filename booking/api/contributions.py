"""What is given in kind, the worth of an hour, the three sums and who received a class, for machines."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from booking.api.shapes import LIMIT_MOST, Cursor, Limit, Page, answer_of, made, page_of_few
from booking.day.papers.lyceen import lyceen_pdf
from booking.door.http.answers import download
from booking.door.rights.guards import AnyOf, AsCoordinator, AsHost, Now, may
from booking.people.accounts.queries import Coordinator, OfPartner
from booking.programme.company_years.rules import days_of_year
from booking.programme.contributions.queries import given
from booking.programme.contributions.rules import GivenLine
from booking.programme.figures.queries import periods_of
from workshops.contributions.queries import funding, hosts_of, rates, staff_of
from workshops.contributions.rules import HOSTS_MOST, FundingEntry, FundingKind, Giver, rate_in
from workshops.contributions.set_rate import RecordSum, SetRate, record_sum, set_rate
from workshops.contributions.tell_hosts import SayStaff, TellHosts, say_staff, tell_hosts
from workshops.programmes.targets.queries import targets
from workshops.refusals import Invalid, NotFound, or_not_found
from workshops.school_calendar.rules import paris_day, school_year_of, year_words
from workshops.slots.queries import own_slot


class ContributionLine(msgspec.Struct):
    """What one giver gave. `rates` are the euros of an hour, from the first school year to the last; `value` is in
    euros, null without a rate, and lacks the hours of the years `without_rate`."""

    giver: Giver
    minutes: int
    rates: list[float]
    sources: list[str]
    value: int | None
    without_rate: list[str]
    rule: str


class ContributionsAnswer(msgspec.Struct):
    """What was given in a school year, null for the programme's whole life: at how many visits, what it is worth.

    `past_visits`, declared afterwards, bring no hour.
    """

    year: str | None
    from_on: date
    to_on: date
    visits: int
    past_visits: int
    lines: list[ContributionLine]
    value: int | None


class HourlyRateAnswer(msgspec.Struct):
    """What an hour of a giver is worth in a school year."""

    giver: Giver
    year: str
    euros: float
    source: str


class FundingAnswer(msgspec.Struct):
    """A sum of the programme's money as it was told, to a day."""

    id: int
    kind: FundingKind
    euros: int
    counted_on: date
    source: str


class HostsAnswer(msgspec.Struct):
    """How many lycéens and staff received the class of a visit; null where nobody knows."""

    slot_id: int
    lyceens: int | None
    staff: int | None


class StaffAnswer(msgspec.Struct):
    """How many people of one's lycée a slot mobilises besides those who receive, in the school year under way."""

    year: str
    people: int | None


@get("/contributions", opt=may("board.read"))
async def read_contributions(
    person: AnyOf[Coordinator | OfPartner],
    now: Now,
    year: Annotated[
        str | None, QueryParameter(max_length=20, description="A school year, 2026-2027; without it, the whole life.")
    ] = None,
) -> ContributionsAnswer:
    """Hours given to closed visits, with their rate, value and rule."""
    periods = await periods_of(await targets(), now=now)
    if year is not None and year not in periods.years:
        raise Invalid({"year": "Cette année scolaire n'est pas de celles du programme. Écrivez-la ainsi : 2026-2027."})
    period = periods.named(year or "")
    found = await given(period, now=now)
    return ContributionsAnswer(
        year=period.name or None,
        from_on=period.from_on,
        to_on=period.to_on,
        visits=found.visits,
        past_visits=found.declared,
        lines=[_line(line) for line in found.lines],
        value=found.value,
    )


def _line(line: GivenLine) -> ContributionLine:
    return ContributionLine(
        giver=line.giver,
        minutes=line.minutes,
        rates=[cents / 100 for cents in line.cents],
        sources=list(line.sources),
        value=line.value,
        without_rate=[year_words(year) for year in line.unrated],
        rule=line.rule,
    )


@put("/contributions/rates/{year:str}/{giver:str}", opt=may("targets.set"))
async def keep_rate(
    year: FromPath[str], giver: FromPath[str], data: JSONBody[SetRate], person: AsCoordinator, now: Now
) -> HourlyRateAnswer:
    """An hour of this giver is worth so much from a school year on; of a closed year, only with a reason."""
    days = days_of_year(year)
    if days is None or giver not in set(Giver):
        raise NotFound
    first, whose = days[0].year, Giver(giver)
    await set_rate(first, whose, data, by=person.account, now=now)
    held = or_not_found(rate_in(await rates(), whose, first, closed=()))
    return HourlyRateAnswer(giver=whose, year=year, euros=held.cents / 100, source=held.source)


@get("/funding", opt=may("board.read"))
async def list_sums(limit: Limit = LIMIT_MOST, cursor: Cursor = None) -> Page[FundingAnswer]:
    """Every sum that was told, the latest date first: the first of a kind is the one that stands."""
    return page_of_few(await funding(), _sum, of="funding", limit=limit, cursor=cursor)


@get("/funding/{number:int}", opt=may("board.read"))
async def read_sum(number: FromPath[int]) -> FundingAnswer:
    """One of them."""
    return await _told(number)


@post("/funding", opt=may("targets.set"))
async def tell_sum(data: JSONBody[RecordSum], person: AsCoordinator, now: Now) -> Response[FundingAnswer]:
    """A sum to a day, with who says so; those told before stay."""
    number = await record_sum(data, by=person.account, now=now)
    return made(await _told(number), f"/funding/{number}")


async def _told(number: int) -> FundingAnswer:
    return _sum(or_not_found(next((entry for entry in await funding() if entry.id == number), None)))


def _sum(entry: FundingEntry) -> FundingAnswer:
    return answer_of(FundingAnswer, entry, kind=FundingKind(entry.kind))


@get("/slots/{slot:int}/hosts", opt=may("visits.receive"))
async def read_hosts(slot: FromPath[int], person: AsHost) -> HostsAnswer:
    """Who of the lycée received the class of a visit."""
    await own_slot(slot, school=person.school)
    return await _hosts(slot)


@put("/slots/{slot:int}/hosts", opt=may("visits.receive"))
async def keep_hosts(slot: FromPath[int], data: JSONBody[TellHosts], person: AsHost, now: Now) -> HostsAnswer:
    """The two numbers of a closed visit; what is left out is unknown. In a closed year, only with a reason."""
    await tell_hosts(slot, data, school=person.school, by=person.account, now=now)
    return await _hosts(slot)


async def _hosts(slot: int) -> HostsAnswer:
    told = await hosts_of(slot)
    return HostsAnswer(slot_id=slot, lyceens=told.lyceens, staff=told.staff)


@get("/slots/{slot:int}/hosts/attestation.pdf", opt=may("visits.receive"), media_type="application/pdf")
async def print_attestation(
    slot: FromPath[int],
    person: AsHost,
    copies: Annotated[int, QueryParameter(ge=1, le=HOSTS_MOST, description="How many sheets.")] = 1,
) -> Response[bytes]:
    """The sheet that a lycée signs for a lycéen who received a class; the name is written by hand."""
    printed = await lyceen_pdf(slot, school=person.school, copies=copies)
    return download(printed, name=f"attestation-lyceens-{slot}.pdf")


@get("/contributions/staff", opt=may("slots.open"))
async def read_staff(person: AsHost, now: Now) -> StaffAnswer:
    """Whom a slot of one's lycée mobilises besides."""
    return await _staff(person.school, school_year_of(paris_day(now)))


@put("/contributions/staff", opt=may("slots.open"))
async def keep_staff(data: JSONBody[SayStaff], person: AsHost, now: Now) -> StaffAnswer:
    """The whole school year under way counts with it, and those after it."""
    await say_staff(person.school, data, by=person.account, now=now)
    return await _staff(person.school, school_year_of(paris_day(now)))


async def _staff(lycee: int, year: int) -> StaffAnswer:
    return StaffAnswer(year=year_words(year), people=await staff_of(lycee, year=year))
