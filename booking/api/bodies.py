"""What machines send: strict structures, where a field that is not one of ours is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from workshops.plain_words import A_LINE, SOME_LINES
from workshops.refusals import Invalid

Whole = Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)]
Count = Annotated[int, msgspec.Meta(ge=-32_768, le=32_767)]
Line = Annotated[str, msgspec.Meta(max_length=200, pattern=A_LINE)]
Lines = Annotated[str, msgspec.Meta(max_length=500, pattern=SOME_LINES)]
Key = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[\x21-\x7e]+$")]


def readable_key(key: str | None) -> str | None:
    """An Idempotency-Key that can be kept. Raises Invalid for one with characters that nobody can read."""
    if key is not None and not key.isprintable():
        raise Invalid({"Idempotency-Key": "Cette clé d'envoi contient des caractères illisibles."})
    return key


class NewGroup(msgspec.Struct, forbid_unknown_fields=True):
    """A group of the teacher's collège."""

    name: Line
    level: Line
    pupils: Count
    school_year: Line
    section: Line = ""


class NewSlot(msgspec.Struct, forbid_unknown_fields=True):
    """A lycée opens a slot. Instants carry their offset, for example 2027-03-25T09:00:00+01:00.

    `one_per_trade`: at most one company of a trade. `on_agreement`: a company comes once the lycée has accepted it.
    """

    workshop_id: Whole
    starts_at: datetime
    ends_at: datetime
    seats: Count
    room_id: Whole | None = None
    company_places: Count = 0
    one_per_trade: bool = False
    on_agreement: bool = False
    booking_closes_at: datetime | None = None


class NewReservation(msgspec.Struct, forbid_unknown_fields=True):
    """A group asks for a slot; `wait` is for the waiting list."""

    slot_id: Whole
    group_id: Whole
    pupils: Count
    adults: Count
    wait: bool = False
    needs: Line = ""


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """Why something ends."""

    reason: Annotated[str, msgspec.Meta(max_length=300, pattern=A_LINE)] = ""


class NewAttendance(msgspec.Struct, forbid_unknown_fields=True):
    """A company comes with some people, to do something (temoignage, demonstration, mentorat)."""

    people: Count
    role: Line
    message: Lines = ""
