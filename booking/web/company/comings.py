"""A company's comings: what is ahead, announcing one, taking one back.

A company changes a coming: how many people, to do what, with which message.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from booking.calendar.invites.invite import invitation_for_company
from booking.day.photos.keep_photo import read_photo
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, invitation_file, page, renders, shown_photo
from booking.door.rights.guards import Now, SiteSettings, may
from booking.people.accounts.queries import CompanyPerson
from booking.programme.company_years.queries import plan_of, years_of
from booking.programme.company_years.rules import PlanMonth, hours_words
from booking.programme.evening.queries import Gave, Received, gave, photo_for_company, received
from booking.visits.attendance.acts import ChangeComing, TellComing, WithdrawComing
from booking.visits.attendance.announce import announce
from booking.visits.attendance.change import change, withdraw
from booking.visits.attendance.queries import Coming, coming, comings_of, named_by
from booking.visits.attendance.rules import may_change, refuse_announcement, why_over
from booking.visits.attendance.sessions import SlotForCompany, session, sessions_for
from booking.visits.phones.queries import PersonToCall, reached_at
from booking.visits.phones.queries import shown as phones_shown
from booking.words.wording import school_year_of
from workshops.companies.queries import company as company_card
from workshops.companies.queries import place_of
from workshops.companies.rules import CompanyPlace
from workshops.refusals import Refusal, or_not_found

SHOWN = 3


@renders("company/comings.html", acts={"leaving": WithdrawComing})
class OwnComings(Page, frozen=True):
    """What is ahead, and the whole `year`; `sessions` are those that still look for companies."""

    company: int
    name: str
    ahead: list[Coming]
    asked: list[Coming]
    year: str
    plan: list[PlanMonth]
    years: list[str]
    sessions: list[SlotForCompany]
    place: CompanyPlace | None
    now: datetime
    reached: Mapping[int, Sequence[PersonToCall]]


@renders("company/announce.html", acts={"asked": TellComing})
class Announce(Page, frozen=True):
    """`closed`: why this session takes nobody more, this company included. `nobody`: no group comes, nor will any."""

    session: SlotForCompany
    closed: Refusal | None
    nobody: bool


@get("/entreprise", opt=may("comings.announce"))
async def own_comings(person: NamedDependency[CompanyPerson], now: Now) -> Template:
    company = person.company
    place = await place_of(or_not_found(await company_card(company)))
    comings = await comings_of(company)
    year = school_year_of(now)
    ahead = [one for one in reversed(comings) if one.state == "announced" and one.ends_at > now]
    near = [one for one in ahead if phones_shown(one.state, starts_at=one.starts_at, ends_at=one.ends_at, now=now)]
    lycees = await reached_at({one.host for one in near})
    shown = OwnComings(
        company=company,
        name=person.company_name,
        ahead=ahead,
        reached={one.id: [each for each in lycees if each.whom == one.host] for one in near},
        asked=[one for one in reversed(comings) if one.state == "asked" and one.starts_at > now],
        year=year,
        plan=await plan_of(company, year=year),
        years=await years_of(company, now=now),
        sessions=await sessions_for(company, near=place, now=now, limit=SHOWN),
        place=place,
        now=now,
    )
    return page(shown)


@get("/creneaux/{slot:int}/venue", opt=may("comings.announce"))
async def announce_page(slot: FromPath[int], person: NamedDependency[CompanyPerson], now: Now) -> Template:
    return _announce_page(or_not_found(await session(slot, company=person.company)), now)


async def _announce_again(
    slot: FromPath[int], person: NamedDependency[CompanyPerson], now: Now, form: Form
) -> Template:
    seen = or_not_found(await session(slot, company=person.company))
    form.tell_most(people=max(1, seen.places_free))
    return _announce_page(seen, now)


def _announce_page(seen: SlotForCompany, now: datetime) -> Template:
    try:
        refuse_announcement(seen.as_places(), people=1, now=now)
        closed = None
    except Refusal as no:
        closed = no
    return page(Announce(seen, closed, seen.nobody_comes(now)))


@post("/creneaux/{slot:int}/venues", opt=may("comings.announce") | {"form_on": "/creneaux/{slot}/venue"})
@form_act(TellComing, page=_announce_again)
async def announce_coming(
    asked: TellComing, slot: FromPath[int], person: NamedDependency[CompanyPerson], settings: SiteSettings, now: Now
) -> Redirect:
    made = await announce(
        asked,
        slot=slot,
        company=person.company,
        by=person.account,
        uid=settings.new_uid(),
        badge_salt=uuid.uuid4(),
        secret_key=settings.secret_key,
        now=now,
    )
    seen = await coming(made, scope=person.scope)
    return done("/entreprise", "venue-demandee" if seen and seen.state == "asked" else "presence-annoncee")


@post("/venues/{attendance:int}/retrait", opt=may("comings.announce"))
@form_act(WithdrawComing, page=own_comings.fn, each="attendance")
async def take_back(
    asked: WithdrawComing, attendance: FromPath[int], person: NamedDependency[CompanyPerson], now: Now
) -> Redirect:
    await withdraw(attendance, asked, company=person.company, by=person.account, now=now)
    return done("/entreprise", "presence-retiree")


@get("/venues/{attendance:int}/invitation.ics", opt=may("comings.announce"))
async def invitation_ics(
    request: AnyRequest, attendance: FromPath[int], person: NamedDependency[CompanyPerson], settings: SiteSettings
) -> Response[bytes]:
    made = await invitation_for_company(
        attendance, company=person.company, email=person.email, name=person.name, settings=settings
    )
    return invitation_file(made, request)


@renders("company/past_coming.html")
class PastComing(Page, frozen=True):
    """A coming to a session that its lycée has closed: what it was, in counts, and the hours `given`."""

    coming: Coming
    visit: Received
    given: Gave
    lasting: Callable[[timedelta], str]


@renders("company/change_coming.html", acts={"asked": ChangeComing})
class OneComing(Page, frozen=True):
    """`over`: why it changes no more, empty while it does. `visitors`: the names that its company has given for the
    lycée's register, one a line."""

    coming: Coming
    session: SlotForCompany
    over: str
    visitors: str


@get("/venues/{attendance:int}", opt=may("comings.announce"))
async def coming_page(attendance: FromPath[int], person: NamedDependency[CompanyPerson], now: Now) -> Template:
    return await _coming_page(attendance, person, now)


async def _coming_again(
    attendance: FromPath[int], person: NamedDependency[CompanyPerson], now: Now, form: Form
) -> Template:
    return await _coming_page(attendance, person, now, form)


async def _coming_page(attendance: int, person: CompanyPerson, now: datetime, form: Form | None = None) -> Template:
    seen = or_not_found(await coming(attendance, scope=person.scope))
    if (given := await gave([attendance])) and (visits := await received([seen.slot])):
        return page(PastComing(seen, visits[0], given[0], lasting=hours_words))
    changeable = may_change(seen.state, slot=seen.slot_state, starts_at=seen.starts_at, now=now)
    there = or_not_found(await session(seen.slot, company=person.company))
    if form is not None:
        form.tell_most(people=seen.people + there.places_free)
    shown = OneComing(
        coming=seen,
        session=there,
        over="" if changeable else why_over(seen.state, slot=seen.slot_state, ends_at=seen.ends_at, now=now),
        visitors=await named_by(person.company, attendance=attendance),
    )
    return page(shown)


@get("/venues/{attendance:int}/photos/{build:int}", opt=may("comings.announce"))
async def photo_of_object(
    attendance: FromPath[int], build: FromPath[int], person: NamedDependency[CompanyPerson], settings: SiteSettings
) -> Response[bytes]:
    """The photo of an object on which nobody is, to a company that came."""
    name = await photo_for_company(build, attendance=attendance, scope=person.scope)
    return shown_photo(await read_photo(name, data_dir=settings.data_dir))


@post("/venues/{attendance:int}", opt=may("comings.announce"))
@form_act(ChangeComing, page=_coming_again)
async def change_coming(
    asked: ChangeComing, attendance: FromPath[int], person: NamedDependency[CompanyPerson], now: Now
) -> Redirect:
    await change(attendance, asked, company=person.company, by=person.account, now=now)
    return done("/entreprise", "venue-changee")
