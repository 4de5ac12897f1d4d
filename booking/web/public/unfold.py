"""What a slot and a lycée are to who unfolds a link: a sentence, and https://schema.org (Event, Place)."""

from __future__ import annotations

from typing import Any, Protocol

from booking.words.wording import PARIS, counted, levels_words, span
from workshops.schools.queries import SchoolCard
from workshops.slots.queries import SlotCard


class Located(Protocol):
    """What stands at a lycée's address."""

    @property
    def uai(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def commune(self) -> str: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...


STATES = {"called_off": "https://schema.org/EventCancelled"}
SCHEDULED = "https://schema.org/EventScheduled"


def unfolded(slot: SlotCard, *, state: str) -> str:
    """« Jeudi 25 mars 2027, de 9 h 00 à 12 h 00, Lycée Jules Haag, Besançon. 4e et 3e, 24 places libres. »"""
    when = span(slot.starts_at, slot.ends_at)
    if state == "called_off":
        room = "annulé"
    elif state == "open":
        room = counted(slot.seats_free, "place libre", "places libres") if slot.seats_free else "complet"
    else:
        room = "réservations closes"
    return f"{when[:1].upper()}{when[1:]}, {slot.school_name}, {slot.commune}. {levels_words(slot.levels)}, {room}."


def event(slot: SlotCard, *, state: str, base_url: str) -> dict[str, Any]:
    """The slot: when, where, how many it takes; no person, no collège."""
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": slot.title,
        "description": slot.summary or unfolded(slot, state=state),
        "url": f"{base_url}/creneaux/{slot.id}",
        "startDate": slot.starts_at.astimezone(PARIS).isoformat(),
        "endDate": slot.ends_at.astimezone(PARIS).isoformat(),
        "eventStatus": STATES.get(state, SCHEDULED),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "maximumAttendeeCapacity": slot.seats,
        "remainingAttendeeCapacity": slot.seats_free if state == "open" else 0,
        "location": _place(slot.school_name, slot, base_url),
        "organizer": {"@type": "Organization", "name": slot.school_name, "url": f"{base_url}/lycees/{slot.uai}"},
    }


def place(school: SchoolCard, *, base_url: str) -> dict[str, Any]:
    """The lycée: where it is and how it is reached."""
    told = _place(school.name, school, base_url)
    return {"@context": "https://schema.org", **told} | ({"telephone": school.phone} if school.phone else {})


def _place(name: str, at: Located, base_url: str) -> dict[str, Any]:
    told = {
        "@type": "Place",
        "name": name,
        "url": f"{base_url}/lycees/{at.uai}",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": at.address,
            "postalCode": at.postcode,
            "addressLocality": at.commune,
            "addressCountry": "FR",
        },
    }
    if at.lat is None or at.lon is None:
        return told
    return told | {"geo": {"@type": "GeoCoordinates", "latitude": at.lat, "longitude": at.lon}}
