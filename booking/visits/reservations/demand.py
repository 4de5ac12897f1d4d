"""What a teacher asks for, what she obtains, and the first answer to a demand that comes twice."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import astuple

from booking.visits.reservations.acts import BookSlot
from booking.visits.reservations.rules import KeyReused, print_of
from workshops.database import confirm_what_was_read
from workshops.database.row_types import row_as

ALREADY_ASKED = """SELECT id, state, uid, sequence, asked, demand FROM reservations
WHERE booked_by = $1 AND idempotency_key = $2"""
ONE_KEY = "reservations_asked_once"
FORGET_DEMANDS = """
UPDATE reservations SET idempotency_key = NULL, asked = ''
WHERE idempotency_key IS NOT NULL AND created_at < $1 RETURNING id
"""


class EarlierReservation(Struct, frozen=True):
    """A reservation already made under an Idempotency-Key."""

    id: int
    state: str
    uid: str
    sequence: int
    asked: str
    demand: int | None


class Booked(Struct, frozen=True):
    """What the teacher obtained; `repeated` when the same demand had already been granted; `beyond` when it waits
    because its collège has as many groups as classes. What is a line of a `demand` knows it."""

    id: int
    state: str
    uid: str
    sequence: int
    repeated: bool = False
    beyond: bool = False
    demand: int | None = None


class Fresh(Struct, frozen=True):
    """What a change draws in case it must be signed: a demand of its own then, with its UID, its badges, the link."""

    uid: str
    badge_salt: UUID
    secret_key: str
    token: str


class Sentence(Struct, frozen=True):
    """A line that names no slot: whatever suits, at most `km` away, between two days; `away` as an alert keeps it."""

    line: int
    km: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    away: str = ""
    department: str = ""
    lycee: str = ""
    tech_object: int | None = None


class WholeDemand(Struct, frozen=True):
    """What a group asks for in one act: its `lines`, a slot or two halves each, in order, and the `sentence`.

    `pupils` is the whole class; `two_objects`: its halves may build different ones.
    """

    lines: tuple[tuple[Demand, ...], ...]
    pupils: int
    sentence: Sentence | None = None
    two_objects: bool = False

    @property
    def rows(self) -> list[Demand]:
        """Each slot and each half that is named, in order."""
        return [demand for line in self.lines for demand in line]

    @property
    def first(self) -> Demand:
        """What is said of all of them, with the key of the act."""
        return self.lines[0][0]

    @property
    def asked_lines(self) -> int:
        """How many lines, the sentence too."""
        return len(self.lines) + (self.sentence is not None)

    def kept(self, now: datetime) -> tuple[object, ...]:
        """What the row of the demand keeps of it, in the order of its statements."""
        first, said = self.first, self.first.asked
        searched = (None, None, None, None, "", "", "", None) if self.sentence is None else astuple(self.sentence)
        return (
            *(said.group, first.school, first.by, self.asked_lines, now, self.pupils, said.adults, said.needs),
            *(said.boxes.kept, self.two_objects, *searched, said.last_minute),
        )


class Demand(Struct, frozen=True):
    """What a teacher asks for: a slot for a group of her own collège.

    `uid` is the calendar UID for the visit's whole life, `badge_salt` makes its badges, `token` is the principal's link
    where the collège asks for a visa, `key` the Idempotency-Key: asking again under it gives the first answer. What
    stands in a `line` of a ranked `demand` knows both, and `ranked`, all that was asked in order. A change of a signed
    visit knows the one that it `replaces`, and is not held longer than that one may still move. Of a `half` of a class,
    `ranked` is each slot with its pupils, and `passed` how many marks are left out, for two halves that can be told
    apart; `of_class` is the whole class, where the halves may be as large as there is room for them. Repeats of a
    ranked demand are known by the `first_pupils` of its first line, whichever is had.
    One of a teacher who is `awaiting` her collège's word holds its places until then.
    """

    asked: BookSlot
    school: int
    by: int
    uid: str
    badge_salt: UUID
    secret_key: str
    token: str
    awaiting: bool = False
    replaces: int | None = None
    held_at_most: datetime | None = None
    key: str | None = None
    demand: int | None = None
    line: int = 1
    ranked: tuple[object, ...] = ()
    half: int | None = None
    of_class: int | None = None
    first_pupils: int | None = None
    passed: int = 0

    @property
    def with_the_other(self) -> bool:
        """Whether its visa is asked for with that of the first half."""
        return self.half == 2 and self.replaces is None

    @property
    def fingerprint(self) -> str:
        """The same for its repeats; without a key none can be known as one."""
        if self.key is None:
            return ""
        asked = self.asked
        late = ("last_minute",) if asked.last_minute else ()
        pupils = asked.pupils if self.first_pupils is None else self.first_pupils
        return print_of(
            *(self.ranked or asked.slot, asked.group, pupils, asked.adults, asked.needs, *asked.boxes.kept, *late)
        )


async def granted_before(demand: Demand) -> Booked | None:
    """The answer already given to this demand under its key; raises KeyReused when the key served for another."""
    if demand.key is None or (before := await row_as(EarlierReservation, ALREADY_ASKED, demand.by, demand.key)) is None:
        return None
    if before.asked != demand.fingerprint:
        raise KeyReused()
    await confirm_what_was_read()
    return Booked(
        id=before.id,
        state=before.state,
        uid=before.uid,
        sequence=before.sequence,
        repeated=True,
        demand=before.demand,
    )
