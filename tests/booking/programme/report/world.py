"""A programme in its second school year, the three schemes counted; and how a test reads the file of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from booking.programme.report.rules import Cell, Drawn, Figures, Paragraph, Report, Section
from tests import builders, builders_bts1, builders_ptech
from tests.builders import paris
from workshops.database import value

NAMES = ("Stendhal", "Pasteur", "Victor Hugo")


@dataclass(frozen=True)
class World:
    """Numbers of the rows: `colleges` in REP, in REP+ and outside; `cohort` entered in 2025."""

    haag: int
    faure: int
    colleges: tuple[int, int, int]
    cohort: int
    course: int


async def a_programme() -> World:
    haag = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon", lat=47.2, lon=6.0)
    faure = await builders.school(kind="lycee", name="Lycée Edgar Faure", commune="Morteau", lat=47.1, lon=6.6)
    colleges = [
        await builders.school(name=f"Collège {name}", priority=priority, rural=rural, department=code, lat=lat, lon=6.0)
        for name, priority, rural, code, lat in zip(
            NAMES, ("REP", "REP+", ""), (False, True, None), ("25", "25", "39"), (47.21, 47.4, 46.6), strict=True
        )
    ]
    for college in colleges:
        for level, pupils in (("5e", 90), ("4e", 80), ("3e", 70)):
            await builders.head_count(school=college, pupils=pupils, level=level)
    lamp = await builders.tech_object(name="Lampe à balancier")
    firm = await builders.company(name="Zénith Montres")
    visits = (
        (haag, "2025-11-13 09:00", colleges[0], 24, "4e", 11),
        (haag, "2026-03-12 09:00", colleges[1], 18, "5e", None),
        (haag, "2026-10-08 09:00", colleges[0], 23, "4e", 9),
        (haag, "2026-11-05 09:00", colleges[1], 21, "5e", 10),
        (faure, "2026-11-19 09:00", colleges[2], 25, "3e", None),
        (faure, "2026-12-10 09:00", colleges[0], 3, "3e", None),
    )
    for lycee, at, college, counted, level, girls in visits:
        slot = await builders.slot(host=lycee, starts_at=paris(at), state="done")
        more = {} if girls is None else {"girls": girls}
        await builders.turnout(slot=slot, school=college, counted=counted, level=level, **more)
        await builders.company_turnout(slot=slot, company=firm)
        group = await value("SELECT group_ref FROM turnouts WHERE slot = $1", slot)
        await builders.build(slot=slot, tech_object=lamp, group_ref=group, made=counted)
    ahead = await builders.slot(host=faure, starts_at=paris("2027-03-25 09:00"))
    await builders.reservation(slot=ahead, group=await builders.group(school=colleges[0]), pupils=20)
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=haag), entry_year=2025)
    await builders_ptech.census(cohort, 2025, present=24, girls=6)
    await builders_ptech.census(cohort, 2026, present=22, girls=5, entered=1)
    await builders_ptech.mentor(cohort, company=firm, from_on=date(2025, 9, 15))
    course = await builders_bts1.opened(school=faure, on=date(2026, 9, 1))
    await builders_bts1.intake(course, 2026, places=15, enrolled=12)
    await builders_bts1.partner(name="Université Marie et Louis Pasteur")
    await builders.target()
    for programme, metric, label, unit, target in (
        ("ptech", "pupils", "Lycéens en parcours P-TECH", "lycéens", 1800),
        ("ptech", "companies", "Entreprises mentores", "places d'entreprise", 120),
        ("bts1", "courses", "Formations BTS+1 ouvertes", "formations", 10),
        ("bts1", "enrolled", "Étudiants en BTS+1", "étudiants", 300),
    ):
        await builders.target(programme=programme, metric=metric, label=label, unit=unit, target=target)
    return World(haag, faure, tuple(colleges), cohort, course)


def section(report: Report, key: str) -> Section:
    """A section of the file."""
    return next(one for one in report.sections if one.key == key)


def table(report: Report, key: str, title: str) -> dict[Cell, tuple[Cell, ...]]:
    """The lines of a table of the file, by their first cell."""
    found = next(one for one in section(report, key).blocks if isinstance(one, Figures) and one.title == title)
    return {line[0]: line[1:] for line in found.lines}


def said(report: Report, key: str) -> str:
    """The sentences of a section."""
    return " ".join(one.text for one in section(report, key).blocks if isinstance(one, Paragraph))


def charts(report: Report) -> list[Drawn]:
    """Every chart of the file."""
    return [block for one in report.sections for block in one.blocks if isinstance(block, Drawn)]


def cells(report: Report) -> list[Cell]:
    """Every cell of every table."""
    return [
        cell
        for one in report.sections
        for block in one.blocks
        if isinstance(block, Figures)
        for line in block.lines
        for cell in line
    ]
