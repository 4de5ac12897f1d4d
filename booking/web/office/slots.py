"""One visit's figures, and their reopening when they were wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from booking.day.checkin.queries import roster
from booking.day.checkin.reopen_slot import REASON_MOST, reopen_slot
from booking.day.checkin.roster import Roster
from booking.door.answers import Page, done, page
from booking.door.forms import AnyRequest, Form
from booking.door.guards import COORDINATOR
from booking.door.story import StoryLine, story_of
from booking.people.accounts.queries import Coordinator
from booking.people.accounts.rules import local_path
from booking.web.public.found import not_yet
from workshops.refusals import Invalid, NotFound, Refusal, or_not_found
from workshops.slots.queries import SlotCard, slot_card

COUNTED = "/gestion/creneaux"
# The lists that open a visit, and how the way back to each is called.
LISTS = {
    "/gestion/creneaux/attendus": "Retour aux visites attendues",
    COUNTED: "Retour aux visites comptées",
    "/gestion/journal": "Retour au journal",
    "/gestion/entreprises/": "Retour à l'entreprise",
    "/gestion/etablissements/": "Retour à l'établissement",
    "/gestion/annees/": "Retour à l'année scolaire",
}


@dataclass(frozen=True)
class VisitSeen(Page, template="office/slot.html"):
    slot: SlotCard
    state: str
    ahead: bool
    seen: Roster
    most: int
    back: str
    back_words: str
    story: Sequence[StoryLine]
    opens: str
    form: Form | None = None
    refusal: Refusal | None = None


@get("/gestion/creneaux/{slot:int}", opt=COORDINATOR)
async def one_slot(slot: FromPath[int], now: NamedDependency[datetime], retour: FromQuery[str] = "") -> Template:
    return await _slot_page(slot, _back(retour), now=now)


def _back(asked: str) -> str:
    """The list that opened this visit, as it was filtered; that of the counted visits for none."""
    path = local_path(asked)
    return path if path.startswith(tuple(LISTS)) else COUNTED


async def _slot_page(slot: int, back: str, *, now: datetime, status: int = 200, **more: Any) -> Template:
    card = or_not_found(await slot_card(slot))
    seen = await roster(slot, school=card.school)
    shown = VisitSeen(
        slot=card,
        state=card.state_at(now),
        ahead=now < card.starts_at,
        seen=seen,
        story=await story_of("slot", slot, reader=None),
        most=REASON_MOST,
        opens=not_yet(card, now),
        back=back,
        back_words=next(words for path, words in LISTS.items() if back.startswith(path)),
        **more,
    )
    return page(shown, status=status)


@post("/gestion/creneaux/{slot:int}/reouverture", opt=COORDINATOR)
async def reopen_visit(
    slot: FromPath[int],
    request: AnyRequest,
    person: NamedDependency[Coordinator],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    form = Form(await request.form())
    back = _back(form.typed.get("retour", ""))
    reason = form.text("reason", label="Raison", most=REASON_MOST)
    try:
        form.refuse_if_wrong()
        await reopen_slot(slot, reason=reason, account=person.account, now=now)
    except NotFound:
        raise
    except Refusal as no:
        if isinstance(no, Invalid):
            form.errors.update(no.errors)
        return await _slot_page(slot, back, now=now, status=no.status, form=form, refusal=no)
    kept = "" if back == COUNTED else f"?retour={quote(back, safe='')}"
    return done(f"/gestion/creneaux/{slot}{kept}", "visite-rouverte")
