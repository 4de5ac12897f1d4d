"""Results by workshop: what is built and where, then the days to tap, the whole class first."""

from __future__ import annotations

import re
from html import unescape

from tests import builders
from tests.booking.web.public.test_search_page import days_of
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows

CLASS = "niveau=4e&eleves=27"


def workshops_of(html: str) -> list[tuple[str, list[str]]]:
    """Each workshop and what it lets one do, in the order of the page."""
    cards = html.split("<article")[1:]
    title = re.compile(r'<h2 class="h3"><a [^>]+>(.+?)</a>')
    acts = re.compile(r'<p class="slot-days-act">(.+?)</p>')
    return [(unescape(title.search(card)[1]), [plain(act) for act in acts.findall(card)]) for card in cards]


def plain(html: str) -> str:
    return unescape(html).replace("\xa0", " ")


async def in_a_lycee_of_its_own(title: str, *starts: str, seats: int = 30, lat: float = 47.24, **slot) -> list[int]:
    lamp = await builders.tech_object(name=f"Objet de {title}")
    lycee = await builders.school(kind="lycee", name=f"Lycée de {title}", lat=lat, lon=6.02)
    workshop = await builders.workshop(host=lycee, title=title, objects=(lamp,))
    return [await builders.slot(workshop=workshop, starts_at=paris(at), seats=seats, **slot) for at in starts]


async def claire_and_her_class(app) -> tuple[Browser, int]:
    app.state.clock = lambda: NOW
    college = await builders.school(lat=47.24, lon=6.02)
    account = await builders.person("teacher", "claire@example.org", school=college)
    group = await builders.group(school=college, name="4e B", level="4e", pupils=27, teacher=account)
    return await Browser(app, now=NOW).sign_in(account), group


async def test_a_teacher_taps_a_day_of_a_workshop_to_reserve_for_her_class(app):
    claire, group = await claire_and_her_class(app)
    first, second = await in_a_lycee_of_its_own("Horloge", "2027-03-23 08:30", "2027-04-05 09:00")
    await in_a_lycee_of_its_own("Lampe", "2027-03-22 13:30", lat=47.33)
    await rows("UPDATE schools SET stop = 'Temis', walk_minutes = 6 WHERE name = 'Lycée de Horloge'")
    answer = await claire.get("/creneaux")
    assert workshops_of(answer.text) == [("Horloge", ["Réserver pour 4e B"]), ("Lampe", ["Réserver pour 4e B"])]
    told = "Horloge Objet de Horloge Lycée de Horloge, Besançon · 0 km · arrêt Temis, 6 min à pied Réserver pour 4e B"
    assert f"{told} mar. 23 mars 8 h 30" in read(answer)
    assert "Lycée de Lampe, Besançon · 10 km Réserver pour 4e B lun. 22 mars 13 h 30" in read(answer)
    days = days_of(answer.text)
    assert [(day, hour, workshop) for _, day, hour, _, _, workshop in days] == [
        ("mar. 23 mars", "8 h 30", "Horloge"),
        ("lun. 5 avr.", "9 h 00", "Horloge"),
        ("lun. 22 mars", "13 h 30", "Lampe"),
    ]
    assert [address.partition("?")[0] for address, *_ in days][:2] == [
        f"/creneaux/{slot}/reserver" for slot in (first, second)
    ]
    form = await claire.get(days[0][0])
    assert ("Réserver pour 4e B" in read(form), f'value="{group}"' in form.text) == (True, True)


async def test_the_whole_class_comes_first_then_its_halves_then_what_opens_later_then_where_it_waits(app):
    claire, _ = await claire_and_her_class(app)
    other = await builders.group(name="3e A", pupils=29)
    (full,) = await in_a_lycee_of_its_own("Complet", "2027-03-01 09:00")
    await builders.reservation(slot=full, group=other, pupils=29)
    await in_a_lycee_of_its_own("Plus tard", "2027-05-20 09:00")
    await builders.opening(
        opens_at=paris("2027-02-01 10:00"),
        first_on=paris("2027-05-01 09:00").date(),
        last_on=paris("2027-05-31 09:00").date(),
    )
    await in_a_lycee_of_its_own("Moitiés", "2027-03-03 09:00", "2027-03-04 09:00", "2027-03-05 13:30", seats=20)
    await in_a_lycee_of_its_own("Entière", "2027-03-20 09:00", lat=47.5)
    await in_a_lycee_of_its_own("Trop petit", "2027-03-20 09:00", seats=12)
    shown = (await claire.get("/creneaux")).text
    assert workshops_of(shown) == [
        ("Entière", ["Réserver pour 4e B"]),
        ("Moitiés", ["Réserver les deux moitiés, 14 et 13 élèves"]),
        ("Plus tard", ["Ouverture lundi 1er février à 10 h"]),
        ("Complet", ["Attendre une place, complet"]),
    ]
    assert "1 créneau convient à la classe entière, 3 en deux moitiés" in plain(shown)
    halves = [day for _, day, _, _, act, _ in days_of(shown) if act.startswith("Réserver les deux moitiés")]
    assert halves == ["mer. 3 mars et jeu. 4 mars", "jeu. 4 mars et ven. 5 mars"]


async def test_the_map_beside_the_workshops_counts_what_the_sentence_does(app):
    claire, _ = await claire_and_her_class(app)
    await in_a_lycee_of_its_own("Entière", "2027-03-20 09:00", "2027-03-21 09:00")
    (full,) = await in_a_lycee_of_its_own("Complet", "2027-03-01 09:00", lat=47.5)
    await builders.reservation(slot=full, group=await builders.group(pupils=29), pupils=29)
    shown = plain((await claire.get("/creneaux")).text)
    assert "2 créneaux conviennent" in shown
    assert "1 lycée avec un créneau." in shown
    # Where the class can only wait, the map shows where.
    await rows("UPDATE slots SET seats_taken = seats, groups_taken = groups_max WHERE id <> $1", full)
    shown = plain((await claire.get("/creneaux")).text)
    assert "Aucun créneau libre, 3 complets où attendre" in shown
    assert "2 lycées avec un créneau." in shown


async def test_one_workshop_says_each_of_its_ways_once(app):
    claire, _ = await claire_and_her_class(app)
    taken, partly, _ = await in_a_lycee_of_its_own(
        "Horloge", "2027-03-01 09:00", "2027-03-02 09:00", "2027-03-20 09:00", groups_max=2
    )
    await builders.reservation(slot=taken, group=await builders.group(pupils=30), pupils=30)
    await builders.reservation(slot=partly, group=await builders.group(pupils=10), pupils=10)
    shown = (await claire.get("/creneaux")).text
    assert workshops_of(shown) == [("Horloge", ["Réserver pour 4e B", "Attendre une place"])]
    assert [(day, told) for _, day, _, told, *_ in days_of(shown)] == [
        ("sam. 20 mars", ""),
        ("lun. 1er mars", "complet"),
        ("mar. 2 mars", "20 places pour 27 élèves"),
    ]


async def test_all_the_dates_of_a_workshop_are_a_tap_away_and_no_other_workshop_s(app):
    claire, _ = await claire_and_her_class(app)
    starts = [f"2027-03-{day:02} 09:00" for day in range(1, 10)]
    slots = await in_a_lycee_of_its_own("Horloge", *starts)
    await in_a_lycee_of_its_own("Lampe", "2027-03-15 09:00")
    await builders.reservation(slot=slots[0], group=await builders.group(pupils=30), pupils=30)
    shown = (await claire.get("/creneaux")).text
    assert len(days_of(shown)) == 5
    ((address, words),) = re.findall(r'<a class="slot-days-all" href="([^"]+)">([^<]+)<', shown)
    assert words == "Toutes les dates (9)"
    dates = await claire.get(unescape(address))
    assert dates.text.count("<article") == 9
    assert set(re.findall(r'<h2 class="h3"><a [^>]+>(.+?)</a>', dates.text)) == {"Horloge"}
    (back,) = re.findall(r'<a href="([^"]+)">tous les ateliers</a>', dates.text)
    assert (await claire.get(unescape(back))).text.count("<article") == 9
    (by_workshop,) = re.findall(r'<a href="([^"]+)"\s*>Par atelier</a>', dates.text)
    assert [title for title, _ in workshops_of((await claire.get(unescape(by_workshop))).text)] == ["Horloge", "Lampe"]


async def test_a_workshop_that_was_taken_off_leads_to_the_others(visitor):
    await in_a_lycee_of_its_own("Horloge", "2027-03-15 09:00")
    shown = (await visitor.get(f"/creneaux?{CLASS}&atelier=999")).text
    assert workshops_of(shown) == []
    assert "Dans tous les ateliers" in unescape(shown)


async def test_each_workshop_stands_on_one_page_alone_whatever_is_booked_meanwhile(visitor):
    for number in range(12):
        starts = [f"2027-03-{day:02} {9 + number:02}:00" for day in range(1, 8)]
        slots = await in_a_lycee_of_its_own(f"Atelier {number:02}", *starts, groups_max=1)
    seen, page = [], f"/creneaux?{CLASS}"
    while page:
        shown = (await visitor.get(page)).text
        seen += [title for title, _ in workshops_of(shown)]
        following = re.findall(r'rel="next" href="([^"]+)">Ateliers suivants<', shown)
        page = unescape(following[0]) if following else ""
        # The soonest date of the last workshop is taken: its others still stand where it stood.
        if slots:
            await builders.reservation(slot=slots.pop(), group=await builders.group(), pupils=24)
    assert seen == [f"Atelier {number:02}" for number in range(12)]


async def test_a_visitor_without_a_class_reads_how_many_places_each_day_has(visitor):
    await in_a_lycee_of_its_own("Horloge", "2027-03-15 09:00", "2027-03-16 09:00")
    await in_a_lycee_of_its_own("Lampe", "2027-03-14 09:00", seats=24)
    shown = (await visitor.get("/creneaux")).text
    assert workshops_of(shown) == [("Lampe", ["Réserver, 24 places"]), ("Horloge", ["Réserver, 30 places"])]
    assert all(address.startswith("/connexion?next=") for address, *_ in days_of(shown))


async def test_a_host_who_looks_is_led_to_the_slot_and_reserves_nothing(app):
    app.state.clock = lambda: NOW
    (slot,) = await in_a_lycee_of_its_own("Horloge", "2027-03-15 09:00")
    host = await builders.person("host", "h@example.org", school=await builders.school(kind="lycee"))
    shown = (await (await Browser(app, now=NOW).sign_in(host)).get(f"/creneaux?{CLASS}")).text
    assert workshops_of(shown) == [("Horloge", ["Voir le créneau"])]
    assert [address.partition("?")[0] for address, *_ in days_of(shown)] == [f"/creneaux/{slot}"]
