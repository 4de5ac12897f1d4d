"""From a count of collèges to the collèges behind it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from booking.door.forms.read import Skipped
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Now, may
from booking.programme.figures.periods import Period
from booking.programme.figures.queries import periods_of
from booking.programme.figures.rules import COMMUNES, PRIORITIES, ListAddresses
from workshops.equity.colleges import CollegesAsked, CountedColleges, public_colleges
from workshops.programmes.targets.queries import targets
from workshops.schools.queries import department_names

SHOWN = 50
CAME = {"oui": True, "non": False}


@renders("office/public_colleges.html")
class PublicColleges(Page, frozen=True):
    found: CountedColleges
    asked: Mapping[str, str]
    period: Period
    ways: ListAddresses
    years: Mapping[str, str]
    next_page: str | None
    departments: Mapping[str, str]


@get("/gestion/equite/colleges-publics", opt=may("figures.detail"))
async def list_public_colleges(
    now: Now,
    annee: FromQuery[str] = "",
    venus: FromQuery[str] = "",
    departement: FromQuery[str] = "",
    prioritaire: FromQuery[str] = "",
    commune: FromQuery[str] = "",
    apres: Skipped = 0,
) -> Template:
    periods = await periods_of(await targets(), now=now)
    period = periods.named(annee)
    asked = CollegesAsked(
        department=departement[:3],
        priorities=PRIORITIES[prioritaire][0] if prioritaire in PRIORITIES else (),
        setting=COMMUNES[commune][0] if commune in COMMUNES else "",
        came=CAME.get(venus),
    )
    found = await public_colleges(asked, from_on=period.from_on, to_on=period.to_on, limit=SHOWN, after=apres)
    chosen = {
        "annee": period.name,
        "venus": venus if asked.came is not None else "",
        "departement": asked.department,
        "prioritaire": prioritaire if asked.priorities else "",
        "commune": commune if asked.setting else "",
    }
    following = {name: it for name, it in chosen.items() if it} | {"apres": str(apres + SHOWN)}
    shown = PublicColleges(
        found=found,
        asked=chosen,
        period=period,
        ways=ListAddresses(period.name),
        years=periods.choices,
        next_page="?" + urlencode(following) if found.colleges > apres + SHOWN else None,
        departments={"": "Tous"} | await department_names(),
    )
    return page(shown)
