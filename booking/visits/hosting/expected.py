"""Who is expected at slots: their groups and their companies, as the lycée and the coordination read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from booking.visits.reservation_states import Standing
from workshops.database.row_types import rows_as

# Narrows groups `g` of collèges `c` to those of a UAI, a département, a level, by the places of these; empty: all.
OF_GROUPS = """({college} = '' OR c.uai = {college}) AND ({department} = '' OR c.department = {department})
    AND ({level} = '' OR g.level = {level})"""
GROUPS_AT = f"""
SELECT r.slot, r.id AS reservation, g.name, g.level, c.name AS college, r.pupils, r.adults, r.needs,
       r.needed, r.mark AS mark_number, r.state
FROM reservations r JOIN groups g ON g.id = r."group" JOIN schools c ON c.id = r.school
WHERE r.slot = ANY ($1::int[]) AND r.state = ANY ($2::text[])
  AND {OF_GROUPS.format(college="$3::varchar", department="$4::varchar", level="$5::varchar")}
ORDER BY r.slot, r.mark, r.id
"""  # noqa: S608 - constants only
COMPANIES_AT = """
SELECT a.slot, c.name, a.people, a.role FROM attendances a JOIN companies c ON c.id = a.company
WHERE a.slot = ANY ($1::int[]) AND a.state = 'announced' ORDER BY a.slot, c.name, a.id
"""


class GroupExpected(Standing, frozen=True):
    """A group that a lycée receives, or received."""

    slot: int
    reservation: int
    name: str
    level: str
    college: str
    pupils: int
    adults: int
    needs: str
    needed: tuple[str, ...]
    mark_number: int


class CompanyExpected(Struct, frozen=True):
    """A company announced at a slot."""

    slot: int
    name: str
    people: int
    role: str


async def groups_at(
    slots: Sequence[int], states: Collection[str], *, college: str = "", department: str = "", level: str = ""
) -> Mapping[int, Sequence[GroupExpected]]:
    """The groups of slots in these states, slot by slot; those of a collège (its UAI), a département or a level alone
    where one is named."""
    found: dict[int, list[GroupExpected]] = {}
    for group in await rows_as(GroupExpected, GROUPS_AT, slots, sorted(states), college, department, level):
        found.setdefault(group.slot, []).append(group)
    return found


async def companies_expected(slots: Sequence[int]) -> Mapping[int, Sequence[CompanyExpected]]:
    """The companies announced at slots, slot by slot."""
    found: dict[int, list[CompanyExpected]] = {}
    for company in await rows_as(CompanyExpected, COMPANIES_AT, slots):
        found.setdefault(company.slot, []).append(company)
    return found
