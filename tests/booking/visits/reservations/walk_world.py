"""The people and slots of a walk, and each act as its page would carry it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from msgspec.structs import replace

from booking.day.badges.issue_due import issue_at
from booking.day.checkin.acts import CompanyCount, GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from booking.day.checkin.queries import roster
from booking.day.checkin.rules import EXPECTED
from booking.visits.asking.ask import ask
from booking.visits.asking.book_both import book_both, cancel_both
from booking.visits.attendance.lapse import lapse as lapse_companies
from booking.visits.attendance.lapse import remind_hosts, warn
from booking.visits.reservations.acts import (
    AcceptPlace,
    AnswerApproval,
    CancelVisit,
    ChangeHeadcount,
    MoveVisit,
)
from booking.visits.reservations.approve import answer_approval, note_paper_visa
from booking.visits.reservations.ask_approval import remind_principals, renew_approval
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import change_headcount
from booking.visits.reservations.confirm import accept
from booking.visits.reservations.demand import Demand, WholeDemand
from booking.visits.reservations.hold_draw import hold_draws
from booking.visits.reservations.lapse import lapse
from booking.visits.reservations.move import move
from booking.visits.reservations.remind import remind
from booking.visits.reservations.states import NotNow
from booking.visits.reservations.take_back_visa import take_back_visa
from booking.visits.slot_changes.call_off import call_off
from booking.visits.slot_changes.move import move as move_slot
from booking.visits.slot_changes.restate import resize
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, a_demand, fresh
from tests.booking.visits.reservations.walk_companies import Companies
from tests.builders import NOW
from tests.owner import by_owner
from tests.telling import tell
from workshops.database import row, rows
from workshops.slots.call_off import CallOffSlot
from workshops.slots.move import MoveSlot
from workshops.slots.restate import ResizeSlot

FORGET = "SELECT forget_the_test()"
# One letter for both halves of a class, about the first; a half that was moved alone has its own.
SENT_LINK = """SELECT n.secret FROM notices n JOIN reservations r ON r.id = $1
JOIN reservations asked ON asked.id = n.about
  AND (asked.id = r.id OR asked.demand = r.demand AND asked.line = r.line AND asked.half <> r.half)
WHERE n.kind = 'approval_asked'
ORDER BY EXISTS (SELECT FROM approvals a
    WHERE a.reservation = asked.id AND a.used_at IS NULL AND NOT a.takes_back) DESC,
  asked.id = r.id DESC, n.id DESC LIMIT 1"""
PAPER_LINK = """SELECT n.secret FROM notices n JOIN reservations noted ON noted.id = n.about
JOIN reservations r ON r.id = noted.id OR r.demand = noted.demand
WHERE n.kind = 'paper_visa_noted' AND r.id = $1 ORDER BY n.id DESC LIMIT 1"""
OTHER_CHOICES = """SELECT o.id FROM reservations r JOIN reservations o ON o.demand = r.demand AND o.id <> r.id
WHERE r.id = $1 ORDER BY o.id"""
OF_RESERVATION = """SELECT r.school, r.booked_by, r.slot, r.state, sl.school AS host FROM reservations r
JOIN slots sl ON sl.id = r.slot WHERE r.id = $1"""


@dataclass
class World:
    """Two lycées, with two slots and with three, of which two overlap; two collèges, one of which asks for its
    principal's visa.

    The last two slots are drawn after two hours, and one lycée has them both. One takes a company of each trade, one
    takes companies that its lycée agrees to, one does both.

    `clock` is what everybody's watch shows; `stranger` is a teacher and a host, of `strange` school.
    """

    began: datetime = NOW
    clock: datetime = NOW
    slots: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    rooms: dict[int, int] = field(default_factory=dict)
    host_of: dict[int, int] = field(default_factory=dict)
    lycee_of: dict[int, int] = field(default_factory=dict)
    teacher_of: dict[int, int] = field(default_factory=dict)
    college_of: dict[int, int] = field(default_factory=dict)
    companies: Companies = field(default_factory=Companies)
    strange: int = 0
    stranger: int = 0
    tokens: count[int] = field(default_factory=count)

    @classmethod
    async def new(cls) -> World:
        await by_owner(FORGET)
        self = cls()
        lycees = [await builders.school(kind="lycee", uai=builders.uai(place)) for place in (1, 2)]
        for lycee in lycees:
            self.host_of[lycee] = await builders.account()
            await builders.membership(self.host_of[lycee], "host", school=lycee)
            self.rooms[lycee] = await builders.room(school=lycee, seats=60)
        workshops = [await builders.workshop(host=lycee) for lycee in lycees]
        for place, days, hours, trades, agreed in (
            (0, 12, 1, True, False),
            (1, 12, 2, False, True),
            (0, 17, 1, False, False),
            (1, 31, 1, True, True),
            (1, 31, 5, False, False),
        ):
            starts_at = NOW + timedelta(days=days, hours=hours)
            slot = await builders.slot(
                workshop=workshops[place],
                starts_at=starts_at,
                seats=30,
                groups_max=2,
                company_places=3,
                one_per_trade=trades,
                on_agreement=agreed,
                booking_closes_at=starts_at - timedelta(days=1),
            )
            self.slots.append(slot)
            self.lycee_of[slot] = lycees[place]
        day, draws_at = (NOW + timedelta(days=31)).date(), NOW + timedelta(hours=2)
        drawn = {"draws_at": draws_at, "seed": bytes(32), "first_weight": 2}
        await builders.opening(opens_at=NOW, first_on=day, last_on=day, **drawn)
        principal = {"needs_approval": True, "principal_mail": "principale@example.org", "principal_name": "Mme Perrin"}
        for place, asks in ((3, {}), (4, principal)):
            college, teacher = await builders.school(uai=builders.uai(place), **asks), await builders.account()
            await builders.membership(teacher, "teacher", school=college)
            for _ in range(3):
                group = await builders.group(school=college, teacher=teacher)
                self.groups.append(group)
                self.teacher_of[group], self.college_of[group] = teacher, college
        self.companies = await Companies.new()
        self.strange, self.stranger = await builders.school(uai=builders.uai(5)), await builders.account()
        for role in ("teacher", "host"):
            await builders.membership(self.stranger, role, school=self.strange)
        return self

    def token(self) -> str:
        return f"{next(self.tokens):043}"

    async def book(self, slot: int, group: int, pupils: int, **more: Any) -> None:
        """`more` says whether the group waits, also at the last minute, and whether a stranger asks."""
        await book(self._demand(slot, group, pupils, **more), now=self.clock)

    async def halves(self, slots: tuple[int, int], group: int, pupils: int, **more: Any) -> None:
        """Ask for a slot for each half of a class."""
        await book_both(*self._pair(slots, group, pupils, **more), wait=more["wait"], now=self.clock)

    async def wish(self, lines: list[tuple[int, ...]], group: int, pupils: int, **more: Any) -> None:
        """Ask for several lines in order, a slot or a pair of them each, each slot once."""
        wished: list[tuple[Demand, ...]] = []
        named: set[int] = set()
        for line in lines:
            if named.isdisjoint(line):
                named |= {*line}
                rank = len(wished) + 1
                demands = (
                    self._pair(line, group, pupils, **more)
                    if len(line) == 2
                    else (self._demand(*line, group, pupils, **more),)
                )
                wished.append(tuple(replace(demand, line=rank, ranked=()) for demand in demands))
        await ask(WholeDemand(tuple(wished), pupils), wait=more["wait"], now=self.clock)

    def _pair(self, slots: tuple[int, ...], group: int, pupils: int, **more: Any) -> tuple[Demand, ...]:
        parts = ((pupils + 1) // 2, pupils // 2)
        return tuple(
            replace(self._demand(slot, group, part, **more), half=half)
            for half, (slot, part) in enumerate(zip(slots, parts, strict=True), start=1)
        )

    def _demand(self, slot: int, group: int, pupils: int, *, stranger: bool = False, **more: bool) -> Demand:
        school, by = (self.strange, self.stranger) if stranger else (self.college_of[group], self.teacher_of[group])
        return a_demand(slot, group, school=school, by=by, pupils=pupils, token=self.token(), **more)

    async def act(  # noqa: PLR0912 - one case an act
        self, reservation: int, act: str, *, pupils: int, to_slot: int, adults: int = 2, stranger: bool = False
    ) -> None:
        """Do one act on a reservation, as the person whose act it is; a principal without a link cannot ask at all."""
        found = await row(OF_RESERVATION, reservation)
        now, host_school = self.clock, found["host"]
        nobody = {"school": self.strange, "by": self.stranger, "now": now}
        own = nobody if stranger else {"school": found["school"], "by": found["booked_by"], "now": now}
        host = nobody if stranger else {"school": host_school, "by": self.host_of[host_school], "now": now}
        await tell()
        match act:
            case "cancel":
                await cancel(reservation, CancelVisit(reason="Sortie annulée"), role="teacher", **own)
            case "cancel_both":
                await cancel_both(reservation, CancelVisit(reason="Sortie annulée"), **own)
            case "decline":
                await cancel(reservation, CancelVisit(reason="Machine en panne"), role="host", **host)
            case "headcount":
                own |= {"secret_key": SECRET, "token": self.token()}
                await change_headcount(reservation, ChangeHeadcount(pupils=pupils, adults=adults), **own)
            case "move":
                await move(reservation, MoveVisit(to_slot=to_slot), fresh=fresh(self.token()), **own)
            case "accept":
                await accept(reservation, AcceptPlace(pupils=None), secret_key=SECRET, token=self.token(), **own)
            case "accept_fewer":
                held = await row("SELECT pupils FROM reservations WHERE id = $1", reservation)
                fewer = max(1, held["pupils"] - 5) if held else 1
                await accept(reservation, AcceptPlace(pupils=fewer), secret_key=SECRET, token=self.token(), **own)
            case "paper_visa":
                await note_paper_visa(reservation, builders.paper_visa(), secret_key=SECRET, token=self.token(), **own)
            case "take_back":
                link = await row(PAPER_LINK, reservation)
                if link is None:
                    raise NotNow
                await take_back_visa(link["secret"], ask_token=self.token(), now=now)
            case "renew_approval":
                await renew_approval(reservation, token=self.token(), **own)
            case "approve" | "refuse" | "approve_others":
                link = await row(SENT_LINK, reservation)
                if link is None:
                    raise NotNow
                others = [one["id"] for one in await rows(OTHER_CHOICES, reservation)]
                ticked = others if act == "approve_others" else None
                asked = AnswerApproval(approved=act != "refuse", reason="Examens", choices=ticked)
                await answer_approval(link["secret"], asked, secret_key=SECRET, now=now)
            case "attend" | "miss":
                if found["state"] not in EXPECTED:
                    raise NotNow
                await self.close(found["slot"], pupils=20 if act == "attend" else 0, host=host)

    async def change_slot(self, slot: int, act: str, *numbers: int, stranger: bool = False) -> None:
        """Its lycée moves it (days and hours from the first day, in a room or not), resizes it, or calls it off."""
        lycee, host = self.lycee_of[slot], self.host_of_slot(slot)
        if stranger:
            host = {"school": self.strange, "by": self.stranger, "now": self.clock}
        match act, numbers:
            case "move", (days, hours, room):
                starts_at = self.began + timedelta(days=days, hours=hours)
                moment = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3)}
                await move_slot(slot, MoveSlot(room=self.rooms[lycee] if room else None, **moment), **host)
            case "places", (company_places,):
                await resize(slot, ResizeSlot(company_places=company_places), **host)
            case "resize", (seats, groups):
                await resize(slot, ResizeSlot(seats=seats, groups_max=groups), **host)
            case _:
                await call_off(slot, CallOffSlot(reason="Grève"), **host)

    def host_of_slot(self, slot: int) -> dict[str, Any]:
        lycee = self.lycee_of[slot]
        return {"school": lycee, "by": self.host_of[lycee], "now": self.clock}

    async def open_desk(self, slot: int) -> None:
        await issue_at(slot, school=self.lycee_of[slot], secret_key=SECRET)

    async def close(self, slot: int, *, pupils: int, host: dict[str, Any]) -> None:
        seen = await roster(slot, school=self.lycee_of[slot])
        counted = [
            GroupHeadcount(
                reservation=group.reservation, pupils=pupils, adults=2, absent=not pupils, note="Badges oubliés"
            )
            for group in seen.groups
        ]
        came = [CompanyCount(company=one.company, people=one.people) for one in seen.companies]
        await close_slot(
            slot, headcounts=counted, companies=came, account=host["by"], school=host["school"], now=host["now"]
        )

    async def minute(self) -> None:
        """What the worker does each minute, but for the mails themselves."""
        await hold_draws(secret_key=SECRET, new_token=self.token, new_uid=builders.new_uid, now=self.clock)
        await lapse(secret_key=SECRET, now=self.clock)
        await lapse_companies(now=self.clock)
        await remind_hosts(now=self.clock)
        await warn(now=self.clock)
        await remind(now=self.clock)
        await remind_principals(new_token=self.token, now=self.clock)
