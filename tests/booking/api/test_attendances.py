"""Companies and the lycées that answer them, through the API."""

from __future__ import annotations

from booking.people.accounts.token import issue_token
from tests import builders
from tests.booking.api.test_host_slots import APP, HOURS, a_host
from tests.browsing import Machine
from tests.builders import NOW
from tests.seen import first
from workshops.database import value


async def a_firm(**more: object) -> tuple[int, Machine]:
    company = await builders.company(**more)
    pauline = await builders.account(f"firm{company}@example.org")
    membership = await builders.membership(pauline, "company", company=company)
    token = f"firm-{company}"
    await issue_token(f"firm{company}@example.org", token=token, label="test", membership=membership, now=NOW)
    return company, Machine(APP, token)


async def test_a_slot_and_a_series_are_opened_with_what_is_asked_of_companies(db):
    school, machine = await a_host()
    workshop = await builders.workshop(host=school)
    wanted = {"workshop_id": workshop, "company_places": 3, "one_per_trade": True, "on_agreement": True}
    assert (await machine.post("/slots", wanted | HOURS)).status_code == 201
    series = {"weekdays": [4], "starts": "09:00", "ends": "12:00", "from": "2027-04-01", "to": "2027-04-01"}
    assert (await machine.post("/slots/series", wanted | series)).status_code == 201
    assert await value("SELECT count(*) FROM slots WHERE one_per_trade AND on_agreement") == 2


async def test_a_second_company_of_the_trade_reads_a_problem(db):
    slot = await builders.slot(one_per_trade=True)
    (_, first), (_, second) = await a_firm(trade="Horlogerie"), await a_firm(trade="horlogerie")
    told = {"people": 1, "role": "mentorat"}
    assert (await first.post(f"/slots/{slot}/attendances", told)).status_code == 201
    answer = await second.post(f"/slots/{slot}/attendances", told)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/company-trade-taken")


async def test_a_demand_is_accepted_then_declined_after_all(db):
    school, host = await a_host()
    _, firm = await a_firm()
    slot = await builders.slot(host=school, on_agreement=True)
    asked = (await firm.post(f"/slots/{slot}/attendances", {"people": 2, "role": "mentorat"})).json()
    assert asked["state"] == "asked"
    accepted = await host.post(f"/attendances/{asked['id']}/acceptance")
    assert (accepted.status_code, accepted.json()) == (200, {"id": asked["id"], "state": "announced"})
    again = await host.post(f"/attendances/{asked['id']}/acceptance")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-answered")
    declined = await host.post(f"/attendances/{asked['id']}/refusal", {"reason": "La machine est en panne."})
    assert (declined.status_code, declined.json()) == (200, {"id": asked["id"], "state": "declined"})
    assert await first("SELECT state, sequence FROM attendances") == ("declined", 2)


async def test_another_lycee_and_another_company_find_nothing(db):
    (company, _), (_, stranger), (_, other) = await a_firm(), await a_firm(), await a_host()
    made = await builders.attendance(slot=await builders.slot(), company=company)
    answers = [
        await other.post(f"/attendances/{made}/acceptance"),
        await other.post(f"/attendances/{made}/refusal", {"reason": "Non"}),
        await stranger.client.put(f"/attendances/{made}", json={"people": 1, "role": "mentorat"}),
    ]
    assert [one.status_code for one in answers] == [404, 404, 404]


async def test_a_company_comes_with_one_more(db):
    company, firm = await a_firm()
    made = await builders.attendance(slot=await builders.slot(), company=company, people=2)
    told = {"people": 3, "role": "mentorat", "message": "Une prise."}
    answer = await firm.client.put(f"/attendances/{made}", json=told)
    assert (answer.status_code, answer.json()) == (200, {"id": made, **told})
    kept = await first("SELECT people, role, message, sequence FROM attendances")
    assert kept == (3, "mentorat", "Une prise.", 1)
