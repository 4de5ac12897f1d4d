"""The journal: who did what, the latest first."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Template

from booking.door.answers import page
from booking.door.forms import words_asked
from booking.door.guards import COORDINATOR
from booking.outbox.journal.queries import FIRST_PAGE, latest
from booking.people.accounts.queries import Coordinator
from booking.web.office.words import ACTS, SUBJECTS

SHOWN = 50


@get("/gestion/journal", opt=COORDINATOR)
async def read_journal(
    person: NamedDependency[Coordinator],
    sujet: FromQuery[str] = "",
    qui: FromQuery[str] = "",
    avant: Annotated[int, QueryParameter(ge=0, le=FIRST_PAGE)] = FIRST_PAGE,
) -> Template:
    subject = sujet if sujet in SUBJECTS else ""
    who = words_asked(qui)
    found = await latest(limit=SHOWN + 1, before=avant, about_kind=subject, who=who)
    following = {"sujet": subject, "qui": who, "avant": found[SHOWN - 1].id} if len(found) > SHOWN else None
    return page(
        "office/journal.html",
        person=person,
        entries=found[:SHOWN],
        acts=ACTS,
        subjects=SUBJECTS,
        subject=subject,
        who=who,
        filtered=bool(subject or who),
        next_page="/gestion/journal?" + urlencode(following) if following else None,
    )
