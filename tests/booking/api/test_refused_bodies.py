"""A program is told all that is wrong at once, in French and in words of the API."""

from __future__ import annotations

import pytest

from tests import builders
from tests.booking.api.test_host_slots import APP, a_host
from tests.booking.api.test_ptech import a_coordinator
from tests.browsing import Machine

JSON = "Le corps se donne en JSON : en-tête Content-Type: application/json."


async def test_whoever_sends_no_key_is_told_the_header(db):
    answer = await Machine(APP, "").get("/reservations")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/sign-in-first")
    assert answer.json()["detail"] == "Il manque la clé : en-tête Authorization: Bearer."


async def test_no_sentence_speaks_of_a_page_to_a_program(db):
    _, machine = await a_host()
    absent = await machine.get("/slots/999999")
    unreadable = await machine.client.post("/slots", content=b"{", headers={"Content-Type": "application/json"})
    method = await machine.client.put("/slots", json={})
    assert [one.json()["detail"] for one in (absent, unreadable, method)] == [
        "Il n'y a rien à cette adresse, ou rien qui soit ouvert à l'établissement de cette clé.",
        "Le corps envoyé n'a pas pu être lu : ce n'est pas du JSON.",
        "Cette adresse ne prend pas cette méthode : l'en-tête Allow dit lesquelles.",
    ]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
async def test_a_body_of_another_kind_is_refused_as_such_and_nothing_is_made(db, kind):
    _, machine = await a_host()
    answer = await machine.client.post(
        "/rooms", content=b'{"name": "B12", "seats": 24}', headers={"Content-Type": kind}
    )
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type")
    assert answer.json()["detail"] == JSON
    assert (await machine.get("/rooms")).json()["items"] == []


@pytest.mark.parametrize("headers", [{"Content-Type": "application/json; charset=utf-8"}, {}])
async def test_json_is_read_with_its_charset_and_without_any_kind(db, headers):
    _, machine = await a_host()
    answer = await machine.client.post("/rooms", content=b'{"name": "B12", "seats": 24}', headers=headers)
    assert answer.status_code == 201


async def test_a_file_is_no_form(db):
    machine = await a_coordinator()
    answer = await machine.client.post("/past-visits/file", files={"file": b"a;b"})
    assert (answer.status_code, answer.json()["detail"]) == (
        415,
        "Le corps est le fichier lui-même : en-tête Content-Type: application/octet-stream.",
    )


async def test_every_wrong_wish_of_a_search_is_named_at_once(db):
    wrong = "level=2de&from=1900-01-01&department=X&school=0250011D&near=ici"
    answer = await Machine(APP, "").get(f"/slots?{wrong}&pupils=24")
    assert (answer.status_code, list(answer.json()["errors"])) == (
        422,
        ["level", "from", "department", "school", "near"],
    )


async def test_every_wrong_value_of_a_batch_of_scans_is_named_with_its_place(db):
    lycee, machine = await a_host()
    slot = await builders.slot(host=lycee)
    good = {"scan_id": "0e8f5b1c-2a5d-4f0e-9d39-6a5d3c1b7f42", "slot_id": slot, "badge": "B1.X"}
    scans = [good | {"scanned_at": "hier"}, good | {"scan_id": 3, "more": 1, "scanned_at": "2027-03-25T08:00:00Z"}, 4]
    answer = await machine.post("/checkins", {"scans": scans, "sent_at": "demain", "so": 1})
    assert (answer.status_code, sorted(answer.json()["errors"])) == (
        422,
        ["scans[0].scanned_at", "scans[1].more", "scans[1].scan_id", "scans[2]", "sent_at", "so"],
    )


async def test_every_wrong_field_of_a_past_visit_is_named_at_once(db):
    machine = await a_coordinator()
    answer = await machine.post("/past-visits", {"date": "hier", "lycee": 3, "pupils": -1})
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"date", "lycee", "college", "level", "pupils", "source"}
