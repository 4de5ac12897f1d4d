"""Demands as a teacher's page makes them, what becomes of them, and what her principal answers."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from booking.visits.reservations.acts import (
    AcceptPlace,
    AnswerApproval,
    BookSlot,
    CancelVisit,
    ChangeHeadcount,
    MoveVisit,
)
from booking.visits.reservations.approve import answer_approval, note_paper_visa
from booking.visits.reservations.book import book
from booking.visits.reservations.cancel import cancel
from booking.visits.reservations.change_headcount import ChangedHeadcount, change_headcount
from booking.visits.reservations.confirm import accept
from booking.visits.reservations.demand import Booked, Demand, Fresh
from booking.visits.reservations.move import MovedVisit, move
from tests import builders
from tests.builders import NOW

SECRET = "a secret of the tests, long enough to be one"
# What a first demand, then a change, writes to the principal; what tells her of a visa noted from paper.
FIRST, SECOND, NOTED = "p" * 43, "q" * 43, "v" * 43


def a_demand(
    slot: int,
    group: int,
    *,
    school: int,
    by: int,
    pupils: int = 24,
    wait: bool = False,
    last_minute: bool = False,
    token: str = FIRST,
    **more: Any,
) -> Demand:
    return Demand(
        BookSlot(slot=slot, group=group, pupils=pupils, adults=2, wait=wait, last_minute=last_minute),
        school=school,
        by=by,
        uid=f"{uuid.uuid4()}@technilab.example",
        badge_salt=uuid.uuid4(),
        secret_key=SECRET,
        token=token,
        **more,
    )


def fresh(token: str = SECOND) -> Fresh:
    """What a teacher's page draws for a change that may have to be signed."""
    return Fresh(f"{uuid.uuid4()}@technilab.example", uuid.uuid4(), SECRET, token)


class College:
    """A collège with one teacher, who books groups of the size she likes and follows them."""

    school: int
    teacher: int

    awaiting: bool = False

    @classmethod
    async def new(cls, email: str | None = None, *, awaiting: bool = False, **school: Any) -> Self:
        """One who is `awaiting` its word has signed up herself."""
        self = cls()
        self.school, self.awaiting = await builders.school(**school), awaiting
        self.teacher = await builders.person("teacher", email, school=self.school, awaiting=awaiting)
        return self

    @property
    def own(self) -> dict[str, int]:
        return {"school": self.school, "by": self.teacher}

    async def group(self, **more: Any) -> int:
        return await builders.group(**{"school": self.school, "teacher": self.teacher} | more)

    async def demand(self, slot: int, *, group: int | None = None, pupils: int = 24, **more: Any) -> Demand:
        group = group or await self.group(pupils=pupils)
        return a_demand(slot, group, pupils=pupils, awaiting=self.awaiting, **self.own, **more)

    async def ask(self, slot: int, *, now: datetime = NOW, **more: Any) -> Booked:
        return await book(await self.demand(slot, **more), now=now)

    async def cancel(self, reservation: int, reason: str = "", *, now: datetime = NOW) -> str:
        return await cancel(reservation, CancelVisit(reason=reason), role="teacher", now=now, **self.own)

    async def accept(
        self, reservation: int, *, pupils: int | None = None, token: str = FIRST, now: datetime = NOW
    ) -> str:
        asked = AcceptPlace(pupils=pupils)
        return await accept(reservation, asked, secret_key=SECRET, token=token, now=now, **self.own)

    async def move(self, reservation: int, slot: int, *, token: str = SECOND, now: datetime = NOW) -> MovedVisit:
        return await move(reservation, MoveVisit(to_slot=slot), fresh=fresh(token), now=now, **self.own)

    async def come(
        self, reservation: int, pupils: int, adults: int, *, token: str = SECOND, now: datetime = NOW
    ) -> ChangedHeadcount:
        asked = ChangeHeadcount(pupils=pupils, adults=adults)
        return await change_headcount(reservation, asked, secret_key=SECRET, token=token, now=now, **self.own)

    async def note(self, reservation: int, *, token: str = NOTED, now: datetime = NOW, **said: Any) -> str:
        """She has the visa on paper."""
        paper = builders.paper_visa(**said)
        return await note_paper_visa(reservation, paper, secret_key=SECRET, token=token, now=now, **self.own)


async def sign(link: str, *, now: datetime = NOW, **said: Any) -> str:
    """The principal gives her visa by a mailed link; returns the new state."""
    return await answer_approval(link, AnswerApproval(approved=True, **said), secret_key=SECRET, now=now)


async def refuse_visa(link: str, reason: str = "Examens", *, now: datetime = NOW) -> str:
    """She says no, and why; returns the new state."""
    return await answer_approval(link, AnswerApproval(approved=False, reason=reason), secret_key=SECRET, now=now)
