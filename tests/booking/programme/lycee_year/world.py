"""Two lycées that receive the same collèges over two years: what the year of one is, nothing of the other is in it."""

from __future__ import annotations

from dataclasses import dataclass

from tests import builders
from tests.builders import paris


@dataclass
class World:
    """Numbers of the rows; `slots` are the visits of Jules Haag in 2026-2027, the first one first."""

    haag: int
    faure: int
    stendhal: int
    bastie: int
    lamp: int
    slots: list[int]


async def two_years() -> World:
    """Jules Haag closed three visits in 2026-2027, and one in October and one in May of the year before."""
    haag = await builders.school(kind="lycee", name="Lycée Jules Haag", mail="Ce.0250011B@ac-besancon.fr")
    faure = await builders.school(kind="lycee", name="Lycée Edgar Faure", commune="Morteau", lat=47.06, lon=6.6)
    stendhal = await builders.school(name="Collège Stendhal", priority="REP")
    bastie = await builders.school(name="Collège Maryse Bastié", commune="Dole", department="39", lat=47.09, lon=5.49)
    lamp, clock = await builders.tech_object(name="Lampe"), await builders.tech_object(name="Horloge à engrenages")
    zenith, forges = await builders.company(name="Zénith Montres"), await builders.company(name="Forges du Doubs")
    slots, places = [], {"seats": 48, "groups_max": 2}
    for host, wall, college, counted, girls, made, people in (
        (haag, "2026-10-01 09:00", stendhal, 24, 11, lamp, {zenith: 2}),
        (haag, "2026-11-05 09:00", bastie, 20, None, lamp, {zenith: 1, forges: 1}),
        (haag, "2027-01-07 09:00", stendhal, 18, 9, clock, {}),
        (haag, "2025-10-02 09:00", stendhal, 21, 10, lamp, {forges: 1}),
        (haag, "2026-05-07 09:00", bastie, 22, 12, clock, {zenith: 5}),
        (faure, "2026-10-08 09:00", stendhal, 30, 15, lamp, {zenith: 9}),
        (faure, "2025-10-09 09:00", bastie, 26, 13, clock, {forges: 9}),
    ):
        slot = await builders.slot(host=host, starts_at=paris(wall), state="done", closed_at=paris(wall), **places)
        slots += [slot] if host == haag and wall > "2026-08" else []
        group = await builders.group(school=college)
        came = await builders.reservation(slot=slot, group=group, state="attended", pupils=24)
        await builders.turnout(slot=slot, school=college, counted=counted, girls=girls, group_ref=came)
        await builders.build(slot=slot, tech_object=made, group_ref=came, made=counted)
        for company, number in people.items():
            await builders.company_turnout(slot=slot, company=company, people=number)
    missed = await builders.group(school=bastie)
    await builders.reservation(slot=slots[0], group=missed, state="no_show", pupils=20)
    await builders.turnout(slot=slots[0], school=bastie, counted=0)
    return World(haag, faure, stendhal, bastie, lamp, slots)
