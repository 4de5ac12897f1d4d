"""A search read for its visitor: her collège, its groups, its holidays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from booking.people.accounts.queries import Person, Teacher
from booking.visits.groups.queries import GroupSeen, groups_by, groups_of
from booking.web.public.search_class import ABOUT_CLASS, CARRIED
from booking.web.public.search_query import SEARCH, SearchQuery, read_query
from booking.words.wording import paris, school_year_of
from workshops.academie.queries import academie
from workshops.academie.rules import Served
from workshops.offer.rules import MINE
from workshops.schools.queries import SchoolCard, school

ANSWERS = (*CARRIED, "jour", "suite")
OPENS_KM = "40"


class VisitorSearch(Struct, frozen=True):
    """A search, and whose it is: `home` and `groups` are those of a teacher's collège."""

    search: SearchQuery
    served: Served
    home: SchoolCard | None
    groups: list[GroupSeen]


async def search_for(
    query: Mapping[str, Any], visitor: Person | None, *, now: datetime, path: str = SEARCH
) -> VisitorSearch:
    """List, map and gallery of one address look for the same; `path` is the page that its answers lead back to."""
    served = await academie()
    home, groups = None, []
    if isinstance(visitor, Teacher):
        home = await school(visitor.school)
        groups = await groups_of(visitor.scope, school_year=school_year_of(now))
        answers = {name for name in ANSWERS if query.get(name)} if "groupe" in query else {*ANSWERS} & {*query}
        if not answers or ("groupe" in answers and answers <= {*ABOUT_CLASS} and path == SEARCH):
            own = await groups_by(visitor.account, school_year=school_year_of(now))
            query = {**opening(visitor, groups, own=own, zone=home.zone if home else ""), **query}
    search = read_query(
        query,
        visitor,
        today=paris(now).date(),
        departments=served.offered,
        zone=home.zone if home else "",
        groups=groups,
        path=path,
    )
    return VisitorSearch(search, served, home, groups)


def opening(teacher: Teacher, groups: Sequence[GroupSeen], *, own: Collection[int], zone: str) -> dict[str, str]:
    """What a teacher's search opens on: a group of hers without a visit yet, near her collège, out of its holidays; one
    that comes from a group opens so for that group."""
    first = min(groups, key=lambda group: (group.id not in own, group.visits > 0), default=None)
    answers = {
        "groupe": str(first.id) if first else "",
        "km": OPENS_KM if teacher.near else "",
        "vacances": MINE if zone else "",
    }
    return {name: answer for name, answer in answers.items() if answer}
