"""The counts of a cohort, for machines: its censuses and what became of its pupils, written and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.ptech_bodies import NewCensus, NewOutcome
from booking.door.guards import AnyOf
from booking.door.keepers import KEEPERS, school_of
from booking.people.accounts.queries import Coordinator, Host
from booking.programme.ptech import count
from workshops.ptech.check_flow import Headcount


@post("/ptech/cohorts/{number:int}/censuses", opt=KEEPERS)
async def add_census(
    number: FromPath[int], data: JSONBody[NewCensus], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Count a cohort; the same October or June again corrects the counts."""
    counts = Headcount(**msgspec.structs.asdict(data))
    made = await count.record_census(number, counts, school=school_of(person), by=person.account, now=now)
    return {"id": made, **msgspec.structs.asdict(data)}


@delete("/ptech/cohorts/{number:int}/censuses/{school_year:int}/{term:str}", opt=KEEPERS)
async def drop_census(
    number: FromPath[int],
    school_year: FromPath[int],
    term: FromPath[str],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> None:
    """The latest counts (`october`, `june`) were a mistake; earlier ones are corrected."""
    await count.remove_census(
        number, school_year=school_year, term=term, school=school_of(person), by=person.account, now=now
    )


@post("/ptech/cohorts/{number:int}/outcomes", opt=KEEPERS)
async def add_outcome(
    number: FromPath[int], data: JSONBody[NewOutcome], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> dict[str, Any]:
    """Say what became of so many pupils; the same kind and year again corrects the count."""
    told = msgspec.structs.asdict(data)
    made = await count.record_outcome(number, **told, school=school_of(person), by=person.account, now=now)
    return {"id": made, **told}


@delete("/ptech/cohorts/{number:int}/outcomes/{school_year:int}/{kind:str}", opt=KEEPERS)
async def drop_outcome(
    number: FromPath[int],
    school_year: FromPath[int],
    kind: FromPath[str],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> None:
    """A count of what became of them was a mistake."""
    await count.remove_outcome(
        number, kind=kind, school_year=school_year, school=school_of(person), by=person.account, now=now
    )
