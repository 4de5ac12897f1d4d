from __future__ import annotations

import re
from datetime import date, time

from tests import builders
from tests.booking.web.host.lycee import Lycee, a_lycee, words
from tests.booking.web.host.test_series import boxes
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import rows, value
from workshops.series.open_series import open_series
from workshops.series.rules import Series

SLOTS = re.compile(r'name="slots" value="([^"]+)"( checked)?')


async def a_series(lycee: Lycee, **more: object) -> tuple[int, list[int]]:
    """Three Thursdays of March at nine: the series, its slots."""
    workshop = await builders.workshop(host=lycee.school, title="Lampe à balancier", seats=40, groups_max=2)
    asked = {"starts": time(9), "ends": time(12), "first_on": date(2027, 3, 11), "last_on": date(2027, 3, 25)}
    series = Series(workshop=workshop, weekdays=frozenset({3}), company_places=3, **asked | more)
    opened = await open_series(series, school=lycee.school, by=lycee.account, now=NOW)
    return opened.series, list(opened.slots.values())


async def a_visit(slot: int, name: str = "4e B") -> int:
    teacher = await builders.account()
    return await builders.reservation(slot=slot, group=await builders.group(name=name), by=teacher, pupils=20)


async def test_a_lycee_finds_its_series_and_the_slots_of_each(lycee):
    series, (first, second, _) = await a_series(lycee)
    await a_visit(first)
    await rows("UPDATE slots SET state = 'called_off', reason = 'Panne' WHERE id = $1", second)
    shown = words((await lycee.browser.get("/lycee/creneaux/series")).text)
    assert "Lampe à balancier Du jeudi 11 mars 2027 au jeudi 25 mars 2027 · 2 créneaux · 20 élèves" in shown
    page = await lycee.browser.get(f"/lycee/creneaux/series/{series}")
    shown = words(page.text)
    assert "Une série de 3 créneaux, dont 2 à venir, 20 élèves attendus." in shown
    assert "jeudi 18 mars 2027 , 9 h 00 à 12 h 00 Sans salle précise · 0 élève sur 40 places · Panne Annulé" in shown
    assert "Copier sur 2027-2028" in shown
    assert f'href="/lycee/creneaux/series/{series}"' in (await lycee.browser.get(f"/lycee/creneaux/{first}")).text
    other = await a_lycee("Lycée Victor Hugo")
    assert (await other.browser.get(f"/lycee/creneaux/series/{series}")).status_code == 404


async def test_a_move_of_the_rest_is_read_slot_by_slot_then_done_as_one(lycee):
    series, (_, second, third) = await a_series(lycee)
    visit = await a_visit(third)
    await builders.closure(school=lycee.school, on=date(2027, 3, 19))
    path = f"/lycee/creneaux/series/{series}/deplacement"
    page = await lycee.browser.get(f"/lycee/creneaux/series/{series}/modification")
    assert 'value="1">Le vendredi de la même semaine' in page.text
    asked = {"since": "2027-03-12", "days": "1", "starts": "14:00", "ends": "17:00", "room": "garder"}
    page = await lycee.browser.post(f"{path}/apercu", asked)
    shown = words(page.text)
    assert "1 groupe : chacun reçoit un mail, une fois pour chaque visite." in shown
    assert "jeudi 18 mars 2027 Votre lycée est fermé ce jour-là." in shown
    assert "jeudi 25 mars 2027 → vendredi 26 mars 2027, de 14 h 00 à 17 h 00 1 groupe" in shown
    assert "jeudi 11 mars 2027" not in shown
    assert SLOTS.findall(page.text) == [(f"{third}:0", " checked")]
    assert await value("SELECT starts_at FROM slots WHERE id = $1", third) == paris("2027-03-25 09:00")

    answer = await lycee.browser.post(path, asked | {"slots": [f"{second}:0", f"{third}:0"]})
    shown = words(answer.text)
    assert (answer.status_code, SLOTS.findall(answer.text)) == (409, [(f"{third}:0", " checked")])
    assert "18/03/2027 : Votre lycée est fermé ce jour-là." in shown
    assert "Aucun créneau n'a été changé." in shown
    assert await value("SELECT starts_at FROM slots WHERE id = $1", third) == paris("2027-03-25 09:00")

    answer = await lycee.browser.post(path, asked | {"slots": [f"{third}:0"]})
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/lycee/creneaux/series/{series}?fait=serie-deplacee",
    )
    assert await value("SELECT starts_at FROM reservations WHERE id = $1", visit) == paris("2027-03-26 14:00")
    await tell()
    told = await rows("SELECT kind, about FROM notices ORDER BY kind")
    assert [tuple(one) for one in told] == [("slot_changed", visit), ("slot_changed", visit)]


async def test_a_series_is_moved_and_resized_on_one_page_and_called_off_on_another(lycee):
    series, _ = await a_series(lycee)
    path = f"/lycee/creneaux/series/{series}"
    shown = (await lycee.browser.get(path)).text
    assert re.findall(rf'href="{path}/(modification|deplacement|places|annulation)"', shown) == [
        *("modification", "annulation"),
    ]
    page = (await lycee.browser.get(f"{path}/modification")).text
    assert re.findall(rf'action="{path}/([^"]+)"', page) == ["deplacement/apercu", "places/apercu"]
    assert (f'href="{path}/annulation"' in page, 'name="reason"' in page) == (True, True)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    apart = (await lycee.browser.get(f"{path}/annulation")).text
    assert re.findall(rf'action="{path}/([^"]+)"', apart) == ["annulation/apercu"]
    typed = {"since": "2027-03-18", "seats": "0"}
    refused = (await lycee.browser.post(f"{path}/places/apercu", typed)).text
    assert re.findall(r'id="(since[^"]*)" name="since" value="([^"]+)"', refused) == [
        *(("since-deplacement", "2027-03-11"), ("since", "2027-03-18")),
    ]
    other = await a_lycee("Lycée Victor Hugo")
    for act in ("deplacement", "places"):
        told = await lycee.browser.get(f"{path}/{act}")
        assert (told.status_code, told.headers["location"]) == (301, f"{path}/modification#{act}")
        assert f'id="{act}"' in page
        assert (await other.browser.get(f"{path}/{act}")).status_code == 404
    assert (await other.browser.get(f"{path}/modification")).status_code == 404


async def test_what_was_read_before_another_change_is_read_again(lycee):
    series, (first, second, _) = await a_series(lycee)
    await rows("UPDATE slots SET version = 4 WHERE id = $1", second)
    asked = {"since": "2027-03-11", "seats": "24", "slots": [f"{first}:0", f"{second}:0"]}
    answer = await lycee.browser.post(f"/lycee/creneaux/series/{series}/places", asked)
    assert answer.status_code == 409
    assert "Quelqu'un a changé cette fiche entre-temps." in words(answer.text)
    assert await value("SELECT count(*) FROM slots WHERE seats = 24") == 0


async def test_a_series_is_resized_and_its_waiting_groups_are_offered_what_comes_free(lycee):
    series, (first, *_) = await a_series(lycee)
    await a_visit(first)
    group = await builders.group()
    await builders.reservation(slot=first, group=group, state="waiting", pupils=24, by=await builders.account())
    path = f"/lycee/creneaux/series/{series}/places"
    answer = await lycee.browser.post(f"{path}/apercu", {"since": "2027-03-11"})
    assert (answer.status_code, 'id="seats"' in answer.text) == (422, True)
    assert "Donnez au moins un nombre : de places, de groupes ou d'entreprises." in words(answer.text)
    page = await lycee.browser.post(f"{path}/apercu", {"since": "2027-03-11", "seats": "48"})
    assert "elles sont proposées à 1 groupe en attente" in words(page.text)
    tickets = [one for one, _ in SLOTS.findall(page.text)]
    answer = await lycee.browser.post(path, {"since": "2027-03-11", "seats": "48", "slots": tickets})
    assert answer.headers["location"] == f"/lycee/creneaux/series/{series}?fait=serie-places"
    assert await value("SELECT state FROM reservations WHERE pupils = 24") == "offered"
    assert await value("SELECT count(*) FROM slots WHERE seats = 48") == 3


async def test_a_series_that_goes_to_an_hour_at_which_no_class_comes_is_asked_about_once(lycee):
    series, slots = await a_series(lycee)
    path = f"/lycee/creneaux/series/{series}/deplacement"
    odd = {"since": "2027-03-11", "days": "1", "starts": "17:00", "ends": "20:00", "room": "garder", "reason": "Bac"}
    tickets = [f"{one}:0" for one in slots]
    box = re.compile(r'type="(checkbox|hidden)"(?: id="odd_hours")? name="odd_hours" value="(\w*)"( checked)?')
    typed = re.compile(r'name="(since|starts|ends|reason)"[^>]*value="([^"]*)"')
    for asked in (
        await lycee.browser.post(f"{path}/apercu", odd),
        await lycee.browser.post(path, odd | {"slots": tickets}),
    ):
        question = "Vraiment jusqu'à 20 h 00 ? Corrigez l'heure, ou confirmez-la."
        assert (asked.status_code, question in words(asked.text)) == (422, True)
        assert box.findall(asked.text) == [("checkbox", "oui", "")]
        assert dict(typed.findall(asked.text)) == {name: odd[name] for name in ("since", "starts", "ends", "reason")}
        assert 'value="1" selected' in asked.text
    assert await value("SELECT count(*) FROM slots WHERE version > 0") == 0
    meant = odd | {"odd_hours": "oui"}
    page = await lycee.browser.post(f"{path}/apercu", meant)
    assert [ticket for ticket, _ in SLOTS.findall(page.text)] == tickets
    assert box.findall(page.text) == [("hidden", "oui", ""), ("checkbox", "oui", " checked")]
    done = await lycee.browser.post(path, meant | {"slots": tickets})
    assert done.headers["location"] == f"/lycee/creneaux/series/{series}?fait=serie-deplacee"
    again = odd | {"days": "-1", "slots": [f"{one}:1" for one in slots]}
    assert (await lycee.browser.post(path, again)).status_code == 303
    hours = await rows("SELECT starts_at FROM slots ORDER BY starts_at")
    assert [one["starts_at"] for one in hours] == [paris(f"2027-03-{day} 17:00") for day in (11, 18, 25)]


async def test_the_rest_is_called_off_with_one_reason(lycee):
    series, (_, second, third) = await a_series(lycee)
    await a_visit(third)
    path = f"/lycee/creneaux/series/{series}/annulation"
    answer = await lycee.browser.post(f"{path}/apercu", {"since": "2027-03-18", "reason": " "})
    assert (answer.status_code, 'id="reason-erreur"' in answer.text) == (422, True)
    asked = {"since": "2027-03-18", "reason": "Machine en panne"}
    page = await lycee.browser.post(f"{path}/apercu", asked)
    assert SLOTS.findall(page.text) == [(f"{second}:0", " checked"), (f"{third}:0", " checked")]
    none = await lycee.browser.post(path, asked)
    assert (none.status_code, "Gardez au moins un créneau." in words(none.text)) == (422, True)
    answer = await lycee.browser.post(path, asked | {"slots": [f"{second}:0", f"{third}:0"]})
    assert answer.headers["location"] == f"/lycee/creneaux/series/{series}?fait=serie-annulee"
    kept = await rows("SELECT id FROM slots WHERE state = 'called_off' AND reason = 'Machine en panne' ORDER BY id")
    assert [one["id"] for one in kept] == [second, third]


async def test_a_series_goes_on_by_a_week_that_joins_it(lycee):
    series, _ = await a_series(lycee)
    page = await lycee.browser.get(f"/lycee/creneaux/series/{series}/suite")
    assert boxes(page.text) == {"2027-04-01:open": True}
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    assert (sent["grows"], sent["starts"], sent["seats"], sent["company_places"]) == (str(series), "09:00", "40", "3")
    fields = sent | {"weekdays": "3", "dates": "2027-04-01:open", "workshop": await value("SELECT id FROM workshops")}
    answer = await lycee.browser.post("/lycee/creneaux/serie", fields | {"room": ""})
    assert answer.headers["location"] == f"/lycee/creneaux/series/{series}?fait=serie-ouverte"
    assert await value("SELECT count(*) FROM series_slots WHERE series = $1", series) == 4


async def test_from_the_dates_that_a_series_goes_on_by_one_comes_back_to_it(lycee):
    series, _ = await a_series(lycee)
    way = f'<a class="crumb" href="/lycee/creneaux/series/{series}">Retour à la série</a>'
    for act in ("suite", "copie"):
        page = (await lycee.browser.get(f"/lycee/creneaux/series/{series}/{act}")).text
        assert way in page
        assert f'href="/lycee/creneaux/series/{series}">Revenir sans ouvrir</a>' in page
        assert "laissée de côté avec une case" not in page
    more = await lycee.browser.get(f"/lycee/creneaux/series/{series}/suite")
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', more.text))
    fields = sent | {"weekdays": "3", "workshop": await value("SELECT id FROM workshops"), "room": ""}
    assert way in (await lycee.browser.post("/lycee/creneaux/serie/dates", fields)).text
    none = await lycee.browser.post("/lycee/creneaux/serie", fields | {"dates": []})
    assert (none.status_code, way in none.text) == (422, True)


async def test_last_year_s_series_is_copied_onto_the_holidays_of_the_next_one(lycee):
    series, _ = await a_series(lycee)
    page = await lycee.browser.get(f"/lycee/creneaux/series/{series}/copie")
    assert boxes(page.text) == {"2028-03-09:open": True, "2028-03-16:open": True, "2028-03-23:open": True}
    assert "Les vacances de 2027-2028 ne sont pas encore toutes connues ici" in words(page.text)
    await builders.holidays(date(2028, 3, 12), date(2028, 3, 20))
    await builders.holidays(date(2028, 7, 5), date(2028, 8, 31))
    page = await lycee.browser.get(f"/lycee/creneaux/series/{series}/copie")
    assert boxes(page.text) == {"2028-03-09:open": True, "2028-03-23:open": True}
    shown = words(page.text)
    assert ("jeudi 16 mars 2028 Vacances" in shown, "ne sont pas encore toutes connues" in shown) == (True, False)
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    fields = sent | {"weekdays": "3", "dates": ["2028-03-09:open", "2028-03-23:open"], "room": ""}
    fields["workshop"] = await value("SELECT id FROM workshops")
    answer = await lycee.browser.post("/lycee/creneaux/serie", fields)
    assert answer.headers["location"] == f"/lycee/creneaux/series/{series + 1}?fait=serie-ouverte"
    kept = await rows("SELECT starts_at FROM slots WHERE starts_at > '2028-01-01' ORDER BY starts_at")
    assert [one["starts_at"] for one in kept] == [paris("2028-03-09 09:00"), paris("2028-03-23 09:00")]
