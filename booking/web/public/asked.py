"""The search that a page is asked for, read for its visitor: her collège, its groups, its holidays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.people.accounts.queries import Person, Teacher
from booking.visits.groups.queries import GroupSeen, groups_of
from booking.web.public.wanted import Wanted, wanted
from booking.wording import paris, school_year_of
from workshops.academie.queries import academie
from workshops.academie.rules import Served
from workshops.schools.queries import SchoolCard, school


@dataclass(frozen=True)
class Asked:
    """A search, and whose it is: `home` and `groups` are those of a teacher's collège."""

    search: Wanted
    served: Served
    home: SchoolCard | None
    groups: list[GroupSeen]


async def asked_for(query: Mapping[str, Any], visitor: Person | None, *, now: datetime) -> Asked:
    """List, map and gallery of one address look for the same."""
    served = await academie()
    home, groups = None, []
    if isinstance(visitor, Teacher):
        home = await school(visitor.school)
        groups = await groups_of(visitor.school, school_year=school_year_of(now), only=visitor.sees_only)
    search = wanted(
        query,
        visitor,
        today=paris(now).date(),
        departments=served.offered,
        zone=home.zone if home else "",
        groups=groups,
    )
    return Asked(search, served, home, groups)
