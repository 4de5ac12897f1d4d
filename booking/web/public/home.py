"""The first page: what a visit is, and the next ones to reserve."""

from __future__ import annotations

from litestar import get
from litestar.response import Redirect, Template

from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import SHARED, AnyOf, Now
from booking.people.accounts.queries import Person
from booking.web.public.search_class import NO_CLASS
from booking.web.public.search_results import Card, act_for
from workshops.academie.queries import academie, marks
from workshops.academie.rules import Mark, Served
from workshops.catalogue.queries import pictures_of
from workshops.offer.queries import ObjectOnOffer, objects_on_offer, slots_on_offer
from workshops.offer.rules import Search

SHOWN, OBJECTS_SHOWN = 3, 6


@renders("public/home.html")
class Home(Page, frozen=True):
    cards: list[Card]
    objects: list[ObjectOnOffer]
    served: Served
    marks: list[Mark]


@get("/", opt=SHARED | DECIDES_NOTHING)
async def home(visitor: AnyOf[Person | None], now: Now) -> Template | Redirect:
    """A person who is signed in goes to her own first page."""
    if visitor is not None:
        return Redirect(visitor.home, status_code=303)
    offer = await slots_on_offer(Search(only_free=True, later=False, limit=SHOWN), now=now)
    objects = await objects_on_offer(Search(only_open=True), now=now, most=OBJECTS_SHOWN)
    pictures = await pictures_of({one.workshop_id for one in offer.items})
    cards = [
        Card(one, act_for(one, NO_CLASS, None, state=one.state, now=now), pictures.get(one.workshop_id))
        for one in offer.items
    ]
    return page(Home(cards, objects, await academie(), await marks()))
