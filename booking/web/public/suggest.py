"""Schools proposed as one types, to whoever has a script that asks for them."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.params import FromQuery, QueryParameter

from booking.door.forms.choose import label_of
from booking.door.rights.guards import may
from workshops.schools.queries import schools_meant
from workshops.schools.rules import SchoolKind

PROPOSED = 8


@get("/etablissements/proposes", opt=may("public.use"))
async def propose_schools(
    mots: Annotated[str, QueryParameter(max_length=120)] = "", sorte: FromQuery[SchoolKind | None] = None
) -> Response[list[str]]:
    """Those that the words typed may mean, as a field takes them, the nearest first."""
    found = await schools_meant(mots, kind=sorte, limit=PROPOSED, closed=False)
    return Response([label_of(one) for one in found])
