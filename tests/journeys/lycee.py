"""A lycée, those who come to it, and a clock that moves on: everybody acts through the API alone."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from msgspec.structs import replace

from booking.mails.write import writer
from booking.outbox.notices.deliver import Delivery
from booking.outbox.notices.mailer import mailer_of
from booking.people.accounts.token import issue_token
from booking.process.settings import read_settings
from booking.worker import tick
from tests import builders
from tests.browsing import Machine
from tests.builders import NOW

GROUPS, COLLEGES, COMPANIES = 25, 3, 8
SERIES = {"weekdays": [2, 4], "from": "2027-02-02", "to": "2027-04-08", "seats": 30, "company_places": 4}


async def machine(app: Litestar, role: str, **place: int) -> Machine:
    account, token = await builders.account(email := f"{secrets.token_hex(4)}@example.org"), secrets.token_urlsafe(32)
    await builders.membership(account, role, **place)
    await issue_token(email, token=token, now=NOW)
    return Machine(app, token)


def done(answer: httpx.Response) -> Any:
    """What the API answered to an act that it had to accept."""
    assert answer.status_code in {200, 201, 204}, answer.text
    return answer.json() if answer.content else None


@dataclass
class Lycee:
    """One host, three collèges of which the third asks for a visa, eight companies, and the worker's minute.

    `mornings` and `afternoons` are its slots by date; group n is of the collège n % 3 and has 20 + n % 5 pupils.
    """

    app: Litestar
    host: Machine
    teachers: list[Machine]
    companies: list[Machine]
    coordinator: Machine
    workshop: int
    tech_object: int
    worker: dict[str, Any]
    now: datetime = NOW
    mornings: list[int] = field(default_factory=list)
    afternoons: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    visits: dict[int, int] = field(default_factory=dict)

    @classmethod
    async def new(cls, app: Litestar, folder: Path) -> Lycee:
        school = await builders.school(kind="lycee")
        visa = {"needs_approval": True, "principal_mail": "principale@example.org", "principal_name": "Mme Perrin"}
        colleges = [await builders.school(**(visa if n == 2 else {})) for n in range(COLLEGES)]
        tech_object = await builders.tech_object(name="Horloge en laiton")
        settings = replace(read_settings(), data_dir=folder)
        worker = {"settings": settings, "mailer": mailer_of(settings), "write": writer(settings)}
        await builders.target()
        self = cls(
            app=app,
            host=await machine(app, "host", school=school),
            teachers=[await machine(app, "teacher", school=college) for college in colleges],
            companies=[await machine(app, "company", company=await builders.company()) for _ in range(COMPANIES)],
            coordinator=await machine(app, "coordinator"),
            workshop=await builders.workshop(host=school, objects=(tech_object,), seats=30, groups_max=2),
            tech_object=tech_object,
            worker=worker | {"delivery": Delivery()},
        )
        worker_clock = self.worker["clock"] = lambda: self.now
        app.state.clock = worker_clock
        return self

    async def opens(self) -> None:
        """Two series of twenty slots."""
        for slots, starts, ends in ((self.mornings, "09:00", "12:00"), (self.afternoons, "14:00", "17:00")):
            asked = SERIES | {"workshop_id": self.workshop, "starts": starts, "ends": ends, "groups_max": 2}
            slots += [one["id"] for one in done(await self.host.post("/slots/series", asked))["slots"]]

    def teacher(self, group: int) -> Machine:
        return self.teachers[group % COLLEGES]

    def size(self, group: int) -> int:
        return 20 + group % 5

    async def registers(self) -> None:
        for n in range(GROUPS):
            asked = {"name": f"4e {n}", "level": "4e", "pupils": self.size(n), "school_year": "2026-2027"}
            self.groups.append(done(await self.teacher(n).post("/groups", asked))["id"])

    async def asks(self, group: int, slot: int) -> str:
        body = {"slot_id": slot, "group_id": self.groups[group], "pupils": self.size(group), "adults": 2, "wait": True}
        made = done(await self.teacher(group).post("/reservations", body))
        self.visits[group] = made["id"]
        return str(made["state"])

    async def does(self, group: int, act: str, **body: Any) -> Any:
        return done(await self.teacher(group).post(f"/reservations/{self.visits[group]}/{act}", body))

    async def sees(self, group: int) -> dict[str, Any]:
        seen: dict[str, Any] = done(await self.teacher(group).get(f"/reservations/{self.visits[group]}"))
        return seen

    async def state(self, group: int) -> str:
        return str((await self.sees(group))["state"])

    async def minute(self, at: datetime) -> None:
        """Four workers have their minute at the same instant."""
        self.now = at
        await asyncio.gather(*(tick(self.worker | {"delivery": Delivery()}) for _ in range(4)))
