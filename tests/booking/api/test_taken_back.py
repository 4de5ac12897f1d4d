"""What was written by mistake is taken back through the API, as on the pages: by its own lycée, or a coordinator."""

from __future__ import annotations

import pytest

from tests import builders, builders_bts1, builders_ptech
from tests.booking.api.named import named
from tests.booking.api.test_attendances import a_firm
from tests.booking.api.test_host_slots import a_host
from tests.booking.api.test_ptech import a_coordinator
from tests.builders import _insert
from tests.seen import first, seen
from workshops.database import rows, value


async def a_counted_cohort(school: int | None = None) -> int:
    """Counted in October and in June, with an outcome."""
    scheme = await builders_ptech.scheme(school=school)
    cohort = await builders_ptech.cohort(of=scheme, entry_year=2025)
    await builders_ptech.census(cohort, 2025)
    await builders_ptech.census(cohort, 2025, "june", present=23, left_moved=1)
    await _insert("ptech_outcomes", cohort=cohort, kind="other", pupils=1, school_year=2025)
    return cohort


async def test_a_lycee_takes_its_last_census_and_an_outcome_back(db):
    school, machine = await a_host()
    cohort = await a_counted_cohort(school)
    here = f"/ptech/cohorts/{cohort}"
    early = await machine.delete(f"{here}/censuses/2025/october")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/later-census")
    lines = (f"{here}/censuses/2025/june", f"{here}/outcomes/2025/other")
    assert [(await machine.delete(line)).status_code for line in lines] == [204, 204]
    assert await seen("SELECT school_year, term FROM ptech_censuses") == [(2025, "october")]
    assert await value("SELECT count(*) FROM ptech_outcomes") == 0
    assert [one["act"] for one in await rows("SELECT act FROM events WHERE about_kind = 'cohort' ORDER BY id")] == [
        "census_removed",
        "outcome_removed",
    ]
    again = [*lines, f"{here}/censuses/40000/june", f"{here}/outcomes/40000/other", f"{here}/outcomes/2025/lost"]
    assert [(await machine.delete(line)).status_code for line in again] == [404] * 5


async def test_a_scheme_is_read_by_itself(db):
    school, machine = await a_host()
    mine = await builders_ptech.scheme(school=school)
    theirs = await builders_ptech.scheme()
    listed = (await machine.get("/ptech/schemes")).json()["items"]
    assert [(await machine.get(f"/ptech/schemes/{mine}")).json()] == listed
    assert (await machine.get(f"/ptech/schemes/{theirs}")).status_code == 404


async def test_the_bts_that_lead_to_a_course_are_written_and_taken_back(db):
    school, machine = await a_host()
    course = await builders_bts1.course(school=school)
    path = f"/bts1/courses/{course}/feeders"
    made = await machine.post(path, {"bts": "BTS CIM", "school_id": school})
    assert (made.status_code, made.json()["feeders"]) == (
        201,
        [{"id": made.json()["feeders"][0]["id"], "bts": "BTS CIM", "school_id": school, "school": await named(school)}],
    )
    twice = await machine.post(path, {"bts": "BTS CIM", "school_id": school})
    assert (twice.status_code, twice.json()["detail"]) == (422, "Ce BTS est déjà noté.")
    college = await machine.post(path, {"bts": "BTS CIM", "school_id": await builders.school()})
    assert (college.status_code, college.json()["errors"]) == (
        422,
        {"school_id": "Lycée : choisissez dans la liste."},
    )
    anywhere = await machine.post(path, {"bts": "BTS Microtechniques"})
    assert [one["school_id"] for one in anywhere.json()["feeders"]] == [school, None]
    line = f"{path}/{made.json()['feeders'][0]['id']}"
    assert [(await machine.delete(line)).status_code for _ in range(2)] == [204, 404]


async def test_a_course_written_by_mistake_goes_but_one_with_counts_stays(db):
    school, machine = await a_host()
    mistake, counted = await builders_bts1.course(school=school, title="A"), await builders_bts1.course(school=school)
    await builders_bts1.intake(counted, 2026, places=12)
    refused = await machine.delete(f"/bts1/courses/{counted}")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/course-counted")
    assert [(await machine.delete(f"/bts1/courses/{mistake}")).status_code for _ in range(2)] == [204, 404]
    assert (await machine.delete(f"/bts1/courses/{counted}/intakes/40000")).status_code == 404
    assert await first("SELECT id FROM bts1_courses") == (counted,)


async def test_another_lycees_records_stay_and_a_company_takes_nothing_back(db):
    _, machine = await a_host()
    _, firm = await a_firm()
    cohort = await a_counted_cohort()
    course = await builders_bts1.course()
    feeder = await _insert("bts1_feeders", course=course, bts="BTS CIM")
    paths = (
        f"/ptech/cohorts/{cohort}/censuses/2025/june",
        f"/ptech/cohorts/{cohort}/outcomes/2025/other",
        f"/bts1/courses/{course}/feeders/{feeder}",
        f"/bts1/courses/{course}",
    )
    assert [(await machine.delete(path)).status_code for path in paths] == [404] * 4
    assert (await machine.post(f"/bts1/courses/{course}/feeders", {"bts": "BTS"})).status_code == 404
    assert [(await firm.delete(path)).status_code for path in paths] == [403] * 4


@pytest.mark.parametrize("line", ["censuses/2025/june", "outcomes/2025/other"])
async def test_a_coordinator_takes_back_what_any_lycee_wrote(db, line):
    machine = await a_coordinator()
    cohort = await a_counted_cohort()
    assert (await machine.delete(f"/ptech/cohorts/{cohort}/{line}")).status_code == 204


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/companies?q=%00", None, 200),
        ("GET", "/companies/a%00b", None, 404),
        ("GET", "/schools?department=%00", None, 422),
        ("GET", "/colleges-to-come?q=a%00", None, 200),
        ("DELETE", "/ptech/cohorts/{cohort}/outcomes/2025/%00", None, 404),
        ("DELETE", "/bts1/courses/{course}/steps/%00", None, 404),
        ("POST", "/bts1/courses/{course}/feeders", {"bts": "BTS\x00"}, 422),
        ("POST", "/bts1/courses/{course}/partners", {"kind": "cnam", "name": "Cnam\x00"}, 422),
        ("PUT", "/bts1/courses/{course}", {"title": "A", "field": "B", "note": "\x00"}, 422),
    ],
)
async def test_a_character_that_no_text_holds_is_no_crash(db, method, path, body, status):
    machine = await a_coordinator()
    where = path.format(cohort=await a_counted_cohort(), course=await builders_bts1.course())
    assert (await machine.client.request(method, where, json=body)).status_code == status
