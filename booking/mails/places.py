"""The lines that many mails share: when, where, who."""

from __future__ import annotations

from booking.calendar.invites.invite import Guest
from booking.calendar.invites.queries import Place, Visit
from booking.calendar.invites.rules import place as place_line
from booking.outbox.notices.envelope import sender_of
from booking.outbox.notices.rules import Claimed
from booking.settings import Settings
from booking.visits.reservations.queries import Visit as Asked
from booking.wording import counted, span

Lines = tuple[tuple[str, str], ...]


def when_and_where(place: Place) -> Lines:
    """For everyone who travels."""
    lines = (
        ("Quand", span(place.starts_at, place.ends_at)),
        ("Où", place.address_line),
        ("Accès", " ".join(place.access.split())),
        ("Atelier", place.workshop),
    )
    return tuple(line for line in lines if line[1])


def asked_where(visit: Asked) -> Lines:
    """For those who decide on a visit, or wait for it."""
    where = place_line(
        school=visit.host_name,
        room=visit.room,
        address=visit.host_address,
        postcode=visit.host_postcode,
        commune=visit.host_commune,
    )
    return (("Quand", span(visit.starts_at, visit.ends_at)), ("Où", where), ("Atelier", visit.workshop))


def when_it_was(place: Place) -> Lines:
    """To tell apart a visit that will not be."""
    return (
        ("Quand", span(place.starts_at, place.ends_at)),
        ("Lycée", f"{place.host_name}, {place.commune}"),
        ("Atelier", place.workshop),
    )


def at_home(place: Place) -> Lines:
    """For those who receive: they know their own address."""
    return (
        ("Quand", span(place.starts_at, place.ends_at)),
        ("Où", ", ".join(part for part in (place.host_name, place.room) if part)),
        ("Atelier", place.workshop),
    )


def headcount(pupils: int, adults: int) -> str:
    """« 24 élèves et 2 accompagnateurs »"""
    return f"{counted(pupils, 'élève')} et {counted(adults, 'accompagnateur')}"


def guest_of(notice: Claimed, settings: Settings, path: str) -> Guest:
    """The reader of a mail, as an invited person whose entry leads to that page of ours."""
    return Guest(notice.to_email, notice.to_name, f"{settings.base_url}{path}", sender_of(settings.mail_from))


def reason_of(visit: Visit) -> Lines:
    """What the person wrote who ended it."""
    return (("Motif", visit.reason),) if visit.reason.strip() else ()
