"""Two classes of 30 at their pages: pairs of slots of 24 in one lycée, a slot for all of a class in another."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from tests import builders
from tests.booking.visits.reservations.demands import College
from tests.browsing import Browser
from tests.builders import NOW, paris

NEAR = {"lat": 47.24, "lon": 6.02}


class Class:
    """A class of 30 and its teacher's browser."""

    browser: Browser
    college: int
    teacher: int
    group: int

    @classmethod
    async def new(cls, app, mail: str, *, awaiting: bool = False, **school: Any) -> Class:
        self = cls()
        self.college = await builders.school(**NEAR, **school)
        self.teacher = await builders.person("teacher", mail, school=self.college, awaiting=awaiting)
        self.group = await builders.group(school=self.college, teacher=self.teacher, name="4e B", pupils=30)
        self.browser = await Browser(app, now=NOW).sign_in(self.teacher)
        return self

    async def ask(self, choice: int | tuple[int, int], *others: int | tuple[int, int], **more: Any):
        """Send the form of the first choice, a slot or two, with the others after it."""
        typed = {"group": self.group, "adults": 2, "key": uuid4().hex}
        typed |= {f"choice_{place}": named(other) for place, other in enumerate(others, start=2)}
        if isinstance(choice, int):
            return await self.browser.post("/reservations", typed | {"slot": choice, "pupils": 30} | more)
        halves = {} if "pupils" in more else {"first": 15, "second": 15}
        return await self.browser.post(f"/creneaux/{choice[0]}/moities/{choice[1]}", typed | halves | more)


def named(choice: int | tuple[int, int]) -> str:
    """How a form names a choice."""
    return str(choice) if isinstance(choice, int) else f"{choice[0]}-{choice[1]}"


class Pairs:
    """`one` and `another` pair of slots of 24 in Lycée Petit, the `whole` of 30 in Lycée Grand; Claire, and Nora of
    another collège."""

    small: int
    one: tuple[int, int]
    another: tuple[int, int]
    whole: int
    claire: Class
    nora: Class

    @classmethod
    async def new(cls, app, **claire: Any) -> Pairs:
        app.state.clock = lambda: NOW
        self = cls()
        self.small = await builders.school(kind="lycee", name="Lycée Petit", **NEAR)
        large = await builders.school(kind="lycee", name="Lycée Grand", **NEAR)
        hours = ("2027-03-02 09:00", "2027-03-04 13:30", "2027-03-16 09:00", "2027-03-16 13:30")
        slots = [await builders.slot(host=self.small, starts_at=paris(at), seats=24) for at in hours]
        self.one, self.another = (slots[0], slots[1]), (slots[2], slots[3])
        self.whole = await builders.slot(host=large, starts_at=paris("2027-03-09 09:00"), seats=30)
        self.claire = await Class.new(app, "claire@example.org", **claire)
        self.nora = await Class.new(app, "nora@example.org")
        return self

    async def fill(self, *slots: int) -> list[Held]:
        """Each is taken by a group of a collège of its own."""
        return [await Held.at(slot) for slot in slots]


class Held:
    """A place that somebody has, and may give back."""

    @classmethod
    async def at(cls, slot: int) -> Held:
        self = cls()
        self.holder = await College.new()
        self.reservation = (await self.holder.ask(slot)).id
        return self

    async def given_back(self) -> None:
        await self.holder.cancel(self.reservation)


def options(page: str, name: str) -> dict[str, str]:
    """What a select of a form offers, by the value that it sends."""
    select = page[page.index(f'<select class="form-select" id="{name}"') :].partition("</select>")[0]
    found = re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)<', select)
    return {value: " ".join(words.replace("\u00a0", " ").replace("&#39;", "'").split()) for value, words in found}
