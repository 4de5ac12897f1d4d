"""A slot of a lycée with everyone in it: one group in each state, and a company."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests import builders
from tests.seen import seen
from tests.telling import tell

STATES = ("requested", "confirmed", "locked", "offered", "waiting")


@dataclass
class FullSlot:
    school: int
    host: int
    slot: int
    company: int
    attendance: int
    reservations: dict[str, int] = field(default_factory=dict)


async def a_lycee(name: str = "Lycée Jules Haag") -> tuple[int, int]:
    """A lycée and its host, Marc."""
    school = await builders.school(kind="lycee", name=name)
    marc = await builders.person("host", f"marc{school}@example.org", name="Marc Perrin", school=school)
    return school, marc


async def a_full_slot(**more: Any) -> FullSlot:
    school, marc = await a_lycee()
    slot = await builders.slot(host=school, **{"seats": 100, "groups_max": 4, "company_places": 4, **more})
    firm = await builders.company(name="Horlogerie du Doubs")
    ines = await builders.person("company", "ines@example.org", name="Inès Caron", company=firm)
    full = FullSlot(school, marc, slot, firm, await builders.attendance(slot=slot, company=firm, by=ines))
    for state in STATES:
        college = await builders.school(name=f"Collège {state}")
        teacher = await builders.person("teacher", f"{state}@example.org", name=f"Prof {state}", school=college)
        group = await builders.group(school=college, teacher=teacher, name=f"4e {state}")
        full.reservations[state] = await builders.reservation(
            slot=slot, group=group, by=teacher, state=state, pupils=10, hold_until=HOLDS.get(state)
        )
    return full


HOLDS = {"requested": builders.paris("2027-01-20 09:00"), "offered": builders.paris("2027-01-13 09:00")}


async def told() -> list[tuple[str, str, int]]:
    """Every mail that waits: its letter, its reader, what it is about; to teachers, to companies, to hosts."""
    await tell()
    order = "kind, reader = 'host', reader = 'company', about, to_email"
    return await seen(f"SELECT kind, to_email, about FROM notices ORDER BY {order}")
