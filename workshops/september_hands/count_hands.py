"""A lycée writes down what it counted in September; or says that it has no 2de professionnelle."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from workshops.acts import Act, a_number, labelled, typed
from workshops.closed_years.correct import recording
from workshops.database import rows, transaction, value
from workshops.events.record import record_by
from workshops.refusals import Invalid, NotFound
from workshops.school_calendar.rules import paris_day, year_words
from workshops.september_hands.rules import (
    PRESENT_MOST,
    SECTION_MOST,
    SECTIONS_MOST,
    SectionCount,
    refuse_september,
    refuse_twice,
    summed,
    wrong_section,
)
from workshops.september_hands.tables import WithoutSections

LOCK_LYCEE = "SELECT id FROM schools WHERE id = $1 AND kind = 'lycee' FOR NO KEY UPDATE"
TAKE_BACK = """
DELETE FROM september_hands WHERE school = $1 AND school_year = $2 AND section <> ALL ($3::varchar[]) RETURNING id
"""
# What is said again as it stands is not written again.
WRITE = """
INSERT INTO september_hands AS known (school, school_year, section, present, hands, recorded_at, example)
SELECT $1, $2, told.section, told.present, told.hands, $6, $7
FROM unnest($3::varchar[], $4::smallint[], $5::smallint[]) AS told (section, present, hands)
ON CONFLICT (school, school_year, section) DO UPDATE
SET present = excluded.present, hands = excluded.hands, recorded_at = excluded.recorded_at, example = excluded.example
WHERE (known.present, known.hands, known.example) IS DISTINCT FROM (excluded.present, excluded.hands, excluded.example)
RETURNING id
"""
SAY_WITHOUT = """
INSERT INTO lycees_without_sections (school, said_at) VALUES ($1, $2) ON CONFLICT (school) DO NOTHING RETURNING id
"""


class CountSection(Act, frozen=True, kw_only=True):
    """A section's new pupils: those present, and those who raised a hand; neither while nobody has asked them."""

    section: Annotated[
        str,
        typed("Section", "As the lycée calls it, for example: 2de MTNE.", least=1, most=SECTION_MOST),
    ]
    present: Annotated[int, a_number("Présents", "New pupils who were there.", 0, PRESENT_MOST)] | None = None
    hands: Annotated[int, a_number("Mains levées", "How many said that they came.", 0, PRESENT_MOST)] | None = None


class CountHands(Act, frozen=True, kw_only=True):
    """All sections of the lycée in that September: one that is left out is not proposed again."""

    sections: Annotated[
        list[CountSection],
        Meta(max_length=SECTIONS_MOST, description="Each section once.", extra={"label": "Sections"}),
    ]

    def __post_init__(self) -> None:
        super().__post_init__()
        wrong = {
            f"sections[{place}].{name}": sentence
            for place, of in enumerate(self.sections)
            for name, sentence in wrong_section(of.section, of.present, of.hands).items()
        }
        if wrong:
            raise Invalid(wrong)


class AskOfHands(Act, frozen=True, kw_only=True):
    """Whether the lycée has a 2de professionnelle, and is to be asked in September."""

    asked: Annotated[bool, labelled("À demander en septembre", "False: it has no 2de professionnelle.")]


async def count_hands(
    lycee: int, school_year: int, asked: CountHands, *, by: int | None, now: datetime, example: bool = False
) -> None:
    """Keep what was counted in the September of a school year (2026 is 2026-2027); said again, it is corrected.

    Raises Invalid, NotFound, YearFrozen.
    """
    refuse_september(school_year, today=paris_day(now))
    sections = asked.sections
    refuse_twice(of.section for of in sections)
    async with recording(by=by, school=lycee, now=now):
        if await value(LOCK_LYCEE, lycee) is None:
            raise NotFound
        names = [of.section for of in sections]
        counts = [of.present for of in sections], [of.hands for of in sections]
        left_out = await rows(TAKE_BACK, lycee, school_year, names)
        written = await rows(WRITE, lycee, school_year, names, *counts, now, example)
        if sections:
            await WithoutSections.delete().where(WithoutSections.school == lycee)
        if left_out or written:
            whole = summed(SectionCount(of.section, of.present, of.hands) for of in sections)
            detail = year_words(school_year) + (f" : {whole.hands} sur {whole.present}" if whole.sections else "")
            await record_by(by, "hands_counted", about_kind="school", about=lycee, detail=detail, now=now)


async def ask_of_hands(lycee: int, asked: AskOfHands, *, by: int, now: datetime) -> None:
    """The lycée is asked no more each September, or is asked again. Raises NotFound."""
    async with transaction():
        if await value(LOCK_LYCEE, lycee) is None:
            raise NotFound
        if asked.asked:
            without = WithoutSections.delete().where(WithoutSections.school == lycee)
            changed = await without.returning(WithoutSections.id)
        else:
            changed = await rows(SAY_WITHOUT, lycee, now)
        if changed:
            act = "sections_had" if asked.asked else "sections_none"
            await record_by(by, act, about_kind="school", about=lycee, now=now)
