"""What is given to the programme in kind, the worth of an hour, and its three sums: read by the consortium, kept by the
coordination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Response, Template

from booking.door.forms.form_act import form_act
from booking.door.http.answers import Page, dictionary_of, done, download_table, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import AnyOf, AsCoordinator, Now, may
from booking.people.accounts.queries import Coordinator, OfPartner
from booking.people.accounts.roles import Permission
from booking.programme.company_years.rules import days_of_year
from booking.programme.contributions.export import export_given, export_lycees
from booking.programme.contributions.queries import given, given_by_lycee
from booking.programme.contributions.rules import ACCOUNTS, ROUNDING, Given, LyceeGiven, euros, rate_words
from booking.programme.figures.queries import periods_of
from booking.words.files import DICTIONARY
from booking.words.wording import paris
from workshops.closed_years.queries import frozen_years
from workshops.contributions.queries import funding, rates
from workshops.contributions.rules import (
    FUNDING_KINDS,
    GIVERS,
    FundingEntry,
    FundingKind,
    Giver,
    Rate,
    rate_in,
    standing_on,
)
from workshops.contributions.set_rate import RecordSum, SetRate, record_sum, set_rate
from workshops.programmes.targets.queries import targets
from workshops.refusals import NotFound
from workshops.school_calendar.rules import year_words

PAGE = "/gestion/apports"
# What is taken as a file: a line for each giver, or for each lycée.
BY_LYCEE = "lycee"
LYCEES_SHOWN = 50


@renders("office/contributions.html")
class Contributions(Page, frozen=True):
    """What was given in a `year`, in all where it is empty; each sum with those told before it, the last one first.

    `keeps`: whether the reader may change them; `rated`: the school year whose rates she may set from here, if any.
    `lycees`: the first of those that gave in the year, of so many `lycees_in_all`; `rated_years` lead to rates.
    """

    given: Given
    lycees: Sequence[LyceeGiven]
    lycees_in_all: int
    years: Mapping[str, str]
    year: str
    keeps: bool
    rated: str
    rated_years: Sequence[str]
    sums: Mapping[FundingKind, FundingEntry | None]
    earlier: Mapping[FundingKind, Sequence[FundingEntry]]
    kinds: Mapping[FundingKind, str]
    amounts: Mapping[int, str]
    rounding: str
    accounts: str


@get(PAGE, opt=may("board.read") | DECIDES_NOTHING)
async def contributions_page(person: AnyOf[Coordinator | OfPartner], now: Now, annee: FromQuery[str] = "") -> Template:
    periods = await periods_of(await targets(), now=now)
    period = periods.named(annee)
    entries = await funding()
    sums = standing_on(entries, paris(now).date())
    stand = {entry.id for entry in sums.values() if entry}
    keeps = person.may(Permission.TARGETS_SET)
    lycees = await given_by_lycee(period, now=now) if period.first_year is not None else []
    shown = Contributions(
        given=await given(period, now=now),
        lycees=lycees[:LYCEES_SHOWN],
        lycees_in_all=len(lycees),
        years=periods.choices,
        year=period.name,
        keeps=keeps,
        rated=year_words(period.first_year) if keeps and period.first_year is not None else "",
        rated_years=[name for name in periods.choices if days_of_year(name)] if keeps else [],
        sums=sums,
        earlier={kind: [one for one in entries if one.kind == kind and one.id not in stand] for kind in sums},
        kinds=FUNDING_KINDS,
        amounts={entry.id: euros(entry.euros) for entry in entries},
        rounding=ROUNDING,
        accounts=ACCOUNTS,
    )
    return page(shown)


@get("/gestion/apports.csv", opt=may("board.read") | DECIDES_NOTHING)
async def contributions_csv(
    person: AnyOf[Coordinator | OfPartner],
    now: Now,
    annee: FromQuery[str] = "",
    par: FromQuery[str] = "",
    dictionnaire: FromQuery[str] = "",
) -> Response[bytes]:
    return await _file(annee, par, DICTIONARY if dictionnaire else "csv", person.account, now)


@get("/gestion/apports.xlsx", opt=may("board.read") | DECIDES_NOTHING)
async def contributions_xlsx(
    person: AnyOf[Coordinator | OfPartner], now: Now, annee: FromQuery[str] = "", par: FromQuery[str] = ""
) -> Response[bytes]:
    return await _file(annee, par, "xlsx", person.account, now)


async def _file(year: str, by: str, form: str, account: int, now: datetime) -> Response[bytes]:
    period = (await periods_of(await targets(), now=now)).named(year)
    each = BY_LYCEE if by == BY_LYCEE else ""
    if each:
        lycees = await given_by_lycee(period, now=now)
        content = await export_lycees(lycees, words=period.words, form=form, by=account, now=now)
    else:
        content = await export_given(await given(period, now=now), await funding(), form=form, by=account, now=now)
    of = "-".join(filter(None, ("technilab-apports", "par-lycee" if each else "", period.name)))
    name = f"{of}-du-{paris(now).date().isoformat()}"
    beside = dictionary_of("/gestion/apports.csv", {"annee": period.name, "par": each})
    return download_table(content, name=name, form=form, dictionary=beside)


@renders("office/rate.html", acts={"asked": SetRate})
class RatePage(Page, frozen=True):
    """What an hour of a giver is worth in a school year: the rate that holds, which may be that of an earlier one."""

    who: str
    giver: Giver
    year: str
    held: Rate | None
    typed: str
    carried: str


@get("/gestion/apports/taux/{year:str}/{giver:str}", opt=may("targets.set"))
async def rate_page(year: FromPath[str], giver: FromPath[str]) -> Template:
    first, whose = _year(year), _giver(giver)
    held = rate_in(await rates(), whose, first, closed=set(await frozen_years()))
    shown = RatePage(
        who=GIVERS[whose],
        giver=whose,
        year=year,
        held=held,
        typed=rate_words(held.cents).removesuffix("\u202f€") if held else "",
        carried=year_words(held.school_year) if held and held.school_year != first else "",
    )
    return page(shown)


@post("/gestion/apports/taux/{year:str}/{giver:str}", opt=may("targets.set"))
@form_act(SetRate, page=rate_page.fn)
async def change_rate(
    asked: SetRate, year: FromPath[str], giver: FromPath[str], person: AsCoordinator, now: Now
) -> Redirect:
    await set_rate(_year(year), _giver(giver), asked, by=person.account, now=now)
    return done(f"{PAGE}?annee={year}", "taux-fixe")


def _year(name: str) -> int:
    if (days := days_of_year(name)) is None:
        raise NotFound
    return days[0].year


def _giver(name: str) -> Giver:
    if name not in GIVERS:
        raise NotFound
    return Giver(name)


@renders("office/funding.html", acts={"asked": RecordSum})
class FundingPage(Page, frozen=True):
    """One of the three sums, as it was told each time, the latest date first."""

    kind: FundingKind
    words: str
    entries: Sequence[FundingEntry]
    amounts: Mapping[int, str]
    accounts: str


def _kind(kind: str) -> FundingKind:
    if kind not in FUNDING_KINDS:
        raise NotFound
    return FundingKind(kind)


@get("/gestion/apports/sommes/{kind:str}", opt=may("targets.set"))
async def funding_page(kind: FromPath[str]) -> Template:
    known = _kind(kind)
    entries = [one for one in await funding() if one.kind == known]
    amounts = {entry.id: euros(entry.euros) for entry in entries}
    return page(FundingPage(known, FUNDING_KINDS[known], entries, amounts, ACCOUNTS))


@post("/gestion/apports/sommes/{kind:str}", opt=may("targets.set"))
@form_act(RecordSum, page=funding_page.fn, kind=_kind)
async def tell_sum(asked: RecordSum, kind: FromPath[str], person: AsCoordinator, now: Now) -> Redirect:
    await record_sum(asked, by=person.account, now=now)
    return done(PAGE, "somme-dite")
