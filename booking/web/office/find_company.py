"""Finding a company among those that came: a lycée looks for one, the coordination writes to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template
from msgspec import Struct

from booking.door.forms.read import Skipped, words_asked
from booking.door.http.answers import Page, page, renders
from booking.door.rights.guards import Keeper, may
from booking.people.accounts.queries import Coordinator, Host
from booking.programme.company_search.queries import (
    CompanyNear,
    Deeds,
    Writable,
    companies_found,
    companies_that_came,
    deeds_of,
    writable,
)
from booking.programme.company_search.rules import KM
from booking.programme.company_years.rules import hours_words
from workshops.schools.queries import SchoolCard, lycees

SHOWN = 20


class CompanyResult(Struct, frozen=True):
    """A company that is found, what it did, and whom the reader may write to there."""

    found: CompanyNear
    deeds: Deeds
    given: str
    people: Sequence[Writable]

    @property
    def mailboxes(self) -> str:
        """Those whom one mail is written to."""
        return ",".join(one.email for one in self.people)


@renders("office/find_company.html")
class FindCompany(Page, frozen=True):
    """`trade`, `near` and `km` are what is asked; `writes`: whether the reader is who writes to companies."""

    results: Sequence[CompanyResult]
    in_all: int
    trade: str
    trades: Sequence[str]
    near: str
    lycees: Mapping[str, str]
    km: str
    distances: Mapping[str, str]
    school: SchoolCard | None
    writes: bool
    left: int
    next_page: str


@get("/entreprises", opt=may("companies.find"))
async def find_company(
    person: Keeper,
    metier: FromQuery[str] = "",
    pres: FromQuery[str | None] = None,
    km: FromQuery[str] = "",
    apres: Skipped = 0,
) -> Template:
    """What is not one of ours asks for nothing: an old link still shows something."""
    trade = words_asked(metier)
    known = {str(one.id): one for one in await lycees()}
    own = str(person.school) if isinstance(person, Host) else ""
    near = own if pres is None else pres
    school = known.get(near)
    within = int(km) if km in {str(one) for one in KM} else None
    came = await companies_that_came()
    found = await companies_found(came, trade, near=school, km=within)
    shown = found[apres : apres + SHOWN] if apres < len(found) else found[:SHOWN]
    numbers = [one.company.id for one in shown]
    deeds = await deeds_of(numbers)
    writes = isinstance(person, Coordinator)
    people = await writable(numbers) if writes else {}
    left = max(0, len(found) - apres - SHOWN)
    asked = {"metier": trade, "pres": near, "km": km, "apres": apres + SHOWN}
    listed = FindCompany(
        results=[
            CompanyResult(one, did := deeds[one.company.id], hours_words(did.given), people.get(one.company.id, ()))
            for one in shown
        ],
        in_all=len(found),
        trade=trade,
        trades=sorted({one.trade for one in came if one.trade}),
        near=near if school else "",
        lycees={"": "peu importe"} | {number: f"{one.commune}, {one.name}" for number, one in known.items()},
        km=km if within else "",
        distances={"": "peu importe"} | {str(one): f"{one} km" for one in KM},
        school=school,
        writes=writes,
        left=left,
        next_page=f"/entreprises?{urlencode(asked)}",
    )
    return page(listed)
