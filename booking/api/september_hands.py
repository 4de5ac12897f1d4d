"""The September hands, for machines: a lycée writes its own, a coordinator reads those of all."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get, put
from litestar.params import FromPath, JSONBody, QueryParameter

from booking.api.schools import NamedSchool, Naming, naming
from booking.api.shapes import answer_of
from booking.door.rights.guards import AsHost, Now, may
from workshops.refusals import NotFound
from workshops.school_calendar.rules import autumn_of, paris_day
from workshops.september_hands.count_hands import AskOfHands, CountHands, ask_of_hands, count_hands
from workshops.september_hands.queries import HandsLine, hands, own_hands

Autumn = Annotated[
    int | None,
    QueryParameter(ge=2000, le=2110, description="The autumn of the school year, 2026 for 2026-2027."),
]
KNOWN_YEARS = range(2000, 2111)


class SectionAnswer(msgspec.Struct):
    """A section of one's lycée: its two numbers, null while nobody has asked it."""

    section: str
    present: int | None
    hands: int | None
    share: int | None


class HandsAnswer(msgspec.Struct):
    """The September of one's lycée: its sections, or those to ask; `asked`: whether it is to be asked at all."""

    school_year: int
    asked: bool
    sections: list[SectionAnswer]


class SectionOfLycee(msgspec.Struct):
    """A section that a lycée counted."""

    school_id: int
    lycee: NamedSchool
    section: str
    present: int
    hands: int
    share: int | None


class SilentSchool(msgspec.Struct):
    """A lycée that was asked and has not answered."""

    school_id: int
    lycee: NamedSchool


class HandsOfAll(msgspec.Struct):
    """The September of a school year: what was counted, how many lycées answered of how many asked; of the others the
    first 50."""

    school_year: int
    lycees_asked: int
    lycees_answered: int
    present: int
    hands: int
    share: int | None
    sections: list[SectionOfLycee]
    silent: list[SilentSchool]


@get("/september-hands", opt=may("figures.detail"))
async def read_all_hands(now: Now, school_year: Autumn = None) -> HandsOfAll:
    """What all lycées counted in the September of a school year, of the latest one unless another is asked for."""
    found = await hands(autumn_of(paris_day(now)) if school_year is None else school_year)
    whole, named = found.whole, await naming([*(line.lycee for line in found.lines), *(its.id for its in found.silent)])
    return HandsOfAll(
        school_year=found.school_year,
        lycees_asked=found.asked,
        lycees_answered=found.answered,
        present=whole.present,
        hands=whole.hands,
        share=whole.share,
        sections=[_line(line, named) for line in found.lines],
        silent=[SilentSchool(its.id, named(its.id)) for its in found.silent],
    )


def _line(line: HandsLine, named: Naming) -> SectionOfLycee:
    return answer_of(SectionOfLycee, line, school_id=line.lycee, lycee=named(line.lycee))


@get("/september-hands/{school_year:int}", opt=may("visits.receive"))
async def read_own_hands(school_year: FromPath[int], person: AsHost) -> HandsAnswer:
    """The September of one's lycée; before it is written, the sections of the year before without their numbers."""
    return await _own(person.school, school_year)


@put("/september-hands/{school_year:int}", opt=may("visits.receive"))
async def write_own_hands(
    school_year: FromPath[int], data: JSONBody[CountHands], person: AsHost, now: Now
) -> HandsAnswer:
    """Write the September of one's lycée whole: a section that is left out is not proposed again."""
    _refuse_unknown(school_year)
    await count_hands(person.school, school_year, data, by=person.account, now=now)
    return await _own(person.school, school_year)


@put("/september-hands/asking", opt=may("visits.receive"))
async def ask_own_lycee(data: JSONBody[AskOfHands], person: AsHost, now: Now) -> HandsAnswer:
    """Say that one's lycée has no 2de professionnelle, and is asked no more; or that it has."""
    await ask_of_hands(person.school, data, by=person.account, now=now)
    return await _own(person.school, autumn_of(paris_day(now)))


def _refuse_unknown(school_year: int) -> None:
    if school_year not in KNOWN_YEARS:
        raise NotFound


async def _own(lycee: int, school_year: int) -> HandsAnswer:
    _refuse_unknown(school_year)
    own = await own_hands(lycee, school_year)
    return HandsAnswer(school_year, not own.without, [answer_of(SectionAnswer, count) for count in own.sections])
