"""Mails about a slot that the lycée moved or called off, to everyone who was to be there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlencode

from booking.calendar.invites import queries
from booking.calendar.invites.invite import invitation
from booking.calendar.invites.queries import CompanyVisit, Visit
from booking.mails.draft import Draft, Drafts
from booking.mails.places import Lines, at_home, guest_of, headcount, reason_of, when_and_where, when_it_was
from booking.mails.visits import COMING, visit_in
from booking.outbox.notices.rules import Claimed
from booking.people.accounts.queries import hosts_of
from booking.settings import Settings
from booking.visits.reservations.states import LIVE
from booking.visits.slot_changes.queries import reason_of_slot, slots_instead
from booking.visits.slot_changes.rules import instant_of
from booking.wording import COMPANY_ROLES, counted

OFF = frozenset({"called_off"})


async def moved(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: the visit, the demand or the wait goes on at another hour or in another room."""
    visit = await visit_in(LIVE, notice, now)
    if visit is None:
        return None
    guest = guest_of(notice, settings, f"/reservations/{visit.id}")
    return Draft(
        words={"visit": visit, "was_at": _was_at(notice, visit.starts_at)},
        link=guest.url,
        lines=(*when_and_where(visit), _group(visit)),
        invitation=invitation(visit, guest, now=now),
    )


async def moved_host(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: the entry of a visit takes its new hour or room."""
    visit = await visit_in(COMING, notice, now)
    if visit is None or notice.to_email not in {email for _, email, _ in await hosts_of(visit.host)}:
        return None
    return _to_host(visit, notice, settings, now)


async def moved_company(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a company: it is expected at another hour or in another room."""
    visit = await _company_in({"asked", "announced"}, notice, now)
    if visit is None:
        return None
    lines = (*when_and_where(visit), ("Venue", _people(visit)))
    return _to_company(visit, notice, settings, now, lines=lines)


async def called_off(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: the lycée receives nobody, why, and where the group may go instead."""
    visit = await visit_in(OFF, notice, now)
    if visit is None:
        return None
    search = urlencode({"niveau": visit.level, "eleves": visit.pupils})
    guest = guest_of(notice, settings, f"/reservations/{visit.id}")
    return Draft(
        words={"visit": visit, "instead": await slots_instead(visit.id, now=now)},
        link=f"{settings.base_url}/creneaux?{search}",
        lines=(*when_it_was(visit), _group(visit), *reason_of(visit)),
        invitation=invitation(visit, guest, now=now),
    )


async def called_off_host(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: the entry of a visit leaves the agenda."""
    visit = await visit_in(OFF, notice, now)
    return None if visit is None else _to_host(visit, notice, settings, now)


async def called_off_company(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a company: it is no longer expected, and why."""
    visit = await _company_in(OFF, notice, now)
    if visit is None:
        return None
    reason = await reason_of_slot(visit.slot)
    lines = (*when_it_was(visit), *((("Motif", reason),) if reason else ()))
    return _to_company(visit, notice, settings, now, lines=lines)


def _was_at(notice: Claimed, starts_at: datetime) -> datetime | None:
    """When the visit began before; None when its room alone has changed, or when it came back."""
    was_at = None if notice.also is None else instant_of(notice.also)
    return None if was_at == starts_at else was_at


def _to_host(visit: Visit, notice: Claimed, settings: Settings, now: datetime) -> Draft:
    guest = guest_of(notice, settings, f"/lycee/creneaux/{visit.slot}")
    group = f"{visit.group_name}, {visit.college_name}, {visit.college_commune}"
    return Draft(
        words={"visit": visit, "was_at": _was_at(notice, visit.starts_at)},
        link=guest.url,
        lines=(
            *at_home(visit),
            ("Groupe", group),
            ("Effectif", headcount(visit.pupils, visit.adults)),
            *reason_of(visit),
        ),
        invitation=invitation(visit, guest, now=now),
    )


def _to_company(visit: CompanyVisit, notice: Claimed, settings: Settings, now: datetime, *, lines: Lines) -> Draft:
    guest = guest_of(notice, settings, "/entreprise")
    return Draft(
        words={"visit": visit, "was_at": _was_at(notice, visit.starts_at)},
        link=guest.url,
        lines=lines,
        invitation=invitation(visit, guest, now=now),
    )


async def _company_in(states: Collection[str], notice: Claimed, now: datetime) -> CompanyVisit | None:
    visit = await queries.company_visit(notice.about)
    return visit if visit is not None and visit.state in states and visit.ends_at > now else None


def _group(visit: Visit) -> tuple[str, str]:
    return "Groupe", f"{visit.group_name}, {headcount(visit.pupils, visit.adults)}"


def _people(visit: CompanyVisit) -> str:
    return f"{counted(visit.people, 'personne')}, {COMPANY_ROLES[visit.role].lower()}"


KINDS: dict[str, Drafts] = {
    "slot_moved": moved,
    "slot_moved_host": moved_host,
    "slot_moved_company": moved_company,
    "slot_called_off": called_off,
    "slot_called_off_host": called_off_host,
    "slot_called_off_company": called_off_company,
}
