"""The register: schools, companies and partners in one list, one search, one way to add; each leads to its own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from booking.door.forms.read import Skipped, words_asked
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, may
from booking.programme.register.queries import RegisterLine, count_lines, register_lines
from booking.programme.register.rules import COMPANY, KINDS, PARTNER
from booking.visits.attendance.queries import withdrawn_since
from booking.words.wording import paris
from booking.year.rules import year_under_way
from workshops.companies.queries import known_places
from workshops.companies.register import AddCompany
from workshops.partners.rules import KINDS as BODIES
from workshops.partners.rules import PartnerKind
from workshops.partners.welcome import WelcomePartner
from workshops.schools.queries import department_names

SHOWN = 50
PAGE = "/gestion/repertoire"
NEW, NEW_BODY = f"{PAGE}/nouveau", f"{PAGE}/nouveau/partenaire"


@renders("office/register.html")
class Register(Page, frozen=True):
    """`left`: how many stand after this page; `withdrawn`: the companies' comings taken back this year, by reason."""

    lines: Sequence[RegisterLine]
    words: str
    kinds: Mapping[str, str]
    kind: str
    departments: Mapping[str, str]
    department: str
    withdrawn: Mapping[str, int]
    today: date
    in_all: int
    left: int
    next_page: str


@renders("office/register_new.html", acts={"asked": AddCompany, "joins": WelcomePartner})
class RegisterNew(Page, frozen=True):
    """A company that is not known yet; or, of one of these kinds, a partner that is no lycée and no company."""

    bodies: Mapping[str, str] | None
    communes: Sequence[str] = ()


@get(PAGE, opt=may("schools.keep"))
async def register(
    now: Now,
    q: FromQuery[str] = "",
    type: FromQuery[str] = "",
    departement: FromQuery[str] = "",
    apres: Skipped = 0,
) -> Template:
    departments = await department_names()
    words, kind = words_asked(q), type if type in KINDS else ""
    department = departement if departement in departments else ""
    narrowed = {"kind": kind or None, "department": department or None}
    in_all = await count_lines(words, **narrowed)
    skip = apres if apres < in_all else 0
    following = {"q": words, "type": kind, "departement": department, "apres": str(skip + SHOWN)}
    shown = Register(
        lines=await register_lines(words, **narrowed, limit=SHOWN, skip=skip),
        words=words,
        kinds=KINDS,
        kind=kind,
        departments={"": "Tous"} | departments,
        department=department,
        withdrawn=await withdrawn_since(year_under_way(now).begins) if kind == COMPANY else {},
        today=paris(now).date(),
        in_all=in_all,
        left=max(0, in_all - skip - SHOWN),
        next_page=f"{PAGE}?{urlencode(following)}",
    )
    return page(shown)


@get(NEW, opt=may("companies.keep"))
async def new_company() -> Template:
    return await company_form()


async def company_form() -> Template:
    """A company that is not known yet."""
    return page(RegisterNew(None, (await known_places()).communes))


@get(NEW_BODY, opt=may("partners.keep"))
async def new_body() -> Template:
    return await body_form()


async def body_form() -> Template:
    """A partner that is no lycée and no company: these join the consortium on their own page."""
    known = {PartnerKind.LYCEE, PartnerKind.ENTREPRISE}
    return page(RegisterNew({kind: words for kind, words in BODIES.items() if kind not in known}))


@get("/gestion/etablissements", opt=may("schools.keep"))
async def schools_there(
    q: FromQuery[str] = "", type: FromQuery[str] = "", departement: FromQuery[str] = ""
) -> Redirect:
    """An address that bookmarks may hold, as those below: the schools of the register."""
    return _moved({"q": words_asked(q), "type": type, "departement": departement})


@get("/gestion/entreprises", opt=may("companies.keep"))
async def companies_there(q: FromQuery[str] = "") -> Redirect:
    return _moved({"type": COMPANY, "q": words_asked(q)})


@get("/gestion/partenaires", opt=may("partners.keep"))
async def partners_there() -> Redirect:
    return _moved({"type": PARTNER})


@get("/gestion/entreprises/nouvelle", opt=may("companies.keep"))
async def new_company_there() -> Redirect:
    return Redirect(NEW, status_code=303)


@get("/gestion/partenaires/nouveau", opt=may("partners.keep"))
async def new_body_there() -> Redirect:
    return Redirect(NEW_BODY, status_code=303)


def _moved(asked: Mapping[str, str]) -> Redirect:
    told = urlencode({name: word for name, word in asked.items() if word})
    return Redirect(PAGE + "?" * bool(told) + told, status_code=303)
