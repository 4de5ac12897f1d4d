"""Closing a visit: announced, scanned and counted by eye, side by side; the host validates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.checkin.close_slot import ADULTS_MOST, PEOPLE_MOST, PUPILS_MOST, close_slot
from booking.day.checkin.open_desk import open_desk
from booking.day.checkin.roster import ExpectedCompany, ExpectedGroup, Roster
from booking.day.checkin.rules import GAP_REASONS, CompanyCount, GroupHeadcount, gap_of, gap_words
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page
from booking.door.rights.guards import HOST
from booking.people.accounts.queries import Host
from booking.process.settings import Settings
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.slots.queries import CountedBefore, counted_before

NOTE_TYPED = 150


@dataclass(frozen=True)
class ClosingForm(Page, template="desk/close.html"):
    """What was announced and scanned, to be validated; no `helper` comes here.

    `before` is what the last closing had counted of each group, where the visit was reopened, `gaps` the reason and the
    note of each, and `people_before` the people of each company, by SIRET: the form begins with it.
    """

    seen: Roster
    now: datetime
    reasons: Mapping[str, str]
    before: Mapping[int, CountedBefore]
    gaps: Mapping[int, tuple[str, str]]
    people_before: Mapping[str, int] | None
    form: Form | None = None
    refusal: Refusal | None = None
    helper: bool = False


@get("/accueil/{slot:int}/cloture", opt=HOST)
async def closing_page(
    slot: FromPath[int],
    person: NamedDependency[Host],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
    return done(f"/accueil/{slot}") if seen.done else await _form_page(seen, now)


async def _form_page(seen: Roster, now: datetime, *, status: int = 200, **more: Any) -> Template:
    reasons = {"": "Pas d'écart", **GAP_REASONS}
    every = await counted_before(seen.slot)
    last = [one for one in every if one.reopened_at == every[0].reopened_at]
    before = {one.group_ref: one for one in last if one.group_ref is not None}
    people_before = {one.siret: one.counted for one in last if one.siret} if last else None
    gaps = {one.reservation: gap_of(was.note) for one in seen.received if (was := before.get(one.reservation))}
    return page(ClosingForm(seen, now, reasons, before, gaps, people_before, **more), status=status)


def _pupils(form: Form, group: ExpectedGroup, *, absent: bool) -> int:
    """Nobody is counted for the host: only the box of an absent group stands for a number."""
    label = f"Élèves de {group.label}"
    return form.whole(f"pupils-{group.reservation}", 0, PUPILS_MOST, label=label, default=0 if absent else None)


def _adults(form: Form, group: ExpectedGroup, *, absent: bool) -> int:
    """With an absent group its adults did not come either, whatever the field holds."""
    label = f"Adultes de {group.label}"
    typed = form.whole(f"adults-{group.reservation}", 0, ADULTS_MOST, label=label, default=0 if absent else None)
    return 0 if absent else typed


def _people(form: Form, one: ExpectedCompany) -> int:
    nobody = form.ticked(f"nobody-{one.company}")
    return form.whole(f"people-{one.company}", 0, PEOPLE_MOST, label=one.name, default=0 if nobody else None)


def _girls(form: Form, group: ExpectedGroup) -> int | None:
    name = f"girls-{group.reservation}"
    return (
        form.whole(name, 0, PUPILS_MOST, label=f"Filles de {group.label}") if form.typed.get(name, "").strip() else None
    )


def _reason(form: Form, reservation: int) -> str:
    chosen = form.choice(f"reason-{reservation}", GAP_REASONS, label="Raison de l'écart", default="")
    return gap_words(chosen, form.text(f"note-{reservation}", label="Précision", most=NOTE_TYPED, required=False))


@post("/accueil/{slot:int}/cloture", opt=HOST)
async def close_visit(
    slot: FromPath[int],
    request: AnyRequest,
    person: NamedDependency[Host],
    settings: NamedDependency[Settings],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
    form = Form(await request.form())
    headcounts = [
        GroupHeadcount(
            reservation=group.reservation,
            pupils=_pupils(form, group, absent=absent),
            adults=_adults(form, group, absent=absent),
            note=_reason(form, group.reservation),
            girls=_girls(form, group),
            absent=absent,
        )
        for group in seen.received
        for absent in (form.ticked(f"absent-{group.reservation}"),)
    ]
    companies = [CompanyCount(one.company, _people(form, one)) for one in seen.companies]
    try:
        form.refuse_if_wrong()
        await close_slot(
            slot,
            headcounts=headcounts,
            companies=companies,
            early=form.ticked("early"),
            account=person.account,
            school=person.school,
            now=now,
        )
    except NotFound:
        raise
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors.update(no.errors)
        return await _form_page(seen, now, status=no.status, form=form, refusal=no)
    return done(f"/accueil/{slot}", "visite-close")
