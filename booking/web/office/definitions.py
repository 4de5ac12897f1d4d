"""The dictionary of the figures, beside the board."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.answers import page
from booking.door.guards import COORDINATOR
from booking.people.accounts.queries import Coordinator
from booking.programme.figures.define import define
from workshops.programmes.queries import targets


@get("/gestion/dictionnaire", opt=COORDINATOR)
async def dictionary(person: NamedDependency[Coordinator]) -> Template:
    return page("public/definitions.html", person=person, headings=define(await targets()), back=("Bilan", "/gestion"))
