"""Reserve slots of the examples, as teachers and companies would have done."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import Struct

from booking.demo.offer import Opened
from booking.demo.settle import Cast, ExampleGroup, ExamplePerson, is_near
from booking.process.settings import Settings
from booking.visits.attendance.acts import TellComing
from booking.visits.attendance.announce import announce
from booking.visits.attendance.rules import CompanyRole
from booking.visits.reservations.acts import BookSlot, CancelVisit
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.demand import Demand
from booking.visits.reservations.wait import join_waiting_list
from booking.words.wording import school_year_of
from workshops.refusals import Refusal, or_not_found
from workshops.slots.queries import slot_card

VISITS_A_YEAR = 3
BOOKED_BEFORE = timedelta(days=24)
ROLES = tuple(CompanyRole)


class ExampleVisit(Struct, frozen=True):
    """A reservation of the examples."""

    reservation: int
    group: ExampleGroup
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

    async def reserve(self, slot: Opened, group: ExampleGroup, *, now: datetime) -> ExampleVisit | None:
        """Reserve for this group; None when it is refused."""
        try:
            booked = await book(self._demand(slot, group), now=now)
        except Refusal:
            return None
        self._visits[group.id] = self._visits.get(group.id, 0) + 1
        return ExampleVisit(booked.id, group, slot)

    async def offer_a_place(self, slots: list[Opened], *, to: ExamplePerson, now: datetime) -> None:
        """A class of this teacher is offered the place that another has just given back: she has two days to answer."""
        for slot in slots:
            suiting = self._suiting(slot)
            hers, others = [[one for one in suiting if (one.teacher == to) is own] for own in (True, False)]
            for mine, other in zip(hers, others, strict=False):
                if slot.taught.groups_max > 1 and slot.taught.seats >= mine.pupils + other.pupils:
                    continue
                gone = await self.reserve(slot, other, now=now)
                if gone is None:
                    continue
                try:
                    await join_waiting_list(self._demand(slot, mine), now=now)
                except Refusal:
                    continue
                await self._give_up(gone, now=now)
                return

    async def leave_alone(self, slots: list[Opened], *, company: ExamplePerson, now: datetime) -> None:
        """The group that this company was to meet has just given up: its coming is kept for another, or taken back."""
        for slot in sorted(slots, key=lambda one: one.starts_at):
            card = or_not_found(await slot_card(slot.id))
            if card.groups_taken or card.company_places_taken or card.on_agreement or not card.company_places:
                continue
            suiting = self._suiting(slot)
            gone = await self.reserve(slot, suiting[0], now=now) if suiting else None
            if gone is not None:
                await self._announce(slot, company, people=1, role=ROLES[0], now=now)
                await self._give_up(gone, now=now)
                return

    async def _give_up(self, visit: ExampleVisit, *, now: datetime) -> None:
        await cancel(
            visit.reservation,
            CancelVisit(reason="Voyage scolaire ce jour-là"),
            role="teacher",
            school=visit.group.school.id,
            by=visit.group.teacher.account,
            now=now,
        )

    def _demand(self, slot: Opened, group: ExampleGroup) -> Demand:
        return Demand(
            BookSlot(slot=slot.id, group=group.id, pupils=group.pupils, adults=2),
            school=group.school.id,
            by=group.teacher.account,
            uid=f"visite-{_uuid(slot.id, group.id)}@{self._settings.host}",
            badge_salt=_uuid(group.id, slot.id),
            secret_key=self._settings.secret_key,
            token=_uuid(slot.id, group.id, 1).hex,
        )

    async def send_a_company(self, slot: Opened, *, people: int, now: datetime) -> None:
        """One of the companies announces itself; a refused one stays at home."""
        company, role = self._draw.choice(self._cast.companies), self._draw.choice(ROLES)
        with suppress(Refusal):
            await self._announce(slot, company, people=people, role=role, now=min(now, slot.starts_at - BOOKED_BEFORE))

    async def _announce(
        self, slot: Opened, company: ExamplePerson, *, people: int, role: CompanyRole, now: datetime
    ) -> None:
        await announce(
            TellComing(people=people, role=role),
            slot=slot.id,
            company=company.place,
            by=company.account,
            uid=f"entreprise-{_uuid(slot.id, company.place)}@{self._settings.host}",
            badge_salt=_uuid(slot.id, company.place, 2),
            secret_key=self._settings.secret_key,
            now=now,
        )

    def _choose(self, slot: Opened) -> ExampleGroup | None:
        suiting = self._suiting(slot)
        return self._draw.choice(suiting) if suiting else None

    def _suiting(self, slot: Opened) -> list[ExampleGroup]:
        lycee = slot.taught.lycee
        year = school_year_of(slot.starts_at)
        return [
            group
            for group in self._cast.groups
            if group.school_year == year
            and group.level in slot.taught.levels
            and self._visits.get(group.id, 0) < VISITS_A_YEAR
            and is_near(lycee, group.school)
        ]


def _uuid(*numbers: int) -> UUID:
    return uuid5(NAMESPACE_URL, "technilab/exemples/" + "/".join(map(str, numbers)))
