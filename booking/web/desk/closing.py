"""Closing a visit: announced, scanned and counted by eye, side by side; the host validates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from booking.day.checkin.acts import CompanyCount, GroupHeadcount
from booking.day.checkin.close_slot import close_at_once, close_slot
from booking.day.checkin.open_desk import open_desk
from booking.day.checkin.roster import ExpectedCompany, ExpectedGroup, Roster
from booking.day.checkin.rules import GAP_REASONS, NotAllTicked, counted_label, gap_of, gap_words
from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsHost, Now, SiteSettings, may
from workshops.acts import AnyAct
from workshops.refusals import Invalid, NotFound, Refusal
from workshops.slots.queries import CountedBefore, counted_before

NOTE_TYPED = 150


@renders("desk/close.html", acts={"count": GroupHeadcount, "firm": CompanyCount})
class ClosingForm(Page, frozen=True):
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


@get("/accueil/{slot:int}/cloture", opt=may("visits.receive"))
async def closing_page(slot: FromPath[int], person: AsHost, settings: SiteSettings, now: Now) -> Template | Redirect:
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


def _group_counted(form: Form, group: ExpectedGroup) -> GroupHeadcount | None:
    """Nobody is counted for the host: only the box of an absent group stands for a number, and for its adults."""
    count = form.part(f"-{group.reservation}")
    if count.ticked("absent"):
        count.typed |= {"pupils": count.typed.get("pupils") or "0", "adults": "0"}
    reason = count.choice("reason", GAP_REASONS, label="Raison de l'écart", default="")
    note = gap_words(reason, count.text("note", label="Précision", most=NOTE_TYPED, required=False))
    pupils = count.whole("pupils", 0, group.counted_most, label=counted_label(group.pupils))
    return _counted(form, count, GroupHeadcount, group.label, reservation=group.reservation, pupils=pupils, note=note)


def _company_counted(form: Form, firm: ExpectedCompany) -> CompanyCount | None:
    count = form.part(f"-{firm.company}")
    if count.ticked("nobody"):
        count.typed |= {"people": count.typed.get("people") or "0"}
    return _counted(form, count, CompanyCount, firm.name, company=firm.company)


def _counted(form: Form, count: Form, act: type[AnyAct], who: str, **known: Any) -> AnyAct | None:
    """What was counted of one of them; what is wrong with it is said to the whole form."""
    try:
        return count.act(act, **known)
    except Invalid:
        number = next(iter(known.values()))
        wrong = count.errors.items()
        form.errors |= {f"{name}-{number}": f"{who}, {told[0].lower()}{told[1:]}" for name, told in wrong}
        return None


@post("/accueil/{slot:int}/cloture", opt=may("visits.receive"))
async def close_visit(
    slot: FromPath[int], request: AnyRequest, person: AsHost, settings: SiteSettings, now: Now
) -> Template | Redirect:
    seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
    form = Form(await request.form())
    headcounts = [_group_counted(form, group) for group in seen.received]
    companies = [_company_counted(form, firm) for firm in seen.companies]
    try:
        form.refuse_if_wrong()
        await close_slot(
            slot,
            headcounts=[count for count in headcounts if count],
            companies=[count for count in companies if count],
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
            _ask_for_the_other_reason(form, seen)
        return await _form_page(seen, now, status=no.status, form=form, refusal=no)
    return done(f"/accueil/{slot}", "visite-close")


@post("/accueil/{slot:int}/cloture/accord", opt=may("visits.receive"))
async def close_agreed(slot: FromPath[int], person: AsHost, settings: SiteSettings, now: Now) -> Template | Redirect:
    """What does not agree any more is counted on the form."""
    try:
        await close_at_once(slot, account=person.account, school=person.school, now=now)
    except NotAllTicked as no:
        seen = await open_desk(slot, school=person.school, secret_key=settings.secret_key)
        return await _form_page(seen, now, status=no.status, refusal=no)
    return done(f"/accueil/{slot}", "visite-close")


def _ask_for_the_other_reason(form: Form, seen: Roster) -> None:
    """« Autre raison » is an answer already: what is missing is the line that says which."""
    for group in seen.received:
        n = group.reservation
        if form.typed.get(f"reason-{n}") == "other" and form.errors.pop(f"reason-{n}", ""):
            form.errors[f"note-{n}"] = f"{group.label}, précision : écrivez quelle autre raison, sans nom."
