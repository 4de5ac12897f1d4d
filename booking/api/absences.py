"""What a collège says of the visits to which it did not come, for machines."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from booking.api.schools import NamedSchool, naming
from booking.api.shapes import Instant, answer_of
from booking.door.rights.guards import AsTeacher, Now, may
from booking.people.accounts.queries import Teacher
from booking.visits.absences.answer import AnswerAbsences, answer_absences
from booking.visits.absences.queries import absences_asked


class VisitMissed(msgspec.Struct):
    """A visit to which a group of the collège did not come."""

    starts_at: Instant
    lycee: NamedSchool
    group_name: str


class AbsencesToSay(msgspec.Struct):
    """What one's collège is asked before its next demand: nothing while `no_shows` is 0."""

    no_shows: int
    missed: list[VisitMissed]


@get("/absences", opt=may("visits.keep"))
async def read_absences(person: AsTeacher, now: Now) -> AbsencesToSay:
    """What one's collège has to say before its next demand is taken."""
    return await _asked_of(person, now)


@post("/absences", status_code=200, opt=may("visits.keep"))
async def say_what_happened(data: JSONBody[AnswerAbsences], person: AsTeacher, now: Now) -> AbsencesToSay:
    """Say what happened, in a line that names nobody: the demands of the collège are taken again at once."""
    await answer_absences(data, school=person.school, by=person.account, now=now)
    return await _asked_of(person, now)


async def _asked_of(person: Teacher, now: datetime) -> AbsencesToSay:
    asked = await absences_asked(person.school, now=now)
    if asked is None:
        return AbsencesToSay(0, [])
    named = await naming(visit.host for visit in asked.visits)
    missed = [answer_of(VisitMissed, visit, lycee=named(visit.host)) for visit in asked.visits]
    return AbsencesToSay(asked.no_shows, missed)
