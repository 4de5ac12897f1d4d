"""What an agenda is told of a visit: which method, which title, which place. No pupil, no name but the reader's."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from booking.visits import reservation_states as states
from booking.visits.attendance.rules import ENDED as COMINGS_ENDED
from booking.visits.attendance.rules import AttendanceState
from booking.visits.reservation_states import IN_DOUBT
from booking.words.wording import COMPANY_ROLES, counted
from workshops.programmes.ptech.rules import ActionState
from workshops.refusals import Refusal

Method = Literal["REQUEST", "CANCEL", "DECLINECOUNTER"]
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]

# A reservation, a company's coming, a mentoring action: each has its own words for being sure, and for having ended.
SURE = frozenset({*states.TAKES_PLACE, AttendanceState.ANNOUNCED, ActionState.PLANNED, ActionState.HELD})
ENDED = frozenset({*states.ENDED, *COMINGS_ENDED})


class AgendaEntry(Struct, frozen=True):
    """One visit in one person's agenda. Instants are aware; `stamp` is when the entry is written.

    No pupil: a group is its label and a head count. An invitation has one attendee, its reader; an entry that is only
    published has none (RFC 5546, 3.2.1). One that is `reminded` rings the day before, where its reader keeps
    that (Google rings as it likes, a feed's reader may be told not to); a CANCEL holds none (RFC 5546, 3.2.5).
    `busy`: whether its reader is taken then (RFC 5545, 3.8.2.7), None where each agenda decides. `comment` is what a
    DECLINECOUNTER says beside its refusal, which leaves the entry as it is (RFC 5546, 3.2.8).
    """

    uid: str
    sequence: int
    summary: str
    description: str
    location: str
    url: str
    starts_at: datetime
    ends_at: datetime
    organizer_mail: str
    organizer_name: str
    stamp: datetime
    attendee_mail: str = ""
    attendee_name: str = ""
    method: Method = "REQUEST"
    status: Status = "CONFIRMED"
    geo: tuple[float, float] | None = None
    reminded: bool = False
    busy: bool | None = None
    comment: str = ""


class Placed(Struct, frozen=True, kw_only=True):
    """Where people meet: a lycée, a room of it perhaps, or another place; on a map where that is known."""

    host_name: str
    address: str
    postcode: str
    commune: str
    lat: float | None
    lon: float | None

    room = ""

    @property
    def address_line(self) -> str:
        where = {"address": self.address, "postcode": self.postcode, "commune": self.commune}
        return place(school=self.host_name, room=self.room, **where)

    @property
    def geo(self) -> tuple[float, float] | None:
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


class NotInTheCalendar(Refusal):
    kind = "not-in-the-calendar"
    title = "Pas d'invitation"
    sentence = "Cette réservation n'est pas confirmée : elle n'a pas d'invitation."


def method_and_status(state: str, *, invited: bool) -> tuple[Method, Status] | None:
    """How a reservation or an attendance in this state is told to an agenda; None when it has no place there.

    A demand without its visa, a wait and an offer are none yet; a visit whose visa was taken back is in doubt. What
    ended is a CANCEL (a REQUEST with STATUS:CANCELLED leaves the entry where it is: RFC 5546, 3.2.5), for those only
    who were `invited` before.
    """
    if state in SURE:
        return "REQUEST", status_of(state)
    if state in IN_DOUBT and invited:
        return "REQUEST", status_of(state)
    return ("CANCEL", status_of(state)) if state in ENDED and invited else None


def status_of(state: str) -> Status:
    """How an entry that an agenda holds is called there."""
    if state in ENDED:
        return "CANCELLED"
    return "TENTATIVE" if state in IN_DOUBT else "CONFIRMED"


def group_title(*, workshop: str, group: str, college: str, pupils: int) -> str:
    """« TECHNILAB : Découpe laser, 4e B, Collège Stendhal (24 élèves) »"""
    return f"TECHNILAB : {workshop}, {group}, {college} ({counted(pupils, 'élève')})"


def group_people(*, group: str, college: str, pupils: int, adults: int) -> str:
    """« 4e B, Collège Stendhal : 24 élèves, 2 accompagnateurs »"""
    return f"{group}, {college} : {counted(pupils, 'élève')}, {counted(adults, 'accompagnateur')}"


def company_people(*, company: str, people: int, role: str) -> str:
    """« Horlogerie du Doubs : 2 personnes, témoignage »"""
    return f"{company} : {counted(people, 'personne')}, {COMPANY_ROLES[role].lower()}"


def company_title(*, workshop: str, company: str, people: int) -> str:
    """« TECHNILAB : Découpe laser, Horlogerie du Doubs (2 personnes) »"""
    return f"TECHNILAB : {workshop}, {company} ({counted(people, 'personne')})"


def place(*, school: str, room: str, address: str, postcode: str, commune: str) -> str:
    """« Lycée Jules Haag, Atelier 2, 1 rue Labbé, 25000 Besançon »: what a map or a driver understands."""
    return ", ".join(part for part in (school, room, address, f"{postcode} {commune}".strip()) if part)


def notes(*, what: str, who: str, access: str, url: str) -> str:
    """The entry's text: what, who, how to come in, and where the rest is."""
    return "\n".join(part for part in (what, who, f"Accès : {access}" if access.strip() else "", url) if part)
