"""The facts of one mail, ready for its template.

The lines that many mails share: when, where, who.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from booking.calendar.invites.invite import Guest, Invitation
from booking.calendar.invites.queries import SlotPlace
from booking.calendar.invites.rules import place as place_line
from booking.outbox.notices.envelope import sender_of
from booking.outbox.notices.rules import Claimed, Enclosed
from booking.process.settings import Settings
from booking.visits.asking.pairs import halves_of, other_half
from booking.visits.draws.halves import object_words
from booking.visits.reservations.queries import Visit as Asked
from booking.visits.reservations.rules import Pair
from booking.visits.slot_changes.queries import room_before
from booking.visits.slot_changes.rules import instant_of
from booking.words.states import RESERVATION_STATES
from booking.words.wording import COMPANY_ROLES, arrival_lines, counted, day, hour, spaced, span

Lines = tuple[tuple[str, str], ...]


class Item(Struct, frozen=True):
    """A line that leads to a page of ours, and what is said under it."""

    text: str
    page: str
    note: str = ""


class Listing(Struct, frozen=True):
    """Lines of one kind under their title, and how many more there are."""

    title: str
    items: tuple[Item, ...]
    more: int = 0


class Draft(Struct, frozen=True):
    """`words` are what the sentences name, `lines` the facts shown one under the other, `link` the one next step.

    `typed` is what a person wrote for this reader, shown as it was written, `stop` the page where such mails are
    switched off. `beside` are the entries of the other visits of which the same mail tells, `papers` are enclosed.

    `only_if_invited`: the end of a visit means nothing to somebody whom its invitation has not reached.
    """

    words: Mapping[str, object]
    link: str
    lines: Lines = ()
    lists: tuple[Listing, ...] = ()
    typed: str = ""
    stop: str = ""
    invitation: Invitation | None = None
    beside: tuple[Invitation, ...] = ()
    papers: tuple[Enclosed, ...] = ()
    only_if_invited: bool = False


# Reads the facts of a notice as they are now; None when the mail has become pointless or false.
Drafts = Callable[[Claimed, Settings, datetime], Awaitable[Draft | None]]


class ComingGroup(Protocol):
    """A group that comes, or would come."""

    @property
    def group_name(self) -> str: ...
    @property
    def pupils(self) -> int: ...
    @property
    def adults(self) -> int: ...


class Moment(Protocol):
    """What has its hours."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


class ComingCompany(Protocol):
    """The people of a company who come."""

    @property
    def people(self) -> int: ...
    @property
    def role(self) -> str: ...


def when(what: Moment) -> str:
    """« jeudi 25 mars 2027, de 9 h 00 à 12 h 00 », in a sentence."""
    return spaced(span(what.starts_at, what.ends_at))


def begins(what: Moment) -> str:
    """« jeudi 25 mars 2027 à 9 h 00 », in a subject."""
    return spaced(f"{day(what.starts_at)} à {hour(what.starts_at)}")


def group(group: ComingGroup) -> str:
    """« 4e B (24 élèves) »"""
    return f"{group.group_name} ({counted(group.pupils, 'élève')})"


def when_and_where(place: SlotPlace) -> Lines:
    """For everyone who travels."""
    lines = (
        ("Quand", span(place.starts_at, place.ends_at)),
        ("Où", place.address_line),
        ("Accès", " ".join(place.access.split())),
        *arrival_lines(place.arrival),
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


def when_it_was(place: SlotPlace) -> Lines:
    """To tell apart a visit that will not be."""
    return (
        ("Quand", span(place.starts_at, place.ends_at)),
        ("Lycée", f"{place.host_name}, {place.commune}"),
        ("Atelier", place.workshop),
    )


def bring_line(place: SlotPlace) -> Lines:
    """What pupils wear and bring."""
    bring = " ".join(place.bring.split())
    return (("Tenue, affaires", bring),) if bring else ()


def at_home(place: SlotPlace) -> Lines:
    """For those who receive: they know their own address."""
    return (
        ("Quand", span(place.starts_at, place.ends_at)),
        ("Où", ", ".join(part for part in (place.host_name, place.room) if part)),
        ("Atelier", place.workshop),
    )


def group_line(group: ComingGroup, *, adults_asked: int | None = None) -> tuple[str, str]:
    """« 4e B, 24 élèves et 2 accompagnateurs »"""
    return "Groupe", f"{group.group_name}, {headcount(group.pupils, adults_asked or group.adults)}"


def headcount(pupils: int, adults: int) -> str:
    """« 24 élèves et 2 accompagnateurs »"""
    return f"{counted(pupils, 'élève')} et {counted(adults, 'accompagnateur')}"


def people_line(company: ComingCompany) -> tuple[str, str]:
    """« 2 personnes, témoignage »"""
    return "Venue", people(company.people, company.role)


def people(count: int, role: str) -> str:
    """« 2 personnes, témoignage »"""
    return f"{counted(count, 'personne')}, {COMPANY_ROLES[role].lower()}"


async def object_of_halves(pair: Pair | None) -> Lines:
    """What both halves of a class build."""
    both = await halves_of(pair)
    words = object_words(both[0].objects, both[1].objects) if len(both) > 1 else ""
    return (("Objet", words),) if words else ()


async def other_half_line(pair: Pair | None, reservation: int) -> Lines:
    """Of half a class: where the other half goes, and whether it is sure."""
    other = await other_half(pair, reservation)
    return (
        () if other is None else (("Autre moitié", f"{other.line} ({RESERVATION_STATES[other.state].label.lower()})"),)
    )


def reason_line(reason: str) -> Lines:
    """What the person wrote who ended it."""
    return (("Motif", reason),) if reason.strip() else ()


def was_at(notice: Claimed, place: SlotPlace) -> datetime | None:
    """When what its lycée has moved began before, which `also` holds in minutes; None when its room alone has
    changed, or when it came back."""
    before = None if notice.also is None else instant_of(notice.also)
    return None if before == place.starts_at else before


async def room_was(notice: Claimed, place: SlotPlace) -> str:
    """The room that what its lycée has moved left, where its room alone has changed; empty otherwise."""
    alone = notice.also is not None and instant_of(notice.also) == place.starts_at
    return await room_before(place.slot) if alone else ""


def guest_of(notice: Claimed, settings: Settings, path: str) -> Guest:
    """The reader of a mail, as an invited person whose entry leads to that page of ours."""
    return Guest(notice.to_email, notice.to_name, f"{settings.base_url}{path}", sender_of(settings.mail_from))
