"""What is asked and not served: where a lycée would do well to open slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import may
from booking.visits.unmet.queries import unmet_everywhere
from booking.visits.unmet.rules import Unmet, together
from workshops.academie.queries import academie


@renders("office/unmet.html")
class UnmetPage(Page, frozen=True):
    """`whole` is all that is shown, `kinds` by level and size, `places` by commune."""

    whole: Unmet | None
    kinds: Sequence[Unmet]
    places: Sequence[Unmet]
    departments: Mapping[str, str]
    department: str


@get("/gestion/demandes", opt=may("visits.watch") | DECIDES_NOTHING)
async def unmet_page(now: NamedDependency[datetime], departement: FromQuery[str] = "") -> Template:
    served, asked = await academie(), await unmet_everywhere(now=now)
    department = departement if departement in served.offered else ""
    shown = [one for one in asked if department in {"", one.department}]
    return page(
        UnmetPage(
            whole=next(iter(together(shown)), None),
            kinds=together(shown, "level", "size"),
            places=together(shown, "department", "commune"),
            departments={"": "Tous"} | dict(served.offered),
            department=department,
        )
    )
