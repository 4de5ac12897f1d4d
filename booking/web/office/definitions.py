"""The dictionary of the figures, beside the board."""

from __future__ import annotations

from litestar import get
from litestar.response import Template

from booking.door.answers import page
from booking.door.guards import COORDINATOR
from booking.programme.figures.define import define
from booking.web.public.programme import Definitions
from workshops.programmes.queries import targets


@get("/gestion/dictionnaire", opt=COORDINATOR)
async def dictionary() -> Template:
    return page(Definitions(define(await targets()), back=("Bilan", "/gestion")))
