"""The file of a draw: all that decides it, frozen when entries end, so that whoever is given it draws again.

JSON, with every instant aware. Fields that say nothing (no line, no box, not closed) are left out, so that a field
which comes later changes no digest of before. It names collèges by what they ask: only the coordination, and whom she
names, reads it; its digest is public.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]


class Lycee(Struct, frozen=True, omit_defaults=True):
    """Where slots are: degrees, none where it is not on the map."""

    id: int
    lat: float | None = None
    lon: float | None = None
    department: str = ""


class College(Struct, frozen=True, omit_defaults=True):
    """Where a group comes from."""

    id: int
    lat: float | None = None
    lon: float | None = None


class DaysOff(Struct, frozen=True, omit_defaults=True):
    """A run of Paris days off, both included."""

    first_on: date
    last_on: date


class Hours(Struct, frozen=True, omit_defaults=True):
    """From an instant, included, to another, not included."""

    starts_at: Instant
    ends_at: Instant


class Slot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A slot when entries end. Of its `seats` and group places, those that nobody holds are `seats_left` and
    `groups_left`.

    `objects` are those that a group may build there, `offers` the boxes of needs that its workshop ticks,
    `company_places` those left. `closed` to everybody: called off, its reservations closed, its lycée closed that day.
    """

    id: int
    lycee: int
    starts_at: Instant
    ends_at: Instant
    seats: int
    seats_left: int
    groups_left: int
    levels: tuple[str, ...]
    objects: tuple[int, ...] = ()
    offers: tuple[str, ...] = ()
    company_places: int = 0
    closed: bool = False


class SlotLine(Struct, frozen=True, omit_defaults=True, tag="slot", tag_field="line"):
    """This slot, for the whole group."""

    slot: int


class PairLine(Struct, frozen=True, omit_defaults=True, tag="pair", tag_field="line"):
    """These two slots, for the two halves of a class. They build the same object, unless `two_objects` are meant."""

    slots: tuple[int, int]
    two_objects: bool = False

    def __post_init__(self) -> None:
        if self.slots[0] == self.slots[1]:
            raise ValueError("a pair is of two different slots")


class SentenceLine(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="sentence", tag_field="line"):
    """« Sinon, ce qui convient à moins de 40 km avant les vacances »: whichever slot suits, whole, else in halves.

    At most `km` from the collège, as the crow flies, to 0.1; Paris days, both included; `away`, by its name in the
    file, the days off that are left out; a `lycee` and a `tech_object` by number; at least so many `company_places`.
    """

    km: float | None = None
    from_on: date | None = None
    to_on: date | None = None
    away: str = ""
    department: str = ""
    lycee: int | None = None
    tech_object: int | None = None
    company_places: int = 0


Line: TypeAlias = SlotLine | PairLine | SentenceLine


class Demand(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a group asks for: its `lines`, the one it likes best first, under an opaque `number`.

    `within`: its collège asks for no more groups of that level than it has classes. `needs` are boxes as they are kept
    (« step_free:2 »). `busy`: when the group is elsewhere, as far as a slot of the file is at that hour.
    `refused_slots` and `refused_lycees`: where its principal or the lycée has said no. `visa`: a principal is asked
    before a place is sure. `salt`, in hexadecimal digits, is of this demand's digest alone.
    """

    number: str
    weight: int
    within: bool
    college: int
    level: str
    pupils: int
    lines: tuple[Line, ...]
    needs: tuple[str, ...] = ()
    busy: tuple[Hours, ...] = ()
    refused_slots: tuple[int, ...] = ()
    refused_lycees: tuple[int, ...] = ()
    visa: bool = False
    salt: str = ""


class Snapshot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that decides a draw. `digest` is its seed's, public from the beginning; the `seed`, in hexadecimal digits,
    stands in it once the draw was held. `days_off` have names that sentences say (`away`)."""

    digest: str
    lycees: tuple[Lycee, ...]
    colleges: tuple[College, ...]
    slots: tuple[Slot, ...]
    demands: tuple[Demand, ...]
    days_off: dict[str, tuple[DaysOff, ...]] = {}
    seed: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError where it does not hold together: a draw never stops in the middle."""
        lycees, colleges = ({school.id for school in schools} for schools in (self.lycees, self.colleges))
        sentences = (line for demand in self.demands for line in demand.lines if isinstance(line, SentenceLine))
        if len({demand.number for demand in self.demands}) < len(self.demands):
            raise ValueError("two demands have one number")
        if (
            not {slot.lycee for slot in self.slots} <= lycees
            or not {demand.college for demand in self.demands} <= colleges
        ):
            raise ValueError("a slot or a demand is of a school that is not there")
        if not {sentence.away for sentence in sentences} <= {"", *self.days_off}:
            raise ValueError("a sentence leaves out days off that are not there")


def written(snapshot: Snapshot) -> bytes:
    """The file of a draw."""
    return _canonical(snapshot)


def read_back(content: bytes) -> Snapshot:
    """The draw that a file is of. Raises msgspec.ValidationError, or its parent DecodeError, for any other file."""
    return msgspec.json.decode(content, type=Snapshot)


def digest_of_file(snapshot: Snapshot) -> str:
    """What is public of the file when it is frozen: its SHA-256, without the seed, so the same before and after."""
    return hashlib.sha256(_canonical(replace(snapshot, seed=""))).hexdigest()


def digest_of_demand(salt: str, lines: Sequence[Line], pupils: int, needs: Sequence[str]) -> str:
    """What is public of a demand when entries end: nobody changes it afterwards, nobody learns what it asks for.

    SHA-256 of {"lines", "needs", "pupils", "salt"} as JSON: sorted names, no spaces, UTF-8.
    """
    asked_for = {"lines": tuple(lines), "needs": tuple(needs), "pupils": pupils, "salt": salt}
    return hashlib.sha256(_canonical(asked_for)).hexdigest()


def _canonical(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted")
