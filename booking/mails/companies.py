"""Mails about a company's attendance: to the company, to the hosts who receive it."""

from __future__ import annotations

from datetime import datetime

from booking.calendar.invites import queries
from booking.calendar.invites.invite import invitation
from booking.calendar.invites.queries import CompanyVisit
from booking.mails.draft import Draft, Drafts
from booking.mails.places import at_home, guest_of, when_and_where, when_it_was
from booking.outbox.notices.rules import Claimed
from booking.settings import Settings
from booking.wording import COMPANY_ROLES, counted

COMING = frozenset({"announced"})
ASKED = frozenset({"asked"})
ENDED = frozenset({"withdrawn", "declined", "called_off", "lapsed"})
WHY = {
    "withdrawn": "Vous avez retiré votre venue.",
    "declined": "Le lycée ne peut pas vous recevoir cette fois.",
    "called_off": "Le lycée a annulé ce créneau.",
}


async def confirmed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the company: it is expected."""
    visit = await _visit_in(COMING, notice, now)
    return None if visit is None else _to_company(visit, notice, settings, now)


async def asked(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the company: the lycée has its demand; no agenda is told yet."""
    visit = await _visit_in(ASKED, notice, now)
    return None if visit is None else _to_company(visit, notice, settings, now)


async def changed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the company: it comes with more or fewer people."""
    visit = await _visit_in(COMING | ASKED, notice, now)
    return None if visit is None else _to_company(visit, notice, settings, now)


async def declined(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the company: it is not received this time, why, and where else it may come."""
    visit = await _visit_in(frozenset({"declined"}), notice, now)
    return None if visit is None else _to_company(visit, notice, settings, now, path="/seances")


async def lapsed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the company: the lycée never answered its demand, it is not expected."""
    visit = await _visit_in(frozenset({"lapsed"}), notice, now)
    return None if visit is None else _to_company(visit, notice, settings, now, path="/seances")


async def withdrawn(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the company: it is no longer expected."""
    visit = await _visit_in(ENDED, notice, now)
    return None if visit is None else _to_company(visit, notice, settings, now)


async def received(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: a company comes."""
    visit = await _visit_in(COMING, notice, now)
    return None if visit is None else _to_host(visit, settings)


async def asked_host(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: a company waits for an answer, now or still."""
    visit = await _visit_in(ASKED, notice, now)
    return None if visit is None else _to_host(visit, settings)


async def changed_host(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: a company comes otherwise than it said."""
    visit = await _visit_in(COMING | ASKED, notice, now)
    return None if visit is None else _to_host(visit, settings)


async def withdrawn_host(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: a company no longer comes."""
    visit = await _visit_in(ENDED, notice, now)
    return None if visit is None else _to_host(visit, settings)


async def _visit_in(states: frozenset[str], notice: Claimed, now: datetime) -> CompanyVisit | None:
    visit = await queries.company_visit(notice.about)
    return visit if visit is not None and visit.state in states and visit.ends_at > now else None


def _people(visit: CompanyVisit) -> str:
    return f"{counted(visit.people, 'personne')}, {COMPANY_ROLES[visit.role].lower()}"


def _to_company(
    visit: CompanyVisit, notice: Claimed, settings: Settings, now: datetime, *, path: str = "/entreprise"
) -> Draft:
    guest = guest_of(notice, settings, path)
    comes = (*when_and_where(visit), ("Venue", _people(visit)))
    ended = (*when_it_was(visit), *((("Motif", visit.reason),) if visit.reason else ()))
    return Draft(
        words={"visit": visit, "why": WHY.get(visit.state, "")},
        link=guest.url,
        lines=ended if visit.state in ENDED else comes,
        invitation=invitation(visit, guest, now=now),
    )


def _to_host(visit: CompanyVisit, settings: Settings) -> Draft:
    """Without a calendar: the hour is in the host's agenda already, by the groups that come to it."""
    return Draft(
        words={"visit": visit},
        link=f"{settings.base_url}/lycee/creneaux/{visit.slot}",
        lines=(
            *at_home(visit),
            ("Entreprise", ", ".join(part for part in (visit.company_name, visit.company_commune) if part)),
            ("Venue", _people(visit)),
        ),
    )


KINDS: dict[str, Drafts] = {
    "attendance_asked": asked,
    "attendance_asked_host": asked_host,
    "attendance_changed": changed,
    "attendance_changed_host": changed_host,
    "attendance_confirmed": confirmed,
    "attendance_declined": declined,
    "attendance_lapsed": lapsed,
    "attendance_received": received,
    "attendance_unanswered": asked_host,
    "attendance_withdrawn": withdrawn,
    "attendance_withdrawn_host": withdrawn_host,
}
