"""A collège's visits: the coming ones, each with what is to do next; the past ones, which become a search a year later
(« Revenir l'an prochain »); a teacher's alerts, and how she takes one back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from msgspec import Struct

from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, may
from booking.people.accounts.roles import Permission
from booking.visits.asking.looking import StillLooks, looking_for_more, still_looking
from booking.visits.demands.alert import withdraw
from booking.visits.demands.queries import AlertSeen, alerts_of
from booking.visits.handovers.proposals import Proposal, proposals_to
from booking.visits.preparation.queries import steps_before
from booking.visits.preparation.rules import next_words
from booking.visits.reservation_states import BOOKED, LIVE
from booking.visits.reservations.queries import Visit, visits_of_school
from booking.visits.reservations.whom_to_ask import unasked
from booking.web.school.visits import one_seen
from booking.words.wording import counted, paris
from workshops.offer.rules import Search
from workshops.refusals import NotFound
from workshops.schools.queries import SchoolCard, school
from workshops.schools.rules import LEVELS


class Hoped(Struct, frozen=True):
    """A demand that waits: the `first` of so many `choices`, and the places of it that are being `offered`, of a class
    in two halves by its first one."""

    first: Visit
    choices: int
    offered: Sequence[Visit]


@renders("school/visits.html")
class OwnVisits(Page, frozen=True):
    """`demands`: those of several choices, or of a class in two halves, that have no place yet; `looking`: those that
    only look for what suits, none of their slots being left; `unasked`: the visits whose visa has been asked of nobody;
    `proposed`: those that colleagues propose to her; `follows`: she may have her visits in her agenda."""

    school_name: str
    counts: str
    coming: Sequence[Visit]
    steps: Mapping[int, str]
    demands: Sequence[Hoped]
    looking: Sequence[StillLooks]
    unasked: Collection[int]
    proposed: Sequence[Proposal]
    past: Sequence[Visit]
    alerts: Sequence[AlertSeen]
    follows: bool


# The same weekday of the year that follows, and so many days around it.
A_YEAR, AROUND = timedelta(weeks=52), timedelta(days=15)


@get("/mes-visites", opt=may("visits.ask"))
async def own_visits(person: AsTeacher, now: Now) -> Template:
    ahead = await visits_of_school(person.scope, coming=True, now=now)
    coming = [visit for visit in ahead if visit.state in LIVE]
    over = [visit for visit in reversed(ahead) if visit.state not in LIVE and not _was_a_hope(visit)]
    hoping = _hoping(coming)
    together = {visit.id for hoped in hoping.values() for visit in hoped}
    shown = OwnVisits(
        school_name=person.school_name,
        counts=_counts(coming),
        coming=[visit for visit in coming if visit.id not in together],
        steps=await _steps(coming, person.account, now),
        demands=_demands(hoping, await looking_for_more(hoping, now=now)),
        looking=[demand for demand in await still_looking(person.scope, now=now) if not demand.stands],
        unasked=await unasked([one.id for one in coming if one.state == "requested"]),
        proposed=await proposals_to(person.account, school=person.school, now=now),
        past=[*over, *await visits_of_school(person.scope, coming=False, now=now, limit=30)],
        alerts=await alerts_of(person.membership, now=now),
        follows=person.may(Permission.AGENDA_FOLLOW),
    )
    return page(shown)


async def _steps(coming: Sequence[Visit], account: int, now: datetime) -> dict[int, str]:
    """The next thing to do before each, in one line."""
    steps = await steps_before(coming, reader=account, now=now)
    return {visit: next_words(found, today=paris(now).date()) for visit, found in steps.items()}


def _hoping(coming: Sequence[Visit]) -> dict[int, list[Visit]]:
    """By the number of their demand, the choices that wait, or halves of a class, with the places that it is being
    offered: they are read together, and lead to one answer."""
    offered = {visit.demand for visit in coming if visit.state == "offered"}
    several = [one for one in coming if one.ranked or one.half is not None or one.demand in offered]
    waiting = {visit.demand for visit in several if visit.waits}
    choices: dict[int, list[Visit]] = {}
    for visit in several:
        if visit.demand is not None and visit.demand in waiting and (visit.waits or visit.state == "offered"):
            choices.setdefault(visit.demand, []).append(visit)
    return choices


def _was_a_hope(visit: Visit) -> bool:
    """One of several choices that was given up, for another one or with its demand, and never was a visit."""
    return visit.ranked and visit.state == "cancelled_by_teacher" and visit.confirmed_at is None


def _demands(hoping: Mapping[int, Sequence[Visit]], looking: Mapping[int, int]) -> list[Hoped]:
    """Each demand by the best of its choices that wait; of those that are `looking` the sentence is one more."""
    return [
        Hoped(
            first=min((visit for visit in hoped if visit.waits), key=lambda visit: visit.line),
            choices=len(_lines(hoped) | ({looking[demand]} if demand in looking else set())),
            offered=[visit for visit in hoped if visit.state == "offered" and visit.half != 2],
        )
        for demand, hoped in hoping.items()
    ]


def _lines(hoped: Sequence[Visit]) -> set[int]:
    """The lines of a demand, without a place given back late elsewhere, which is none of them."""
    return {visit.line for visit in hoped if visit.ranked or visit.waits}


def _counts(coming: Sequence[Visit]) -> str:
    """« 2 visites à venir, 1 groupe en attente »; what ended before its day is neither."""
    held = sum(one.state in BOOKED and one.replaces is None for one in coming)
    wait = len({one.group for one in coming if one.state in LIVE - BOOKED and not one.kept})
    visits = counted(held, "visite à venir", "visites à venir") if held else ""
    groups = counted(wait, "groupe en attente", "groupes en attente") if wait else ""
    return ", ".join(filter(None, (visits, groups))) or "Aucune visite à venir"


@post("/mes-visites/alertes/{alert:int}/retrait", opt=may("visits.ask"))
async def withdraw_alert(alert: FromPath[int], person: AsTeacher, now: Now) -> Redirect:
    """Hers alone."""
    await withdraw(alert, membership=person.membership, by=person.account, now=now)
    return done("/mes-visites", "alerte-retiree")


@get("/reservations/{reservation:int}/revenir", opt=may("visits.ask"))
async def come_again(reservation: FromPath[int], person: AsTeacher, now: Now, niveau: FromQuery[str] = "") -> Redirect:
    """The search for the same lycée, as many pupils, the same weeks a year later; the level may be the next one."""
    seen = await one_seen(reservation, person)
    lycee = await school(seen.host)
    if seen.ends_at > now or lycee is None:
        raise NotFound()
    level = niveau if niveau in LEVELS else seen.level
    return Redirect(again(seen, lycee, level, today=paris(now).date()), status_code=303)


def again(seen: Visit, lycee: SchoolCard, level: str, *, today: date) -> str:
    """The address of that search."""
    around = paris(seen.starts_at).date() + A_YEAR
    while around + AROUND <= today:
        around += A_YEAR
    search = Search(
        level=level,
        pupils=seen.pupils,
        from_on=max(around - AROUND, today),
        to_on=around + AROUND,
        college=seen.school,
        school=lycee.uai,
    )
    return f"/creneaux?{urlencode(search.answers)}"
