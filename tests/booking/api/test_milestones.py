"""Milestones through the API: kept by a coordinator, read by the consortium, closed to everybody else."""

from __future__ import annotations

from hashlib import sha256

import pytest

from booking.people.accounts.token import issue_token
from tests import builders, builders_bts1, builders_milestones
from tests.booking.api.test_attendances import a_firm
from tests.booking.api.test_host_slots import APP, a_host
from tests.booking.api.test_pages import whole
from tests.booking.api.test_ptech import a_coordinator
from tests.booking.programme.milestones.test_look_into import SCRIPT, a_pdf, a_picture, with_objects
from tests.browsing import Machine
from tests.builders import NOW
from workshops.database import value

CHARTER = {"title": "Charte signée", "due_on": "2027-03-01", "programme": "ptech", "risk": "high"}


async def a_member() -> Machine:
    partner = await builders_bts1.partner(name="Cnam")
    account = await builders.account("lecteur@example.org")
    membership = await builders.membership(account, "consortium", partner=partner)
    await issue_token("lecteur@example.org", token="lecteur", label="test", membership=membership, now=NOW)
    return Machine(APP, "lecteur")


async def test_a_coordinator_keeps_a_milestone_from_its_first_day_to_its_end(db):
    await builders.target()
    machine, partner = await a_coordinator(), await builders_bts1.partner(name="UIMM")
    made = await machine.post("/milestones", CHARTER | {"owner_id": partner})
    one = made.json()
    here = f"/milestones/{one['id']}"
    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1{here}")
    assert (one["owner"], one["programme"], one["state"], one["risk"], one["proofs"]) == (
        *("UIMM", "ptech", "to_do", "high"),
        [],
    )
    changed = await machine.client.put(here, json={"title": "Charte", "due_on": "2027-04-01", "state": "under_way"})
    assert (changed.json()["programme"], changed.json()["owner_id"], changed.json()["state"]) == (
        None,
        None,
        "under_way",
    )
    done = (await machine.post(f"{here}/completion", {"done_on": "2026-11-20"})).json()
    assert (done["state"], done["ended_on"]) == ("done", "2026-11-20")
    twice = await machine.post(f"{here}/giving-up", {"reason": "Sans suite"})
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/milestone-ended")
    assert (await machine.post(f"{here}/resumption")).json()["state"] == "under_way"
    again = await machine.post(f"{here}/resumption")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/milestone-open")
    given_up = (await machine.post(f"{here}/giving-up", {"reason": "Sans suite"})).json()
    assert (given_up["state"], given_up["reason"]) == ("given_up", "Sans suite")
    assert [(await machine.delete(here)).status_code for _ in range(2)] == [204, 404]


async def test_a_link_a_figure_and_a_file_prove_it(db):
    target, number = await builders.target(), await builders_milestones.milestone()
    machine, here = await a_coordinator(), f"/milestones/{number}"
    await machine.post(f"{here}/proofs", {"label": "Page", "link": "https://www.example.org"})
    await machine.post(f"{here}/proofs", {"label": "Élèves", "target_id": target})
    content = a_pdf()
    binary = {"Content-Type": "application/octet-stream"}
    sent = await machine.client.post(f"{here}/proofs/file?label=Convention", content=content, headers=binary)
    assert sent.status_code == 201
    link, figure, file = sent.json()["proofs"]
    assert (link["kind"], figure["kind"], file["kind"]) == ("link", "figure", "file")
    assert (figure["figure"]["figure"], figure["figure"]["target"]) == (0, 6000)
    assert (file["media"], file["size"], file["sha256"]) == ("pdf", len(content), sha256(content).hexdigest())
    got = await machine.get(f"{here}/proofs/{file['id']}/file")
    assert (got.content, got.headers["content-type"]) == (content, "application/pdf")
    assert got.headers["content-disposition"] == 'attachment; filename="convention.pdf"'
    picture = await machine.client.post(f"{here}/proofs/file?label=Photo", content=a_picture("PNG"), headers=binary)
    shown = picture.json()["proofs"][-1]
    got = await machine.get(f"{here}/proofs/{shown['id']}/file")
    assert (shown["media"], got.headers["content-type"]) == ("jpg", "image/jpeg")
    assert [(await machine.delete(f"{here}/proofs/{link['id']}")).status_code for _ in range(2)] == [204, 404]
    assert (await machine.get(f"{here}/proofs/{figure['id']}/file")).status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK a workbook", "ne se lit ni comme un PDF"),
        (with_objects(SCRIPT), "un script ou un fichier joint"),
        (a_pdf(password="secret"), "mot de passe"),
        (b"", "ne se lit ni comme un PDF"),
    ],
)
async def test_a_file_that_proves_nothing_is_a_problem_and_nothing_is_kept(db, content, says):
    machine, number = await a_coordinator(), await builders_milestones.milestone()
    answer = await machine.client.post(
        f"/milestones/{number}/proofs/file?label=Convention",
        content=content,
        headers={"Content-Type": "application/octet-stream"},
    )
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/proof-refused")
    assert says in answer.json()["detail"]
    assert await value("SELECT count(*) FROM milestone_proofs") == 0


@pytest.mark.parametrize(
    "sent",
    [{"due_on": "2024-01-01"}, {"title": ""}, {"risk": "none"}, {"state": "done"}, {"owner_id": 999}, {"pupil": "Léa"}],
)
async def test_a_wrong_milestone_is_a_problem_and_nothing_is_kept(db, sent):
    await builders.target()
    machine = await a_coordinator()
    answer = await machine.post("/milestones", CHARTER | sent)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code in {400, 422}
    assert await value("SELECT count(*) FROM milestones") == 0


async def test_the_consortium_reads_all_page_by_page_and_changes_nothing(db):
    reader, (_, host), (_, firm) = await a_member(), await a_host(), await a_firm()
    numbers = [await builders_milestones.milestone(title=f"Jalon {one}") for one in range(3)]
    proof = await builders_milestones.proof(numbers[0], kind="file")
    assert await whole(reader, "/milestones", limit=2) == [numbers[:2], numbers[2:]]
    here = f"/milestones/{numbers[0]}"
    assert (await reader.get(f"{here}/proofs/{proof}/file")).status_code == 200
    for machine in (host, firm):
        assert [(await machine.get(path)).status_code for path in ("/milestones", here)] == [403, 403]
    refused = [
        await reader.post("/milestones", CHARTER),
        await reader.client.put(here, json=CHARTER),
        await reader.delete(here),
        await reader.post(f"{here}/completion", {"done_on": "2027-01-11"}),
        await reader.post(f"{here}/proofs", {"label": "Page", "link": "https://www.example.org"}),
    ]
    assert [one.status_code for one in refused] == [403] * 5
    assert await value("SELECT count(*) FROM events WHERE about_kind = 'milestone'") == 0
