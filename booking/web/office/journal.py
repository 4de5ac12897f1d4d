"""The journal: who did what, the latest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Template

from booking.door.forms.read import words_asked
from booking.door.http.answers import Page, page, renders
from booking.door.http.replica_routing import DECIDES_NOTHING
from booking.door.rights.guards import may
from booking.outbox.journal.queries import FIRST_PAGE, JournalLine, latest
from booking.words.acts import ACTS, SUBJECTS

SHOWN = 50


@renders("office/journal.html")
class JournalPage(Page, frozen=True):
    entries: Sequence[JournalLine]
    acts: Mapping[str, str]
    subjects: Mapping[str, str]
    subject: str
    who: str
    filtered: bool
    next_page: str | None


@get("/gestion/journal", opt=may("journal.read") | DECIDES_NOTHING)
async def read_journal(
    sujet: FromQuery[str] = "",
    qui: FromQuery[str] = "",
    avant: Annotated[int, QueryParameter(ge=0, le=FIRST_PAGE)] = FIRST_PAGE,
) -> Template:
    subject = sujet if sujet in SUBJECTS else ""
    who = words_asked(qui)
    found = await latest(limit=SHOWN + 1, before=avant, about_kind=subject, who=who)
    following = {"sujet": subject, "qui": who, "avant": found[SHOWN - 1].id} if len(found) > SHOWN else None
    shown = JournalPage(
        entries=found[:SHOWN],
        acts=ACTS,
        subjects=SUBJECTS,
        subject=subject,
        who=who,
        filtered=bool(subject or who),
        next_page="/gestion/journal?" + urlencode(following) if following else None,
    )
    return page(shown)
