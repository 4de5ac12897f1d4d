"""The file of a school year for France 2030: its sections, and the committee's sheet, from the board's own figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from booking.programme.report.gather import Facts, Tell, gather
from booking.programme.report.of_corrections import of_corrections
from booking.programme.report.of_milestones import late_milestones, of_milestones, of_proofs
from booking.programme.report.of_partners import of_partners
from booking.programme.report.of_reach import of_coverage, of_equity
from booking.programme.report.of_schemes import of_bts1, of_ptech
from booking.programme.report.of_targets import of_targets
from booking.programme.report.of_visits import of_visits_held
from booking.programme.report.queries import provisional, words_written
from booking.programme.report.rules import TITLES, Block, CommitteeSheet, Report, Section, SectionKey, Words
from booking.programme.report.sheet import compose_sheet

SECTIONS: Mapping[SectionKey, Callable[[Facts], tuple[Block, ...]]] = {
    SectionKey.TARGETS: of_targets,
    SectionKey.TECHNILAB: of_visits_held,
    SectionKey.PTECH: of_ptech,
    SectionKey.BTS1: of_bts1,
    SectionKey.EQUITY: of_equity,
    SectionKey.COVERAGE: of_coverage,
    SectionKey.PARTNERS: of_partners,
    SectionKey.MILESTONES: of_milestones,
    SectionKey.PROOFS: of_proofs,
    SectionKey.CORRECTIONS: of_corrections,
}


class Composed(Struct, frozen=True):
    """The file, and the committee's sheet from the same figures."""

    report: Report
    sheet: CommitteeSheet


async def compose(
    year: str, *, small: bool = False, final: bool = False, now: datetime, tell: Tell = lambda done, total: None
) -> Composed:
    """The file of a school year, « 2026-2027 », as it stands now; `small`: counts under 5 are shown in it.

    `tell` hears how much is gathered, out of how much. Raises NotFound for a year that has none.
    """
    facts = await gather(year, small=small, now=now, tell=tell)
    words = await words_written(facts.first)
    may_change = tuple(await provisional(facts.first, now=now)) if final else ()
    sections = tuple(
        Section(key, TITLES[key], (*((Words(words[key]),) if words.get(key) else ()), *blocks(facts)))
        for key, blocks in SECTIONS.items()
    )
    return Composed(
        Report(year, now, final=final, masked=not small, sections=sections, provisional=may_change),
        compose_sheet(facts, final=final, late=late_milestones(facts)),
    )
