"""The collèges that have not come yet, and the letter that invites one, through the API."""

from __future__ import annotations

from tests import builders
from tests.booking.api.named import named
from tests.booking.api.test_host_slots import a_host
from tests.booking.api.test_pages import whole
from tests.booking.api.test_ptech import a_coordinator
from tests.builders import paris
from workshops.database import rows, value


async def a_lycee_with_places() -> int:
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", lat=47.24, lon=6.02)
    await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    return lycee


async def test_the_colleges_to_invite_are_listed_and_one_is_written_to_once(db):
    machine = await a_coordinator()
    await a_lycee_with_places()
    pasteur = await builders.school(name="Collège Pasteur", mail="ce@example.org", lat=47.0, lon=6.02)
    (listed,) = (await machine.get("/colleges-to-come")).json()["items"]
    assert (listed["id"], listed["name"], listed["may_invite"], listed["invited_at"]) == (
        pasteur,
        "Collège Pasteur",
        True,
        None,
    )
    nearest = listed["lycee"]
    assert (nearest["name"], nearest["commune"], listed["km"]) == ("Lycée Jules Haag", "Besançon", 26.7)
    sent = await machine.post(f"/colleges-to-come/{pasteur}/invitation", {"words": "Le car est payé."})
    assert sent.status_code == 201
    assert await value("SELECT words FROM college_invitations WHERE id = $1", sent.json()["id"]) == "Le car est payé."
    assert [tuple(one) for one in await rows("SELECT kind, to_email FROM notices")] == [
        ("college_invited", "ce@example.org")
    ]
    again = await machine.post(f"/colleges-to-come/{pasteur}/invitation", {})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-invited")
    (listed,) = (await machine.get("/colleges-to-come")).json()["items"]
    assert (listed["may_invite"], listed["mail_state"]) == (False, "queued")


async def test_the_list_is_paged_and_narrowed(db):
    machine = await a_coordinator()
    await a_lycee_with_places()
    doubs = [await builders.school(name=f"Collège {one}", lat=47.0 - one, lon=6.0) for one in range(3)]
    jura = await builders.school(name="Collège de l'Arc", commune="Dole", department="39")
    assert await whole(machine, "/colleges-to-come", limit=2) == [doubs[:2], [doubs[2], jura]]
    assert await whole(machine, "/colleges-to-come", limit=2, department="39") == [[jura]]
    assert await whole(machine, "/colleges-to-come", limit=2, q="arc dole") == [[jura]]


async def test_a_school_stands_in_the_country_or_not(db):
    machine = await a_coordinator()
    school = await builders.school()
    for told in (True, False, None):
        answer = await machine.client.put(f"/schools/{school}/rural", json={"rural": told})
        assert (answer.status_code, answer.json()) == (
            200,
            {"id": school, "uai": (await named(school))["uai"], "rural": told},
        )
        assert await value("SELECT rural FROM schools WHERE id = $1", school) is told
    assert (await machine.client.put("/schools/999/rural", json={"rural": True})).status_code == 404


async def test_a_lycee_writes_to_no_college(db):
    _, machine = await a_host()
    answers = [
        await machine.get("/colleges-to-come"),
        await machine.post("/colleges-to-come/1/invitation", {}),
        await machine.client.put("/schools/1/rural", json={"rural": True}),
    ]
    assert [one.status_code for one in answers] == [403] * 3
