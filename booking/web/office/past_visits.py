"""Visits held before Technilab: declaring one, correcting it, taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.read import AnyRequest, Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.people.accounts.rules import local_path
from booking.programme.past_visits.queries import books, closed_years
from booking.programme.past_visits.record import correct_past_visit, record_past_visit, remove_past_visit
from booking.programme.past_visits.rules import COLUMNS, ToConfirm
from booking.programme.past_visits.weigh import said_by
from booking.words.wording import school_year_of
from workshops.catalogue.queries import tech_objects
from workshops.past_visits.queries import PastVisitCard, past_visit
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found
from workshops.schools.queries import SchoolCard, schools_found
from workshops.schools.rules import LEVELS

SUGGESTED = 300
ALL = "/gestion/creneaux?annee=tout&origine=reprises"


@renders("office/past_visit.html")
class PastVisitForm(Page, frozen=True):
    """A visit held before, or a new one; `questions`: what is to be confirmed, `gone`: the form that removes it."""

    visit: PastVisitCard | None
    cells: Mapping[str, str]
    form: Form | None
    year: str
    frozen: bool
    lycees: Sequence[SchoolCard]
    colleges: Sequence[SchoolCard]
    objects: Mapping[str, str]
    levels: Mapping[str, str]
    back: str
    questions: Sequence[str] = ()
    refusal: Refusal | None = None
    gone: Form | None = None


@get("/gestion/visites-reprises/nouvelle", opt=may("past_visits.declare"))
async def new_past_visit() -> Template:
    return await _form_page(None, None)


@get("/gestion/visites-reprises/{number:int}", opt=may("past_visits.declare"))
async def one_past_visit(number: FromPath[int], retour: FromQuery[str] = "") -> Template:
    return await _form_page(await _known(number), None, back=_back(retour))


@post("/gestion/visites-reprises", opt=may("past_visits.declare"))
async def add_past_visit(request: AnyRequest, person: AsCoordinator, now: Now) -> Template | Redirect:
    form = Form(await request.form())
    try:
        number = await record_past_visit(_cells(form), sure=form.ticked("sure"), by=person.account, now=now)
    except Refusal as no:
        return await _refused(None, form, no)
    return done(f"/gestion/visites-reprises/{number}", "visite-reprise")


@post("/gestion/visites-reprises/{number:int}", opt=may("past_visits.declare"))
async def change_past_visit(
    request: AnyRequest, number: FromPath[int], person: AsCoordinator, now: Now
) -> Template | Redirect:
    known, form = await _known(number), Form(await request.form())
    try:
        await correct_past_visit(number, _cells(form), sure=form.ticked("sure"), by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        return await _refused(known, form, no)
    return done(f"/gestion/visites-reprises/{number}", "visite-reprise")


@post("/gestion/visites-reprises/{number:int}/retrait", opt=may("past_visits.declare"))
async def take_back_past_visit(
    request: AnyRequest, number: FromPath[int], person: AsCoordinator, now: Now
) -> Template | Redirect:
    known, form = await _known(number), Form(await request.form())
    if not form.ticked("gone"):
        form.errors["gone"] = "Cochez la case : la visite ne comptera plus."
        return await _form_page(known, None, status=422, gone=form)
    try:
        await remove_past_visit(number, by=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        return await _form_page(known, None, status=no.status, refusal=no)
    return done(ALL, "visite-reprise-retiree")


def _back(asked: str) -> str:
    """The list that opened this visit, as it was filtered; that of all past visits for none."""
    path = local_path(asked)
    return path if path.startswith("/gestion/creneaux") else ALL


async def _known(number: int) -> PastVisitCard:
    return or_not_found(await past_visit(number))


def _cells(form: Form) -> dict[str, str]:
    return {
        name: form.text(name, label=column.name, most=column.most, required=False) for name, column in COLUMNS.items()
    }


async def _refused(known: PastVisitCard | None, form: Form, no: Refusal) -> Template:
    if isinstance(no, Invalid):
        form.errors.update(no.errors)
        return await _form_page(known, form, status=no.status)
    questions = no.questions if isinstance(no, ToConfirm) else []
    refusal = None if questions else no
    return await _form_page(known, form, status=no.status, questions=questions, refusal=refusal)


async def _form_page(
    known: PastVisitCard | None, form: Form | None, *, status: int = 200, back: str = "", **more: Any
) -> Template:
    cells = dict.fromkeys(COLUMNS, "")
    if known is not None:
        cells = said_by(known.sketch, await books()) | {"date": known.sketch.held_on.isoformat()}
    year = school_year_of(known.sketch.held_on) if known else ""
    shown = PastVisitForm(
        visit=known,
        cells=cells,
        form=form,
        year=year,
        frozen=year in await closed_years(),
        lycees=await schools_found("", kind="lycee", limit=SUGGESTED),
        colleges=await schools_found("", kind="college", limit=SUGGESTED),
        objects={"": "Non noté"} | {one.name: one.name for one in await tech_objects()},
        levels={"": "À choisir"} | {level: level for level in LEVELS},
        back=back or _back(form.typed.get("retour", "") if form else ""),
        **more,
    )
    return page(shown, status=status)
