"""Reserving: one form, one act."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import structs

from booking.door.forms.demands import demand_of, whole_demand_of
from booking.door.forms.drafts import save_for, submitted_fields
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, SiteSettings, may
from booking.people.accounts.queries import Teacher
from booking.visits.absences.answer import AnswerAbsences
from booking.visits.absences.queries import AskedAbsences, absences_asked
from booking.visits.asking.acts import AskDemand, LineAsked
from booking.visits.asking.ask import ask
from booking.visits.asking.pairs import PairOffered, pairs_with
from booking.visits.groups.queries import GroupSeen, groups_of
from booking.visits.reservations.acts import BookSlot
from booking.visits.reservations.book import book
from booking.visits.reservations.in_the_way import InTheWay, elsewhere_then
from booking.visits.reservations.rules import SlotFull
from booking.web.public.away import away_words
from booking.web.public.search_class import (
    ABOUT_CLASS,
    SearchedClass,
    carried,
    carried_class,
    drawn_for,
    drawn_for_another,
    searched_class,
)
from booking.web.public.search_results import draw_first, not_yet
from booking.web.public.slot import distance_to
from booking.web.school.choices import (
    SAID,
    SENTENCE_KM,
    ChoicesOffered,
    choices_offered,
    others_typed,
    said_of,
    sentence_typed,
    slots_wished,
    where_read,
)
from booking.web.school.place_forms import (
    answer_typed,
    as_open_to,
    beyond_words,
    boxes_typed,
    busy_with,
    slot_shown,
    visa_words,
)
from booking.words.wording import paris, school_year_of
from workshops.refusals import Refusal
from workshops.slots.queries import SlotCard, deadlines_at
from workshops.slots.rules import Deadlines

PAIRS_MOST = 3
OF_GROUP = {"group", "pupils", "pour", "vers"}


@renders("school/reserve.html", acts={"asked": BookSlot, "answer": AnswerAbsences})
class ReserveForm(Page, frozen=True):
    """`chosen`: the group that comes; `pairs`: of slots for a class that is too large for this one; `choices`: what to
    wish for besides; `larger`: the search for all its pupils;
    `beyond`: why the group would wait though seats are free, empty where it would not; `absences`: what her collège
    says before, None where it is asked nothing;
    `settled`: too close to be cancelled freely; `visa`: that her principal is asked, empty where none is."""

    slot: SlotCard
    deadlines: Deadlines
    groups: Sequence[GroupSeen]
    others: int
    chosen: GroupSeen | None
    unfit: GroupSeen | None
    pupils: int
    drawn_for: str
    search: str
    larger: str
    pairs: Sequence[PairOffered]
    choices: ChoicesOffered
    sentence_km: int
    key: str
    room: int
    distance_km: float | None
    too_big: bool
    waits: bool
    bookable: bool
    settled: bool
    opens: str
    drawn: str
    away: str
    visa: str
    form: Form | None
    refusal: Refusal | None
    in_the_way: InTheWay | None
    beyond: str
    absences: AskedAbsences | None


@get("/creneaux/{slot:int}/reserver", opt=may("visits.ask"))
async def reserve_page(request: AnyRequest, slot: FromPath[int], person: AsTeacher, now: Now) -> Template:
    """The form, with what the search or the slot's page already said, or what was typed before."""
    return await _form_page(request, slot, person, now, form=_typed_before(request))


def _typed_before(request: AnyRequest) -> Form | None:
    state = request.scope["state"]
    if (draft := state.get("draft")) is None:
        return None
    if "group" not in draft.typed:
        # She went to add a group: nothing happened to her session.
        del state["draft"]
    else:
        state["draft_drawn"] = True
    return Form({name: told[-1] for name, told in draft.typed.items()})


@post("/creneaux/{slot:int}/reserver", opt=may("visits.ask") | {"shown_again": True})
async def redraw(
    request: AnyRequest, slot: FromPath[int], person: AsTeacher, settings: SiteSettings, now: Now
) -> Template | Redirect:
    """Another group chosen, or a group to add: nothing is reserved, and what was typed stays."""
    form = Form(await request.form())
    if form.typed.get("vers") != "groupe":
        return await _form_page(request, slot, person, now, form=form)
    typed = {name: told for name, told in (await submitted_fields(request)).items() if name not in OF_GROUP}
    back = await save_for(request, settings, person.account, typed, now=now)
    where = back.url if back else f"/creneaux/{slot}/reserver{carried(request.query_params)}"
    asked = {"next": where, **{name: told for name in ABOUT_CLASS[1:] if (told := request.query_params.get(name))}}
    cookies = [back.cookie] if back else []
    return Redirect(f"/mes-groupes?{urlencode(asked)}#ajouter", status_code=303, cookies=cookies)


async def _form_page(
    request: AnyRequest,
    slot: int,
    person: Teacher,
    now: datetime,
    *,
    form: Form | None = None,
    refusal: Refusal | None = None,
) -> Template:
    asked = await slot_shown(slot)
    if form is not None:
        form.tell_most(pupils=asked.seats)
    groups = await groups_of(person.scope, school_year=school_year_of(asked.starts_at))
    fitting = [one for one in groups if one.level in asked.levels]
    searched = searched_class(request.query_params, groups)
    group = _chosen(fitting, searched, form, elsewhere=await elsewhere_then(slot, [group.id for group in fitting]))
    pupils = _proposed(group, searched, form) if group else 0
    seen = await as_open_to(asked, group)
    pairs: list[PairOffered] = []
    room = seen.seats_free if seen.groups_free else 0
    if group is not None:
        of_class: dict[str, Any] = {"level": group.level, "pupils": pupils, "waits": not person.awaiting}
        pairs = await pairs_with(asked, **of_class, limit=PAIRS_MOST, now=now)
    beyond = await beyond_words(group, seen, now)
    opens, deadlines = not_yet(seen, now), await deadlines_at(seen, college=person.school)
    at_once = seen.draws_at is None and not beyond and room >= min(pupils, seen.seats)
    shown = ReserveForm(
        slot=seen,
        groups=fitting,
        others=len(groups) - len(fitting),
        chosen=group,
        unfit=searched.group if searched.group is not None and searched.group not in fitting else None,
        pupils=pupils,
        drawn_for=drawn_for(group.id, pupils) if group else "",
        search=carried_class(request.query_params, searched),
        larger=carried(request.query_params, groupe=group.id, niveau=group.level, eleves=pupils) if group else "",
        pairs=pairs,
        choices=await choices_offered(
            [asked], group, person, pupils=pupils, query=request.query_params, form=form, now=now
        ),
        sentence_km=SENTENCE_KM,
        key=_key(form, refused=refusal is not None),
        room=room,
        distance_km=distance_to(person, seen.lat, seen.lon),
        too_big=pupils > seen.seats,
        beyond=beyond,
        waits=bool(beyond)
        or (seen.draws_at is None and waits(pupils, seats=seen.seats, room=room, full=isinstance(refusal, SlotFull))),
        bookable=seen.state_at(now) == "open" and not opens,
        settled=deadlines.free_cancellation <= now,
        deadlines=deadlines,
        opens=opens,
        drawn=draw_first(seen),
        away=await away_words(person.school, paris(seen.starts_at).date()),
        visa=await visa_words(person, seen, at_once=at_once, now=now) if group else "",
        form=form,
        refusal=refusal,
        in_the_way=await busy_with(refusal, [slot, *slots_wished(form)], group, person),
        absences=await absences_asked(person.school, now=now),
    )
    return page(shown)


def waits(pupils: int, *, seats: int, room: int, full: bool) -> bool:
    """Whether a group that the slot could take is offered to wait: there is no room for it, or there was none."""
    return pupils <= seats and (full or room < pupils)


def _key(form: Form | None, *, refused: bool) -> str:
    """The key of one sending: kept while the form is only drawn again, another after a refusal."""
    typed = form.typed.get("key", "") if form is not None and not refused else ""
    return typed or str(uuid.uuid4())


def _chosen(
    fitting: list[GroupSeen], searched: SearchedClass, form: Form | None, *, elsewhere: Set[int]
) -> GroupSeen | None:
    """The group typed, else the one searched for, else the first that is like it and not elsewhere at that hour."""
    wanted = form.typed.get("group") if form is not None else None
    wanted = wanted or (str(searched.group.id) if searched.group is not None else "")
    if (named := next((group for group in fitting if str(group.id) == wanted), None)) is not None:
        return named
    level = [group for group in fitting if group.level == searched.level] or fitting
    level = [group for group in level if group.id not in elsewhere] or level
    return next((group for group in level if group.pupils == searched.pupils), level[0] if level else None)


def _proposed(group: GroupSeen, searched: SearchedClass, form: Form | None) -> int:
    """How many pupils come: what was typed for this group, what the search said of it, else the whole group."""
    if form is not None and form.typed.get("pupils", "").strip():
        typed = searched_class({"eleves": form.typed["pupils"]}).pupils
        if not drawn_for_another(form.typed.get("pour"), group.id, typed):
            return typed or group.pupils
        del form.typed["pupils"]
        return group.pupils
    same = searched.group.id == group.id if searched.group is not None else searched.level in {"", group.level}
    return searched.pupils if same and searched.pupils is not None else group.pupils


async def _asked_again(request: AnyRequest, person: AsTeacher, now: Now, form: Form, refusal: Refusal) -> Template:
    typed = form.typed.get("slot", "")
    slot = int(typed) if re.fullmatch("[0-9]{1,9}", typed) else 0
    return await _form_page(request, slot, person, now, form=form, refusal=refusal)


@post("/reservations", opt=may("visits.ask") | {"form_on": "/creneaux/{slot}/reserver"})
@form_act(BookSlot, page=_asked_again, boxes=boxes_typed)
async def create(asked: BookSlot, form: Form, person: AsTeacher, settings: SiteSettings, now: Now) -> Redirect:
    key = form.text("key", label="Clé d'envoi", most=80)
    if drawn_for_another(form.typed.get("pour"), asked.group, asked.pupils):
        form.errors["pupils"] = "Élèves : c'était le nombre de l'autre groupe. Vérifiez celui-ci, puis envoyez."
    others, sentence = await others_typed(form, [asked.slot]), sentence_typed(form)
    await answer_typed(form, person, now=now)
    if others or sentence:
        said = {name: told for name, told in structs.asdict(asked).items() if name != "slot"}
        demand = AskDemand(lines=[LineAsked(slot=asked.slot), *others, *sentence], **said)
        wait = asked.wait or bool(sentence)
        granted = await ask(whole_demand_of(demand, person, settings, key=key), wait=wait, now=now)
        return done(where_read(granted, whole=bool(sentence)), said_of(granted))
    booked = await book(demand_of(asked, person, settings, key=key), now=now)
    asked_first = "demande-tenue" if person.awaiting else SAID[booked.state]
    if booked.demand is not None and booked.state == "waiting":
        asked_first = "attend-aussi"
    if booked.beyond:
        asked_first = "en-attente-au-dela"
    return done(f"/reservations/{booked.id}", "deja-reservee" if booked.repeated else asked_first)
