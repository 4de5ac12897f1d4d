"""Two lycées that are asked in September, and those that are not."""

from __future__ import annotations

from dataclasses import dataclass

from tests import builders
from tests.builders import paris
from workshops.september_hands.count_hands import CountHands, CountSection, count_hands

SEPTEMBER = paris("2026-09-10 10:00")
EARLY = paris("2026-06-01 08:00")


def counted(*sections: tuple[str, int | None, int | None]) -> CountHands:
    """Sections, each with how many were there and how many hands."""
    return CountHands(
        sections=[CountSection(section=name, present=present, hands=hands) for name, present, hands in sections]
    )


@dataclass
class Asked:
    """`offers` proposes a workshop, `received` a class last spring; `general` teaches no trade, `new` comes later."""

    offers: int
    received: int
    general: int
    new: int


async def asked_lycees() -> Asked:
    offers = await builders.school(kind="lycee", name="Lycée Haag", vocational=True, phone="03 81 00 00 01")
    await builders.workshop(host=offers, created_at=EARLY)
    received = await builders.school(kind="lycee", name="Lycée Faure", phone="03 84 00 00 02")
    taught = await builders.workshop(host=received, state="withdrawn", created_at=EARLY)
    held = await builders.slot(workshop=taught, starts_at=paris("2026-03-12 09:00"), state="done")
    await builders.turnout(slot=held, counted=20)
    general = await builders.school(kind="lycee", name="Lycée Pergaud", vocational=False)
    await builders.workshop(host=general, created_at=EARLY)
    new = await builders.school(kind="lycee", name="Lycée Nodier", vocational=True)
    await builders.workshop(host=new, created_at=paris("2026-11-20 08:00"))
    await builders.school(kind="lycee", name="Lycée Vauban", vocational=True)
    return Asked(offers, received, general, new)


async def count(lycee: int, *sections: tuple[str, int | None, int | None], year: int = 2026, by: int | None = None):
    await count_hands(lycee, year, counted(*sections), by=by, now=SEPTEMBER)
