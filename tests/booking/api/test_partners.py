"""The consortium and the register of companies through the API: read by lycées, kept by a coordinator."""

from __future__ import annotations

import pytest

from tests import builders, builders_bts1
from tests.booking.api.test_attendances import a_firm
from tests.booking.api.test_host_slots import a_host
from tests.booking.api.test_pages import whole
from tests.booking.api.test_ptech import a_coordinator
from workshops.database import row, value

CNAM = {"kind": "cnam", "name": "Cnam BFC", "role": "Forme.", "web": "https://www.example.org", "from_on": "2025-09-01"}
SIRET = "55208131766522"


async def test_a_coordinator_welcomes_corrects_and_removes_a_partner(db):
    machine = await a_coordinator()
    made = await machine.post("/partners", CNAM)
    number = made.json()["id"]
    assert (made.status_code, made.json()) == (
        201,
        CNAM | {"id": number, "school_id": None, "school": None, "company_id": None, "to_on": None},
    )
    twice = await machine.post("/partners", CNAM)
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/partner-known")
    told = {"name": "Cnam BFC", "role": "Certifie.", "from_on": "2025-09-01", "to_on": "2026-12-31"}
    changed = (await machine.client.put(f"/partners/{number}", json=told)).json()
    assert (changed["role"], changed["to_on"], changed["web"]) == ("Certifie.", "2026-12-31", "")
    assert (await machine.get(f"/partners/{number}")).json() == changed
    assert [(await machine.delete(f"/partners/{number}")).status_code for _ in range(2)] == [204, 404]
    acts = await value("SELECT array_agg(act::text ORDER BY id) FROM events WHERE about_kind = 'partner'")
    assert acts == ["partner_welcomed", "partner_changed", "partner_removed"]


async def test_a_lycee_and_a_company_are_partners_by_their_number(db):
    machine = await a_coordinator()
    school = await builders.school(kind="lycee", name="Lycée Jules Haag")
    firm = await builders.company(name="Horlogerie du Doubs")
    told = {"role": "Accueille.", "from_on": "2025-09-01"}
    lycee = (await machine.post("/partners", told | {"kind": "lycee", "school_id": school})).json()
    company = (await machine.post("/partners", told | {"kind": "entreprise", "company_id": firm})).json()
    assert (lycee["name"], company["name"]) == ("Lycée Jules Haag, Besançon", "Horlogerie du Doubs")
    wrong = await machine.post("/partners", told | {"kind": "lycee"})
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"school_id"})


async def test_partners_are_read_by_lycees_page_by_page_and_kept_by_coordinators_alone(db):
    _, host = await a_host()
    _, firm = await a_firm()
    known = [await builders_bts1.partner(name=name) for name in ("C", "B", "A")]
    assert await whole(host, "/partners", limit=2) == [known[:2], known[2:]]
    path = f"/partners/{known[0]}"
    answers = [
        await host.post("/partners", CNAM),
        await host.client.put(path, json={"name": "C", "role": "R", "from_on": "2025-09-01"}),
        await host.delete(path),
        await firm.get("/partners"),
    ]
    assert [one.status_code for one in answers] == [403] * 4
    assert (await host.get("/partners/999")).status_code == 404


async def test_a_company_is_registered_by_its_siret_and_corrected(db):
    machine = await a_coordinator()
    told = {"name": "Horlogerie du Doubs", "trade": "Horlogerie", "commune": "Besançon", "department": "25"}
    made = await machine.client.put(f"/companies/{SIRET}", json=told)
    number = await value("SELECT id FROM companies")
    assert (made.status_code, made.json()) == (200, told | {"id": number, "siret": SIRET})
    again = await machine.client.put(f"/companies/{SIRET}", json=told | {"name": "Horlogerie"})
    assert (again.json()["id"], again.json()["name"]) == (number, "Horlogerie")
    assert (await machine.get(f"/companies/{SIRET}")).json() == again.json()
    wrong = await machine.client.put("/companies/55208131766523", json=told)
    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"siret"})
    assert tuple(await row("SELECT count(*), max(name) FROM companies")) == (1, "Horlogerie")


async def test_companies_are_found_by_their_words_page_by_page(db):
    _, host = await a_host()
    found = [await builders.company(name=f"Lunetterie n° {one}", commune="Morez") for one in range(3)]
    await builders.company(name="Horlogerie")
    assert await whole(host, "/companies", limit=2, q="morez lunet") == [found[:2], found[2:]]
    assert len((await host.get("/companies")).json()["items"]) == 4
    assert (await host.client.put(f"/companies/{SIRET}", json={"name": "A"})).status_code == 403
    assert (await host.get(f"/companies/{SIRET}")).status_code == 404


async def test_schools_are_found_by_their_words_their_kind_and_their_departement(db):
    _, host = await a_host()
    faure = await builders.school(kind="lycee", name="Lycée Edgar Faure", uai="0250011B", commune="Besançon")
    await builders.school(name="Collège Victor Hugo", commune="Besançon")
    jura = await builders.school(kind="lycee", name="Lycée Nodier", commune="Dole", department="39")
    items = (await host.get("/schools?q=FAURE+besancon")).json()["items"]
    assert [(one["id"], one["uai"], one["name"], one["kind"]) for one in items] == [
        (faure, "0250011B", "Lycée Edgar Faure", "lycee")
    ]
    assert await whole(host, "/schools", limit=2, kind="lycee", department="39") == [[jura]]


@pytest.mark.parametrize("sent", [{"web": "javascript:alert(1)"}, {"role": ""}, {"kind": "mairie"}, {"pupil": "Léa"}])
async def test_a_wrong_partner_is_a_problem_and_nothing_is_kept(db, sent):
    machine = await a_coordinator()
    answer = await machine.post("/partners", CNAM | sent)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code in {400, 422}
    assert await value("SELECT count(*) FROM partners") == 0
