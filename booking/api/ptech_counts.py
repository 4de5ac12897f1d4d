"""The counts of a cohort, for machines: its censuses and what became of its pupils, written and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from booking.api.shapes import Count, Lines, made, one_of
from booking.door.rights.guards import AnyOf
from booking.door.rights.record_owners import RECORD_OWNERS, school_of
from booking.people.accounts.queries import Coordinator, Host
from workshops.ptech import record_census as censuses
from workshops.ptech import record_outcome as outcomes
from workshops.ptech.check_flow import CensusCount
from workshops.ptech.rules import OutcomeKind, Term


class NewCensus(msgspec.Struct, forbid_unknown_fields=True):
    """The counts of October or June (`october`, `june`) of a school year (2026 is 2026-2027).

    `entered` and `left_...` since the census before; `note` explains a flow that does not add up.
    """

    school_year: Count
    term: Annotated[str, one_of(Term)]
    present: Count
    girls: Count = 0
    entered: Count = 0
    left_reoriented: Count = 0
    left_moved: Count = 0
    left_work: Count = 0
    left_dropout: Count = 0
    left_other: Count = 0
    note: Lines = ""


class Exits(msgspec.Struct):
    """Pupils who left since the census before, by reason."""

    left_reoriented: int
    left_moved: int
    left_work: int
    left_dropout: int
    left_other: int


class KeptCensus(Exits, kw_only=True):
    """The counts as they are kept."""

    id: int
    school_year: int
    term: Term
    present: int
    girls: int
    entered: int
    note: str


class NewOutcome(msgspec.Struct, forbid_unknown_fields=True):
    """What became of so many pupils: bac_pro, bts_entered, bts_passed, employed, studying, other."""

    kind: Annotated[str, one_of(OutcomeKind)]
    school_year: Count
    pupils: Count


class OutcomeAnswer(msgspec.Struct):
    """What became of so many pupils."""

    id: int
    kind: OutcomeKind
    school_year: int
    pupils: int


@post("/ptech/cohorts/{number:int}/censuses", opt=RECORD_OWNERS)
async def add_census(
    number: FromPath[int], data: JSONBody[NewCensus], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Response[KeptCensus]:
    """Count a cohort; the same October or June again corrects the counts."""
    counts = CensusCount(**msgspec.structs.asdict(data))
    census = await censuses.record_census(number, counts, school=school_of(person), by=person.account, now=now)
    return made(KeptCensus(id=census, **msgspec.structs.asdict(data)), f"/ptech/cohorts/{number}")


@delete("/ptech/cohorts/{number:int}/censuses/{school_year:int}/{term:str}", opt=RECORD_OWNERS)
async def drop_census(
    number: FromPath[int],
    school_year: FromPath[int],
    term: FromPath[str],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> None:
    """The latest counts (`october`, `june`) were a mistake; earlier ones are corrected."""
    await censuses.remove_census(
        number, school_year=school_year, term=term, school=school_of(person), by=person.account, now=now
    )


@post("/ptech/cohorts/{number:int}/outcomes", opt=RECORD_OWNERS)
async def add_outcome(
    number: FromPath[int], data: JSONBody[NewOutcome], person: AnyOf[Host | Coordinator], now: NamedDependency[datetime]
) -> Response[OutcomeAnswer]:
    """Say what became of so many pupils; the same kind and year again corrects the count."""
    told = msgspec.structs.asdict(data)
    outcome = await outcomes.record_outcome(number, **told, school=school_of(person), by=person.account, now=now)
    return made(OutcomeAnswer(outcome, **told), f"/ptech/cohorts/{number}")


@delete("/ptech/cohorts/{number:int}/outcomes/{school_year:int}/{kind:str}", opt=RECORD_OWNERS)
async def drop_outcome(
    number: FromPath[int],
    school_year: FromPath[int],
    kind: FromPath[str],
    person: AnyOf[Host | Coordinator],
    now: NamedDependency[datetime],
) -> None:
    """A count of what became of them was a mistake."""
    await outcomes.remove_outcome(
        number, kind=kind, school_year=school_year, school=school_of(person), by=person.account, now=now
    )
