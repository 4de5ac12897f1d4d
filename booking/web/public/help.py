"""How each person does what she comes for, step by step; what a refusal means, at the address that is its `type`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from litestar import get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct
from msgspec.structs import replace

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import SHARED, AnyOf, SiteSettings
from booking.people.accounts.queries import Person
from booking.presentation.assets import is_built
from booking.process.version import VERSION
from booking.web.public.statements import answering
from workshops.refusals import NotFound


class HelpStep(Struct, frozen=True):
    """One thing to do; `picture` is the name of its screen, empty where words are enough, `shows` what is on it."""

    title: str
    text: str
    picture: str
    shows: str


class RoleHelp(Struct, frozen=True):
    """Everything that one role does, in the order in which it is done."""

    name: str
    role: str
    title: str
    short: str
    lead: str
    steps: Sequence[HelpStep]


@renders("public/help.html")
class HelpPage(Page, frozen=True):
    """What one role does, and the pages of the `others`."""

    told: RoleHelp
    others: Sequence[RoleHelp]
    contact: str


@renders("public/help_index.html")
class HelpIndex(Page, frozen=True):
    """`own`: the page of who is signed in; `version`: what to name when one asks for help."""

    pages: Sequence[RoleHelp]
    own: str
    operator: str
    contact: str
    version: str


TOLD = tomllib.loads(Path(__file__).with_name("help.toml").read_text(encoding="utf-8"))


def _page_of(name: str) -> RoleHelp:
    role = TOLD[name]
    steps = [
        HelpStep(
            step["title"], step["text"], f"aide-{name}-{number}.webp" if "shows" in step else "", step.get("shows", "")
        )
        for number, step in enumerate(role["steps"], 1)
    ]
    return RoleHelp(name, role["role"], role["title"], role["short"], role["lead"], steps)


PAGES = {name: _page_of(name) for name in TOLD}


@get("/aide", opt=SHARED)
async def help_index(visitor: AnyOf[Person | None], settings: SiteSettings) -> Template:
    """The page of one's own role comes first."""
    role, told = (visitor.role if visitor else ""), await answering(settings)
    ordered = sorted(PAGES.values(), key=lambda one: one.role != role)
    own = ordered[0].name if ordered[0].role == role else ""
    return page(HelpIndex(ordered, own, told.operator, told.contact, VERSION))


@get("/aide/{name:str}", opt=SHARED)
async def help_page(name: FromPath[str], settings: SiteSettings) -> Template:
    if name not in PAGES:
        raise NotFound()
    others = [other for other in PAGES.values() if other.name != name]
    told = replace(PAGES[name], steps=[_with_its_picture(step) for step in PAGES[name].steps])
    return page(HelpPage(told, others, (await answering(settings)).contact))


def _with_its_picture(step: HelpStep) -> HelpStep:
    """A step as it can be shown: without a picture that was not built."""
    return step if not step.picture or is_built(step.picture) else replace(step, picture="")


@renders("public/problem.html")
class ProblemPage(Page, frozen=True):
    """One reason for a "no": what it means, what to do. `statuses`: with which it is answered; none where a command of
    the machine says it."""

    kind: str
    statuses: list[int]
    title: str
    means: str
    todo: str


PROBLEMS = {
    kind: ProblemPage(kind, *told)
    for kind, told in tomllib.loads(Path(__file__).with_name("problems.toml").read_text(encoding="utf-8")).items()
}


@renders("public/problems.html")
class ProblemsPage(Page, frozen=True):
    """Every reason for a "no", by its name in the API."""

    problems: list[ProblemPage]


@get("/problems", opt=SHARED)
async def problems_page() -> Template:
    return page(ProblemsPage(sorted(PROBLEMS.values(), key=lambda one: one.kind)))


@get("/problems/{kind:str}", opt=SHARED)
async def problem_page(kind: FromPath[str]) -> Template:
    if kind not in PROBLEMS:
        raise NotFound()
    return page(PROBLEMS[kind])
