"""Changing until when a slot is reserved, for which levels, and which companies it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.visits.slot_changes.restate import restate
from booking.visits.slot_changes.rules import CompaniesAsk, LevelTaken, TradesMeet
from booking.web.host.open_slot import closes_at_of
from booking.web.host.touched import Touched, touched
from booking.words.wording import paris
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.schools.rules import LEVELS
from workshops.slots.queries import SlotCard
from workshops.slots.rules import SlotBegun
from workshops.tech_objects.queries import objects_of


@dataclass(frozen=True)
class ConditionsForm(Page, template="host/restate_slot.html"):
    """What a slot says: `closes_on` is its last day to reserve, `taught` the levels that are ticked."""

    slot: SlotCard
    seen: Touched
    levels: Mapping[str, str]
    taught: Sequence[str]
    objects: Mapping[str, str]
    built: Sequence[str]
    closes_on: date
    today: date
    form: Form | None = None
    refusal: Refusal | None = None


@get("/lycee/creneaux/{slot:int}/conditions", opt=HOST)
async def conditions_page(
    slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template:
    seen = await touched(slot, person)
    if seen.slot.starts_at <= now:
        raise SlotBegun()
    return await _page(seen, now)


async def _page(
    seen: Touched, now: datetime, *, status: int = 200, form: Form | None = None, refusal: Refusal | None = None
) -> Template:
    taught = form.several("levels", LEVELS, label="Niveaux", required=False) if form else seen.slot.levels
    objects = {str(one.id): one.name for one in await objects_of(seen.slot.workshop)}
    own = [str(one) for one in seen.slot.object_ids]
    shown = ConditionsForm(
        slot=seen.slot,
        seen=seen,
        levels={level: level for level in LEVELS},
        taught=taught,
        objects=objects,
        built=form.several("objects", objects, label="Objets", required=False) if form else own,
        closes_on=paris(seen.slot.booking_closes_at).date(),
        today=paris(now).date(),
        form=form,
        refusal=refusal,
    )
    return page(shown, status=status)


@post("/lycee/creneaux/{slot:int}/conditions", opt=HOST)
async def change_conditions(
    request: AnyRequest, slot: FromPath[int], person: NamedDependency[Host], now: NamedDependency[datetime]
) -> Template | Redirect:
    seen, form = await touched(slot, person), Form(await request.form())
    closed_at, closes_at = seen.slot.booking_closes_at, closes_at_of(form)
    objects = {str(one.id): one.id for one in await objects_of(seen.slot.workshop)}
    built = form.several("objects", objects, label="Objets", required=len(objects) > 1)
    asked: dict[str, Any] = {
        # The same day keeps its hour, also one that is over.
        "booking_closes_at": None if closes_at and paris(closes_at).date() == paris(closed_at).date() else closes_at,
        "levels": form.several("levels", LEVELS, label="Niveaux"),
        "one_per_trade": form.ticked("one_per_trade"),
        "on_agreement": form.ticked("on_agreement"),
        "objects": [objects[one] for one in built if one in objects] or None,
        "version": form.whole("version", 0, 999_999, label="Version"),
    }
    try:
        form.refuse_if_wrong()
        changed = await restate(slot, **asked, host_school=person.school, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        match no:
            case Invalid():
                form.errors |= {"closes_on" if one == "booking_closes_at" else one: no.errors[one] for one in no.errors}
            case LevelTaken():
                form.errors["levels"] = no.sentence
            case TradesMeet():
                form.errors["one_per_trade"] = no.sentence
            case CompaniesAsk():
                form.errors["on_agreement"] = no.sentence
        return await _page(seen, now, status=no.status, form=form, refusal=no)
    return done(f"/lycee/creneaux/{slot}", "conditions-changees" if changed else "conditions-gardees")
