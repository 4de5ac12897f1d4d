"""A visit as its desk sees it: who is expected, who is here, who has gone, who is a guest."""

from __future__ import annotations

import uuid
from datetime import datetime

from msgspec import Struct

from booking.day.badges.rules import face_of
from booking.day.checkin.rules import DECLARED_BEFORE, ScanResult, counted_most
from booking.day.checkin.say import DeskWords, said_on_a_page
from booking.visits.badge_codes.rules import HASH_PREFIX
from workshops.builds.queries import BuildLine
from workshops.slots.rules import DESK_OPENS, OVER


class BadgePlace(Struct, frozen=True):
    """One badge of a group, and the scan that counted it if its bearer came in.

    `late`: first seen well after the start. `left_at`: gone before the end. `elsewhere`: counted at another visit.
    `declared`: here by the host's word alone, no badge was read.
    """

    reservation: int
    kind: str
    number: int
    token_hash: bytes
    scan: uuid.UUID | None
    first_scanned_at: datetime | None
    left_scan: uuid.UUID | None = None
    left_at: datetime | None = None
    late: bool = False
    elsewhere: bool = False
    declared: bool = False

    @property
    def came(self) -> bool:
        """Whether its bearer came in here, gone since or not."""
        return self.scan is not None and not self.elsewhere

    @property
    def here(self) -> bool:
        """Whether its bearer is here."""
        return self.came and self.left_at is None

    @property
    def face(self) -> str:
        """The number as the badge shows it."""
        return face_of(self.kind, self.number)

    @property
    def tapped(self) -> str:
        """What a tap on this number sends as its badge, and what a phone may keep of it: no number that can be read."""
        return f"{HASH_PREFIX}{self.token_hash.hex()}"


class ExpectedGroup(Struct, frozen=True):
    """A group that is let in at a slot. `scanned` and what follows are None until the closing, which they outlive;
    `said` are the pupils whom the host declared present, beside those `scanned`. `ulis` of its pupils are of ULIS,
    shared out between the two halves of a class. `mark` is its sign at this desk, `badge_mark` the one printed on its
    badges: a guest may have to wear another here. `phone` is its collège's, as the annuaire has it.
    """

    reservation: int
    label: str
    level: str
    school: int
    college: str
    commune: str
    phone: str
    mark: int
    badge_mark: int
    state: str
    pupils: int
    adults: int
    needs: str
    needed: tuple[str, ...]
    scanned: int | None
    said: int | None
    counted: int | None
    adults_counted: int | None
    note: str | None
    girls: int | None
    ulis: int = 0
    places: tuple[BadgePlace, ...] = ()
    builds: tuple[BuildLine, ...] = ()

    @property
    def pupil_places(self) -> tuple[BadgePlace, ...]:
        """The badges that pupils wear, spare ones too."""
        return tuple(place for place in self.places if place.kind != "adult")

    @property
    def came(self) -> int:
        """The pupils who came in here, by their badge or by the host's word, gone since or not."""
        if self.scanned is not None:
            return self.scanned + (self.said or 0)
        return sum(place.came for place in self.pupil_places)

    @property
    def declared(self) -> int:
        """Of those who came, the ones whom the host declared present and whose badge nobody read."""
        return sum(place.came and place.declared for place in self.pupil_places) if self.said is None else self.said

    @property
    def complete(self) -> bool:
        """Whether as many pupils came in here as were announced, or more."""
        return 0 < self.pupils <= self.came

    @property
    def counted_most(self) -> int:
        """How many of it the host may count."""
        return counted_most(self.pupils, self.came)

    @property
    def adults_came(self) -> int:
        """The adults who came in here, by their badge or by the host's word, gone since or not."""
        return sum(place.came for place in self.places if place.kind == "adult")

    @property
    def agrees(self) -> bool:
        """Whether as many came as were announced, here and by their badges: the closing has nothing to ask."""
        as_announced = (self.came, self.adults_came) == (self.pupils, self.adults)
        return bool(self.places) and as_announced and not self.elsewhere

    @property
    def missing(self) -> tuple[BadgePlace, ...]:
        """Whom the host may declare present: pupils and adults, spare badges left out."""
        return tuple(one for one in self.places if one.kind != "spare" and one.scan is None)

    @property
    def here(self) -> int:
        """The pupils who are here."""
        return sum(place.here for place in self.pupil_places)

    @property
    def left(self) -> int:
        """The pupils who left before the end."""
        return sum(place.came and not place.here for place in self.pupil_places)

    @property
    def late(self) -> int:
        """The pupils who came late."""
        return sum(place.came and place.late for place in self.pupil_places)

    @property
    def elsewhere(self) -> int:
        """The pupils whom another visit of the lycée received."""
        return sum(place.elsewhere for place in self.pupil_places)

    @property
    def adults_here(self) -> int:
        """The adults who are here."""
        return sum(place.here for place in self.places if place.kind == "adult")


class ExpectedCompany(Struct, frozen=True):
    """A company announced at a slot: its badges that were scanned, since when, those still `here`, and those
    `declared` by the host's word alone; `came` once the visit is closed."""

    company: int
    siret: str
    name: str
    people: int
    role: str
    came: int | None
    scanned: int
    here: int
    declared: int
    arrived_at: datetime | None


class SlotToday(Struct, frozen=True):
    """A visit among those of its lycée's day: who is expected, who came and who is here, in counts."""

    slot: int
    title: str
    room: str
    state: str
    starts_at: datetime
    ends_at: datetime
    expected: int
    adults: int
    came: int
    declared: int
    here: int
    adults_here: int
    company_here: int


class RefusedScan(Struct, frozen=True):
    """A scan that counted nobody. `settled`: its badge has been counted since, here or where it is expected."""

    told: ScanResult
    scanned_at: datetime
    settled: bool

    @property
    def words(self) -> DeskWords:
        """Its reason, and what to do."""
        return said_on_a_page(self.told)


class Roster(Struct, frozen=True):
    """A slot as the desk sees it: numbers and counts, never a name. `objects` is what may be built there.

    `guests` are pupils of the lycée's other visits received at this one, under their own group, which announced none.
    """

    slot: int
    state: str
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime | None
    title: str
    room: str
    groups: tuple[ExpectedGroup, ...]
    guests: tuple[ExpectedGroup, ...]
    companies: tuple[ExpectedCompany, ...]
    objects: dict[int, str]
    refused: tuple[RefusedScan, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether everybody came as announced, by their badges or by the host's word, and each group's object is noted:
        nothing is left to ask before the visit is closed."""
        groups = all(group.agrees and group.builds for group in self.groups)
        companies = all(firm.scanned == firm.people for firm in self.companies)
        return bool(self.groups) and not self.guests and groups and companies

    @property
    def receives(self) -> bool:
        """Whether badges are read here: somebody is expected, and the visit is neither closed nor called off."""
        return bool(self.groups) and self.state not in OVER

    @property
    def complete(self) -> bool:
        """Whether each group that is expected is complete."""
        return bool(self.groups) and all(group.complete for group in self.groups)

    @property
    def declared_from(self) -> datetime:
        """Since when the host may declare a group present."""
        return self.starts_at - DECLARED_BEFORE

    @property
    def built_from(self) -> datetime:
        """Since when what a group built may be noted."""
        return self.starts_at - DESK_OPENS

    @property
    def received(self) -> tuple[ExpectedGroup, ...]:
        """Everyone that the closing counts: the groups expected, then the guests."""
        return self.groups + self.guests

    @property
    def expected(self) -> int:
        """The pupils that the groups announced."""
        return sum(group.pupils for group in self.groups)

    @property
    def came(self) -> int:
        """The pupils who came in here, guests too."""
        return sum(group.came for group in self.received)

    @property
    def declared(self) -> int:
        """Of those who came, the ones whom the host declared present and whose badge nobody read."""
        return sum(group.declared for group in self.received)

    @property
    def here(self) -> int:
        """The pupils who are here, guests too."""
        return sum(group.here for group in self.received)

    @property
    def adults_here(self) -> int:
        """The adults whose badge was read or declared and who are here."""
        return sum(group.adults_here for group in self.received)

    @property
    def left(self) -> int:
        """The pupils who left before the end."""
        return sum(group.left for group in self.received)

    @property
    def late(self) -> int:
        """The pupils who came late."""
        return sum(group.late for group in self.received)

    def counted_by(self, scan: uuid.UUID) -> tuple[ExpectedGroup, BadgePlace] | None:
        """The group and the number that a scan counts; None once it is undone."""
        every = ((group, place) for group in self.received for place in group.places if not place.elsewhere)
        return next((one for one in every if one[1].scan == scan), None)

    @property
    def done(self) -> bool:
        """Whether the visit is closed and its figures frozen."""
        return self.state == "done"
