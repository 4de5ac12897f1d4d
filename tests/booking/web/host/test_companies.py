"""A lycée's page of a slot: the companies that ask, and those that come."""

from __future__ import annotations

from datetime import timedelta

from booking.day.checkin.queries import roster
from tests import builders
from tests.booking.web.host.lycee import a_lycee, words
from tests.booking.web.host.test_open_slot import filled
from tests.builders import NOW
from workshops.database import row, value


async def a_demand(lycee, *, state="asked"):
    slot = await builders.slot(host=lycee.school, on_agreement=True)
    company = await builders.company(name="Horlogerie du Doubs")
    return slot, await builders.attendance(slot=slot, company=company, state=state)


async def test_a_slot_opens_with_both_conditions_and_its_page_says_so(lycee):
    asked = filled(await builders.workshop(host=lycee.school)) | {"one_per_trade": "oui", "on_agreement": "oui"}
    answer = await lycee.browser.post("/lycee/creneaux", asked)
    assert tuple(await row("SELECT one_per_trade, on_agreement FROM slots")) == (True, True)
    shown = words((await lycee.browser.get(answer.headers["location"])).text)
    assert "Une seule entreprise par métier. Chacune vient sous réserve de votre accord." in shown


async def test_a_demand_is_shown_and_accepted(lycee):
    slot, made = await a_demand(lycee)
    assert "Horlogerie du Doubs À accepter" in words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    answer = await lycee.browser.post(f"/lycee/venues/{made}/acceptation", {})
    assert answer.headers["location"] == f"/lycee/creneaux/{slot}?fait=venue-acceptee"
    assert await value("SELECT state FROM attendances") == "announced"
    again = await lycee.browser.post(f"/lycee/venues/{made}/acceptation", {})
    assert (again.status_code, "Cette venue n'attend plus de réponse" in words(again.text)) == (409, True)


async def test_declining_needs_a_reason_then_frees_the_places(lycee):
    slot, made = await a_demand(lycee, state="announced")
    bare = await lycee.browser.post(f"/lycee/venues/{made}/refus", {f"venue-{made}": " "})
    assert (bare.status_code, "Raison : à remplir." in words(bare.text)) == (422, True)
    answer = await lycee.browser.post(f"/lycee/venues/{made}/refus", {f"venue-{made}": "Panne."})
    assert answer.headers["location"] == f"/lycee/creneaux/{slot}?fait=venue-declinee"
    assert tuple(await row("SELECT state, reason FROM attendances")) == ("declined", "Panne.")
    assert await value("SELECT company_places_taken FROM slots WHERE id = $1", slot) == 0


async def test_the_page_says_how_many_company_places_are_taken(lycee):
    slot, _ = await a_demand(lycee, state="announced")
    taken, of = await row("SELECT company_places_taken, company_places FROM slots WHERE id = $1", slot)
    shown = words((await lycee.browser.get(f"/lycee/creneaux/{slot}")).text)
    assert (taken, f"2 places prises sur {of} pour des personnes d'entreprises." in shown) == (2, True)


async def test_another_lycee_answers_nothing(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Belin")
    _, made = await a_demand(lycee)
    for act in ("acceptation", "refus"):
        assert (await other.browser.post(f"/lycee/venues/{made}/{act}", {f"venue-{made}": "Non"})).status_code == 404
    assert await value("SELECT state FROM attendances") == "asked"


async def test_a_demand_is_not_expected_at_the_desk_nor_named_to_visitors(lycee):
    slot = await builders.slot(host=lycee.school, starts_at=NOW + timedelta(hours=1))
    for name, state in (("Horlogerie du Doubs", "asked"), ("Lunetterie de Morez", "announced")):
        await builders.attendance(slot=slot, company=await builders.company(name=name), state=state, people=1)
    assert [one.name for one in (await roster(slot, school=lycee.school)).companies] == ["Lunetterie de Morez"]
    shown = (await lycee.browser.get(f"/creneaux/{slot}")).text
    assert ("Horlogerie du Doubs" in shown, "Lunetterie de Morez" in shown) == (False, True)
