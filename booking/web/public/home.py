"""The first page: what a visit is, and the next ones to reserve."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import get
from litestar.response import Redirect, Template
from msgspec import Struct

from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import SHARED, AnyOf, Now
from booking.people.accounts.queries import Person
from booking.programme.figures.rules import FEW
from booking.web.public.search_class import NO_CLASS
from booking.web.public.search_results import Card, act_for
from booking.words.ptech import length_words
from booking.words.wording import counted
from workshops.academie.queries import academie, marks
from workshops.academie.rules import Mark, Served
from workshops.builds.queries import taken_home_lately
from workshops.catalogue.queries import pictures_of
from workshops.offer.lengths import VisitLengths, visit_lengths
from workshops.offer.queries import ObjectOnOffer, objects_on_offer, slots_on_offer
from workshops.offer.rules import Search

SHOWN, OBJECTS_SHOWN = 3, 6
# The answers are those of so many slots and groups.
LOOKED_AT = 500
NAMED = 2


class Answer(Struct, frozen=True):
    """What a teacher asks before anything else, and one line that says it."""

    question: str
    words: str


@renders("public/home.html")
class Home(Page, frozen=True):
    answers: list[Answer]
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
    served = await academie()
    lengths = await visit_lengths(now=now, most=LOOKED_AT)
    taken_home = await taken_home_lately(groups=LOOKED_AT, least=FEW)
    return page(Home(answers(lengths, taken_home, served), cards, objects, served, await marks()))


def answers(lengths: VisitLengths, taken_home: Sequence[str], served: Served) -> list[Answer]:
    """How long, what they bring home, is it free, who pays the coach; what nobody knows is not asked."""
    asked = (
        ("Combien de temps ?", _length(lengths)),
        ("Que rapportent les élèves ?", _brought(taken_home)),
        ("Est-ce gratuit ?", served.cost),
        ("Qui paie le car ?", served.coach),
    )
    return [Answer(question, words) for question, words in asked if words]


def _length(lengths: VisitLengths) -> str:
    """« De 2 h à 2 h 30 dans les ateliers »"""
    if lengths.shortest is None or lengths.longest is None:
        return ""
    shortest, longest = length_words(lengths.shortest), length_words(lengths.longest)
    return f"{shortest if shortest == longest else f'De {shortest} à {longest}'} dans les ateliers"


def _brought(taken_home: Sequence[str]) -> str:
    """« Lampe à dynamo, Horloge en laiton et 4 autres objets »"""
    others = len(taken_home) - NAMED
    named = ", ".join(taken_home[:NAMED])
    return f"{named} et {counted(others, 'autre objet', 'autres objets')}" if others > 0 else named
