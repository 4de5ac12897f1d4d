"""A lycée keeps its own courses; the coordinator keeps all of them."""

from __future__ import annotations

from datetime import date

import pytest

from tests import builders, builders_bts1
from tests.builders import NOW, whose
from workshops.database import rows, value
from workshops.programmes.bts1.add_up import IntakeCounts, RecordIntake
from workshops.programmes.bts1.draft_course import ChangeCourse, DraftCourse, change_course, draft_course, remove_course
from workshops.programmes.bts1.keep_lines import (
    FEEDER,
    INTAKE,
    MOBILITY,
    PARTNER,
    STEP,
    AddFeeder,
    AddPartner,
    RecordMobility,
    RecordStep,
    add_feeder,
    add_partner,
    record_intake,
    record_mobility,
    record_step,
    take_line_back,
)
from workshops.programmes.bts1.queries import course_sheet, courses
from workshops.programmes.bts1.rules import CourseCounted, CourseKnown, DatedStep
from workshops.refusals import Invalid, NotFound
from workshops.scope import EVERYTHING, of_school


@pytest.fixture
async def lycee(db):
    return await builders.school(kind="lycee", name="Lycée Jules Haag")


async def sheet(course):
    found = await course_sheet(course, scope=EVERYTHING, now=NOW)
    assert found is not None
    return found


async def test_a_course_is_drafted_then_corrected(lycee):
    made = await draft_course(
        DraftCourse(title=" Bachelor  Horlogerie ", field="Horlogerie"), school=lycee, now=NOW, by=None
    )
    await change_course(
        made, ChangeCourse(title="Bachelor Microtechniques", field="Micro", note="Dès 2027."), **whose(of_school(lycee))
    )
    card = (await sheet(made)).card
    assert (card.title, card.field, card.note, card.school) == ("Bachelor Microtechniques", "Micro", "Dès 2027.", lycee)


async def test_a_lycee_has_each_course_once(lycee):
    first = await draft_course(
        DraftCourse(title="Bachelor Horlogerie", field="Horlogerie"), school=lycee, now=NOW, by=None
    )
    second = await draft_course(DraftCourse(title="Bachelor Bois", field="Bois"), school=lycee, now=NOW, by=None)
    with pytest.raises(CourseKnown):
        await draft_course(DraftCourse(title="Bachelor Horlogerie", field="Horlogerie"), school=lycee, now=NOW, by=None)
    with pytest.raises(CourseKnown):
        await change_course(
            second, ChangeCourse(title="Bachelor Horlogerie", field="Horlogerie", note=""), **whose(of_school(lycee))
        )
    await change_course(
        first, ChangeCourse(title="Bachelor Horlogerie", field="Précision", note=""), **whose(of_school(lycee))
    )


async def test_only_a_lycee_has_courses(db):
    college = await builders.school()
    with pytest.raises(Invalid) as no:
        await draft_course(
            DraftCourse(title="Bachelor Horlogerie", field="Horlogerie"), school=college, now=NOW, by=None
        )
    assert no.value.errors == {"school": "Lycée : choisissez dans la liste."}


async def test_a_course_that_was_a_mistake_goes_one_with_counts_stays(lycee):
    mistake = await builders_bts1.opened(school=lycee)
    await add_feeder(mistake, AddFeeder(bts="BTS CIM"), **whose(of_school(lycee)))
    await add_partner(mistake, AddPartner(kind="cnam", name="Cnam"), **whose(of_school(lycee)))
    await remove_course(mistake, **whose(of_school(lycee), by=1))
    counted = await builders_bts1.course(school=lycee)
    await builders_bts1.intake(counted, 2026, enrolled=9)
    with pytest.raises(CourseCounted):
        await remove_course(counted, **whose(of_school(lycee), by=1))
    assert [one.id for one in await courses(scope=of_school(lycee), now=NOW)] == [counted]


async def test_steps_are_noted_replaced_and_taken_back(lycee):
    course = await builders_bts1.course(school=lycee)
    await record_step(
        course, RecordStep(step="idee", step_on=date(2025, 3, 15), planned=False), **whose(of_school(lycee))
    )
    await record_step(
        course, RecordStep(step="ouverte", step_on=date(2027, 9, 1), planned=True), **whose(of_school(lycee))
    )
    await record_step(course, RecordStep(step="ouverte", step_on=date(2027, 10, 1), planned=True), **whose())
    assert set((await sheet(course)).card.steps) == {
        DatedStep("idee", date(2025, 3, 15), False),
        DatedStep("ouverte", date(2027, 10, 1), True),
    }
    with pytest.raises(Invalid):
        await record_step(
            course, RecordStep(step="ouverte", step_on=date(2025, 3, 14), planned=True), **whose(of_school(lycee))
        )
    await take_line_back(STEP, course, "ouverte", **whose(of_school(lycee), by=1))
    with pytest.raises(NotFound):
        await take_line_back(STEP, course, "ouverte", **whose(of_school(lycee), by=1))
    assert (await sheet(course)).card.stands.next_step == "montage"


async def test_counts_of_a_year_are_replaced_and_taken_back(lycee):
    course = await builders_bts1.course(school=lycee)
    await record_intake(course, RecordIntake(school_year=2026, places=12, enrolled=14), **whose(of_school(lycee)))
    await record_intake(course, RecordIntake(school_year=2026, places=12, enrolled=13, girls=4), **whose())
    (line,) = (await sheet(course)).intakes
    assert line == IntakeCounts(school_year=2026, places=12, enrolled=13, girls=4)
    with pytest.raises(Invalid, match="entre 2000 et 2027"):
        await record_intake(course, RecordIntake(school_year=2028, places=12), **whose(of_school(lycee)))
    await take_line_back(INTAKE, course, 2026, **whose(of_school(lycee), by=1))
    with pytest.raises(NotFound):
        await take_line_back(INTAKE, course, 2026, **whose(of_school(lycee), by=1))


async def test_the_database_refuses_counts_that_do_not_add_up(lycee):
    course = await builders_bts1.course(school=lycee)
    for wrong in ({"completed": 3}, {"enrolled": 3, "girls": 4}, {"enrolled": 501}, {"places": -1}):
        with pytest.raises(Exception, match=r"bts1_intakes_(add_up|counts)"):
            await builders_bts1.intake(course, 2026, **wrong)


async def test_mobilities_are_counted_by_country_and_kind(lycee):
    course = await builders_bts1.course(school=lycee)
    stay, own = {"school_year": 2026, "kind": "stage"}, {"scope": of_school(lycee), "by": None, "now": NOW}
    first = await record_mobility(course, RecordMobility(country="suisse", people=3, **stay), **own)
    again = await record_mobility(course, RecordMobility(country=" Suisse ", people=5, **stay), **own)
    assert first == again
    assert [(one.country, one.people) for one in (await sheet(course)).mobilities] == [("Suisse", 5)]
    with pytest.raises(Invalid, match="« Atlantide » n'est pas un pays"):
        RecordMobility(country="Atlantide", people=1, **stay)
    await take_line_back(MOBILITY, course, first, **whose(of_school(lycee), by=1))
    assert (await sheet(course)).mobilities == []


async def test_a_partner_is_named_as_the_consortium_or_the_register_names_it(lycee):
    course = await builders_bts1.course(school=lycee)
    member = await builders_bts1.partner(name="Université Marie et Louis Pasteur")
    firm = await builders.company(name="Horlogerie du Doubs")
    await add_partner(
        course, AddPartner(kind="universite", name="Autrement", partner=member), **whose(of_school(lycee))
    )
    await add_partner(course, AddPartner(kind="entreprise", company=firm), **whose(of_school(lycee)))
    line = await add_partner(
        course, AddPartner(kind="autre", name="Pôle des microtechniques"), **whose(of_school(lycee))
    )
    assert {(one.kind, one.name) for one in (await sheet(course)).partners} == {
        ("universite", "Université Marie et Louis Pasteur"),
        ("entreprise", "Horlogerie du Doubs"),
        ("autre", "Pôle des microtechniques"),
    }
    for wrong in (
        AddPartner(kind="entreprise", company=firm),
        AddPartner(kind="cnam", company=firm),
        AddPartner(kind="cnam"),
        AddPartner(kind="autre", partner=member + 99),
    ):
        with pytest.raises(Invalid):
            await add_partner(course, wrong, **whose(of_school(lycee)))
    await take_line_back(PARTNER, course, line, **whose(of_school(lycee), by=1))
    assert len((await sheet(course)).partners) == 2


async def test_feeders_are_noted_once_for_a_lycee_or_for_all(lycee):
    course = await builders_bts1.course(school=lycee)
    await add_feeder(course, AddFeeder(bts="BTS CIM", taught_at=lycee), **whose(of_school(lycee)))
    anywhere = await add_feeder(course, AddFeeder(bts="BTS CIM"), **whose(of_school(lycee)))
    with pytest.raises(Invalid):
        await add_feeder(course, AddFeeder(bts="BTS CIM"), **whose(of_school(lycee)))
    with pytest.raises(Invalid):
        await add_feeder(
            course, AddFeeder(bts="BTS CPRP", taught_at=await builders.school()), **whose(of_school(lycee))
        )
    await take_line_back(FEEDER, course, anywhere, **whose(of_school(lycee), by=1))
    assert [(one.bts, one.school) for one in (await sheet(course)).feeders] == [("BTS CIM", lycee)]


async def test_the_courses_of_another_lycee_do_not_exist_for_it(lycee):
    course = await builders_bts1.opened(school=lycee)
    before = [tuple(one) for one in await rows("SELECT * FROM bts1_steps ORDER BY id")]
    other = await builders.school(kind="lycee")
    step = RecordStep(step="ouverte", step_on=date(2026, 9, 2))
    stay = RecordMobility(school_year=2026, country="Suisse", kind="stage", people=3)
    for act in (
        change_course(course, ChangeCourse(title="À nous", field="Bois", note=""), **whose(of_school(other))),
        remove_course(course, **whose(of_school(other))),
        record_step(course, step, **whose(of_school(other))),
        take_line_back(STEP, course, "ouverte", **whose(of_school(other))),
        record_intake(course, RecordIntake(school_year=2026, places=1), **whose(of_school(other))),
        take_line_back(INTAKE, course, 2026, **whose(of_school(other))),
        record_mobility(course, stay, **whose(of_school(other))),
        take_line_back(MOBILITY, course, 1, **whose(of_school(other))),
        add_partner(course, AddPartner(kind="cnam", name="Cnam"), **whose(of_school(other))),
        take_line_back(PARTNER, course, 1, **whose(of_school(other))),
        add_feeder(course, AddFeeder(bts="BTS CIM"), **whose(of_school(other))),
        take_line_back(FEEDER, course, 1, **whose(of_school(other))),
    ):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(NotFound):
        await course_sheet(course, scope=of_school(other), now=NOW)
    assert await courses(scope=of_school(other), now=NOW) == []
    assert [tuple(one) for one in await rows("SELECT * FROM bts1_steps ORDER BY id")] == before
    assert await value("SELECT title FROM bts1_courses") == "Licence professionnelle Microtechniques"
