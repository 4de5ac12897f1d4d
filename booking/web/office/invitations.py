"""The collèges that have not come yet, and the letter that invites one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.form_act import form_act
from booking.door.forms.read import AnyRequest, Form, Skipped
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, SiteSettings, may
from booking.mails.compose import letter_of
from booking.mails.outreach import letter_to_college
from booking.outbox.notices.rules import Letter as Written
from booking.programme.outreach.queries import addressee, colleges_to_come, open_near, to_come_by_department
from booking.programme.outreach.rules import Addressee, CollegeLetter, ToCome, WriteToCollege, refuse_to_invite
from booking.programme.outreach.write_to_colleges import invite_college
from workshops.refusals import Refusal
from workshops.schools.mark_rural import MarkRural, mark_rural
from workshops.schools.queries import department_names

if TYPE_CHECKING:
    from litestar.plugins.jinja import JinjaTemplateEngine

SHOWN = 50
RURAL = {"oui": True, "non": False, "": None}


@renders("office/colleges_to_come.html")
class CollegesToCome(Page, frozen=True):
    """The collèges by département, of which `counts` says the whole number; `continued`: the first began before."""

    words: str
    departments: Mapping[str, str]
    department: str
    counts: Mapping[str, int]
    colleges: Mapping[str, Sequence[ToCome]]
    continued: bool
    in_all: int
    left: int
    next_page: str
    letters: str


@renders("office/letter.html", acts={"asked": WriteToCollege})
class LetterToCollege(Page, frozen=True):
    college: Addressee
    letter: Written | None
    refusal: Refusal | None
    form: Form


@get("/gestion/equite/colleges", opt=may("colleges.invite"))
async def list_colleges(
    now: Now,
    q: FromQuery[str] = "",
    departement: FromQuery[str] = "",
    apres: Skipped = 0,
) -> Template:
    words = q.strip()[:80]
    known, names = await to_come_by_department(words=words), await department_names()
    counts = {code: len(colleges) for code, colleges in known.items()}
    department = departement if departement in known else ""
    chosen = {department: known[department]} if department else known
    in_all = sum(counts[code] for code in chosen)
    skip = apres if apres < in_all else 0
    found = await colleges_to_come(chosen, limit=SHOWN, skip=skip, now=now)
    following = {"q": words, "departement": department, "apres": str(skip + SHOWN)}
    before = sum(counts[code] for code in chosen if found and code < found[0].department)
    shown = CollegesToCome(
        words=words,
        departments={"": "Tous"} | {code: names.get(code, code) for code in counts},
        department=department,
        counts=counts,
        colleges={code: list(some) for code, some in groupby(found, lambda one: one.department)},
        continued=skip > before,
        in_all=in_all,
        left=max(0, in_all - skip - SHOWN),
        next_page=f"/gestion/equite/colleges?{urlencode(following)}",
        letters=urlencode({"qui": "jamais-venus", "departement": department, "q": words}),
    )
    return page(shown)


@get("/gestion/equite/colleges/{number:int}", opt=may("colleges.invite"))
async def letter_page(
    number: FromPath[int], request: AnyRequest, person: AsCoordinator, settings: SiteSettings, now: Now
) -> Template:
    return await letter_form(number, Form({}), request, person, settings, now)


async def letter_form(
    number: FromPath[int], form: Form, request: AnyRequest, person: AsCoordinator, settings: SiteSettings, now: Now
) -> Template:
    """The letter, with the words typed."""
    college, words = await addressee(number, now=now), form.typed.get("words", "") if not form.errors else ""
    refusal: Refusal | None = None
    try:
        refuse_to_invite(college, await open_near(number, now=now))
    except Refusal as no:
        refusal = no
    engine = cast("JinjaTemplateEngine", request.app.template_engine)
    draft = await letter_to_college(CollegeLetter(number, words, person.name, person.email), settings, now)
    letter = letter_of(engine.engine, "college_invited", draft) if draft and refusal is None else None
    return page(LetterToCollege(college, letter, refusal, form))


@post("/gestion/equite/colleges/{number:int}", opt=may("colleges.invite"))
@form_act(WriteToCollege, page=letter_form)
async def write_to_college(
    asked: WriteToCollege,
    form: Form,
    number: FromPath[int],
    request: AnyRequest,
    person: AsCoordinator,
    settings: SiteSettings,
    now: Now,
) -> Template | Redirect:
    """Show the letter with the words typed, or send it."""
    if form.ticked("show"):
        return await letter_form(number, form, request, person, settings, now)
    await invite_college(number, asked, by=person.account, now=now)
    return done("/gestion/equite/colleges", "college-invite")


@post("/gestion/etablissements/{number:int}/commune", opt=may("schools.keep"))
async def mark_school(number: FromPath[int], request: AnyRequest, person: AsCoordinator, now: Now) -> Redirect:
    form = Form(await request.form())
    rural = form.choice("rural", RURAL, label="Commune", default="")
    form.refuse_if_wrong()
    await mark_rural(number, MarkRural(rural=RURAL[rural]), by=person.account, now=now)
    return done(f"/gestion/etablissements/{number}", "commune-notee")
