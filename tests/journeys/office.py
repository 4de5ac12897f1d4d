"""The coordinator's office before five school years, and how its pages are read."""

from __future__ import annotations

import html
import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Litestar

from booking.people.accounts.token import issue_token
from tests.browsing import Browser, Machine
from tests.journeys.five_years import AUTUMNS, BEGINS, ENDS, READ_AT, FiveYears
from tests.statements import statements_of
from workshops.database import rows

WHOLE = (BEGINS, ENDS)
YEARS = [(date(autumn, 8, 1), date(autumn + 1, 7, 31)) for autumn in AUTUMNS]


@dataclass
class Office:
    """The coordinator's browser and program, before the programme of five years."""

    world: FiveYears
    browser: Browser
    machine: Machine
    costs: dict[int, dict[str, int]]

    @classmethod
    async def open(cls, app: Litestar) -> Office:
        world, token = await FiveYears.begin(), secrets.token_urlsafe(32)
        await issue_token("nadia@example.org", token=token, now=READ_AT)
        browser = await Browser(app, now=READ_AT).sign_in(world.cast.coordinator)
        return cls(world, browser, Machine(app, token), {})

    async def cost(self) -> dict[str, int]:
        """How many statements each page asks."""
        cohort = self.world.ledger.cohorts[0].id
        pages = ("/gestion", "/gestion/ptech", f"/gestion/ptech/cohortes/{cohort}", "/gestion/bts1", "/programme")
        await self.browser.get("/gestion")
        await self.results()
        # The public page has been asked for before, and something has changed since.
        await self.browser.get("/programme")
        await rows("UPDATE versions SET raised = raised + 1")
        asked = {path: await statements_of(lambda path=path: self.browser.get(path)) for path in pages}
        asked["results"] = await statements_of(lambda: self.machine.get("/results"))
        return {path: len(statements) for path, statements in asked.items()}

    async def page(self, path: str) -> str:
        answer = await self.browser.get(path)
        assert answer.status_code == 200, path
        return answer.text

    async def results(self, period: tuple[date, date] | None = None) -> dict[str, Any]:
        asked = "" if period is None else f"?from={period[0]}&to={period[1]}"
        answer = await self.machine.get(f"/results{asked}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def behind(self, href: str) -> tuple[int, list[int]]:
        """The visits that the list behind a figure tells, and what they amount to, in the order of its sentence."""
        shown = plain(await self.page(href))
        found = re.search(r"([\d ]+) visites? closes?.*? : (.*?)\.", shown)
        assert found is not None, shown
        return number(found[1]), [number(one) for one in re.findall(r"\d[\d ]*", found[2].rpartition(" : ")[2])]

    async def everything(self) -> list[Any]:
        """All that machines and pages say of the five years."""
        pages = [
            "/gestion",
            "/gestion/accueillis",
            "/gestion/accueillis?annee=2026-2027",
            "/gestion/equite",
            "/gestion/ptech",
            "/gestion/bts1",
            "/programme",
        ]
        pages += [f"/gestion/ptech/cohortes/{one.id}" for one in self.world.ledger.cohorts[::7]]
        return [
            *[await self.results(period) for period in (WHOLE, *YEARS)],
            *[figures_of(plain(await self.page(path))) for path in pages],
        ]


def figures_of(shown: str) -> str:
    """A page without what is to be looked after today, and with people's own words as the nights leave them."""
    for words, then in (
        ("À traiter.*?Objectifs", ""),
        (r"Visite du [\d-]+", "Visite d'entreprise"),
        (r"Un élève sans nouvelles\.", "Texte effacé"),
    ):
        shown = re.sub(words, then, shown)
    return shown


def plain(text: str) -> str:
    """The words of a piece of page, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u202f", " ").replace("\xa0", " ").split())


def number(text: str) -> int:
    return int("".join(re.findall(r"\d", text)))


def table(page: str, name: str) -> list[tuple[Any, ...]]:
    """The lines of the tables under a heading, up to the next one: words, or whole numbers."""
    part = re.split(r"<h[23]", page[page.index(f'id="{name}"') :])[0]
    bodies = "".join(re.findall(r"<tbody>(.*?)</tbody>", part, re.S))
    found = []
    for line in re.findall(r"<tr>(.*?)</tr>", bodies, re.S):
        cells = [plain(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", line, re.S)]
        found.append(tuple(number(cell) if re.fullmatch(r"[\d ]+", cell) else cell for cell in cells))
    return found
