"""Who carries the programme, and what each has done this school year."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import SHARED
from booking.programme.consortium.queries import Member
from booking.programme.figures.mask import FEW
from booking.programme.figures.publish import publish
from booking.words.wording import school_year_of
from workshops.academie.queries import academie
from workshops.academie.rules import Served
from workshops.partners.rules import KINDS


@renders("public/consortium.html")
class Consortium(Page, frozen=True):
    """`told_from`: the number of pupils under which a figure is not said. `examples`: some members are invented."""

    bodies: list[Member]
    lycees: list[Member]
    companies: list[Member]
    kinds: dict[str, str]
    year: str
    told_from: int
    served: Served
    examples: bool


@get("/consortium", opt=SHARED | DECIDES_NOTHING)
async def consortium_page(now: NamedDependency[datetime]) -> Template:
    members = (await publish(now=now)).members
    bodies = [one for one in members if one.card.kind not in {"lycee", "entreprise"}]
    shown = Consortium(
        bodies=bodies,
        lycees=[one for one in members if one.card.kind == "lycee"],
        companies=[one for one in members if one.card.kind == "entreprise"],
        kinds=KINDS,
        year=school_year_of(now),
        told_from=FEW,
        served=await academie(),
        examples=any(one.card.example for one in members),
    )
    return page(shown)
