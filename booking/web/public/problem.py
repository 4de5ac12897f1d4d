"""What a refusal means and what to do: the page that its `type` is the address of."""

from __future__ import annotations

import tomllib
from pathlib import Path

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import SHARED
from workshops.refusals import NotFound


@renders("public/problem.html")
class ProblemPage(Page, frozen=True):
    """One reason for a "no": what it means, what to do."""

    kind: str
    title: str
    means: str
    todo: str


PROBLEMS = {
    kind: ProblemPage(kind, *told)
    for kind, told in tomllib.loads(Path(__file__).with_name("problems.toml").read_text(encoding="utf-8")).items()
}


@get("/problems/{kind:str}", opt=SHARED)
async def problem_page(kind: FromPath[str]) -> Template:
    if kind not in PROBLEMS:
        raise NotFound()
    return page(PROBLEMS[kind])
