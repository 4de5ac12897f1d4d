"""Mails about a company's attendance: to the company, to the hosts who receive it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from booking.calendar.invites import queries
from booking.calendar.invites.invite import invitation
from booking.calendar.invites.queries import CompanyVisit
from booking.mails.draft import (
    Draft,
    Drafts,
    Item,
    Lines,
    Listing,
    at_home,
    guest_of,
    people_line,
    reason_line,
    room_was,
    was_at,
    when_and_where,
    when_it_was,
)
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.stop_links import stop_token
from booking.process.settings import Settings
from booking.visits.attendance.sessions import SlotForCompany, sessions_booked
from booking.visits.near_alerts.queries import near_alert, place_of_alert
from booking.visits.near_alerts.rules import ALERT
from booking.visits.slot_changes.queries import reason_of_slot
from booking.words.wording import WITHDRAWN_WHY, counted, span
from workshops.companies.rules import CompanyPlace

WHY = {
    "withdrawn": "Vous avez retiré votre venue.",
    "declined": "Le lycée ne peut pas vous recevoir cette fois.",
    "called_off": "Le lycée a annulé ce créneau.",
    "lapsed": "Le lycée n'a pas répondu à votre demande.",
}
ENDED = frozenset(WHY)
NEAR_TOLD = 8


def told(*states: str, page: str = "/entreprise") -> Drafts:
    """To the company while its coming is in one of these states, with the page of ours that comes next.

    An asked coming has no agenda entry yet; an ended one says why, and takes its entry away.
    """

    async def drafts(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
        visit = await _visit_in(states, notice, now)
        if visit is None:
            return None
        guest = guest_of(notice, settings, page)
        if visit.state in ENDED:
            # A slot that is called off says why for all who were to come.
            reason = await reason_of_slot(visit.slot) if visit.state == "called_off" else visit.reason
            lines = (*when_it_was(visit), *reason_line(reason))
        else:
            moved = notice.kind == "slot_changed"
            why = reason_line(await reason_of_slot(visit.slot)) if moved else ()
            lines = (*when_and_where(visit), *_public_line(visit), people_line(visit), *why)
        return Draft(
            words={
                "visit": visit,
                "why": WHY.get(visit.state, ""),
                "was_at": was_at(notice, visit),
                "room_was": await room_was(notice, visit),
            },
            link=guest.url,
            lines=lines,
            invitation=invitation(visit, guest, now=now),
        )

    return drafts


async def alone(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the company, while no group comes to a session that it is announced at and that has not begun."""
    visit = await _visit_in(("announced",), notice, now)
    if visit is None or visit.seats_taken or visit.starts_at <= now:
        return None
    lines = (*when_and_where(visit), people_line(visit))
    return Draft(words={"visit": visit}, link=guest_of(notice, settings, "/entreprise").url, lines=lines)


async def near(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a company that asked to be told: the slots near it that classes have reserved and that it may still come to;
    not sent once there is none, nor once it is told no more."""
    alert = await near_alert(notice.about)
    if alert is None:
        return None
    place = await place_of_alert(alert)
    sessions = await sessions_booked(alert.slots, company=alert.company, near=place, now=now)
    if not sessions:
        return None
    items = tuple(_near_item(one, place, settings) for one in sessions[:NEAR_TOLD])
    return Draft(
        words={"sessions": len(sessions), "km": alert.km},
        link=f"{settings.base_url}/seances",
        stop=f"{settings.base_url}/seances/alerte/arret/{stop_token(ALERT, alert.id, settings.secret_key)}",
        lists=(Listing("Les plus proches d'abord", items, max(0, len(sessions) - NEAR_TOLD)),),
    )


def _near_item(one: SlotForCompany, place: CompanyPlace | None, settings: Settings) -> Item:
    away = "" if one.km is None or place is None else f"{one.km} km{' (estimé)' if place.estimated else ''}"
    where = ", ".join((one.title, one.host_name, one.host_commune))
    note = " · ".join(filter(None, (where, away, counted(one.pupils, "élève attendu", "élèves attendus"))))
    return Item(span(one.starts_at, one.ends_at), f"{settings.base_url}/creneaux/{one.id}/venue", note)


def received(*states: str) -> Drafts:
    """To a host, while a company's coming is in one of these states.

    Without a calendar: the hour is in the host's agenda already, by the groups that come to it.
    """

    async def drafts(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
        visit = await _visit_in(states, notice, now)
        if visit is None:
            return None
        company = ", ".join(part for part in (visit.company_name, visit.company_commune) if part)
        return Draft(
            words={"visit": visit},
            link=f"{settings.base_url}/lycee/creneaux/{visit.slot}#entreprises",
            lines=(*at_home(visit), ("Entreprise", company), people_line(visit), *withdrawn_line(visit)),
        )

    return drafts


def _public_line(visit: CompanyVisit) -> Lines:
    """How many pupils it will meet, as far as is known."""
    pupils = counted(visit.seats_taken, "élève attendu", "élèves attendus")
    return (("Public", pupils),) if visit.seats_taken else ()


def withdrawn_line(visit: CompanyVisit) -> Lines:
    """Why the company took its coming back, where it said so."""
    return (("Raison", WITHDRAWN_WHY[visit.withdrawn_why]),) if visit.withdrawn_why else ()


async def _visit_in(states: Collection[str], notice: Claimed, now: datetime) -> CompanyVisit | None:
    visit = await queries.company_visit(notice.about)
    return visit if visit is not None and visit.state in states and visit.ends_at > now else None
