"""Asking for two slots for a class larger than one: two halves, one page to read, one button; other choices after."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.demands import of_halves, whole_demand_of
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, SiteSettings, may
from booking.visits.absences.answer import AnswerAbsences
from booking.visits.absences.queries import AskedAbsences, absences_asked
from booking.visits.asking.ask import ask
from booking.visits.asking.book_both import BookHalves, HalfAsked
from booking.visits.draws.halves import build_alike, object_words, split, two_objects
from booking.visits.groups.queries import GroupSeen, groups_of
from booking.visits.reservations.acts import PUPILS_MOST
from booking.visits.reservations.in_the_way import InTheWay, asked_there
from booking.visits.reservations.rules import SlotFull
from booking.web.public.away import away_words
from booking.web.public.search_class import SearchedClass, carried, searched_class
from booking.web.public.search_results import draw_first, not_yet
from booking.web.school.choices import (
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
from workshops.acts.fields import inputs_of
from workshops.refusals import NotFound, Refusal
from workshops.slots.queries import SlotCard


@renders("school/halves.html", acts={"asked": BookHalves, "half": HalfAsked, "answer": AnswerAbsences})
class HalvesForm(Page, frozen=True):
    """`slots`: where each half goes; `halves`: how many of the class go there; `fits`: whether all of it finds room;
    `waits`: it waits for both places; `drawn`: when the demands for them are drawn; `beyond`: why the group would wait
    though seats are free; `built` what both make, `two_objects` what is said where they make two; `choices`: what to
    wish for besides.

    `others` are the end of an address for each other class of her own; `visa`: what is said of the principal's;
    `absences`: what her collège says before, None where it is asked nothing; `asked_before`: what the class has there
    already, to which she comes back.
    """

    slots: tuple[SlotCard, SlotCard]
    chosen: GroupSeen | None
    others: Sequence[tuple[str, str]]
    pupils: int
    halves: tuple[int, int]
    fits: bool
    waits: bool
    built: str
    two_objects: str
    bookable: bool
    opens: str
    drawn: str
    beyond: str
    choices: ChoicesOffered
    sentence_km: int
    visa: str
    search: str
    key: str
    away: Sequence[str]
    absences: AskedAbsences | None
    form: Form | None = None
    refusal: Refusal | None = None
    in_the_way: InTheWay | None = None
    asked_before: InTheWay | None = None


@get("/creneaux/{slot:int}/moities/{other:int}", opt=may("visits.ask"))
async def halves_page(
    request: AnyRequest, slot: FromPath[int], other: FromPath[int], person: AsTeacher, now: Now
) -> Template:
    """Both slots, the class, how it is split: read once, then asked for."""
    return await _form_page(request, slot, other, person, now)


async def _form_page(
    request: AnyRequest,
    slot: FromPath[int],
    other: FromPath[int],
    person: AsTeacher,
    now: Now,
    *,
    form: Form | None = None,
    refusal: Refusal | None = None,
) -> Template:
    named = await slot_shown(slot), await slot_shown(other)
    first, second = named
    if first.id == second.id or first.school != second.school:
        raise NotFound()
    if form is not None:
        form.tell_most(first=first.seats, second=second.seats, pupils=first.seats + second.seats)
    groups = await groups_of(person.scope, school_year=school_year_of(first.starts_at))
    fitting = [one for one in groups if one.level in first.levels and one.level in second.levels]
    searched = searched_class(request.query_params, groups)
    most = max(first.seats, second.seats)
    chosen = searched.group if searched.group in fitting else _likely(fitting, searched, most)
    same = chosen is not None and searched.group in {None, chosen} and searched.level in {"", chosen.level}
    pupils = 0 if chosen is None else (same and searched.pupils) or chosen.pupils
    halves = split(pupils, *(one.seats_free for one in named))
    first, second = await as_open_to(first, chosen), await as_open_to(second, chosen)
    beyond, drawn = await beyond_words(chosen, first, now), draw_first(first) or draw_first(second)
    full = halves is None or bool(beyond) or isinstance(refusal, SlotFull)
    return page(
        HalvesForm(
            slots=(first, second),
            chosen=chosen,
            others=[
                (carried(request.query_params, groupe=one.id, niveau=one.level, eleves=one.pupils), one.name)
                for one in fitting
                if one != chosen
            ],
            pupils=pupils,
            halves=halves or split(pupils, first.seats, second.seats) or ((pupils + 1) // 2, pupils // 2),
            fits=halves is not None,
            waits=full and not drawn and not person.awaiting,
            built=object_words(first.object_names, second.object_names),
            two_objects=""
            if build_alike(first.object_names, second.object_names)
            else two_objects(first.object_names, second.object_names),
            bookable=all(one.state_at(now) == "open" for one in (first, second)),
            opens=not_yet(first, now) or not_yet(second, now),
            drawn=drawn,
            beyond=beyond,
            choices=await choices_offered(
                named, chosen, person, pupils=pupils, query=request.query_params, form=form, now=now
            ),
            sentence_km=SENTENCE_KM,
            visa=await visa_words(person, first, at_once=False, now=now),
            search=carried(request.query_params),
            key=form.typed.get("key", "") if form is not None and form.errors else str(uuid.uuid4()),
            away=[
                words
                for on in sorted({paris(one.starts_at).date() for one in named})
                if (words := await away_words(person.school, on))
            ],
            absences=await absences_asked(person.school, now=now),
            form=form,
            refusal=refusal,
            in_the_way=await busy_with(refusal, [slot, other, *slots_wished(form)], chosen, person),
            asked_before=await asked_there([slot, other], group=chosen.id, scope=person.scope)
            if chosen is not None and form is None
            else None,
        )
    )


def _likely(groups: Sequence[GroupSeen], searched: SearchedClass, most: int) -> GroupSeen | None:
    """Of the level that was searched for, and too large for one slot, as far as there is such a group."""
    return max(groups, key=lambda group: (group.level == searched.level, group.pupils > most), default=None)


def _halves_typed(form: Form, slot: int, other: int) -> list[HalfAsked]:
    """How many go to each slot; in a draw, how many the class is, since the draw says it."""
    if "pupils" in form.typed:
        whole = form.whole("pupils", 2, PUPILS_MOST, label=inputs_of(HalfAsked)["pupils"].label)
        return [HalfAsked(slot=slot, pupils=(whole + 1) // 2), HalfAsked(slot=other, pupils=whole // 2)]
    inputs = inputs_of(BookHalves)
    pupils = [form.whole(name, 1, PUPILS_MOST, label=inputs[name].label) for name in ("first", "second")]
    return [HalfAsked(slot=slot, pupils=pupils[0]), HalfAsked(slot=other, pupils=pupils[1])]


@post("/creneaux/{slot:int}/moities/{other:int}", opt=may("visits.ask"))
@form_act(BookHalves, page=_form_page, halves=_halves_typed, boxes=boxes_typed)
async def reserve_both(
    asked: BookHalves,
    form: Form,
    slot: FromPath[int],
    other: FromPath[int],
    person: AsTeacher,
    settings: SiteSettings,
    now: Now,
) -> Redirect:
    key = form.text("key", label="Clé d'envoi", most=80)
    form.refuse_if_wrong()
    others, sentence = await others_typed(form, [slot, other]), sentence_typed(form)
    await answer_typed(form, person, now=now)
    demand = of_halves(asked, [*others, *sentence])
    told = None if "pupils" in form.typed else asked.pupils
    whole = whole_demand_of(demand, person, settings, key=key, halves=told)
    granted = await ask(whole, wait=asked.wait or bool(sentence), now=now)
    first = granted.first
    if person.awaiting and first is not None and first.state == "requested":
        return done(f"/reservations/{first.id}", "demande-tenue")
    return done(where_read(granted, whole=bool(sentence)), said_of(granted))
