"""Who carries the programme, and what each has done this school year."""

from __future__ import annotations

from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from booking.door.answers import page
from booking.door.guards import ANYONE
from booking.people.accounts.queries import Person
from booking.programme.figures.mask import FEW
from booking.programme.figures.publish import publish
from booking.wording import school_year_of
from workshops.partners.rules import KINDS


@get("/consortium", opt={"who": ANYONE})
async def consortium_page(visitor: NamedDependency[Person | None], now: NamedDependency[datetime]) -> Template:
    members = (await publish(now=now)).members
    bodies = [one for one in members if one.card.kind not in {"lycee", "entreprise"}]
    return page(
        "public/consortium.html",
        person=visitor,
        bodies=bodies,
        lycees=[one for one in members if one.card.kind == "lycee"],
        companies=[one for one in members if one.card.kind == "entreprise"],
        kinds=KINDS,
        year=school_year_of(now),
        told_from=FEW,
        examples=any(one.card.example for one in members),
    )
