"""A school year of visits: offered, reserved, received and closed, or none of these."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from booking.day.badges.issue_due import issue_at
from booking.day.checkin.acts import CompanyCount, GroupHeadcount, ReopenVisit
from booking.day.checkin.check_in import check_in
from booking.day.checkin.close_slot import close_slot, reopen_slot
from booking.day.checkin.record_build import record_build
from booking.day.checkin.rules import ScanAsked
from booking.visits.attendance.acts import TellComing
from booking.visits.attendance.announce import announce
from booking.visits.groups.register import RegisterGroup, register
from booking.visits.reservations.acts import BookSlot, CancelVisit
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.demand import Demand
from booking.visits.slot_changes.call_off import call_off
from tests.journeys.ledger import Built, Came, Visit
from workshops.builds.record import RecordBuild
from workshops.database import value
from workshops.school_calendar.rules import paris_instant
from workshops.slots.call_off import CallOffSlot
from workshops.slots.open import OpenSlot, open_slot
from workshops.slots.rules import ClosedDay

if TYPE_CHECKING:
    from tests.journeys.five_years import Firm, FiveYears, Host

SLOTS = 56
GROUPS_MOST = 2
SATURDAY = 5
LEVELS = ("6e", "5e", "4e", "3e")
SECRET = "a secret of the tests, long enough to be one"
LENGTH = timedelta(hours=3)


async def live_visits(world: FiveYears, autumn: int) -> None:
    """From mid-September to mid-June, one slot every four or five days; each sixth lycée receives two groups."""
    for number in range(SLOTS):
        host = world.draw.choice(world.cast.hosts)
        slot, starts_at = await _open(world, host, date(autumn, 9, 14) + timedelta(days=number * 276 // SLOTS))
        await OneVisit(world, host, slot, starts_at, autumn).happen(number)


async def _open(world: FiveYears, host: Host, day: date) -> tuple[int, datetime]:
    while True:
        starts_at = paris_instant(day, world.draw.choice((time(8, 30), time(9), time(13, 30))))
        try:
            if day.weekday() < SATURDAY:
                slot = await open_slot(
                    OpenSlot(workshop=host.workshop, starts_at=starts_at, ends_at=starts_at + LENGTH, company_places=6),
                    school=host.school.id,
                    now=starts_at - timedelta(days=90),
                    by=None,
                )
                return slot, starts_at
        except ClosedDay:
            pass
        day += timedelta(days=1)


class OneVisit:
    """One slot and what becomes of it, written down in the ledger."""

    def __init__(self, world: FiveYears, host: Host, slot: int, starts_at: datetime, autumn: int) -> None:
        self.world, self.host, self.slot, self.starts_at, self.autumn = world, host, slot, starts_at, autumn
        self.draw = world.draw
        self.visit = Visit(starts_at, host.school)
        self.groups: dict[int, tuple[int, int, str]] = {}
        self.firms: list[tuple[Firm, int]] = []

    async def happen(self, number: int) -> None:
        """One in 14 is called off, one in 19 is reserved by nobody, one in 7 loses a group and finds another."""
        if number % 19 != 7:
            for turn in range(2 if number % 6 == 0 else 1):
                await self.reserve(turn)
        if number % 7 == 3 and self.groups:
            await self.lose_a_group()
        for firm in self.draw.sample(self.world.cast.firms[:20], self.draw.randint(0, 2)):
            await self.welcome(firm)
        if number % 14 == 9:
            act = {"school": self.host.school.id, "by": self.host.account}
            await call_off(
                self.slot, CallOffSlot(reason="Machine en panne"), now=self.starts_at - timedelta(days=9), **act
            )
        elif self.starts_at > self.world.now:
            taken = sum(pupils for _, pupils, _ in self.groups.values())
            closes_at = await value("SELECT booking_closes_at FROM slots WHERE id = $1", self.slot)
            free = 60 - taken if len(self.groups) < GROUPS_MOST and closes_at > self.world.now else 0
            self.world.ledger.awaited.append((self.visit.on, free, taken))
        else:
            await self.receive(absent=number % 23 == 5, again=number % 28 == 12)
            self.world.ledger.visits.append(self.visit)

    async def reserve(self, turn: int) -> None:
        college, (school, teacher) = self.draw.choice(list(enumerate(self.world.cast.colleges)))
        level, pupils = self.draw.choice(LEVELS), self.draw.randint(19, 28)
        now = self.starts_at - timedelta(days=40 - turn)
        group = await register(
            RegisterGroup(
                name=f"{level} {self.slot}-{len(self.groups)}-{turn}",
                level=level,
                pupils=pupils,
                school_year=f"{self.autumn}-{self.autumn + 1}",
            ),
            school=school.id,
            by=teacher,
            now=now,
        )
        demand = Demand(
            BookSlot(
                slot=self.slot,
                group=group,
                pupils=pupils,
                adults=2,
                needs="Un fauteuil roulant." if group % 9 == 0 else "",
            ),
            school=school.id,
            by=teacher,
            uid=f"visite-{self.slot}-{group}@technilab.example",
            badge_salt=uuid.UUID(int=self.slot << 32 | group),
            secret_key=SECRET,
            token=f"visa-{group}",
        )
        self.groups[(await book(demand, now=now)).id] = (college, pupils, level)

    async def lose_a_group(self) -> None:
        reservation, (college, _, _) = self.groups.popitem()
        school, teacher = self.world.cast.colleges[college]
        now = self.starts_at - timedelta(days=20)
        await cancel(
            reservation, CancelVisit(reason="Examen blanc"), role="teacher", school=school.id, by=teacher, now=now
        )
        await self.reserve(9)

    async def welcome(self, firm: Firm) -> None:
        people = self.draw.randint(1, 3)
        await announce(
            TellComing(people=people, role="temoignage"),
            slot=self.slot,
            company=firm.id,
            by=firm.account,
            uid=f"entreprise-{self.slot}-{firm.id}@technilab.example",
            badge_salt=uuid.UUID(int=self.slot << 48 | firm.id),
            secret_key=SECRET,
            now=self.starts_at - timedelta(days=12),
        )
        self.firms.append((firm, people))

    async def receive(self, *, absent: bool, again: bool) -> None:
        """Badges are read, objects counted, the lycée validates; where its count was wrong, it is taken back."""
        await issue_at(self.slot, school=self.host.school.id, secret_key=SECRET)
        counts = [await self._arrive(one, 0 if absent else None) for one in self.groups]
        came = [CompanyCount(company=firm.id, people=self.draw.randint(0, people)) for firm, people in self.firms]
        if again:
            halves = {one.reservation: one.pupils // 2 for one in counts}
            wrong = [
                GroupHeadcount(reservation=number, pupils=half, adults=1, note="Compté trop vite", absent=not half)
                for number, half in halves.items()
            ]
            await self._close(wrong, came, hours=4)
            world, then = self.world, self.starts_at + timedelta(hours=30)
            await reopen_slot(self.slot, ReopenVisit(reason="Effectif faux"), account=world.cast.coordinator, now=then)
        await self._close(counts, came, hours=31)
        for one in counts:
            college, _, level = self.groups[one.reservation]
            self.visit.groups.append(Came(self.world.cast.colleges[college][0], level, one.pupils))
        sirets = {firm.id: firm.siret for firm, _ in self.firms}
        self.visit.companies = {sirets[one.company]: one.people for one in came}

    async def _arrive(self, reservation: int, here: int | None) -> GroupHeadcount:
        """The host counts one pupil more than the badges now and then: a forgotten badge."""
        _, pupils, _ = self.groups[reservation]
        here = pupils - self.draw.choice((0, 0, 0, 1, 2)) if here is None else here
        forgotten = int(here > 0 and self.draw.random() < 0.2)
        at = self.starts_at + timedelta(minutes=5)
        scans = [
            ScanAsked(uuid.UUID(int=reservation << 16 | n), self.slot, f"{reservation}/{n}", at)
            for n in range(1, here - forgotten + 1)
        ]
        if scans:
            await check_in(scans, account=self.host.account, school=self.host.school.id, now=at)
        await self._build(reservation, here)
        girls = here // 2 if reservation % 2 else None
        note = "Badge oublié" if forgotten else ""
        return GroupHeadcount(
            reservation=reservation, pupils=here, adults=2 if here else 0, note=note, girls=girls, absent=not here
        )

    async def _build(self, reservation: int, here: int) -> None:
        for number, name in self.host.objects[: self.draw.randint(0, 2) if here else 0]:
            finished = here - self.draw.randint(0, 3)
            counts = {"made": here, "finished": finished, "working": finished - 1, "taken_home": here // 2}
            self.visit.builds.append(Built(number, name, **counts))
            act = {"account": self.host.account, "school": self.host.school.id, "now": self.starts_at + LENGTH}
            await record_build(reservation, RecordBuild(tech_object=number, **counts), **act)

    async def _close(self, counts: list[GroupHeadcount], came: list[CompanyCount], *, hours: int) -> None:
        act = {"account": self.host.account, "school": self.host.school.id}
        now = self.starts_at + timedelta(hours=hours)
        await close_slot(self.slot, headcounts=counts, companies=came, now=now, **act)
