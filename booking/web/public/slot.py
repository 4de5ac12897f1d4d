"""One slot: what it is, where, the one act that this visitor may do, and sharing it with a colleague."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import SHARED, AnyOf, AsTeacher, Now, SiteSettings, may
from booking.door.rights.session import address_of
from booking.people.accounts import tries
from booking.people.accounts.known import Colleague, colleagues_of
from booking.people.accounts.queries import AtSchool, Host, Person, Teacher
from booking.visits.asking.pairs import PairOffered, pairs_with
from booking.visits.attendance.queries import Coming, companies_at
from booking.visits.groups.queries import groups_of
from booking.visits.sharing.share import share
from booking.web.public.search_class import ABOUT_CLASS, SearchedClass, carried, carried_class, searched_class
from booking.web.public.search_results import CardAct, act_for, draw_first, not_yet
from booking.web.public.unfold import event, unfolded
from booking.words.wording import school_year_of
from workshops.catalogue.queries import ObjectCard, Picture, objects_of, pictures_of
from workshops.refusals import NotFound
from workshops.schools.rules import kilometres
from workshops.slots.queries import SlotCard, deadlines_at, slot_card
from workshops.slots.rules import TO_COME, Deadlines

PAIRS_MOST = 3


@renders("public/slot.html")
class SlotPage(Page, frozen=True):
    """`way`, `act` and `reserve`: the visitor's way in, its words, its address; `coming`: a company's.

    `receives`: its host reads it; `opens`: from when on it may be reserved, while it may not; `draw`: when its demands
    are drawn. `search` is the end of an address that says the class again. `unfolded`: what a link to it shows;
    `event`: the same as schema.org says it.
    """

    slot: SlotCard
    state: str
    objects: list[ObjectCard]
    picture: Picture | None
    companies: list[Coming]
    distance_km: float | None
    deadlines: Deadlines
    pupils: int | None
    search: str
    way: WayIn | None
    act: CardAct
    reserve: str
    pairs: list[PairOffered]
    coming: WayToCome | None
    receives: bool
    opens: str
    draw: str
    sharing: SlotSharing | None
    unfolded: str
    event: dict[str, Any]
    now: datetime


class WayIn(StrEnum):
    """What a collège may do with an open slot."""

    SIGN_IN = "sign_in"
    RESERVE = "reserve"
    WAIT = "wait"
    FEWER = "fewer"


class WayToCome(StrEnum):
    """What a company may do with it."""

    ANNOUNCED = "announced"
    FREE = "free"
    FULL = "full"


def way_in(role: str | None, state: str, *, pupils: int | None, seats: int, free: int) -> WayIn | None:
    """The one act offered to a teacher, or to a visitor who may be one; None where there is nothing to reserve."""
    if state != "open" or role not in {None, "teacher"}:
        return None
    if pupils and pupils > seats:
        return WayIn.FEWER
    if role is None:
        return WayIn.SIGN_IN
    return WayIn.RESERVE if free >= (pupils or 1) else WayIn.WAIT


def way_to_come(role: str | None, state: str, *, announced: bool, places_free: int) -> WayToCome | None:
    """Whether a company may still say that it comes, until the visit is over."""
    if role != "company" or state not in TO_COME:
        return None
    if announced:
        return WayToCome.ANNOUNCED
    return WayToCome.FREE if places_free else WayToCome.FULL


def distance_to(visitor: Person | None, lat: float | None, lon: float | None) -> float | None:
    """Kilometres from the visitor's collège, None when one of the two has no known place; a lycée does not come."""
    if not isinstance(visitor, AtSchool) or isinstance(visitor, Host):
        return None
    if not visitor.school_lat or not visitor.school_lon or not lat or not lon:
        return None
    return kilometres(visitor.school_lat, visitor.school_lon, lat, lon)


@get("/creneaux/{slot:int}", opt=SHARED)
async def slot_page(
    request: AnyRequest, slot: FromPath[int], visitor: AnyOf[Person | None], settings: SiteSettings, now: Now
) -> Template:
    """What the search said of the class is measured against this slot, and goes on to its form."""
    seen = await slot_card(slot)
    if seen is None or seen.state == "draft":
        raise NotFound()
    companies = await companies_at(slot)
    groups = []
    if isinstance(visitor, Teacher) and "groupe" in request.query_params:
        groups = await groups_of(visitor.scope, school_year=school_year_of(seen.starts_at))
    searched = searched_class(request.query_params, groups)
    search = carried_class(request.query_params, searched) if groups else carried(request.query_params)
    role, state, form = visitor.role if visitor else None, seen.state_at(now), f"/creneaux/{slot}/reserver{search}"
    opens = not_yet(seen, now)
    own = visitor.scope.company if visitor else None
    announced = any(one.company == own for one in companies)
    shown = SlotPage(
        slot=seen,
        state=state,
        objects=await objects_of(seen.workshop),
        picture=(await pictures_of([seen.workshop])).get(seen.workshop),
        companies=[one for one in companies if one.state == "announced"],
        distance_km=distance_to(visitor, seen.lat, seen.lon),
        deadlines=await deadlines_at(seen, college=visitor.school) if isinstance(visitor, Teacher) else seen.deadlines,
        pupils=searched.pupils,
        search=search,
        act=act_for(seen, searched, role, state=state, now=now, carried=search),
        way=None if opens else way_in(role, state, pupils=searched.pupils, seats=seen.seats, free=seen.seats_free),
        reserve=form if visitor else f"/connexion?next={quote(form)}",
        pairs=[] if opens else await _pairs(seen, searched, state, visitor, now=now),
        coming=way_to_come(role, state, announced=announced, places_free=seen.company_places_free),
        receives=isinstance(visitor, Host) and visitor.school == seen.school,
        opens=opens,
        draw=draw_first(seen),
        sharing=await sharing_of(searched, visitor) if state == "open" and seen.seats_free else None,
        unfolded=unfolded(seen, state=state),
        event=event(seen, state=state, base_url=settings.base_url),
        now=now,
    )
    return page(shown)


async def _pairs(
    seen: SlotCard, searched: SearchedClass, state: str, visitor: Person | None, *, now: datetime
) -> list[PairOffered]:
    """For a class too large for it: the slots that take its two halves together with this one, or where they wait."""
    if state != "open" or not isinstance(visitor, Teacher | None) or searched.pupils is None:
        return []
    of_class: dict[str, Any] = {"level": searched.level or None, "pupils": searched.pupils}
    waits = visitor is None or not visitor.awaiting
    return await pairs_with(seen, **of_class, waits=waits, limit=PAIRS_MOST, now=now)


# So many mails in a quarter of an hour, from one account and from one collège's address.
TRIES = (10, 40)


class SlotSharing(Struct, frozen=True):
    """The end of the address that others open, and the colleagues whom it may be sent to, with the class said again."""

    address: str
    colleagues: Sequence[Colleague]
    fields: Sequence[tuple[str, object]]


async def sharing_of(searched: SearchedClass, visitor: Person | None) -> SlotSharing:
    """The address names no group: it is read outside of the collège too."""
    colleagues: Sequence[Colleague] = ()
    if isinstance(visitor, Teacher) and not visitor.awaiting:
        found = await colleagues_of(visitor.school, role=visitor.role)
        colleagues = [one for one in found if one.membership != visitor.membership]
    answers = {
        "groupe": searched.group.id if searched.group else "",
        "niveau": searched.level,
        "eleves": searched.pupils or "",
    }
    return SlotSharing(
        address=carried({}, niveau=searched.level, eleves=searched.pupils or ""),
        colleagues=colleagues,
        fields=[(name, answer) for name, answer in answers.items() if answer],
    )


@post("/creneaux/{slot:int}/envoi", opt=may("visits.keep"))
async def send_to_colleague(
    request: AnyRequest, slot: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now
) -> Redirect:
    """The slot's page comes back with what was done."""
    form = Form(await request.form())
    to = form.whole("to", 1, 2**31 - 1, label="Collègue")
    form.refuse_if_wrong()
    answers = {name: form.typed.get(name, "") for name in ABOUT_CLASS}
    groups = await groups_of(person.scope, school_year=school_year_of(now))
    searched = searched_class(answers, groups)
    address = address_of(request, settings)
    await tries.take("share", account=str(person.account), address=address, most=TRIES, now=now)
    await share(
        slot,
        membership=person.membership,
        to=to,
        group=searched.group.id if searched.group else None,
        level=searched.level,
        pupils=searched.pupils,
        by=person.account,
        now=now,
    )
    return done(f"/creneaux/{slot}{carried_class(answers, searched)}", "creneau-envoye")
