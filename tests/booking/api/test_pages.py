"""Long lists of the API: a page at a time, none twice, none left out, for each its own people."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from booking.people.accounts.token import issue_token
from tests import builders, builders_bts1, builders_ptech
from tests.booking.api.test_attendances import a_firm
from tests.booking.api.test_host_slots import APP, a_host
from tests.booking.api.test_ptech import a_coordinator
from tests.browsing import Browser, Machine
from tests.builders import NOW, paris
from tests.statements import statements_of
from workshops.database import value

LISTS = ("/ptech/schemes", "/ptech/cohorts", "/bts1/courses")


async def fill(count: int, *, school: int) -> dict[str, list[int]]:
    """As many schemes, cohorts and courses of a lycée; their numbers by list."""
    made = await value("SELECT count(*) FROM ptech_schemes")
    names = [str(99 - made - one) for one in range(count)]
    schemes = [await builders_ptech.scheme(school=school, title=f"P-TECH {name}") for name in names]
    return {
        "/ptech/schemes": schemes,
        "/ptech/cohorts": [await builders_ptech.cohort(of=one) for one in schemes],
        "/bts1/courses": [await builders_bts1.course(school=school, title=f"Bachelor {name}") for name in names],
    }


async def whole(machine: Machine, path: str, *, limit: int, **asked: str) -> list[list[int]]:
    """The numbers on each page of a list, followed from cursor to cursor."""
    pages, cursor = [], None
    while True:
        params = {"limit": limit, **asked} | ({"cursor": cursor} if cursor else {})
        answer = await machine.get(path, params=params)
        assert answer.status_code == 200
        pages.append([one["id"] for one in answer.json()["items"]])
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return pages


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_is_followed_from_page_to_page(db, path):
    school, machine = await a_host()
    mine = (await fill(5, school=school))[path]
    await fill(1, school=await builders.school(kind="lycee"))
    assert await whole(machine, path, limit=2) == [mine[:2], mine[2:4], mine[4:]]
    assert await whole(machine, path, limit=5) == [mine]
    assert await whole(machine, path, limit=200) == [mine]


@pytest.mark.parametrize("path", LISTS)
async def test_a_page_asks_the_database_the_same_number_of_times_whatever_its_length(db, path):
    school, machine = await a_host()
    await fill(6, school=school)
    await machine.get(path)
    few = await statements_of(lambda: machine.get(path, params={"limit": 1}))
    many = await statements_of(lambda: machine.get(path, params={"limit": 6}))
    assert len(few) == len(many)


@pytest.mark.parametrize("path", LISTS)
async def test_what_is_written_between_two_pages_moves_nothing(db, path):
    school, machine = await a_host()
    mine = (await fill(3, school=school))[path]
    first = (await machine.get(path, params={"limit": 2})).json()
    more = (await fill(1, school=school))[path] if path == "/ptech/schemes" else []
    second = (await machine.get(path, params={"cursor": first["next_cursor"]})).json()
    assert [one["id"] for one in first["items"] + second["items"]] == mine + more


async def test_a_company_turns_the_pages_of_its_own_cohorts_alone(db):
    firm, machine = await a_firm()
    mine = []
    for _ in range(3):
        mine.append(await builders_ptech.cohort())
        await builders_ptech.mentor(mine[-1], company=firm)
        await builders_ptech.mentor(await builders_ptech.cohort())
    assert await whole(machine, "/ptech/cohorts", limit=2) == [mine[:2], mine[2:]]


async def test_a_company_turns_the_pages_of_all_that_it_announced_the_latest_first(db):
    firm, machine = await a_firm()
    lycee = await builders.school(kind="lycee")
    workshop = await builders.workshop(host=lycee)
    starts = [paris("2027-03-25 09:00") + timedelta(days=day) for day in range(3)]
    mine = [
        await builders.attendance(slot=await builders.slot(workshop=workshop, starts_at=at), company=firm)
        for at in starts
    ]
    assert await whole(machine, "/attendances", limit=2) == [[mine[2], mine[1]], [mine[0]]]


async def test_a_teacher_turns_the_pages_of_the_groups_of_the_college(db):
    college = await builders.school()
    claire = await builders.account("claire@example.org")
    membership = await builders.membership(claire, "teacher", school=college)
    await issue_token("claire@example.org", token="claire", label="test", membership=membership, now=NOW)
    mine = [await builders.group(school=college, name=f"4e {name}") for name in "CBA"]
    await builders.group(school=await builders.school())
    assert await whole(Machine(APP, "claire"), "/groups", limit=2) == [mine[:2], mine[2:]]


@pytest.mark.parametrize("cursor", ["zzz", "é", urlsafe_b64encode(b"cohorts|x").decode(), "A" * 201])
@pytest.mark.parametrize("path", LISTS)
async def test_a_cursor_that_is_not_ours_is_a_problem(db, path, cursor):
    _, machine = await a_host()
    answer = await machine.get(path, params={"cursor": cursor})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code in {400, 422}


async def test_the_cursor_of_another_list_is_said(db):
    machine = await a_coordinator()
    await fill(2, school=await builders.school(kind="lycee"))
    cursor = (await machine.get("/ptech/schemes", params={"limit": 1})).json()["next_cursor"]
    answer = await machine.get("/ptech/cohorts", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "Ce curseur n'est pas celui d'une page de cette liste.",
    )


@pytest.mark.parametrize("path", LISTS)
async def test_the_description_tells_the_page_and_its_cursor(db, path):
    described = (await Browser(APP).get("/api/openapi.json")).json()
    told = described["paths"][f"/api/v1{path}"]["get"]
    assert {one["name"] for one in told["parameters"]} == {"limit", "cursor", "If-None-Match"}
    shape = told["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert set(described["components"]["schemas"][shape]["properties"]) == {"items", "next_cursor"}
