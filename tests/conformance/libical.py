"""libical (the library of Evolution, KOrganizer and Zimbra), asked what it understands of our bytes."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from tests.conformance.readers import Unreadable

NAMES = ("libical.so.3", "libical.3.dylib", "libical.dylib")
MISSING = (
    "libical manque pour relire les invitations : `make test` l'installe sous Debian en root ; ailleurs, installez le"
    " paquet libical3t64 (Debian 13), libical3 (Debian 12, Ubuntu) ou libical (Homebrew)."
)


T = TypeVar("T")


class _Time(ctypes.Structure):
    """struct icaltimetype of libical 3."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "date", "daylight")),
        ("zone", ctypes.c_void_p),
    )


@dataclass(frozen=True)
class Read:
    """One entry; `sound` is whether libical finds it lawful for its METHOD (RFC 5546, section 3)."""

    sound: bool
    uid: str
    sequence: int
    summary: str
    starts_at: datetime
    ends_at: datetime


def found() -> ctypes.CDLL:
    """The library of this machine; raises AssertionError, with what to install, where there is none."""
    for name in NAMES:
        with suppress(OSError):
            return ctypes.CDLL(name)
    raise AssertionError(MISSING)


@cache
def _library() -> Any:
    library = found()
    for function in ("parser_parse_string", "component_get_first_component", "component_get_next_component"):
        getattr(library, f"ical{function}").restype = ctypes.c_void_p
    for function in ("uid", "summary"):
        getattr(library, f"icalcomponent_get_{function}").restype = ctypes.c_char_p
    for function in ("dtstart", "dtend"):
        getattr(library, f"icalcomponent_get_{function}").restype = _Time
    library.icaltime_as_timet_with_zone.restype = ctypes.c_long
    library.icaltime_as_timet_with_zone.argtypes = (_Time, ctypes.c_void_p)
    return library


def libical(raw: bytes) -> list[Read]:
    """Every entry of a calendar object, in order; raises Unreadable for bytes that are none."""
    return _read_all(raw, _read)


def restrictions_hold(raw: bytes) -> list[bool]:
    """Whether each entry holds what its method asks and nothing that it forbids (RFC 5546), its hours left unread."""
    return _read_all(raw, lambda library, entry, *, sound: sound)


def _read_all(raw: bytes, read: Callable[..., T]) -> list[T]:
    library = _library()
    calendar = ctypes.c_void_p(library.icalparser_parse_string(raw))
    kind = library.icalcomponent_string_to_kind(b"VEVENT")
    if not calendar or library.icalcomponent_count_errors(calendar):
        raise Unreadable("libical finds errors in these bytes")
    try:
        sound = bool(library.icalcomponent_check_restrictions(calendar))
        found = []
        entry = library.icalcomponent_get_first_component(calendar, kind)
        while entry:
            found.append(read(library, ctypes.c_void_p(entry), sound=sound))
            entry = library.icalcomponent_get_next_component(calendar, kind)
        return found
    finally:
        library.icalcomponent_free(calendar)


def _read(library: Any, entry: ctypes.c_void_p, *, sound: bool) -> Read:
    starts, ends = library.icalcomponent_get_dtstart(entry), library.icalcomponent_get_dtend(entry)
    return Read(
        sound=sound,
        uid=(library.icalcomponent_get_uid(entry) or b"").decode(),
        sequence=library.icalcomponent_get_sequence(entry),
        summary=(library.icalcomponent_get_summary(entry) or b"").decode(),
        starts_at=_instant(library, starts),
        ends_at=_instant(library, ends),
    )


def _instant(library: Any, time: _Time) -> datetime:
    if not time.zone:
        raise Unreadable("the hour floats: it has no zone")
    return datetime.fromtimestamp(library.icaltime_as_timet_with_zone(time, time.zone), UTC)
