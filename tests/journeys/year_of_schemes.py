"""A school year of P-TECH and BTS+1: cohorts enter, are counted, mentored, and leave; courses open and fill."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tests.journeys.ledger import CohortKept
from workshops.programmes.bts1.add_up import RecordIntake
from workshops.programmes.bts1.draft_course import DraftCourse, draft_course
from workshops.programmes.bts1.keep_lines import (
    AddPartner,
    RecordMobility,
    RecordStep,
    add_partner,
    record_intake,
    record_mobility,
    record_step,
)
from workshops.programmes.ptech.count_cohort import RecordCensus, RecordOutcome, record_census, record_outcome
from workshops.programmes.ptech.mentor import AddMentor, EndMentor, add_mentor, end_mentor
from workshops.programmes.ptech.open_scheme import EnrolCohort, OpenScheme, enrol_cohort, open_scheme
from workshops.programmes.ptech.plan_action import PlanAction, plan_action
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action
from workshops.school_calendar.rules import paris_instant
from workshops.scope import of_school

if TYPE_CHECKING:
    from tests.journeys.five_years import FiveYears, Host

SCHEMES, COURSES, MENTORS = 8, 10, 3
FIRST_AUTUMN = 2025
# Months from the idea, in October 2025, to each step; the opening is in September of the year that follows.
WAY = {"montage": 5, "habilitee": 9}


async def live_schemes(world: FiveYears, autumn: int) -> None:
    """Every cohort under way lives its year; a new one enters each scheme."""
    if not world.schemes:
        await _begin(world)
    for number, (scheme, host) in enumerate(world.schemes):
        await _enter(world, scheme, host, autumn, number)
    hosts = dict(world.schemes)
    for kept in world.ledger.cohorts:
        await CohortYear(world, kept, hosts[kept.scheme], autumn).happen()
    for number, (course, host) in enumerate(world.courses):
        await _course_year(world, course, host, autumn, number)


async def _begin(world: FiveYears) -> None:
    now = datetime(FIRST_AUTUMN, 8, 28, 8, tzinfo=UTC)
    for number in range(SCHEMES):
        host = world.cast.hosts[number]
        sketch = OpenScheme(
            title=f"P-TECH microtechniques {number}", field="Microtechniques", opens_on=date(FIRST_AUTUMN, 9, 1)
        )
        made = await open_scheme(sketch, school=host.school.id, by=host.account, now=now)
        world.schemes.append((made, host))
    now = datetime(FIRST_AUTUMN, 10, 2, 8, tzinfo=UTC)
    for number in range(COURSES):
        host, idea_on = world.cast.hosts[number], date(FIRST_AUTUMN, 10, 1)
        asked = DraftCourse(title=f"BTS+1 robotique {number}", field="Robotique", idea_on=idea_on)
        course = await draft_course(asked, school=host.school.id, by=host.account, now=now)
        act = {"scope": of_school(host.school.id), "by": host.account, "now": now}
        await add_partner(course, AddPartner(kind="universite", name="Université partenaire"), **act)
        world.courses.append((course, host))
        world.ledger.steps[course] = {"idee": idea_on}


async def _enter(world: FiveYears, scheme: int, host: Host, autumn: int, number: int) -> None:
    act = {"scope": of_school(host.school.id), "by": host.account, "now": datetime(autumn, 9, 4, 8, tzinfo=UTC)}
    kept = CohortKept(await enrol_cohort(EnrolCohort(scheme=scheme, entry_year=autumn), **act), scheme, autumn)
    world.ledger.cohorts.append(kept)
    first = ((autumn - FIRST_AUTUMN) * SCHEMES + number) * MENTORS
    for place in range(MENTORS):
        firm, from_on = world.cast.firms[first + place], date(autumn, 9, 10 + place)
        mentor = await add_mentor(kept.id, AddMentor(company=firm.id, from_on=from_on, to_on=None), **act)
        to_on = date(autumn, 11, 30) if number == 3 and place == 0 else None
        if to_on is not None:
            await end_mentor(mentor, EndMentor(to_on=to_on), **act)
            # It comes back in January: still one company of this cohort.
            await add_mentor(kept.id, AddMentor(company=firm.id, from_on=date(autumn + 1, 1, 8), to_on=None), **act)
            kept.mentors.append((firm.id, date(autumn + 1, 1, 8), None))
        kept.mentors.append((firm.id, from_on, to_on))


class CohortYear:
    """One cohort in one school year."""

    def __init__(self, world: FiveYears, kept: CohortKept, host: Host, autumn: int) -> None:
        self.world, self.kept, self.autumn, self.draw = world, kept, autumn, world.draw
        self.place = {"scope": of_school(host.school.id), "by": host.account}

    async def happen(self) -> None:
        await self.count("october", date(self.autumn, 10, 1))
        for company in sorted({one[0] for one in self.kept.mentors}):
            await self.act(company, date(self.autumn + 1, 2, 1) + timedelta(days=self.draw.randint(0, 100)))
        await self.act(None, date(self.autumn, 12, 4))
        await self.count("june", date(self.autumn + 1, 6, 1))
        if self.autumn == self.kept.entry_year + 2:
            passed = self.kept.censuses[-1].present - 1
            now = datetime(self.autumn + 1, 7, 6, 8, tzinfo=UTC)
            if now <= self.world.now:
                await record_outcome(
                    self.kept.id,
                    RecordOutcome(kind="bac_pro", school_year=self.autumn, pupils=passed),
                    now=now,
                    **self.place,
                )
                self.kept.outcomes["bac_pro", self.autumn] = passed
        if self.autumn == self.kept.entry_year + 3:
            await self.leave()

    async def leave(self) -> None:
        """Of those who were there in June, one follows another course, one works, and of one nothing is known."""
        (there,) = (
            one.present for one in self.kept.censuses if (one.school_year, one.term) == (self.autumn - 1, "june")
        )
        now = datetime(self.autumn, 11, 20, 8, tzinfo=UTC)
        became = {"bts_entered": max(0, there - 3), "studying": min(1, there), "employed": int(there > 1)}
        for kind, pupils in became.items() if now <= self.world.now else ():
            outcome = RecordOutcome(kind=kind, school_year=self.autumn, pupils=pupils)
            await record_outcome(self.kept.id, outcome, now=now, **self.place)
            self.kept.outcomes[kind, self.autumn] = pupils

    async def count(self, term: str, on: date) -> None:
        """The flow adds up, but now and then a pupil is missing and a sentence says why."""
        now = datetime.combine(on + timedelta(days=6), time(8), UTC)
        if now > self.world.now:
            return
        if not self.kept.censuses:
            census = RecordCensus(self.autumn, term, self.draw.randint(14, 18), girls=self.draw.randint(2, 9))
        else:
            entered, left, gone = self.draw.randint(0, 2), self.draw.randint(0, 2), self.draw.randint(0, 1)
            lost = int(self.draw.random() < 0.1)
            present = max(2, self.kept.censuses[-1].present + entered - left - gone - lost)
            census = RecordCensus(
                self.autumn, term, present, girls=2, entered=entered, left_reoriented=left, left_moved=gone,
                note="Un élève sans nouvelles." if lost or present == 2 else "",
            )  # fmt: skip
        await record_census(self.kept.id, census, now=now, **self.place)
        self.kept.censuses.append(census)

    async def act(self, company: int | None, on: date) -> None:
        """Planned a month before; one in ten is called off, the others are held when their day has come."""
        minutes, people = self.draw.choice((90, 180, 420, 2100)), self.draw.randint(1, 3)
        starts_at = paris_instant(on, time(9))
        title = f"Visite du {on.isoformat()}"
        asked = PlanAction(
            kind="visite", title=title, starts_at=starts_at, minutes=minutes, people=people, place="Besançon",
            company=company, unusual_time_meant=True,
        )  # fmt: skip
        uid = f"action-{self.kept.id}-{on.isoformat()}-{company}@technilab.example"
        plan = {"uid": uid, "now": starts_at - timedelta(days=30)}
        if company is not None and not self._mentors(company, on):
            return
        action = await plan_action(self.kept.id, asked, **plan, **self.place)
        if self.draw.random() < 0.1:
            told = starts_at - timedelta(days=8)
            await call_off_action(action, CallOffAction(reason="Neige sur la route"), now=told, **self.place)
        elif (after := starts_at + timedelta(days=3)) <= self.world.now:
            pupils = self.kept.censuses[-1].present - self.draw.randint(0, 2)
            await hold_action(action, HoldAction(pupils=pupils), now=after, **self.place)
            self.kept.held.append((on, minutes, pupils, company))

    def _mentors(self, company: int, on: date) -> bool:
        return any(
            one == company and from_on <= on and (to_on is None or on <= to_on)
            for one, from_on, to_on in self.kept.mentors
        )


async def _course_year(world: FiveYears, course: int, host: Host, autumn: int, number: int) -> None:
    """Two courses open each autumn from 2026 on; the last two are still being prepared."""
    act = {"scope": of_school(host.school.id), "by": host.account}
    opens, steps = FIRST_AUTUMN + 1 + number // 2, world.ledger.steps[course]
    if opens == autumn:
        idea_on = steps["idee"]
        for step, months in WAY.items():
            on = idea_on + timedelta(days=30 * months)
            await record_step(course, RecordStep(step=step, step_on=on, planned=False), now=_at(on), **act)
            steps[step] = on
        on = date(autumn, 9, 5)
        await record_step(course, RecordStep(step="ouverte", step_on=on, planned=False), now=_at(on), **act)
        steps["ouverte"] = on
    if opens <= autumn:
        enrolled = world.draw.randint(8, 24)
        completed = world.draw.randint(4, enrolled) if autumn < world.today.year - 1 else None
        counts = {"places": 18, "applicants": 60, "enrolled": enrolled, "apprentices": enrolled // 2}
        counts |= {"girls": enrolled // 3, "completed": completed}
        now = _at(date(autumn, 10, 3))
        await record_intake(course, RecordIntake(school_year=autumn, **counts), now=now, **act)
        stay = RecordMobility(school_year=autumn, country="Suisse", kind="stage", people=3)
        await record_mobility(course, stay, now=now, **act)
        world.ledger.intakes[course, autumn] = (enrolled, completed or 0)
    elif autumn == FIRST_AUTUMN:
        on = date(opens, 9, 5)
        await record_step(
            course, RecordStep(step="ouverte", step_on=on, planned=True), now=_at(date(autumn, 10, 3)), **act
        )


def _at(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(8), UTC)
