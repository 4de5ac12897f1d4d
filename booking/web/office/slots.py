"""One visit's figures, and their reopening when they were wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template
from msgspec import Struct

from booking.day.checkin.acts import ReopenVisit
from booking.day.checkin.close_slot import reopen_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.roster import Roster
from booking.door.forms.form_act import form_act
from booking.door.forms.read import Form
from booking.door.http.answers import Page, done, page, renders
from booking.door.rights.guards import AsCoordinator, Now, may
from booking.outbox.journal.queries import StoryLine, story_of
from booking.people.accounts.rules import local_path
from booking.web.public.search_results import not_yet
from booking.words.wording import counted
from workshops.contributions.queries import hosts_of
from workshops.contributions.rules import Hosts
from workshops.refusals import or_not_found
from workshops.slots.queries import CountedBefore, SlotCard, counted_before, slot_card

COUNTED = "/gestion/creneaux"
NOT_YET = "pas encore"
# The lists that open a visit, and how the way back to each is called.
LISTS = {
    "/gestion/creneaux?etat=attendues": "Retour aux visites attendues",
    COUNTED: "Retour aux visites comptées",
    "/gestion/journal": "Retour au journal",
    "/gestion/entreprises/": "Retour à l'entreprise",
    "/gestion/etablissements/": "Retour à l'établissement",
    "/gestion/annees/": "Retour à l'année scolaire",
}


class BeforeReopening(Struct, frozen=True):
    """What a visit counted before it was reopened at this moment, group by group and company by company, then now.

    The figures of now are None while it is not closed again."""

    reopened_at: datetime
    lines: Sequence[tuple[str, str, str]]


@renders("office/slot.html", acts={"asked": ReopenVisit})
class VisitSeen(Page, frozen=True):
    slot: SlotCard
    state: str
    ahead: bool
    seen: Roster
    hosts: Hosts
    back: str
    back_words: str
    before: Sequence[BeforeReopening]
    story: Sequence[StoryLine]
    opens: str


@get("/gestion/creneaux/{slot:int}", opt=may("visits.watch"))
async def one_slot(slot: FromPath[int], now: Now, retour: FromQuery[str] = "") -> Template:
    return await visit_page(slot, now, back=_back(retour))


def _back(asked: str) -> str:
    """The list that opened this visit, as it was filtered; that of the counted visits for none."""
    path = local_path(asked)
    return path if path.startswith(tuple(LISTS)) else COUNTED


async def visit_page(slot: FromPath[int], now: Now, *, form: Form | None = None, back: str = COUNTED) -> Template:
    if form is not None:
        back = _back(form.typed.get("retour", ""))
    card = or_not_found(await slot_card(slot))
    seen = await roster(slot, school=card.school)
    shown = VisitSeen(
        slot=card,
        state=card.state_at(now),
        ahead=now < card.starts_at,
        seen=seen,
        hosts=await hosts_of(slot),
        before=_compared(await counted_before(slot), seen),
        story=await story_of("slot", slot, reader=None),
        opens=not_yet(card, now),
        back=back,
        back_words=next(words for path, words in LISTS.items() if back.startswith(path)),
    )
    return page(shown)


def _compared(every: Sequence[CountedBefore], seen: Roster) -> list[BeforeReopening]:
    """Each reopening, the last one first: what its closing had counted, beside what stands now."""
    groups = {one.reservation: one for one in seen.received}
    companies = {one.siret: one for one in seen.companies}
    told: dict[datetime, list[tuple[str, str, str]]] = {}
    for was in every:
        lines = told.setdefault(was.reopened_at, [])
        if was.group_ref is None:
            firm = companies.get(was.siret)
            now = people_words(firm.came or 0) if firm and seen.done else NOT_YET
            lines.append((firm.name if firm else was.siret, people_words(was.counted), now))
        else:
            group = groups.get(was.group_ref)
            now = NOT_YET
            if group is not None and group.counted is not None:
                now = group_words(group.counted, group.girls, group.adults_counted or 0, group.note or "")
            label = group.label if group else f"Groupe n° {was.group_ref}"
            lines.append((label, group_words(was.counted, was.girls, was.adults, was.note), now))
    return [BeforeReopening(at, lines) for at, lines in told.items()]


def people_words(people: int) -> str:
    """« 2 personnes »"""
    return counted(people, "personne")


def group_words(pupils: int, girls: int | None, adults: int, note: str) -> str:
    """« 23 élèves dont 11 filles, 2 adultes, Badge oublié »"""
    among = "" if girls is None else f" dont {counted(girls, 'fille')}"
    return ", ".join(filter(None, (f"{counted(pupils, 'élève')}{among}", counted(adults, "adulte"), note)))


@post("/gestion/creneaux/{slot:int}/reouverture", opt=may("visits.correct"))
@form_act(ReopenVisit, page=visit_page)
async def reopen_visit(
    asked: ReopenVisit, form: Form, slot: FromPath[int], person: AsCoordinator, now: Now
) -> Redirect:
    await reopen_slot(slot, asked, account=person.account, now=now)
    back = _back(form.typed.get("retour", ""))
    kept = "" if back == COUNTED else f"?retour={quote(back, safe='')}"
    return done(f"/gestion/creneaux/{slot}{kept}", "visite-rouverte")
