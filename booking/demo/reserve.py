"""Reserve slots of the examples, as teachers and companies would have done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from booking.demo.offer import Opened
from booking.demo.settle import Cast, Group
from booking.settings import Settings
from booking.visits.attendance.announce import announce
from booking.visits.reservations.book import book
from booking.visits.reservations.demand import Demand
from booking.wording import school_year_of
from workshops.refusals import Refusal
from workshops.schools.rules import kilometres

NEAR_KM = 60.0
VISITS_A_YEAR = 3
BOOKED_BEFORE = timedelta(days=24)
ROLES = ("temoignage", "demonstration", "mentorat")


@dataclass(frozen=True)
class ExampleVisit:
    """A reservation of the examples."""

    reservation: int
    group: Group
    slot: Opened


class Bookings:
    """Chooses which group goes where, and reserves through the verbs that teachers use."""

    def __init__(self, cast: Cast, settings: Settings, draw: Random) -> None:
        self._cast = cast
        self._settings = settings
        self._draw = draw
        self._visits: dict[int, int] = {}

    async def fill(self, slot: Opened, *, groups: int, now: datetime) -> list[ExampleVisit]:
        """Let up to this many groups reserve the slot; a refused one stays at home."""
        visits = []
        for _ in range(groups):
            group = self._choose(slot)
            if group is None:
                break
            visit = await self.reserve(slot, group, now=min(now, slot.starts_at - BOOKED_BEFORE))
            if visit is not None:
                visits.append(visit)
        return visits

    async def reserve(self, slot: Opened, group: Group, *, now: datetime) -> ExampleVisit | None:
        """Reserve for this group; None when it is refused."""
        demand = Demand(
            slot=slot.id,
            group=group.id,
            pupils=group.pupils,
            adults=2,
            school=group.school.id,
            by=group.teacher.account,
            uid=f"visite-{_uuid(slot.id, group.id)}@{self._settings.host}",
            badge_salt=_uuid(group.id, slot.id),
            secret_key=self._settings.secret_key,
            token=_uuid(slot.id, group.id, 1).hex,
        )
        try:
            booked = await book(demand, now=now)
        except Refusal:
            return None
        self._visits[group.id] = self._visits.get(group.id, 0) + 1
        return ExampleVisit(booked.id, group, slot)

    async def send_a_company(self, slot: Opened, *, people: int, now: datetime) -> None:
        """One of the companies announces itself; a refused one stays at home."""
        company = self._draw.choice(self._cast.companies)
        try:
            await announce(
                slot=slot.id,
                company=company.place,
                people=people,
                role=self._draw.choice(ROLES),
                by=company.account,
                uid=f"entreprise-{_uuid(slot.id, company.place)}@{self._settings.host}",
                badge_salt=_uuid(slot.id, company.place, 2),
                secret_key=self._settings.secret_key,
                now=min(now, slot.starts_at - BOOKED_BEFORE),
            )
        except Refusal:
            return

    def _choose(self, slot: Opened) -> Group | None:
        lycee = slot.taught.lycee
        year = school_year_of(slot.starts_at)
        suiting = [
            group
            for group in self._cast.groups
            if group.school_year == year
            and group.level in slot.taught.levels
            and self._visits.get(group.id, 0) < VISITS_A_YEAR
            and kilometres(lycee.lat or 0, lycee.lon or 0, group.school.lat or 0, group.school.lon or 0) <= NEAR_KM
        ]
        return self._draw.choice(suiting) if suiting else None


def _uuid(*numbers: int) -> UUID:
    return uuid5(NAMESPACE_URL, "technilab/exemples/" + "/".join(map(str, numbers)))
