"""Who is expected at a slot, who is there, and what was built."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from booking.badges.rules import face_of
from booking.checkin.rules import EXPECTED
from workshops.builds.queries import BuildLine, builds_of
from workshops.database import row, rows
from workshops.refusals import NotFound

SLOT = """
SELECT s.id, s.state, s.starts_at, s.ends_at, s.closed_at, s.workshop, w.title, coalesce(m.name, '') AS room
FROM slots s JOIN workshops w ON w.id = s.workshop LEFT JOIN rooms m ON m.id = s.room
WHERE s.id = $1 AND s.school = $2
"""
GROUPS = """
SELECT r.id AS reservation, g.name AS label, g.level, c.id AS school, c.name AS college, c.commune, r.mark, r.state,
  r.pupils, r.adults, r.needs, t.counted, t.adults AS adults_counted, t.note
FROM reservations r JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
LEFT JOIN turnouts t ON t.slot = r.slot AND t.group_ref = r.id
WHERE r.slot = $1 AND r.state = ANY ($2::text[]) ORDER BY r.mark, r.id
"""
PLACES = """
SELECT b.reservation, b.kind, b.number, p.scan, p.first_scanned_at
FROM reservations r JOIN badges b ON b.reservation = r.id LEFT JOIN presences p ON p.badge = b.id
WHERE r.slot = $1 AND r.state = ANY ($2::text[]) AND b.revoked_at IS NULL
ORDER BY b.reservation, array_position(ARRAY['pupil', 'spare', 'adult'], b.kind::text), b.number
"""
COMPANIES = """
SELECT c.id AS company, c.siret, c.name, a.people, a.role, t.people AS came
FROM attendances a JOIN companies c ON c.id = a.company
LEFT JOIN company_turnouts t ON t.slot = a.slot AND t.siret = c.siret
WHERE a.slot = $1 AND a.state = 'announced' ORDER BY c.name, c.id
"""
OBJECTS = """
SELECT o.id, o.name FROM workshop_objects w JOIN tech_objects o ON o.id = w.tech_object
WHERE w.workshop = $1 ORDER BY o.name
"""


@dataclass(frozen=True)
class Place:
    """One badge of a group, and the scan that counted it if its bearer is here."""

    reservation: int
    kind: str
    number: int
    scan: uuid.UUID | None
    first_scanned_at: datetime | None

    @property
    def face(self) -> str:
        """The number as the badge shows it."""
        return face_of(self.kind, self.number)

    @property
    def tapped(self) -> str:
        """What a tap on this number sends as its badge."""
        return f"{self.reservation}/{self.face}"


@dataclass(frozen=True)
class ExpectedGroup:
    """A group that is let in at a slot. `counted` and what follows are None until the visit is closed."""

    reservation: int
    label: str
    level: str
    school: int
    college: str
    commune: str
    mark: int
    state: str
    pupils: int
    adults: int
    needs: str
    counted: int | None
    adults_counted: int | None
    note: str | None
    places: tuple[Place, ...] = ()
    builds: tuple[BuildLine, ...] = ()

    @property
    def here(self) -> int:
        """The pupils whose badge has been scanned, spare badges too."""
        return sum(place.scan is not None for place in self.places if place.kind != "adult")

    @property
    def adults_here(self) -> int:
        """The adults whose badge has been scanned."""
        return sum(place.scan is not None for place in self.places if place.kind == "adult")


@dataclass(frozen=True)
class ExpectedCompany:
    """A company announced at a slot, and with how many people it came once the visit is closed."""

    company: int
    siret: str
    name: str
    people: int
    role: str
    came: int | None


@dataclass(frozen=True)
class Roster:
    """A slot as the desk sees it: numbers and counts, never a name. `objects` is what may be built there."""

    slot: int
    state: str
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime | None
    title: str
    room: str
    groups: tuple[ExpectedGroup, ...]
    companies: tuple[ExpectedCompany, ...]
    objects: dict[int, str]

    @property
    def expected(self) -> int:
        """The pupils that the groups announced."""
        return sum(group.pupils for group in self.groups)

    @property
    def here(self) -> int:
        """The pupils whose badge has been scanned."""
        return sum(group.here for group in self.groups)

    def counted_by(self, scan: uuid.UUID) -> tuple[ExpectedGroup, Place] | None:
        """The group and the number that a scan counts; None once it is undone."""
        return next(((group, place) for group in self.groups for place in group.places if place.scan == scan), None)

    @property
    def done(self) -> bool:
        """Whether the visit is closed and its figures frozen."""
        return self.state == "done"


async def roster(slot: int, *, school: int) -> Roster:
    """Everything that the desk of a slot shows, in six statements. Raises NotFound for another lycée's slot."""
    known = await row(SLOT, slot, school)
    if known is None:
        raise NotFound()
    places: dict[int, list[Place]] = {}
    for one in await rows(PLACES, slot, EXPECTED):
        places.setdefault(one["reservation"], []).append(Place(**one))
    builds: dict[int, list[BuildLine]] = {}
    for build in await builds_of(slot):
        builds.setdefault(build.group_ref, []).append(build)
    groups = await rows(GROUPS, slot, EXPECTED)
    companies = await rows(COMPANIES, slot)
    objects = await rows(OBJECTS, known["workshop"])
    return Roster(
        slot=known["id"],
        state=known["state"],
        starts_at=known["starts_at"],
        ends_at=known["ends_at"],
        closed_at=known["closed_at"],
        title=known["title"],
        room=known["room"],
        groups=tuple(
            ExpectedGroup(
                **one,
                places=tuple(places.get(one["reservation"], ())),
                builds=tuple(builds.get(one["reservation"], ())),
            )
            for one in groups
        ),
        companies=tuple(ExpectedCompany(**one) for one in companies),
        objects={one["id"]: one["name"] for one in objects},
    )
