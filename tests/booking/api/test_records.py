"""Tables of P-TECH and BTS+1 records through the API: tried, stored, given out."""

from __future__ import annotations

import pytest

from booking.programme.records.read_lines import SHEETS
from tests import builders
from tests.booking.api.test_attendances import a_firm
from tests.booking.api.test_host_slots import a_host
from tests.booking.api.test_ptech import a_coordinator
from workshops.database import value


async def a_table(school: int, *titles: str) -> bytes:
    """Schemes of a lycée, each with its cohort of 2026, under the columns that the table has."""
    columns = [column.name for column in SHEETS["ptech-cohortes"].columns]
    uai = await value("SELECT uai FROM schools WHERE id = $1", school)
    lines = [
        {"uai": uai, "dispositif": title, "filiere": "Bac pro TMA", "ouverture": "01/09/2026", "rentree": "2026"}
        for title in titles
    ]
    told = [columns, *([line.get(name, "") for name in columns] for line in lines)]
    return "\r\n".join(";".join(cells) for cells in told).encode()


async def test_a_lycee_tries_its_table_then_stores_it_and_takes_it_out_again(db):
    school, machine = await a_host()
    table = await a_table(school, "P-TECH Bois", "P-TECH Laiton")
    tried = await machine.client.post("/records", content=table, headers={"content-type": "text/csv"})
    told = {"table": "ptech-cohortes", "lines": 2, "added": 2, "changed": 0, "unchanged": 0, "stored": False}
    changes = tried.json()["changes"]
    assert [(one["number"], one["new"]) for one in changes] == [(2, True), (3, True)]
    assert changes[0]["cells"] == [
        {"column": "filiere", "before": "", "after": "Bac pro TMA"},
        {"column": "ouverture", "before": "", "after": "2026-09-01"},
    ]
    told["changes"] = changes
    assert (tried.status_code, tried.json()) == (200, told)
    assert await value("SELECT count(*) FROM ptech_schemes") == 0
    kept = await machine.client.post("/records?dry_run=false", content=table, headers={"content-type": "text/csv"})
    assert kept.json() == told | {"stored": True}
    assert await value("SELECT count(*) FROM ptech_cohorts") == 2
    out = await machine.get("/records/ptech-cohortes.csv")
    assert (out.status_code, out.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert "P-TECH Laiton" in out.text
    again = await machine.client.post("/records?dry_run=false", content=out.content)
    assert again.json() == told | {"added": 0, "unchanged": 2, "stored": True, "changes": []}
    assert (await machine.get("/records/ptech-cohortes.xlsx")).content[:2] == b"PK"
    assert (await machine.get("/records/pupils.csv")).status_code == 404


async def test_more_lines_than_a_step_are_all_stored(db):
    school, machine = await a_host()
    table = await a_table(school, *(f"P-TECH {number:03}" for number in range(120)))
    kept = (await machine.client.post("/records?dry_run=false", content=table)).json()
    assert (kept["lines"], kept["added"], await value("SELECT count(*) FROM ptech_schemes")) == (120, 120, 120)


@pytest.mark.parametrize("asked", ["", "?dry_run=false"])
async def test_each_line_that_cannot_be_is_told_and_nothing_is_kept(db, asked):
    _, machine = await a_host()
    other = await builders.school(kind="lycee")
    table = await a_table(other, "P-TECH Bois", "P-TECH Laiton")
    answer = await machine.client.post(f"/records{asked}", content=table)
    assert (answer.status_code, answer.json()["type"], len(answer.json()["lines"])) == (
        422,
        "/problems/file-refused",
        2,
    )
    assert answer.json()["lines"][0].startswith("ligne 2 : ")
    assert await value("SELECT count(*) FROM ptech_schemes") == 0
    assert (await machine.client.post(f"/records{asked}", content=b"")).status_code == 422


async def test_a_coordinator_sends_the_table_of_any_lycee_and_a_company_none(db):
    machine = await a_coordinator()
    _, firm = await a_firm()
    table = await a_table(await builders.school(kind="lycee"), "P-TECH Bois")
    assert (await machine.client.post("/records?dry_run=false", content=table)).json()["added"] == 1
    assert (await firm.client.post("/records", content=table)).status_code == 403
    assert (await firm.get("/records/ptech-cohortes.csv")).status_code == 403
