"""The September hands through the API: a lycée writes its own, a coordinator reads all, nobody another lycée's."""

from __future__ import annotations

from urllib.parse import quote

from booking.people.accounts.token import issue_token
from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear
from tests import builders
from tests.booking.api.named import named
from tests.booking.api.test_host_slots import APP, a_host
from tests.booking.api.test_ptech import a_coordinator
from tests.browsing import Machine
from tests.builders import NOW
from tests.workshops.september_hands.world import count
from workshops.database import rows, value

MTNE = {"section": "2de MTNE", "present": 24, "hands": 6}
HERE = "/september-hands/2026"


async def test_a_lycee_writes_its_september_reads_it_again_and_a_coordinator_reads_all(db):
    (ours, machine), (_, other) = await a_host(), await a_host()
    await rows("UPDATE schools SET name = 'Lycée Haag' WHERE id = $1", ours)
    empty = {"school_year": 2026, "asked": True, "sections": []}
    assert (await machine.get(HERE)).json() == empty
    asked = {"sections": [MTNE, {"section": "2de MRC"}]}
    answer = await machine.client.put(HERE, json=asked)
    kept = empty | {
        "sections": [{"section": "2de MRC", "present": None, "hands": None, "share": None}, MTNE | {"share": 25}]
    }
    assert (answer.status_code, answer.json(), (await machine.get(HERE)).json()) == (200, kept, kept)
    assert (await other.get(HERE)).json() == empty
    whole = (await (await a_coordinator()).get("/september-hands?school_year=2026")).json()
    lycee = {"school_id": ours, "lycee": await named(ours)}
    assert lycee["lycee"]["name"] == "Lycée Haag"
    assert whole == {
        **{"school_year": 2026, "lycees_asked": 1, "lycees_answered": 1, "present": 24, "hands": 6, "share": 25},
        "sections": [lycee | MTNE | {"share": 25}],
        "silent": [],
    }
    assert (await machine.get("/september-hands")).status_code == 403


async def test_a_lycee_says_that_it_has_none_and_that_it_has(db):
    _, machine = await a_host()
    for asked in (False, True):
        answer = await machine.client.put("/september-hands/asking", json={"asked": asked})
        assert (answer.status_code, answer.json()["asked"]) == (200, asked)


async def test_refusals_are_problems_and_nothing_is_half_kept(db):
    _, machine = await a_host()
    above = "Mains levées : 25, pour 24 présents. Il ne peut pas y en avoir plus."
    for path, sections, status, errors in (
        (HERE, [{"section": "2de MRC", "present": 20, "hands": 2}, MTNE | {"hands": 25}], 422, above),
        (HERE, [MTNE, MTNE], 422, "La section « 2de MTNE » est écrite deux fois."),
        ("/september-hands/2027", [MTNE], 422, "La rentrée 2027-2028 n'a pas eu lieu."),
        ("/september-hands/1999", [MTNE], 404, None),
    ):
        answer = await machine.client.put(path, json={"sections": sections})
        problem = answer.json()
        assert (answer.status_code, errors is None or errors in str(problem)) == (status, True), problem
    assert await value("SELECT count(*) FROM september_hands") == 0


async def test_a_key_of_a_teacher_opens_none_of_it(db):
    college = await builders.school()
    membership = await builders.membership(await builders.account("claire@example.org"), "teacher", school=college)
    await issue_token("claire@example.org", token="claire", label="test", membership=membership, now=NOW)
    machine = Machine(APP, "claire")
    assert {(await machine.get(path)).status_code for path in (HERE, "/september-hands")} == {403}


async def test_a_closed_year_is_corrected_with_a_reason_alone(db, tmp_path):
    school, machine = await a_host()
    await count(school, ("2de MTNE", 24, 6), year=2025)
    await close_year(SchoolYear(2025), CloseYear(), by=None, data_dir=tmp_path, now=NOW)
    corrected = {"sections": [MTNE | {"hands": 7}]}
    refused = await machine.client.put("/september-hands/2025", json=corrected)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/year-frozen")
    why = {"Correction-Reason": quote("Une feuille retrouvée")}
    answer = await machine.client.put("/september-hands/2025", json=corrected, headers=why)
    assert (answer.status_code, answer.json()["sections"][0]["hands"]) == (200, 7)
    assert await value("SELECT reason FROM year_corrections") == "Une feuille retrouvée"
