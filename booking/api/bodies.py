"""What machines send: strict structures, where a field that is not one of ours is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

Whole = Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)]
Count = Annotated[int, msgspec.Meta(ge=-32_768, le=32_767)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[\x21-\x7e]+$")]


class NewGroup(msgspec.Struct, forbid_unknown_fields=True):
    """A group of the teacher's collège."""

    name: str
    level: str
    pupils: Count
    school_year: str
    section: str = ""


class NewSlot(msgspec.Struct, forbid_unknown_fields=True):
    """A lycée opens a slot. Instants carry their offset, for example 2027-03-25T09:00:00+01:00."""

    workshop_id: Whole
    starts_at: datetime
    ends_at: datetime
    seats: Count
    room_id: Whole | None = None
    company_places: Count = 0
    booking_closes_at: datetime | None = None


class NewReservation(msgspec.Struct, forbid_unknown_fields=True):
    """A group asks for a slot; `wait` is for the waiting list."""

    slot_id: Whole
    group_id: Whole
    pupils: Count
    adults: Count
    wait: bool = False
    needs: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """Why something ends."""

    reason: Annotated[str, msgspec.Meta(max_length=300)] = ""


class NewAttendance(msgspec.Struct, forbid_unknown_fields=True):
    """A company comes with some people, to do something (temoignage, demonstration, mentorat)."""

    people: Count
    role: str
    message: Annotated[str, msgspec.Meta(max_length=500)] = ""
