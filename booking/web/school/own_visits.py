"""A collège's visits: the coming ones, each with what is to do next; the past ones, which become a search a year later
(« Revenir l'an prochain »); a teacher's alerts, and how she takes one back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, may
from booking.visits.asking.looking import StillLooks, looking_for_more, still_looking
from booking.visits.demands.alert import withdraw
from booking.visits.demands.queries import AlertSeen, alerts_of
from booking.visits.handovers.proposals import Proposal, proposals_to
from booking.visits.reservation_states import BOOKED, LIVE
from booking.visits.reservations.queries import Visit, visits_of_school
from booking.visits.reservations.whom_to_ask import unasked
from booking.web.school.visits import one_seen
from booking.words.wording import counted, paris
from workshops.offer.rules import Search
from workshops.refusals import NotFound
from workshops.schools.queries import SchoolCard, school
from workshops.schools.rules import LEVELS


@renders("school/visits.html")
class OwnVisits(Page, frozen=True):
    """`demands`: those of several choices, or of a class in two halves, that have no place yet, each by its first one,
    with how many they are; `looking`: those that only look for what suits, none of their slots being left; `unasked`:
    the visits whose visa has been asked of nobody; `proposed`: those that colleagues propose to her."""

    school_name: str
    counts: str
    coming: Sequence[Visit]
    demands: Sequence[tuple[Visit, int]]
    looking: Sequence[StillLooks]
    unasked: Collection[int]
    proposed: Sequence[Proposal]
    past: Sequence[Visit]
    alerts: Sequence[AlertSeen]


# The same weekday of the year that follows, and so many days around it.
A_YEAR, AROUND = timedelta(weeks=52), timedelta(days=15)


@get("/mes-visites", opt=may("visits.ask"))
async def own_visits(person: AsTeacher, now: Now) -> Template:
    coming = await visits_of_school(person.scope, coming=True, now=now)
    shown = OwnVisits(
        school_name=person.school_name,
        counts=_counts(coming),
        coming=[visit for visit in coming if not _is_hoped(visit) and not _was_a_hope(visit)],
        demands=_demands(coming, await looking_for_more(_hoping(coming), now=now)),
        looking=[demand for demand in await still_looking(person.scope, now=now) if not demand.stands],
        unasked=await unasked([one.id for one in coming if one.state == "requested"]),
        proposed=await proposals_to(person.account, school=person.school, now=now),
        past=await visits_of_school(person.scope, coming=False, now=now, limit=30),
        alerts=await alerts_of(person.membership, now=now),
    )
    return page(shown)


def _is_hoped(visit: Visit) -> bool:
    """One of several choices, or half of a class, of which none may come: it is read with the others, on their demand's
    page."""
    return (visit.ranked or visit.half is not None) and visit.waits


def _was_a_hope(visit: Visit) -> bool:
    """One of several choices that was given up, for another one or with its demand, and never was a visit."""
    return visit.ranked and visit.state == "cancelled_by_teacher" and visit.confirmed_at is None


def _hoping(coming: Sequence[Visit]) -> dict[int, list[Visit]]:
    """The choices that wait, by the number of their demand."""
    choices: dict[int, list[Visit]] = {}
    for visit in coming:
        if _is_hoped(visit) and visit.demand is not None:
            choices.setdefault(visit.demand, []).append(visit)
    return choices


def _demands(coming: Sequence[Visit], looking: Collection[int]) -> list[tuple[Visit, int]]:
    """The best choice of each demand, with how many they are, the sentence of those that are `looking` too."""
    return [
        (min(hoped, key=lambda visit: visit.line), len({visit.line for visit in hoped}) + (demand in looking))
        for demand, hoped in _hoping(coming).items()
    ]


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
