"""What is given in kind, through the API: the same acts as the pages, with their refusals."""

from __future__ import annotations

from pypdfium2 import PdfDocument

from tests import builders
from tests.booking.api.test_host_slots import a_host
from tests.booking.api.test_ptech import a_coordinator
from tests.builders import paris
from workshops.database import value


async def a_visit(lycee: int, *, state: str = "done") -> int:
    slot = await builders.slot(host=lycee, starts_at=paris("2026-11-05 09:00"), state=state)
    await builders.turnout(slot=slot)
    return slot


async def test_a_host_tells_who_received_and_prints_for_its_lyceens(db):
    school, machine = await a_host()
    slot = await a_visit(school)
    path = f"/slots/{slot}/hosts"
    assert (await machine.get(path)).json() == {"slot_id": slot, "lyceens": None, "staff": None}
    told = await machine.client.put(path, json={"lyceens": 12})
    assert (told.status_code, told.json()) == (200, {"slot_id": slot, "lyceens": 12, "staff": None})
    printed = await machine.get(f"{path}/attestation.pdf?copies=2")
    assert (printed.headers["content-type"], len(PdfDocument(printed.content))) == ("application/pdf", 2)
    wrong = await machine.client.put(path, json={"lyceens": -1, "staff": 2})
    assert (wrong.status_code, wrong.json()["errors"]) == (
        422,
        {"lyceens": "Lycéens : écrivez un nombre de 0 à 60, ou laissez vide si vous ne savez pas."},
    )
    assert (await machine.get(path)).json()["lyceens"] == 12


async def test_a_visit_that_is_not_closed_or_another_lycee_s_is_refused(db):
    school, machine = await a_host()
    ahead, other = await a_visit(school, state="open"), await a_visit(await builders.school(kind="lycee"))
    refused = await machine.client.put(f"/slots/{ahead}/hosts", json={"staff": 2})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nobody-received")
    assert (await machine.client.put(f"/slots/{other}/hosts", json={"staff": 2})).status_code == 404
    assert (await machine.get(f"/slots/{other}/hosts")).status_code == 404
    assert await value("SELECT count(*) FROM slot_hosts") == 0


async def test_a_coordinator_values_the_hours_and_tells_the_sums(db):
    school, host = await a_host()
    machine = await a_coordinator()
    await builders.target()
    await host.client.put(f"/slots/{await a_visit(school)}/hosts", json={"lyceens": 10, "staff": 2})
    said = await host.client.put("/contributions/staff", json={"people": 3})
    assert (said.json(), (await host.get("/contributions/staff")).json()) == (
        {"year": "2026-2027", "people": 3},
        {"year": "2026-2027", "people": 3},
    )
    rate = {"euros": 4.55, "source": "Barème"}
    set_ = await machine.client.put("/contributions/rates/2026-2027/lyceens", json=rate)
    assert set_.json() == {"giver": "lyceens", "year": "2026-2027", **rate}
    given = (await machine.get("/contributions?year=2026-2027")).json()
    assert [(one["giver"], one["minutes"], one["value"]) for one in given["lines"]] == [
        ("companies", 0, None),
        ("lyceens", 1800, 137),
        ("staff", 360, None),
        ("lycees", 540, None),
    ]
    assert (given["value"], given["visits"], (await machine.get("/contributions")).json()["year"]) == (137, 1, None)
    refused = await machine.client.put("/contributions/rates/2026-2027/lyceens", json=rate | {"euros": -1})
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        {"euros": "Taux horaire : écrivez un montant de 0 à 500 euros."},
    )
    assert (await machine.get("/contributions?year=2016-2017")).status_code == 422
    assert (await machine.client.put("/contributions/rates/2026-2027/autres", json=rate)).status_code == 404
    told = {"kind": "spent", "euros": 300000, "counted_on": "2026-12-31", "source": "Établissement support"}
    made = await machine.post("/funding", told)
    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/funding/{made.json()['id']}")
    await machine.post("/funding", told | {"euros": 310000})
    assert [one["euros"] for one in (await machine.get("/funding")).json()["items"]] == [310000, 300000]
    assert (await machine.get(f"/funding/{made.json()['id']}")).json() == {"id": made.json()["id"], **told}
    assert (await host.post("/funding", told)).status_code == 403
