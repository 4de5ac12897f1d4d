"""Five school years, two of them closed, counted again from the groups that came: the file and the sheet say the same,
before and after a closing, a changed annuaire, an import that is undone."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from booking.programme.imports.queries import foresee_undoing
from booking.programme.imports.undo import undo_import
from booking.programme.past_visits.take_in import take_in
from booking.programme.report.compose import Composed, compose
from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear
from tests import builders
from tests.booking.programme.report.world import table
from tests.builders import NOW, paris
from workshops.database import row, rows

YEARS = (2022, 2023, 2024, 2025, 2026)
# By nothing that the product counts with: the groups of closed visits, and the visits of before.
GROUPS = """
SELECT extract(year FROM (s.starts_at AT TIME ZONE 'Europe/Paris') - interval '7 months')::int AS year, h.uai AS lycee,
  c.uai AS college, t.level, t.counted AS pupils, t.girls
FROM turnouts t JOIN slots s ON s.id = t.slot JOIN schools h ON h.id = s.school JOIN schools c ON c.id = t.school
WHERE s.state = 'done'
UNION ALL
SELECT extract(year FROM p.held_on - interval '7 months')::int, h.uai, c.uai, p.level, p.pupils, NULL
FROM past_visits p JOIN schools h ON h.id = p.lycee JOIN schools c ON c.id = p.college
"""
FILE = "date;lycée;collège;niveau;groupe;élèves;source\n12/03/2025;0250001R;0250011B;4e;4e A;27;Tableau\n"


@pytest.fixture
async def five_years(db) -> None:
    lycees = [await builders.school(kind="lycee", uai="0250001R"), await builders.school(kind="lycee")]
    colleges = [await builders.school(uai="0250011B", priority="REP"), await builders.school(), await builders.school()]
    for at, year in enumerate(YEARS):
        for n in range(4):
            day = f"{year}-11-{10 + n}" if n % 2 else f"{year}-10-{10 + n}"
            slot = await builders.slot(host=lycees[n % 2], starts_at=paris(f"{day} 09:00"), state="done")
            for group in range(2):
                counted, college = 14 + at + 2 * n + group, colleges[(at + n + group) % 3]
                level = ("5e", "4e", "3e")[(n + group) % 3]
                await builders.turnout(slot=slot, school=college, counted=counted, level=level, girls=counted // 2)
    await builders.target(from_on=date(2022, 9, 1), to_on=date(2027, 8, 31))


async def recounted() -> dict[str, Counter]:
    """The pupils of each year, and of each level, lycée and collège of a year, from the lines themselves."""
    told = {name: Counter() for name in ("years", "level", "college", "girls")}
    for one in await rows(GROUPS):
        told["years"][one["year"]] += one["pupils"]
        told["girls"][one["year"]] += one["girls"] or 0
        for name in ("level", "college"):
            told[name][one["year"], one[name]] += one["pupils"]
    return told


async def the_file(year: int) -> Composed:
    return await compose(f"{year}-{year + 1}", small=True, now=NOW)


async def says_what_is_recounted() -> None:
    told = await recounted()
    for year in YEARS:
        composed = await the_file(year)
        report, words = composed.report, f"{year}-{year + 1}"
        assert table(report, "technilab", f"L'année {words}")["Élèves accueillis"] == (told["years"][year],)
        by_year = table(report, "technilab", "Élèves accueillis, par année scolaire")
        assert by_year == {f"{one}-{one + 1}": (told["years"][one],) for one in YEARS}
        parts = table(report, "technilab", "Par niveau, puis par département du collège")
        assert {level: parts[level] for level in ("5e", "4e", "3e")} == {
            level: (told["level"][year, level],) for level in ("5e", "4e", "3e")
        }
        (target,) = table(report, "objectifs", "Où en est chaque objectif").values()
        assert target[2:4] == (sum(told["years"].values()), told["years"][year])
        assert table(report, "equite", "Qui est venu")["Filles"][0] == told["girls"][year]
        (figure,) = composed.sheet.figures
        assert figure.done == sum(told["years"].values())


async def of_rep(year: int) -> object:
    return table((await the_file(year)).report, "equite", "Qui est venu")["REP"][0]


async def test_the_file_and_the_sheet_say_what_is_counted_again(five_years, tmp_path):
    await says_what_is_recounted()
    for year in YEARS[:2]:
        await close_year(SchoolYear(year), CloseYear(), by=None, data_dir=tmp_path, now=NOW)
    await says_what_is_recounted()


async def test_a_changed_annuaire_changes_the_years_that_are_not_closed(five_years, tmp_path):
    told = await recounted()
    was = {year: told["college"][year, "0250011B"] for year in YEARS}
    assert {year: await of_rep(year) for year in YEARS} == was
    for year in YEARS[:2]:
        await close_year(SchoolYear(year), CloseYear(), by=None, data_dir=tmp_path, now=NOW)
    await rows("UPDATE schools SET priority = '' WHERE uai = '0250011B'")
    await rows("UPDATE schools SET priority = 'REP' WHERE uai <> '0250011B' AND kind = 'college'")
    others = {year: told["years"][year] - was[year] for year in YEARS}
    assert {year: await of_rep(year) for year in YEARS} == {
        year: was[year] if year in YEARS[:2] else others[year] for year in YEARS
    }
    await says_what_is_recounted()


async def test_an_import_that_is_undone_leaves_the_file_as_it_was(five_years, nadia):
    before = (await the_file(2024)).report
    await take_in(FILE.encode(), by=nadia, now=NOW)
    await says_what_is_recounted()
    assert (await the_file(2024)).report != before
    last = await foresee_undoing()
    await undo_import(last.number, by=nadia, now=NOW)
    await says_what_is_recounted()
    assert (await the_file(2024)).report == before
    assert await row("SELECT 1 FROM past_visits") is None
