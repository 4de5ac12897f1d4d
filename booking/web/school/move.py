"""Another date for a visit: the same search as everywhere, what a move changes, and the move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import structs
from msgspec.structs import asdict, replace

from booking.door.forms.demands import fresh_of
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, SiteSettings, may
from booking.people.accounts.queries import Teacher
from booking.visits.asking.pairs import Half, other_half
from booking.visits.reservation_states import LIVE
from booking.visits.reservations.acts import MoveVisit
from booking.visits.reservations.in_the_way import InTheWay, in_the_way
from booking.visits.reservations.move import move
from booking.visits.reservations.queries import Visit
from booking.visits.reservations.rules import GroupBusy
from booking.visits.reservations.signed import VisaAsked, visa_asked
from booking.visits.reservations.states import is_late
from booking.web.public.search_class import CARRIED, carried
from booking.web.public.search_for_visitor import search_for
from booking.web.public.search_form import SearchForm, SearchPhrase, search_form
from booking.web.public.search_query import SearchChoice
from booking.web.public.search_results import draw_first, not_yet
from booking.web.school.place_forms import slot_shown
from booking.web.school.visits import one_seen
from booking.words.wording import counted, number, paris, span
from workshops.offer.queries import SlotOnOffer, slots_on_offer
from workshops.offer.rules import MINE, Search
from workshops.refusals import NotFound, Refusal
from workshops.schools.queries import school
from workshops.schools.rules import kilometres
from workshops.slots.queries import SlotCard

PROPOSED = 30


@renders("school/other_dates.html")
class OtherDates(SearchForm, Page, frozen=True):
    """`slots` have room for the pupils that are searched for, `whole` says which have it for all who come;
    `closed` from when on those may be reserved that are only seen. `other`: the half of the class that stays."""

    visit: Visit
    other: Half | None
    slots: Sequence[SlotOnOffer]
    whole: frozenset[int]
    closed: Mapping[int, str]
    found: str
    late: bool
    refusal: Refusal | None
    in_the_way: InTheWay | None


@get("/reservations/{reservation:int}/autre-date", opt=may("visits.keep"))
async def other_dates(request: AnyRequest, reservation: FromPath[int], person: AsTeacher, now: Now) -> Template:
    return await _other_dates_page(await one_seen(reservation, person), person, now, request.query_params)


async def _other_dates_page(
    seen: Visit,
    person: Teacher,
    now: datetime,
    query: Mapping[str, Any],
    *,
    refusal: Refusal | None = None,
    way: InTheWay | None = None,
) -> Template:
    """The class is the visit's; of the same workshop first, then the nearest, unless the search says otherwise."""
    typed = {name: query[name] for name in CARRIED if name in query and name not in {"groupe", "niveau"}}
    if not typed:
        typed = {"vacances": MINE, "tri": "distance"} if person.near else {"vacances": MINE}
    pupils = typed.get("eleves") or str(seen.pupils)
    mine = {"groupe": str(seen.group), "niveau": seen.level, "eleves": pupils}
    visitor_search = await search_for(typed | mine, person, now=now, path=f"/reservations/{seen.id}/autre-date")
    lycee = await school(seen.host)
    slots = await _proposed(visitor_search.search.filters, seen, lycee.uai if lycee else "", now)
    sentence = await search_form(visitor_search, now=now)
    shown = OtherDates(
        **asdict(replace(sentence, phrase=_of_visit(sentence, lycee.uai if lycee else ""))),
        visit=seen,
        other=await _staying(seen),
        slots=slots,
        closed={one.id: words for one in slots if (words := not_yet(one, now) or draw_first(one))},
        whole=frozenset(one.id for one in slots if one.seats_free >= seen.pupils),
        found=counted(len(slots), "autre créneau convient", "autres créneaux conviennent"),
        late=seen.state == "confirmed" and is_late(seen.deadlines, now=now),
        refusal=refusal,
        in_the_way=way,
    )
    return page(shown)


async def _staying(seen: Visit) -> Half | None:
    """The half of the class that is not moved, while it comes or may."""
    other = await other_half(seen.pair, seen.id)
    return other if other is not None and other.state in LIVE else None


async def _proposed(search: Search, seen: Visit, lycee: str, now: datetime) -> list[SlotOnOffer]:
    """The slots of the same workshop, wherever they stand in the list, then the others in their order."""
    free = structs.replace(
        search, only_free=True, takes="whole", later=None, waiting=False, cursor=None, limit=PROPOSED
    )
    there = await slots_on_offer(structs.replace(free, school=free.school or lycee or None), now=now)
    same = [one for one in there.items if one.workshop == seen.workshop]
    known = {seen.slot, *(one.id for one in same)}
    others = [one for one in (await slots_on_offer(free, now=now)).items if one.id not in known]
    return [one for one in same if one.id != seen.slot] + others


def _of_visit(sentence: SearchForm, lycee: str) -> SearchPhrase:
    """« Une autre date pour 4e B, 24 élèves »: the class stays, of fewer pupils maybe; its lycée is a tap away."""
    pupils, place, *rest = sentence.phrase.chips
    search = sentence.search
    again = SearchChoice("le même lycée", search.address(lycee=lycee), search.filters.school == lycee)
    pupils = replace(pupils, name="effectif", before="Une autre date pour", choices=())
    return SearchPhrase(
        [pupils, replace(place, choices=[*place.choices, again] if lycee else place.choices), *rest], ()
    )


@renders("school/move.html")
class MoveAsked(Page, frozen=True):
    """What a move changes, read before it is done: (what, today, afterwards). `asks`: it waits for a new visa;
    `other`: the half of the class that stays."""

    visit: Visit
    other: Half | None
    slot: SlotCard
    changes: Sequence[tuple[str, str, str]]
    asks: bool
    visa: str
    mails: str
    fits: bool
    opens: str
    search: str


@get("/reservations/{reservation:int}/autre-date/{slot:int}", opt=may("visits.keep"))
async def move_page(
    request: AnyRequest, reservation: FromPath[int], slot: FromPath[int], person: AsTeacher, now: Now
) -> Template:
    """The date, the lycée, the way there, the visa and the mails, before the one button that moves the visit."""
    seen, to = await one_seen(reservation, person), await slot_shown(slot)
    if to.id == seen.slot:
        raise NotFound()
    same_place = to.school == seen.host
    holds = same_place and paris(to.starts_at).date() == (seen.signed_on or seen.on)
    visa = visa_asked(seen.state, needed=seen.needs_approval, holds=holds)
    places = ((seen.host_lat, seen.host_lon), (to.lat, to.lon))
    before, after = (_far(person.near, *place) for place in places)
    changes = [
        ("Quand", span(seen.starts_at, seen.ends_at), span(to.starts_at, to.ends_at)),
        ("Lycée", f"{seen.host_name}, {seen.host_commune}", f"{to.school_name}, {to.commune}"),
        ("Atelier", seen.workshop, to.title),
    ]
    if before and after:
        changes.append(("Distance", before, after))
    opens = not_yet(to, now) or draw_first(to)
    shown = MoveAsked(
        visit=seen,
        other=await _staying(seen),
        slot=to,
        changes=changes,
        asks=visa is VisaAsked.FIRST,
        visa=_visa_words(seen, visa),
        mails=_mail_words(visa, same_place=same_place),
        fits=to.state_at(now) == "open" and to.seats_free >= seen.pupils and not opens,
        opens=opens,
        search=carried(request.query_params),
    )
    return page(shown)


def _far(near: tuple[float, float] | None, lat: float | None, lon: float | None) -> str:
    if near is None or lat is None or lon is None:
        return ""
    return f"{number(round(kilometres(*near, lat, lon), 1))} km"


def _visa_words(seen: Visit, visa: VisaAsked) -> str:
    if not seen.needs_approval:
        return "Votre collège n'en demande pas."
    if visa is VisaAsked.FIRST:
        void = f" La demande reprend les {seen.adults_asked} adultes : celle qui est partie avant ne sert plus."
        held = "Demandé de nouveau. D'ici là vous gardez votre visite, et la nouvelle place est tenue."
        return held + (void if seen.adults_asked is not None else "")
    if visa is VisaAsked.AGAIN:
        return "La demande repart au chef d'établissement avec la nouvelle date ; l'ancien lien ne sert plus."
    return "Celui que vous avez reste valable."


def _mail_words(visa: VisaAsked, *, same_place: bool) -> str:
    if visa is not VisaAsked.NOT:
        return "À vous et au chef d'établissement. Le lycée est prévenu quand le visa est donné."
    if same_place:
        return "À vous et au lycée : l'invitation se met à jour dans les agendas."
    return "À vous, au lycée que vous quittez et à celui qui vous reçoit."


async def _dates_again(
    reservation: FromPath[int], person: AsTeacher, now: Now, form: Form, refusal: Refusal
) -> Template:
    seen, way = await one_seen(reservation, person), None
    if isinstance(refusal, GroupBusy):
        way = await in_the_way([int(form.typed["to_slot"])], group=seen.group, scope=person.scope, but=seen.id)
    return await _other_dates_page(seen, person, now, {}, refusal=refusal, way=way)


@post("/reservations/{reservation:int}/autre-date", opt=may("visits.keep"))
@form_act(MoveVisit, page=_dates_again)
async def move_visit(
    asked: MoveVisit, reservation: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now
) -> Redirect:
    seen = await one_seen(reservation, person)
    moved = await move(reservation, asked, school=person.school, by=person.account, fresh=fresh_of(settings), now=now)
    awaited = "changement-demande" if seen.adults_asked is None else "changement-redemande"
    return done(f"/reservations/{reservation}", "visite-deplacee" if moved.asked is None else awaited)
