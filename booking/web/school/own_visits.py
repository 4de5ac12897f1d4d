"""A collège's visits: the coming ones, each with what is to do next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import may
from booking.people.accounts.queries import Teacher
from booking.visits.alerts.queries import AlertSeen, alerts_of
from booking.visits.reservation_states import BOOKED, LIVE
from booking.visits.reservations.queries import Visit, visits_of_school
from booking.visits.reservations.whom_to_ask import unasked
from booking.words.wording import counted


@renders("school/visits.html")
class OwnVisits(Page, frozen=True):
    """`unasked`: the visits whose visa has been asked of nobody."""

    school_name: str
    counts: str
    coming: Sequence[Visit]
    unasked: Collection[int]
    past: Sequence[Visit]
    alerts: Sequence[AlertSeen]


@get("/mes-visites", opt=may("visits.ask"))
async def own_visits(person: NamedDependency[Teacher], now: NamedDependency[datetime]) -> Template:
    coming = await visits_of_school(person.scope, coming=True, now=now)
    shown = OwnVisits(
        school_name=person.school_name,
        counts=_counts(coming),
        coming=coming,
        unasked=await unasked([one.id for one in coming if one.state == "requested"]),
        past=await visits_of_school(person.scope, coming=False, now=now, limit=30),
        alerts=await alerts_of(person.membership, now=now),
    )
    return page(shown)


def _counts(coming: Sequence[Visit]) -> str:
    """« 2 visites à venir, 1 groupe en attente »; what ended before its day is neither."""
    held = sum(one.state in BOOKED and one.replaces is None for one in coming)
    wait = len({one.group for one in coming if one.state in LIVE - BOOKED and not one.kept})
    visits = counted(held, "visite à venir", "visites à venir") if held else ""
    groups = counted(wait, "groupe en attente", "groupes en attente") if wait else ""
    return ", ".join(filter(None, (visits, groups))) or "Aucune visite à venir"
