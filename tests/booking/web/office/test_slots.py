"""One visit's figures before the coordinator, and their reopening."""

from __future__ import annotations

from booking.day.checkin.acts import GroupHeadcount
from booking.day.checkin.close_slot import close_slot
from tests import builders
from tests.booking.day.checkin.day import NOON, a_day
from tests.browsing import read
from tests.builders import paris
from workshops.database import value


async def test_a_closed_visit_is_read_and_reopened_with_a_reason(office):
    day = await a_day()
    counts = [GroupHeadcount(reservation=group, pupils=20, adults=2, note="Badges oubliés") for group in day.groups]
    await close_slot(day.slot, headcounts=counts, companies=day.came, account=day.host, school=day.school, now=NOON)
    path = f"/gestion/creneaux/{day.slot}"
    shown = read(await office.get(path))
    assert "4e B Collège Stendhal Badges oubliés 24 0 20" in shown
    assert "Lycée Jules Haag , Besançon, jeudi 25 mars 2027, de 9 h 00 à 12 h 00" in shown
    assert path in (await office.get("/gestion/journal")).text
    silent = await office.post(f"{path}/reouverture", {"reason": " "})
    assert (silent.status_code, "Raison : à remplir." in read(silent)) == (422, True)
    reopened = await office.post(f"{path}/reouverture", {"reason": "Groupes inversés"})
    assert (reopened.status_code, reopened.headers["location"]) == (303, f"{path}?fait=visite-rouverte")
    assert await value("SELECT state FROM slots WHERE id = $1", day.slot) == "closed"
    again = await office.post(f"{path}/reouverture", {"reason": "Encore"})
    assert (again.status_code, "Cette visite n'est pas close" in read(again)) == (409, True)
    assert "pas encore" in read(await office.get(path))


async def test_a_visit_to_come_says_who_is_awaited_and_leads_to_its_lycee_and_companies(office):
    day = await a_day()
    seen = await office.get(f"/gestion/creneaux/{day.slot}")
    assert "Entreprises attendues Zénith Montres Témoignage, 2 personnes annoncées" in read(seen)
    company = await value("SELECT id FROM companies")
    assert f'href="/gestion/entreprises/{company}"' in seen.text
    assert f'href="/gestion/etablissements/{day.school}"' in seen.text
    nobody = read(await office.get(f"/gestion/creneaux/{await builders.slot(starts_at=paris('2027-03-26 09:00'))}"))
    assert "Aucun groupe n'est inscrit pour l'instant." in nobody
    back = await office.get(f"/gestion/creneaux/{day.slot}?retour=/gestion/entreprises/{company}")
    assert f'<a class="crumb" href="/gestion/entreprises/{company}">Retour à l&#39;entreprise</a>' in back.text


async def test_a_visit_that_does_not_exist_is_not_shown(office):
    assert (await office.get("/gestion/creneaux/9999")).status_code == 404
    assert (await office.post("/gestion/creneaux/9999/reouverture", {"reason": "Erreur"})).status_code == 404
