"""All the courses together, year after year, counted once more by hand."""

from __future__ import annotations

import pytest

from tests import builders, builders_bts1
from tests.builders import NOW, whose
from workshops.database import value
from workshops.programmes.bts1.draft_course import ChangeCourse, DraftCourse, change_course, draft_course
from workshops.programmes.bts1.follow_courses import CourseYear, StayYear, course_years, stay_years
from workshops.programmes.bts1.keep_lines import AddPartner, RecordMobility, add_partner, record_mobility
from workshops.programmes.bts1.queries import course_sheet
from workshops.refusals import Invalid
from workshops.scope import EVERYTHING, of_school


@pytest.fixture
async def lycee(db):
    return await builders.school(kind="lycee", name="Lycée Jules Haag")


async def test_a_year_adds_what_its_courses_told_and_says_of_how_many(lycee):
    ours, theirs = await builders_bts1.course(school=lycee), await builders_bts1.course(title="Bachelor Bois")
    await builders_bts1.intake(
        ours, 2025, places=12, enrolled=11, completed=9, employed_6m=6, studying_6m=1, unknown_6m=2
    )
    await builders_bts1.intake(theirs, 2025, places=15, enrolled=12)
    await builders_bts1.intake(ours, 2026, places=12)
    first = CourseYear(2025, 2, places=27, enrolled=23, completed=9, graduating=1, employed=6, answered=7)
    second = CourseYear(2026, 1, places=12, enrolled=None, completed=None, graduating=0, employed=None, answered=None)
    assert await course_years(scope=EVERYTHING) == [first, second]
    assert [one.places for one in await course_years(scope=of_school(lycee))] == [12, 12]


async def test_graduates_of_whom_none_answered_are_none_of_those_in_work(lycee):
    course = await builders_bts1.course(school=lycee)
    await builders_bts1.intake(course, 2025, enrolled=11, completed=9, unknown_6m=9)
    (year,) = await course_years(scope=EVERYTHING)
    assert (year.employed, year.answered) == (0, 0)


async def test_those_who_come_and_those_who_go_are_told_apart(lycee):
    course, own = await builders_bts1.course(school=lycee), {"scope": of_school(lycee), "by": None, "now": NOW}
    stay = {"school_year": 2026, "country": "Suisse", "kind": "stage"}
    for more in (
        {"people": 3, "weeks": 12, "host_name": "Manufacture"},
        {"people": 1, "weeks": 4, "host_name": "Horlogerie"},
        {"people": 12},
        {"people": 4, "direction": "incoming", "host_name": "Lycée Jules Haag"},
    ):
        await record_mobility(course, RecordMobility(**stay, **more), **own)
    await record_mobility(course, RecordMobility(school_year=2026, country="italie", kind="visite", people=2), **own)
    out, back = await stay_years(scope=EVERYTHING)
    assert out == StayYear(2026, "outgoing", people=18, countries=2, timed=4, weeks=40)
    assert back == StayYear(2026, "incoming", people=4, countries=1, timed=0, weeks=0)
    assert (out.mean_weeks, back.mean_weeks) == (10, None)
    assert await stay_years(scope=of_school(await builders.school(kind="lycee"))) == []


async def test_a_mobility_to_the_same_host_is_replaced_and_to_another_is_one_more(lycee):
    course, own = await builders_bts1.course(school=lycee), {"scope": of_school(lycee), "by": None, "now": NOW}
    stay = {"school_year": 2026, "country": "Suisse", "kind": "stage", "host_name": "Manufacture"}
    first = await record_mobility(course, RecordMobility(**stay, people=3), **own)
    assert await record_mobility(course, RecordMobility(**stay, people=2, weeks=8), **own) == first
    other = await record_mobility(course, RecordMobility(**stay | {"host_name": "Horlogerie"}, people=1), **own)
    incoming = await record_mobility(course, RecordMobility(**stay, direction="incoming", people=1), **own)
    assert len({first, other, incoming}) == 3
    assert await value("SELECT weeks FROM bts1_mobilities WHERE id = $1", first) == 8


async def test_what_a_course_gives_is_kept_and_corrected(lycee):
    made = await draft_course(
        DraftCourse(title="Bachelor Bois", field="Bois", ects=60, language="Français"), school=lycee, now=NOW, by=None
    )
    card = (await course_sheet(made, scope=EVERYTHING, now=NOW)).card
    assert (card.ects, card.language) == (60, "Français")
    await change_course(
        made, ChangeCourse(title="Bachelor Bois", field="Bois", ects=0, language=""), **whose(of_school(lycee))
    )
    card = (await course_sheet(made, scope=EVERYTHING, now=NOW)).card
    assert (card.ects, card.language) == (0, "")


@pytest.mark.parametrize("ects", [-1, 181])
async def test_credits_that_no_course_gives_are_refused(lycee, ects):
    with pytest.raises(Invalid) as no:
        ChangeCourse(title="Bachelor Bois", field="Bois", ects=ects)
    assert no.value.errors == {"ects": "Crédits ECTS : écrivez un nombre de 0 à 180."}


async def test_a_partner_abroad_has_its_country_which_saying_it_again_corrects(lycee):
    course = await builders_bts1.course(school=lycee)
    school = {"kind": "autre", "name": "Haute école"}
    line = await add_partner(course, AddPartner(**school, country="suisse"), **whose(of_school(lycee)))
    assert await add_partner(course, AddPartner(**school, country="Belgique"), **whose(of_school(lycee))) == line
    with pytest.raises(Invalid, match="déjà partenaire"):
        await add_partner(course, AddPartner(**school, country="Belgique"), **whose(of_school(lycee)))
    sheet = await course_sheet(course, scope=EVERYTHING, now=NOW)
    assert [(one.name, one.country) for one in sheet.partners] == [("Haute école", "Belgique")]
