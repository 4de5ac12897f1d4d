"""What one section of the masked file hides, no other section gives away."""

from __future__ import annotations

from datetime import date

import pytest

from booking.programme.report.compose import compose
from booking.programme.report.of_schemes import WAY_HIDDEN
from booking.programme.report.rules import Figures, Report
from tests import builders, builders_bts1, builders_ptech
from tests.booking.programme.report.world import a_programme, charts, said, section, table
from tests.builders import NOW, paris
from workshops.database import rows

YEAR = "2026-2027"
# Of each table of people the columns that count them.
PEOPLE = {
    "Où en est chaque objectif": (3, 4, 5, 6, 7),
    "Élèves accueillis, par année scolaire": (1,),
    "Par niveau, puis par département du collège": (1,),
    "Par lycée qui reçoit": (1,),
    "Cohortes en parcours": (1,),
    "Les formations": (6,),
    "BTS+1 par année": (3, 4, 6, 7),
    "Mobilités BTS+1": (2,),
    "Qui est venu": (1,),
    "Élèves reçus depuis leur 5e": (2,),
}


@pytest.fixture
async def world(db):
    return await a_programme()


async def report(*, small: bool = False) -> Report:
    return (await compose(YEAR, small=small, now=NOW)).report


def few_told(told: Report) -> list[tuple[str, object]]:
    """The counts of people from 1 to 4 that the file tells; of targets, those of people alone."""
    found = []
    for one in (block for part in told.sections for block in part.blocks if isinstance(block, Figures)):
        for line in one.lines:
            if "dispositifs" in str(line[0]) or "formations" in str(line[0]) or "places d'" in str(line[0]):
                continue
            counts = (line[at] for at in PEOPLE.get(one.title, ()))
            found += [(one.title, count) for count in counts if isinstance(count, int) and 0 < count < 5]
    return found


async def a_few_everywhere(world) -> None:
    """A handful in each scheme."""
    slot = await builders.slot(host=world.faure, starts_at=paris("2026-12-17 09:00"), state="done")
    await builders.turnout(slot=slot, school=world.colleges[2], counted=2, level="6e", girls=1)
    small = await builders_ptech.cohort(of=await builders_ptech.scheme(school=world.faure), entry_year=2026)
    await builders_ptech.census(small, 2026, present=3)
    course = await builders_bts1.opened(school=world.haag, on=date(2026, 9, 1), title="Bachelor Optique")
    await builders_bts1.intake(course, 2026, places=12, enrolled=4)
    await builders_bts1.intake(world.course, 2025, places=12, enrolled=2, completed=1)


async def test_no_handful_stands_in_the_file_unless_the_coordinator_shows_it(world):
    await a_few_everywhere(world)
    shown = {title for title, _ in few_told(await report(small=True))}
    assert {"Par niveau, puis par département du collège", "Cohortes en parcours", "BTS+1 par année"} <= shown
    assert few_told(await report()) == []


async def test_a_cohort_of_three_is_had_neither_from_the_others_nor_from_the_way_of_all(world):
    await a_few_everywhere(world)
    told = await report()
    assert {line[0] for line in table(told, "ptech", "Cohortes en parcours").values()} == {"masqué"}
    assert WAY_HIDDEN in said(told, "ptech")
    assert "Le parcours, toutes cohortes ensemble" not in [
        block.title for block in section(told, "ptech").blocks if isinstance(block, Figures)
    ]


async def test_a_year_of_two_students_is_not_what_a_target_leaves_of_the_other_years(world):
    await a_few_everywhere(world)
    told = await report()
    years = table(told, "bts1", "BTS+1 par année")
    assert (years["2025-2026"][2], years["2026-2027"][2]) == ("moins de 5", 16)
    target = table(told, "objectifs", "Où en est chaque objectif")["Étudiants en BTS+1 (étudiants)"]
    # 18 in all less the 16 of this year would be those two.
    assert (target[2], target[3]) == ("masqué", 16)
    assert (await compose(YEAR, now=NOW)).sheet.figures[-1].hidden


async def test_two_courses_of_a_year_do_not_tell_the_smaller_one(world):
    await a_few_everywhere(world)
    courses = table(await report(), "bts1", "Les formations")
    assert {line[-1] for line in courses.values()} == {"moins de 5", "masqué"}


async def test_a_figure_that_proves_a_milestone_is_hidden_where_the_board_s_is(world):
    await rows("UPDATE bts1_intakes SET enrolled = 3, places = 12")
    await rows("INSERT INTO milestones (title, programme, due_on) VALUES ('Vingt étudiants', 'bts1', '2027-06-30')")
    await rows(
        """INSERT INTO milestone_proofs (milestone, kind, label, target)
        SELECT m.id, 'figure', 'Étudiants à ce jour', t.id FROM milestones m, targets t WHERE t.metric = 'enrolled'"""
    )
    (proof,) = table(await report(), "preuves", "Preuves, jalon par jalon").values()
    assert proof[1] == "Étudiants en BTS+1 : masqué"
    (proof,) = table(await report(small=True), "preuves", "Preuves, jalon par jalon").values()
    assert proof[1].startswith("Étudiants en BTS+1 : 3 sur 300")


async def test_the_years_are_drawn_where_none_of_them_is_hidden(world):
    assert len(charts(await report())) == 2
    await rows("UPDATE tallies SET pupils = 3 WHERE begins = '2025-11-13' AND span = 'day'")
    await rows("UPDATE tallies SET pupils = 0 WHERE begins = '2026-03-12' AND span = 'day'")
    told = await report()
    assert table(told, "technilab", "Élèves accueillis, par année scolaire")["2025-2026"] == ("masqué",)
    assert len(charts(told)) == 1
