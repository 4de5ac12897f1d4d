"""P-TECH through the API: a lycée fills its own, a company reads and announces, a coordinator reaches all."""

from __future__ import annotations

from datetime import timedelta

from booking.people.accounts.token import issue_token
from tests import builders, builders_ptech
from tests.booking.api.test_attendances import a_firm
from tests.booking.api.test_host_slots import APP, a_host
from tests.browsing import Machine
from tests.builders import NOW
from workshops.database import value

SCHEME = {"title": "P-TECH Bois", "field": "Bac pro TMA", "opens_on": "2026-09-01"}
ACTION = {"kind": "visite", "title": "Visite", "starts_at": "2027-03-25T09:00:00+01:00", "minutes": 120, "people": 2}
CENSUS = {"school_year": 2026, "term": "october", "present": 24, "girls": 6}


async def a_coordinator() -> Machine:
    yves = await builders.account("yves@example.org")
    membership = await builders.membership(yves, "coordinator")
    await issue_token("yves@example.org", token="yves", label="test", membership=membership, now=NOW)
    return Machine(APP, "yves")


async def test_a_lycee_fills_its_scheme_from_the_opening_to_the_outcome(db):
    school, machine = await a_host()
    firm = await builders.company(name="Horlogerie du Doubs")
    made = (await machine.post("/ptech/schemes", SCHEME)).json()
    assert (made["school_id"], made["title"], made["closed_on"]) == (school, "P-TECH Bois", None)
    told = {**SCHEME, "bts_school_id": school, "bts_title": "BTS SCBH"}
    changed = await machine.client.put(f"/ptech/schemes/{made['id']}", json=told)
    assert (changed.status_code, changed.json()["bts_title"]) == (200, "BTS SCBH")
    answer = await machine.post("/ptech/cohorts", {"scheme_id": made["id"], "entry_year": 2026})
    assert answer.status_code == 201
    here = f"/ptech/cohorts/{answer.json()['id']}"
    assert (await machine.post(f"{here}/censuses", CENSUS)).status_code == 201
    mentor = (await machine.post(f"{here}/mentors", {"company_id": firm, "from_on": "2026-09-15"})).json()
    action = await machine.post(f"{here}/actions", ACTION | {"company_id": firm})
    assert (action.status_code, action.json()["state"], action.json()["sequence"]) == (201, "planned", 0)
    assert (await machine.client.put(here, json={"label": "2de TMA"})).json()["label"] == "2de TMA"
    seen = (await machine.get(here)).json()
    assert (seen["entrants"], seen["late_entrants"], seen["mentors_missing"]) == (24, 0, 2)
    assert [one["share"] for one in seen["funnel"]] == [100, None, None, None, None]
    assert (seen["mentors"][0]["company"], seen["mentors"][0]["actions_planned"]) == ("Horlogerie du Doubs", 1)
    told = {"kind": "other", "school_year": 2026, "pupils": 1}
    assert (await machine.post(f"{here}/outcomes", told)).status_code == 201
    early = {"to_on": "2027-02-28"}
    refused = await machine.client.put(f"/ptech/mentors/{mentor['id']}", json=early)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/actions-planned")
    await machine.client.put(f"/ptech/mentors/{mentor['id']}", json=early | {"call_off_actions": True})
    assert (await machine.get(here)).json()["actions"][0]["state"] == "called_off"
    ended = await machine.client.put(f"/ptech/mentors/{mentor['id']}", json={"to_on": "2028-08-31"})
    assert ended.json() == {"id": mentor["id"], "cohort_id": answer.json()["id"], "to_on": "2028-08-31"}
    closed = await machine.post(f"/ptech/schemes/{made['id']}/closure", {"closed_on": "2028-08-31"})
    assert (closed.status_code, closed.json()["closed_on"]) == (200, "2028-08-31")


async def test_a_flow_that_does_not_add_up_is_a_problem_with_its_sentence(db):
    school, machine = await a_host()
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=school), entry_year=2025)
    await builders_ptech.census(cohort, 2025, present=24)
    answer = await machine.post(f"/ptech/cohorts/{cohort}/censuses", CENSUS | {"present": 23, "entered": 1})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert answer.json()["detail"] == (
        "Il manque 2 élèves : 24 en octobre 2025, 1 entré, 0 sorti, 23 en octobre 2026."
        " Corrigez, ou expliquez l'écart en une phrase."
    )


async def test_a_company_reads_its_cohorts_and_leads_its_own_actions(db):
    firm, machine = await a_firm()
    cohort = await builders_ptech.cohort(entry_year=2026)
    await builders_ptech.mentor(cohort, company=firm)
    rival = await builders_ptech.mentor(cohort)
    theirs = await value("SELECT company FROM ptech_mentors WHERE id = $1", rival)
    await builders_ptech.action(cohort, company=theirs, starts_at=NOW)
    await builders_ptech.cohort(entry_year=2025)
    assert [one["id"] for one in (await machine.get("/ptech/cohorts")).json()["items"]] == [cohort]
    action = (await machine.post(f"/ptech/cohorts/{cohort}/actions", ACTION)).json()
    assert action["company_id"] == firm
    later = await machine.client.put(f"/ptech/actions/{action['id']}", json=ACTION | {"minutes": 60})
    assert (later.json()["minutes"], later.json()["sequence"]) == (60, 1)
    ended = await machine.post(f"/ptech/actions/{action['id']}/calling-off", {"reason": "Panne"})
    assert (ended.status_code, ended.json()["state"]) == (200, "called_off")
    seen = (await machine.get(f"/ptech/cohorts/{cohort}")).json()
    assert [one["company_id"] for one in seen["mentors"] + seen["actions"]] == [firm, firm]
    assert "censuses" not in seen
    other = await machine.post(f"/ptech/cohorts/{cohort}/actions", ACTION | {"company_id": theirs})
    assert other.status_code == 404


async def test_what_a_body_names_of_another_lycee_is_not_found(db):
    _, machine = await a_host()
    answers = [
        await machine.post("/ptech/cohorts", {"scheme_id": await builders_ptech.scheme(), "entry_year": 2026}),
        await machine.post("/ptech/schemes", SCHEME | {"school_id": await builders.school(kind="lycee")}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


async def test_a_coordinator_reads_and_corrects_all(db):
    machine = await a_coordinator()
    scheme = await builders_ptech.scheme()
    cohort = await builders_ptech.cohort(of=scheme, entry_year=2026)
    assert [one["id"] for one in (await machine.get("/ptech/schemes")).json()["items"]] == [scheme]
    assert (await machine.post(f"/ptech/cohorts/{cohort}/censuses", CENSUS)).status_code == 201
    action = await builders_ptech.action(cohort, starts_at=NOW)
    counted = await machine.client.put(f"/ptech/actions/{action}/pupils", json={"pupils": 22})
    assert (counted.json()["state"], counted.json()["pupils"]) == ("held", 22)
    earlier = await builders_ptech.action(cohort, starts_at=NOW + timedelta(days=9))
    told = {"pupils": 20, "held_at": "2027-01-08T09:00:00+01:00"}
    moved = await machine.client.put(f"/ptech/actions/{earlier}/pupils", json=told)
    assert (moved.json()["starts_at"], moved.json()["sequence"]) == ("2027-01-08T08:00:00Z", 1)
    floating = await machine.client.put(f"/ptech/actions/{earlier}/pupils", json=told | {"held_at": "2027-01-08T09:00"})
    assert floating.status_code == 422
    nowhere = await machine.post("/ptech/schemes", SCHEME)
    assert (nowhere.status_code, nowhere.json()["detail"]) == (422, "Donnez le lycée du dispositif.")


async def test_an_instant_without_its_offset_and_a_field_that_is_not_ours_are_refused(db):
    school, machine = await a_host()
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=school))
    for told in (ACTION | {"starts_at": "2027-03-25T09:00:00"}, ACTION | {"pupil": "Léa"}):
        answer = await machine.post(f"/ptech/cohorts/{cohort}/actions", told)
        assert answer.status_code in {400, 422}
    assert await value("SELECT count(*) FROM mentoring_actions") == 0
