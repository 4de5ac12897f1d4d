"""Reserving for a class larger than a slot: two halves, one page to read, one button."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.demands import halves_of_class
from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsTeacher, Now, SiteSettings, may
from booking.visits.absences.answer import AnswerAbsences
from booking.visits.absences.queries import AskedAbsences, absences_asked
from booking.visits.asking.book_both import BookHalves, HalfAsked, book_both
from booking.visits.draws.halves import build_alike, object_words, split, two_objects
from booking.visits.groups.queries import GroupSeen, groups_of
from booking.visits.reservations.acts import PUPILS_MOST
from booking.visits.reservations.in_the_way import InTheWay, in_the_way
from booking.visits.reservations.rules import GroupBusy
from booking.web.public.away import away_words
from booking.web.public.search_class import SearchedClass, carried, searched_class
from booking.web.public.search_results import draw_first, not_yet
from booking.web.school.place_forms import answer_typed, boxes_typed, slot_shown
from booking.words.wording import paris, school_year_of
from workshops.act_fields import inputs_of
from workshops.refusals import NotFound, Refusal
from workshops.schools.queries import visa_of
from workshops.slots.queries import SlotCard

SAID = {"confirmed": "moities-reservees", "requested": "moities-visa", "waiting": "moities-attendent"}


@renders("school/halves.html", acts={"asked": BookHalves, "half": HalfAsked, "answer": AnswerAbsences})
class HalvesForm(Page, frozen=True):
    """`slots`: where each half goes; `halves`: how many of the class go there; `fits`: whether all of it finds room;
    `built` what both make, `two_objects` what is said where they make two.

    `others` are the end of an address for each other class of her own; `visa`: the principal is asked before;
    `absences`: what her collège says before, None where it is asked nothing.
    """

    slots: tuple[SlotCard, SlotCard]
    chosen: GroupSeen | None
    others: Sequence[tuple[str, str]]
    pupils: int
    halves: tuple[int, int]
    fits: bool
    built: str
    two_objects: str
    bookable: bool
    opens: str
    visa: bool
    search: str
    key: str
    away: Sequence[str]
    absences: AskedAbsences | None
    form: Form | None = None
    refusal: Refusal | None = None
    in_the_way: InTheWay | None = None


@get("/creneaux/{slot:int}/moities/{other:int}", opt=may("visits.ask"))
async def halves_page(
    request: AnyRequest, slot: FromPath[int], other: FromPath[int], person: AsTeacher, now: Now
) -> Template:
    """Both slots, the class, how it is split: read once, then reserved."""
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
    first, second = await slot_shown(slot), await slot_shown(other)
    if first.id == second.id or first.school != second.school:
        raise NotFound()
    groups = await groups_of(person.scope, school_year=school_year_of(first.starts_at))
    fitting = [one for one in groups if one.level in first.levels and one.level in second.levels]
    searched = searched_class(request.query_params, groups)
    most = max(first.seats, second.seats)
    chosen = searched.group if searched.group in fitting else _likely(fitting, searched, most)
    same = chosen is not None and searched.group in {None, chosen} and searched.level in {"", chosen.level}
    pupils = 0 if chosen is None else (same and searched.pupils) or chosen.pupils
    halves = split(pupils, *(one.seats_free for one in (first, second)))
    days = {paris(one.starts_at).date() for one in (first, second)}
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
            halves=halves or ((pupils + 1) // 2, pupils // 2),
            fits=halves is not None,
            built=object_words(first.object_names, second.object_names),
            two_objects=""
            if build_alike(first.object_names, second.object_names)
            else two_objects(first.object_names, second.object_names),
            bookable=all(one.state_at(now) == "open" for one in (first, second)),
            opens=next((words for one in (first, second) if (words := not_yet(one, now) or draw_first(one))), ""),
            visa=(await visa_of(person.school)).needed,
            search=carried(request.query_params),
            key=form.typed.get("key", "") if form is not None and form.errors else str(uuid.uuid4()),
            away=[words for on in sorted(days) if (words := await away_words(person.school, on))],
            absences=await absences_asked(person.school, now=now),
            form=form,
            refusal=refusal,
            in_the_way=await in_the_way([slot, other], group=chosen.id, scope=person.scope)
            if chosen is not None and isinstance(refusal, GroupBusy)
            else None,
        )
    )


def _likely(groups: Sequence[GroupSeen], searched: SearchedClass, most: int) -> GroupSeen | None:
    """Of the level that was searched for, and too large for one slot, as far as there is such a group."""
    return max(groups, key=lambda group: (group.level == searched.level, group.pupils > most), default=None)


def _halves_typed(form: Form, slot: int, other: int) -> list[HalfAsked]:
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
    await answer_typed(form, person, now=now)
    demands = halves_of_class(asked, person, settings, key=key)
    taken = await book_both(*demands, two_objects=asked.two_objects, wait=asked.wait, now=now)
    said = SAID.get(taken.first.state, "moities-attendent")
    said = "demande-tenue" if person.awaiting else said
    return done(f"/reservations/{taken.first.id}", "deja-reservee" if taken.repeated else said)
