"""Everything of one cohort: a constant number of statements, whatever its size."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, datetime

from asyncpg import Record
from msgspec import Struct
from msgspec.structs import astuple

from workshops.database import rows
from workshops.database.row_types import row_as, rows_as
from workshops.programmes.ptech.check_flow import CensusCount, Flow, flows_of
from workshops.programmes.ptech.count_cohort import KNOWN
from workshops.programmes.ptech.follow_leavers import Leavers, OutcomeCount, leavers_of
from workshops.programmes.ptech.measure import (
    ActionCount,
    Engagement,
    MentorDays,
    Stage,
    YearOfMentoring,
    engagement,
    entrants,
    funnel,
    hours_per_pupil,
    mentoring,
    of_one_time,
    share_places,
)
from workshops.programmes.ptech.queries import CARD, ITS_SCHEME, CohortCard
from workshops.programmes.ptech.rules import OutcomeKind, is_running, mentors_missing
from workshops.programmes.ptech.tables import Action
from workshops.refusals import NotFound, or_not_found
from workshops.school_calendar.rules import paris_day
from workshops.scope import Scope

COHORT = f"SELECT {CARD} FROM {ITS_SCHEME} WHERE c.id = $1"  # noqa: S608 - constants only
MENTORS = """
SELECT m.id, m.company, k.name, k.trade, k.commune, m.from_on, m.to_on
FROM ptech_mentors m JOIN companies k ON k.id = m.company WHERE m.cohort = $1 ORDER BY m.from_on, k.name, m.id
"""
ACTIONS = """
SELECT a.id, a.company, coalesce(k.name, '') AS company_name, a.kind, a.title, a.place, a.starts_at, a.minutes,
  a.people, a.pupils, a.state, a.reason, a.sequence
FROM mentoring_actions a LEFT JOIN companies k ON k.id = a.company WHERE a.cohort = $1 ORDER BY a.starts_at, a.id
"""
OUTCOMES = f"""
SELECT id, kind, pupils, school_year FROM ptech_outcomes WHERE cohort = $1
ORDER BY array_position(ARRAY{[str(kind) for kind in OutcomeKind]}::varchar[], kind), school_year
"""  # noqa: S608 - constants only


class ActionLine(ActionCount, frozen=True):
    """A mentoring action of a cohort; without a company, the lycée's own."""

    id: int
    company_name: str
    kind: str
    title: str
    place: str
    reason: str
    sequence: int


class MentorLine(MentorDays, frozen=True):
    """A company's mentoring of a cohort, and what it did; `current` today. `replaced_on`: another took its place."""

    id: int
    name: str
    trade: str
    commune: str
    current: bool
    replaced_on: date | None
    engagement: Engagement


class OutcomeLine(OutcomeCount, frozen=True, kw_only=True):
    """What became of so many pupils, in a school year."""

    id: int


class ToComplete(Struct, frozen=True):
    """What is to be done for a cohort, nothing when all of it is empty.

    `mentors` are missing; `doubtful` actions to come were said no to, those `to_count` are over; `silent` mentors are
    to be called; `unknown` pupils left, of whom nothing is told.
    """

    no_census: bool
    mentors: int
    doubtful: list[ActionLine]
    gaps: list[Flow]
    silent: list[MentorLine]
    to_count: list[ActionLine]
    unknown: int

    def __bool__(self) -> bool:
        return any(astuple(self))


class Followed(Struct, frozen=True):
    """A cohort with all that is counted of it. `missing` mentor companies today; `gaps` are flows without an
    explanation; `leavers` once its bac is over."""

    card: CohortCard
    censuses: list[CensusCount]
    flows: list[Flow]
    stages: list[Stage]
    entrants: int
    late: int
    mentors: list[MentorLine]
    missing: int
    actions: list[ActionLine]
    years: list[YearOfMentoring]
    hours: float | None
    outcomes: list[OutcomeLine]
    leavers: Leavers | None

    @property
    def ever(self) -> int:
        """Everyone who ever entered."""
        return self.entrants + self.late

    @property
    def gaps(self) -> list[Flow]:
        return [one for one in self.flows if one.unexplained]

    @property
    def current(self) -> list[MentorLine]:
        """The mentors of today."""
        return [one for one in self.mentors if one.current]

    @property
    def former(self) -> list[MentorLine]:
        """Those whose place another took."""
        return [one for one in self.mentors if one.replaced_on]

    @property
    def with_it(self) -> list[MentorLine]:
        """All the others, also those who ended or who are to come."""
        return [one for one in self.mentors if not one.replaced_on]

    def to_complete(self, *, doubted: Container[int], now: datetime) -> ToComplete:
        """What its page asks for first; `doubted` are the actions that somebody said no to."""
        return ToComplete(
            no_census=not self.censuses,
            mentors=self.missing,
            doubtful=[one for one in self.actions if one.id in doubted and one.starts_at >= now],
            gaps=self.gaps,
            silent=[one for one in self.current if one.engagement.silent],
            to_count=[one for one in self.actions if one.state == "planned" and one.starts_at < now],
            unknown=self.leavers.unknown if self.leavers is not None else 0,
        )


def in_order(actions: Sequence[ActionLine], *, now: datetime) -> list[ActionLine]:
    """Those that are planned to come, the next one first; then the others, the latest first."""
    ahead = [one for one in actions if one.state == "planned" and one.starts_at >= now]
    return ahead + [one for one in reversed(actions) if one not in ahead]


async def follow(cohort: int, *, scope: Scope, now: datetime) -> Followed:
    """One cohort of the scope's lycées, or that one of its companies mentors or mentored.

    Raises NotFound.
    """
    card = await row_as(CohortCard, COHORT, cohort)
    if card is None:
        raise NotFound
    mentors = await rows(MENTORS, cohort)
    if not (scope.reaches(card.school) or scope.reaches_one({one["company"] for one in mentors})):
        raise NotFound
    today = paris_day(now)
    censuses = await rows_as(CensusCount, KNOWN, cohort)
    actions = await rows_as(ActionLine, ACTIONS, cohort)
    lines = _mentors(mentors, actions, today)
    first, late = entrants(censuses)
    years = mentoring(actions, censuses)
    current = len({one.company for one in lines if one.current})
    outcomes = await rows_as(OutcomeLine, OUTCOMES, cohort)
    return Followed(
        card=card,
        censuses=censuses,
        flows=flows_of(censuses),
        stages=funnel(censuses, entry_year=card.entry_year, today=today),
        entrants=first,
        late=late,
        mentors=lines,
        missing=mentors_missing(current) if is_running(card.entry_year, card.closed_on, today) else 0,
        actions=actions,
        years=years,
        hours=hours_per_pupil(years),
        outcomes=outcomes,
        leavers=leavers_of(censuses, outcomes, entry_year=card.entry_year, today=today),
    )


def _mentors(found: Sequence[Record], actions: Sequence[ActionCount], today: date) -> list[MentorLine]:
    stays = [MentorDays(one["company"], one["from_on"], one["to_on"]) for one in found]
    replaced = share_places(stays, today=today).replaced
    times: dict[int, list[date]] = {}
    for stay in stays:
        times.setdefault(stay.company, []).append(stay.from_on)
    return [
        MentorLine(
            **dict(one),
            current=stay.on(today),
            replaced_on=replaced.get(stay),
            engagement=engagement(
                of_one_time(stay.company, actions, since=stay.from_on, times=times[stay.company]),
                since=stay.from_on,
                today=today,
            ),
        )
        for one, stay in zip(found, stays, strict=True)
    ]


async def cohort_of_action(action: int) -> int:
    """The cohort with which something is done. Raises NotFound."""
    return int(or_not_found(await Action.select(Action.cohort).where(Action.id == action).first())["cohort"])
