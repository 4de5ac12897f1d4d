"""Mails about a reservation: to the teacher who made it, to the hosts who receive it."""

from __future__ import annotations

from datetime import datetime

from booking.invites import queries
from booking.invites.invite import invitation
from booking.invites.queries import Place, Visit
from booking.messages.draft import Draft
from booking.notices.envelope import sender_of
from booking.notices.rules import Claimed
from booking.settings import Settings
from booking.wording import counted, span

COMING = frozenset({"confirmed", "locked"})
ENDED = frozenset({"cancelled_by_teacher", "refused_by_principal", "refused_by_host", "called_off", "lapsed"})
WHY = {
    "cancelled_by_teacher": "Votre collège l'a annulée.",
    "refused_by_principal": "La direction de votre collège n'a pas donné son accord.",
    "refused_by_host": "Le lycée ne peut pas recevoir votre groupe.",
    "called_off": "Le lycée a annulé ce créneau.",
    "lapsed": "Elle n'a pas été confirmée à temps.",
}


async def confirmed(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: it is reserved."""
    visit = await _visit_in(COMING, notice, now)
    return None if visit is None else _to_teacher(visit, notice, settings, now)


async def cancelled(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To the teacher: it is cancelled, by whom and why."""
    visit = await _visit_in(ENDED, notice, now)
    return None if visit is None else _to_teacher(visit, notice, settings, now)


async def received(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: a group comes."""
    visit = await _visit_in(COMING, notice, now)
    return None if visit is None else _to_host(visit, notice, settings, now)


async def cancelled_host(notice: Claimed, settings: Settings, now: datetime) -> Draft | None:
    """To a host: a group no longer comes."""
    visit = await _visit_in(ENDED, notice, now)
    return None if visit is None else _to_host(visit, notice, settings, now)


def when_and_where(place: Place) -> tuple[tuple[str, str], ...]:
    """The lines that everyone who travels needs."""
    lines = (
        ("Quand", span(place.starts_at, place.ends_at)),
        ("Où", place.address_line),
        ("Accès", " ".join(place.access.split())),
        ("Atelier", place.workshop),
    )
    return tuple(line for line in lines if line[1])


def when_it_was(place: Place) -> tuple[tuple[str, str], ...]:
    """The lines that tell apart a visit that will not be."""
    return (
        ("Quand", span(place.starts_at, place.ends_at)),
        ("Lycée", f"{place.host_name}, {place.commune}"),
        ("Atelier", place.workshop),
    )


async def _visit_in(states: frozenset[str], notice: Claimed, now: datetime) -> Visit | None:
    """The visit, if it is still to come and still in a state that the mail tells of."""
    visit = await queries.visit(notice.about)
    return visit if visit is not None and visit.state in states and visit.ends_at > now else None


def _to_teacher(visit: Visit, notice: Claimed, settings: Settings, now: datetime) -> Draft:
    link = f"{settings.base_url}/reservations/{visit.id}"
    lines = (
        *(when_and_where(visit) if visit.state in COMING else when_it_was(visit)),
        ("Groupe", f"{visit.group_name}, {_people(visit)}"),
    )
    return _drafted(visit, notice, settings, now, link=link, lines=lines)


def _to_host(visit: Visit, notice: Claimed, settings: Settings, now: datetime) -> Draft:
    link = f"{settings.base_url}/lycee/creneaux/{visit.slot}"
    lines = (
        ("Quand", span(visit.starts_at, visit.ends_at)),
        ("Où", ", ".join(part for part in (visit.host_name, visit.room) if part)),
        ("Atelier", visit.workshop),
        ("Groupe", f"{visit.group_name}, {visit.college_name}, {visit.college_commune}"),
        ("Effectif", _people(visit)),
        ("Places prises", f"{visit.seats_taken} sur {visit.seats}"),
    )
    return _drafted(visit, notice, settings, now, link=link, lines=lines)


def _people(visit: Visit) -> str:
    return f"{counted(visit.pupils, 'élève')} et {counted(visit.adults, 'accompagnateur')}"


def _drafted(
    visit: Visit,
    notice: Claimed,
    settings: Settings,
    now: datetime,
    *,
    link: str,
    lines: tuple[tuple[str, str], ...],
) -> Draft:
    why = (("Motif", visit.reason),) if visit.state in ENDED and visit.reason.strip() else ()
    return Draft(
        words={"visit": visit, "why": WHY.get(visit.state, "")},
        link=link,
        lines=lines + why,
        invitation=invitation(
            visit,
            to_email=notice.to_email,
            to_name=notice.to_name,
            url=link,
            organizer=sender_of(settings.mail_from),
            now=now,
        ),
    )
