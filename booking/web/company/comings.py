"""A company's comings: what is ahead, announcing one, taking one back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response, Template

from booking.calendar.invites.invite import invitation_for_company
from booking.day.certificates.queries import years_attended
from booking.day.certificates.rules import hours_words
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, invitation_file, page
from booking.door.rights.guards import COMPANY
from booking.people.accounts.queries import CompanyPerson
from booking.process.settings import Settings
from booking.visits.attendance.announce import announce
from booking.visits.attendance.change import withdraw
from booking.visits.attendance.queries import Coming, SlotForCompany, coming, comings_of, session, sessions_for
from booking.visits.attendance.rules import PEOPLE_MOST, ROLES, refuse_announcement
from booking.visits.phones.queries import PersonToCall, reached_at
from booking.visits.phones.rules import shown as phones_shown
from booking.words.wording import WITHDRAWN_WHY
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found

ENDED_BY_LYCEE = {"declined": "Déclinée par le lycée", "called_off": "Séance annulée"}
SHOWN = 3
PAST_SHOWN = 20


@dataclass(frozen=True)
class OwnComings(Page, template="company/comings.html"):
    """What is ahead and what was; `sessions` are those that still look for companies."""

    company: int
    name: str
    ahead: list[Coming]
    asked: list[Coming]
    ended: list[Coming]
    ended_words: Mapping[str, str]
    past: list[Coming]
    lasting: Callable[[timedelta], str]
    years: list[str]
    sessions: list[SlotForCompany]
    now: datetime
    reached: Mapping[int, Sequence[PersonToCall]]
    refusal: Refusal | None
    form: Form | None


@dataclass(frozen=True)
class Announce(Page, template="company/announce.html"):
    """`closed`: why this session takes nobody more, this company included. `nobody`: no group comes, nor will any."""

    session: SlotForCompany
    closed: Refusal | None
    nobody: bool
    people_most: int
    form: Form | None = None
    refusal: Refusal | None = None


@get("/entreprise", opt=COMPANY)
async def own_comings(person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]) -> Template:
    return await _own_page(person, now)


async def _own_page(
    person: CompanyPerson,
    now: datetime,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    form: Form | None = None,
) -> Template:
    company = person.company
    comings = await comings_of(company)
    announced = [one for one in comings if one.state == "announced"]
    ahead = [one for one in reversed(announced) if one.ends_at > now]
    near = [one for one in ahead if phones_shown(one.state, starts_at=one.starts_at, ends_at=one.ends_at, now=now)]
    lycees = await reached_at({one.host for one in near})
    shown = OwnComings(
        company=company,
        name=person.company_name,
        ahead=ahead,
        reached={one.id: [each for each in lycees if each.whom == one.host] for one in near},
        asked=[one for one in reversed(comings) if one.state == "asked" and one.starts_at > now],
        ended=[one for one in reversed(comings) if one.state in ENDED_BY_LYCEE and one.starts_at > now],
        past=[one for one in announced if one.ends_at <= now][:PAST_SHOWN],
        lasting=hours_words,
        years=await years_attended(company),
        sessions=await sessions_for(company, now=now, limit=SHOWN),
        ended_words=ENDED_BY_LYCEE,
        now=now,
        refusal=refusal,
        form=form,
    )
    return page(shown, status=status)


@get("/creneaux/{slot:int}/venue", opt=COMPANY)
async def announce_page(
    slot: FromPath[int], person: NamedDependency[CompanyPerson], now: NamedDependency[datetime]
) -> Template:
    return await _announce_page(slot, person, now)


async def _announce_page(
    slot: int, person: CompanyPerson, now: datetime, *, status: int = 200, **told: Any
) -> Template:
    seen = or_not_found(await session(slot, company=person.company))
    try:
        refuse_announcement(seen.as_places(), people=1, now=now)
        closed = None
    except Refusal as no:
        closed = no
    return page(
        Announce(seen, closed, seen.nobody_comes(now), min(PEOPLE_MOST, seen.places_free), **told), status=status
    )


@post("/creneaux/{slot:int}/venues", opt=COMPANY | {"form_on": "/creneaux/{slot}/venue"})
async def announce_coming(
    request: AnyRequest,
    slot: FromPath[int],
    person: NamedDependency[CompanyPerson],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    company = person.company
    try:
        made = await announce(
            **told_in(form),
            slot=slot,
            company=company,
            by=person.account,
            uid=f"{uuid.uuid4()}@{settings.host}",
            badge_salt=uuid.uuid4(),
            secret_key=settings.secret_key,
            now=now,
        )
    except NotFound:
        raise
    except Refusal as no:
        form.errors.update(no.errors if isinstance(no, Invalid) else {})
        refusal = None if isinstance(no, Invalid) else no
        return await _announce_page(slot, person, now, status=no.status, form=form, refusal=refusal)
    seen = await coming(made, company=company)
    return done("/entreprise", "venue-demandee" if seen and seen.state == "asked" else "presence-annoncee")


def told_in(form: Form) -> dict[str, Any]:
    """How many come, to do what, and what they ask for. Raises Invalid."""
    told = {
        "people": form.whole("people", 1, PEOPLE_MOST, label="Personnes"),
        "role": form.choice("role", ROLES, label="Ce que vous ferez"),
        "message": form.text("message", label="Message au lycée", most=500, required=False, lines=True),
    }
    form.refuse_if_wrong()
    return told


@post("/venues/{attendance:int}/retrait", opt=COMPANY)
async def take_back(
    request: AnyRequest,
    attendance: FromPath[int],
    person: NamedDependency[CompanyPerson],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    why = form.choice(f"why-{attendance}", WITHDRAWN_WHY, label="Pourquoi ne venez-vous plus")
    try:
        form.refuse_if_wrong()
        await withdraw(attendance, company=person.company, why=why, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        return await _own_page(person, now, status=no.status, refusal=no, form=form)
    return done("/entreprise", "presence-retiree")


@get("/venues/{attendance:int}/invitation.ics", opt=COMPANY)
async def invitation_ics(
    request: AnyRequest,
    attendance: FromPath[int],
    person: NamedDependency[CompanyPerson],
    settings: NamedDependency[Settings],
) -> Response[bytes]:
    made = await invitation_for_company(
        attendance, company=person.company, email=person.email, name=person.name, settings=settings
    )
    return invitation_file(made, request)
