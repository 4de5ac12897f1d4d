"""Moving, resizing, calling off a series from a day on: asked, then read slot by slot, then done as one act.

The first two are asked on one page, the last on its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import UNSET, Struct

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, may
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.several import (
    Asked,
    Fate,
    Shift,
    change_slots,
    preview_slots,
)
from booking.web.host.change_slot import act_in, comers
from booking.words.wording import DAYS, paris
from workshops.catalogue.queries import RoomCard, rooms_of
from workshops.refusals import Invalid, NotFound, Refusal, Stale
from workshops.school_calendar.rules import wednesday_afternoon
from workshops.series.queries import SeriesHead, series_head, slots_of_series
from workshops.series.rules import OneOfSeries
from workshops.slots.call_off import CallOffSlot
from workshops.slots.restate import ResizeSlot

ACTS = {"deplacement": "serie-deplacee", "places": "serie-places", "annulation": "serie-annulee"}
HERE = "/lycee/creneaux/series/{series:int}/"
KEEPS = "garder"
WEEK = 7


class PreviewedSlot(Struct, frozen=True):
    """A slot of the series in the preview of an act."""

    slot: OneOfSeries
    fate: Fate
    ticked: bool

    @property
    def ticket(self) -> str:
        """The value of its box: the slot, as it was read."""
        return f"{self.slot.id}:{self.slot.version}"

    @property
    def moved(self) -> bool:
        """Whether it would take place at other hours."""
        return (self.fate.starts_at, self.fate.ends_at) != (self.slot.starts_at, self.slot.ends_at)

    @property
    def same_day(self) -> bool:
        """Whether its hours alone change."""
        return paris(self.fate.starts_at).date() == self.slot.on

    @property
    def quiet(self) -> bool:
        """Whether it would go to the half-day that collèges keep free."""
        return self.moved and wednesday_afternoon(self.fate.starts_at, self.fate.ends_at)

    @property
    def touches(self) -> str:
        """« 1 groupe et 2 entreprises »; empty when nobody comes."""
        return comers(self.fate.groups, self.fate.companies)


@renders("host/change_series.html", acts={"shift": Shift, "sizes": ResizeSlot, "called_off": CallOffSlot})
class ChangeSeries(Page, frozen=True):
    """The questions of the acts on a series, and the one that was sent; once `asked`, its `lines`, one a slot from the
    day on."""

    series: SeriesHead
    act: str
    to_come: Sequence[OneOfSeries]
    shifts: Mapping[str, str]
    rooms: Sequence[RoomCard]
    keeps: str
    form: Form | None = None
    lines: Sequence[PreviewedSlot] | None = None
    told: str = ""
    refusal: Refusal | None = None


@get([HERE + "modification", HERE + "annulation"], opt=may("slots.open"))
async def ask_change(request: AnyRequest, series: FromPath[int], person: AsHost, now: Now) -> Template:
    return await _page(request, series, person, now)


@get([HERE + "deplacement", HERE + "places"], opt=may("slots.open"))
async def asked_elsewhere(request: AnyRequest, series: FromPath[int], person: AsHost) -> Redirect:
    """Each had an address of its own."""
    await series_head(series, scope=person.scope)
    where = f"/lycee/creneaux/series/{series}/modification#{act_in(request.url.path)}"
    return Redirect(where, status_code=301)


@post([f"{HERE}{act}/apercu" for act in ACTS], opt=may("slots.open") | {"shown_again": True})
async def see_change(request: AnyRequest, series: FromPath[int], person: AsHost, now: Now) -> Template:
    """What the act would do to each slot; nothing is stored."""
    form = Form(await request.form())
    return await _looked_at(request, series, person, now, form)


@post([HERE + act for act in ACTS], opt=may("slots.open"))
async def change_it(request: AnyRequest, series: FromPath[int], person: AsHost, now: Now) -> Template | Redirect:
    await series_head(series, scope=person.scope)
    form, slots = Form(await request.form()), await slots_of_series(series)
    known = {f"{one.id}:{one.version}": one for one in slots}
    sent = form.several("slots", known, label="Créneaux", required=False)
    versions = {known[one].id: known[one].version for one in sent if one in known}
    try:
        if form.errors.pop("slots", None) is not None:
            raise Stale
        asked = _asked(act_in(request.url.path), form)
        form.refuse_if_wrong()
        await change_slots(asked, slots, versions=versions, school=person.school, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors |= no.errors
        return await _looked_at(request, series, person, now, form, ticked=set(versions), refusal=no)
    return done(f"/lycee/creneaux/series/{series}", ACTS[act_in(request.url.path)])


def _asked(act: str, form: Form) -> Asked:
    """What is asked of each slot. Raises Invalid."""
    match act:
        case "deplacement":
            return form.act(Shift, **({"room": UNSET} if form.typed.get("room") == KEEPS else {}))
        case "places":
            return form.act(ResizeSlot)
        case _:
            return form.act(CallOffSlot)


async def _looked_at(
    request: AnyRequest,
    series: int,
    person: Host,
    now: datetime,
    form: Form,
    *,
    ticked: set[int] | None = None,
    refusal: Refusal | None = None,
) -> Template:
    """What is asked, with what it does to each slot where it can be read."""
    await series_head(series, scope=person.scope)
    since = form.date("since", label="À partir du")
    form.errors.pop("slots", None)
    try:
        asked = _asked(act_in(request.url.path), form)
        form.refuse_if_wrong()
    except Invalid as no:
        form.errors |= no.errors
        return await _page(request, series, person, now, form=form, status=no.status, refusal=refusal)
    to_come = [one for one in await slots_of_series(series) if one.may_change(now) and one.on >= since]
    try:
        lines = await _lines(asked, to_come, person, now, ticked)
    except Invalid as no:
        form.errors |= no.errors
        return await _page(request, series, person, now, form=form, status=no.status, refusal=no)
    status = refusal.status if refusal else 200
    return await _page(request, series, person, now, form=form, status=status, refusal=refusal, lines=lines)


async def _page(
    request: AnyRequest,
    series: int,
    person: Host,
    now: datetime,
    *,
    status: int = 200,
    form: Form | None = None,
    lines: Sequence[PreviewedSlot] | None = None,
    refusal: Refusal | None = None,
) -> Template:
    head = await series_head(series, scope=person.scope)
    to_come = [one for one in await slots_of_series(series) if one.may_change(now)]
    shown = ChangeSeries(
        series=head,
        act=act_in(request.url.path),
        to_come=to_come,
        shifts=_shifts(to_come),
        rooms=await rooms_of(person.school),
        keeps=KEEPS,
        form=form,
        lines=lines,
        told=comers(sum(one.fate.groups for one in lines or ()), sum(one.fate.companies for one in lines or ())),
        refusal=refusal,
    )
    return page(shown, status=status)


async def _lines(
    asked: Asked, slots: Sequence[OneOfSeries], person: Host, now: datetime, ticked: set[int] | None
) -> list[PreviewedSlot]:
    fates = await preview_slots(asked, slots, school=person.school, by=person.account, now=now)
    return [
        PreviewedSlot(slot, fates[slot.id], fates[slot.id].refusal is None and (ticked is None or slot.id in ticked))
        for slot in slots
    ]


def _shifts(slots: Sequence[OneOfSeries]) -> dict[str, str]:
    """By how many days slots may go: to another day of their week where they share one, a week on or back."""
    days = {one.on.weekday() for one in slots}
    shifts = {"0": "Le même jour"}
    if len(days) == 1:
        own = days.pop()
        shifts |= {str(day - own): f"Le {DAYS[day]} de la même semaine" for day in range(6) if day != own}
    else:
        shifts |= {"1": "Le lendemain", "-1": "La veille"}
    return shifts | {str(WEEK): "Une semaine plus tard", str(-WEEK): "Une semaine plus tôt"}
