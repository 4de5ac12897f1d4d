from __future__ import annotations

from tests import builders
from tests.booking.web.company.test_comings import a_company
from tests.browsing import read
from workshops.database import row, value


async def test_a_demand_is_told_apart_and_may_be_taken_back(app):
    company, browser = await a_company(app)
    slot = await builders.slot(on_agreement=True)
    assert "Le lycée choisit les entreprises" in (await browser.get(f"/creneaux/{slot}/venue")).text
    answer = await browser.post(f"/creneaux/{slot}/venues", {"people": "2", "role": "mentorat"})
    assert answer.headers["location"] == "/entreprise?fait=venue-demandee"
    shown = (await browser.get("/entreprise")).text
    assert ("En attente de l'accord du lycée" in shown, "invitation.ics" in shown) == (True, False)
    made = await value("SELECT id FROM attendances WHERE company = $1", company)
    assert (await browser.get(f"/venues/{made}/invitation.ics")).status_code == 409
    await browser.post(f"/venues/{made}/retrait", {f"why-{made}": "other"})
    assert await value("SELECT company_places_taken FROM slots") == 0


async def test_a_coming_that_a_lycee_ended_is_told_with_its_reason(app):
    company, browser = await a_company(app)
    for state, more in (("declined", {"reason": "Deux entreprises déjà."}), ("called_off", {}), ("withdrawn", {})):
        await builders.attendance(slot=await builders.slot(), company=company, state=state, **more)
    shown = read(await browser.get("/entreprise"))
    ended = shown.split("Venues qui n'auront pas lieu")[1].split("Les prochaines séances")[0]
    told = ("Découpe laser", "Déclinée par le lycée", "Deux entreprises déjà.", "Séance annulée")
    assert [ended.count(words) for words in told] == [2, 1, 1, 1]


async def test_the_form_comes_filled_and_changes_the_coming(app):
    company, browser = await a_company(app)
    made = await builders.attendance(
        slot=await builders.slot(), company=company, people=2, role="mentorat", message="Une <prise>"
    )
    form = (await browser.get(f"/venues/{made}")).text
    assert ('name="people" value="2"' in form, 'value="mentorat" checked' in form) == (True, True)
    assert "Une &lt;prise&gt;</textarea>" in form
    answer = await browser.post(f"/venues/{made}", {"people": "4", "role": "demonstration", "message": ""})
    assert answer.headers["location"] == "/entreprise?fait=venue-changee"
    assert tuple(await row("SELECT people, role, message FROM attendances")) == (4, "demonstration", "")


async def test_what_cannot_be_is_said_on_the_form(app):
    company, browser = await a_company(app)
    made = await builders.attendance(slot=await builders.slot(), company=company)
    answer = await browser.post(f"/venues/{made}", {"people": "9", "role": "mentorat"})
    assert (answer.status_code, "Venez à 4, ou un autre jour." in answer.text) == (409, True)


async def test_another_company_finds_nothing(app):
    company, _ = await a_company(app)
    _, stranger = await a_company(app, "Lunetterie")
    made = await builders.attendance(slot=await builders.slot(), company=company)
    assert (await stranger.get(f"/venues/{made}")).status_code == 404
    assert (await stranger.post(f"/venues/{made}", {"people": "1", "role": "mentorat"})).status_code == 404


async def test_sessions_are_narrowed_by_the_places_that_are_left(app):
    _, browser = await a_company(app)
    await builders.slot(company_places=2)
    roomy = await builders.slot(company_places=5)
    shown = (await browser.get("/seances?places=4")).text
    assert (f'href="/creneaux/{roomy}"' in shown, "1 séance cherche" in shown) == (True, True)
