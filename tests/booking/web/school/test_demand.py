"""What a group asks for, by page: the form of an opening's first hour, one page for all its choices, taking it back."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from booking.visits.asking.ask import ask
from booking.visits.reservations.demand import WholeDemand
from booking.visits.reservations.hold_draw import hold_draws
from booking.visits.reservations.promote import promote
from tests import builders
from tests.booking.visits.reservations.demands import SECRET, College, a_demand
from tests.booking.visits.reservations.test_give_back import LOCKED, Ghost, full
from tests.browsing import Browser, read
from tests.builders import NOW, new_uid, paris
from workshops.database import rows, transaction, value

DRAWS = NOW + timedelta(hours=1)
NEAR = {"lat": 47.24, "lon": 6.02}


@pytest.fixture
async def world(app):
    """Claire of one collège, Nora of another, and the slots of a period whose first hour is drawn."""
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", **NEAR)
    days = [await builders.slot(host=lycee, starts_at=paris(f"2027-03-{day:02} 09:00")) for day in (2, 3, 4)]
    await builders.opening(opens_at=NOW, draws_at=DRAWS, seed=bytes(32))
    people = []
    for name in ("Claire Renaud", "Nora Petit"):
        college = await builders.school(**NEAR)
        mail = f"{name.split()[0].lower()}@example.org"
        account = await builders.person("teacher", mail, name=name, school=college)
        group = await builders.group(school=college, teacher=account, name="4e B")
        people.append((await Browser(app, now=NOW).sign_in(account), group))
    return days, people


async def send(browser: Browser, slot: int, group: int, *others: int, **more: str):
    chosen = {f"choice_{place}": str(other) for place, other in enumerate(others, start=2)}
    said = {"slot": str(slot), "group": str(group), "pupils": "24", "adults": "2", "key": uuid4().hex}
    return await browser.post("/reservations", said | chosen | more)


async def test_a_list_and_its_sentence_are_one_demand_with_one_page_and_one_letter(world):
    days, ((claire, group), (nora, _)) = world
    answer = await send(claire, days[0], group, days[1], sentence="oui", sentence_km="40")
    where = answer.headers["location"].partition("?")[0]
    assert where == f"/demandes/{await value('SELECT id FROM demands')}"
    said = read(await claire.get(where))
    assert "Ce que 4e B demande" in said
    assert "Troisième choix : ce qui convient 4e B, 24 élèves, à moins de 40 km" in said
    assert (await nora.get(where)).status_code == 404
    listed = read(await claire.get("/mes-visites"))
    assert "Ce que vos groupes demandent 4e B, 3 choix" in listed


async def test_the_form_of_a_draw_says_what_the_order_is_worth_and_which_slots_are_full_already(world):
    days, ((claire, _), _) = world
    await rows("UPDATE slots SET seats_taken = seats WHERE id = $1", days[1])
    page = read(await claire.get(f"/creneaux/{days[0]}/reserver"))
    assert "aucun autre ordre des mêmes choix ne vous donnerait mieux." in page
    assert "Lycée Jules Haag, 0 km · complet pour 24 élèves aujourd'hui" in page
    assert "Lycée Jules Haag, 0 km · 24 places" in page


async def test_after_the_draw_each_teacher_reads_line_by_line_what_was_left_at_her_rank(world, app):
    days, people = world
    pages = []
    for browser, group in people:
        answer = await send(browser, days[0], group, days[1])
        pages.append((browser, answer.headers["location"].partition("?")[0]))
    app.state.clock = lambda: DRAWS
    await hold_draws(secret_key=SECRET, new_token=lambda: "d" * 43, new_uid=new_uid, now=DRAWS)
    ranks = [one["rank"] for one in await rows("SELECT rank FROM demands ORDER BY id")]
    (first, where), (second, there) = pages if ranks == [1, 2] else reversed(pages)
    had = read(await first.get(where))
    assert "À votre tour : c'est ce choix que le groupe a eu." in had
    assert "À votre tour : pas regardé, un choix d'avant a été donné." in had
    passed = read(await second.get(there))
    assert "À votre tour : plus aucun groupe n'y tenait ; restaient 0 place, 0 groupe." in passed
    assert (await second.get(where)).status_code == 404


async def test_all_of_it_is_taken_back_by_one_button(world):
    days, ((claire, group), _) = world
    answer = await send(claire, days[0], group, days[1])
    where = answer.headers["location"].partition("?")[0]
    assert (await claire.post(f"{where}/retrait", {})).headers["location"] == f"{where}?fait=demande-retiree"
    assert {one["state"] for one in await rows("SELECT state FROM reservations")} == {"cancelled_by_teacher"}
    again = await claire.post(f"{where}/retrait", {})
    assert (again.status_code, "a déjà sa réponse" in read(again)) == (409, True)


async def test_who_waits_for_a_full_slot_is_offered_another_that_suits_or_what_comes_later(app):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee", **NEAR)
    full = await builders.slot(host=lycee, starts_at=paris("2027-03-02 09:00"), seats=24, seats_taken=24)
    near = await builders.slot(host=lycee, starts_at=paris("2027-03-04 09:00"), seats=24)
    pages = []
    for mail in ("claire@example.org", "nora@example.org"):
        college = await builders.school(**NEAR)
        account = await builders.person("teacher", mail, school=college)
        group = await builders.group(school=college, teacher=account, name="4e B")
        browser = await Browser(app, now=NOW).sign_in(account)
        form = read(await browser.get(f"/creneaux/{full}/reserver"))
        assert "Sinon, un autre créneau qui convient au groupe" in form
        answer = await send(browser, full, group, sentence="oui", sentence_km="40", wait="oui")
        pages.append((browser, answer.headers["location"]))
    (claire, found), (nora, waits) = pages
    offered = await value("SELECT id FROM reservations WHERE slot = $1", near)
    assert found == f"/reservations/{offered}?fait=place-trouvee"
    said = read(await claire.get(found))
    assert "Un autre créneau convient : il vous est proposé." in said
    demand = await value("SELECT max(id) FROM demands")
    assert waits == f"/demandes/{demand}?fait=en-attente"
    said = read(await nora.get(waits))
    assert "Deuxième choix : ce qui convient 4e B, 24 élèves, à moins de 40 km Rien ne convient aujourd'hui." in said
    assert (await nora.post(f"/demandes/{demand}/retrait", {})).headers["location"].endswith("fait=demande-retiree")
    assert "Rien ne convient aujourd'hui." not in read(await nora.get(f"/demandes/{demand}"))


async def test_who_leaves_the_place_that_was_found_reads_that_the_search_goes_on_and_which_place_is_which(app):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee", **NEAR)
    full = await builders.slot(host=lycee, starts_at=paris("2027-03-02 09:00"), seats=24, seats_taken=24)
    await builders.slot(host=lycee, starts_at=paris("2027-03-04 09:00"), seats=24)
    college = await builders.school(**NEAR)
    account = await builders.person("teacher", "claire@example.org", school=college)
    group = await builders.group(school=college, teacher=account, name="4e B")
    claire = await Browser(app, now=NOW).sign_in(account)
    found = (await send(claire, full, group, sentence="oui", sentence_km="40", wait="oui")).headers["location"]
    page = f"/demandes/{await value('SELECT id FROM demands')}"
    goes_on = "La recherche continue : ce qui se libère ou s'ouvre vous est proposé par mail, jusqu'au"
    assert goes_on not in read(await claire.get(page))
    await claire.post(f"{found.partition('?')[0]}/annulation", {})
    said = read(await claire.get(page))
    until = "samedi 31 juillet 2027. Voir ce qui est libre aujourd'hui"
    assert f"jeudi 4 mars 2027, 9 h 00 {goes_on} {until} Sans suite" in said

    later = await builders.slot(host=lycee, starts_at=paris("2027-03-05 09:00"), seats=24)
    async with transaction():
        assert await promote(later, now=NOW) != []
    said = read(await claire.get(page))
    assert re.search(r"jeudi 4 mars 2027, 9 h 00 Sans suite .* vendredi 5 mars 2027, 9 h 00 .* Place proposée", said)
    assert goes_on not in said


async def test_while_a_choice_awaits_its_visa_nothing_else_is_looked_for_and_the_page_says_so(app):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee", **NEAR)
    full = await builders.slot(host=lycee, starts_at=paris("2027-03-02 09:00"), seats=24, seats_taken=24)
    free = [await builders.slot(host=lycee, starts_at=paris(f"2027-03-{day:02} 09:00"), seats=24) for day in (4, 5)]
    college = await builders.school(needs_approval=True, principal_mail="perrin@example.org", **NEAR)
    account = await builders.person("teacher", "claire@example.org", school=college)
    group = await builders.group(school=college, teacher=account, name="4e B")
    claire = await Browser(app, now=NOW).sign_in(account)
    await send(claire, full, group, free[0], sentence="oui", sentence_km="40", wait="oui")
    assert await value("SELECT state FROM reservations WHERE slot = $1", free[0]) == "requested"
    said = read(await claire.get(f"/demandes/{await value('SELECT id FROM demands')}"))
    assert "à moins de 40 km Rien n'est cherché tant qu'une place est tenue pour un autre choix." in said
    assert "Rien ne convient" not in said


async def test_who_asks_for_a_slot_that_has_just_closed_reads_why_and_that_what_suits_is_looked_for(app):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", **NEAR)
    closed = await builders.slot(
        host=lycee, starts_at=paris("2027-03-02 09:00"), booking_closes_at=NOW - timedelta(minutes=1)
    )
    college = await builders.school(**NEAR)
    account = await builders.person("teacher", "claire@example.org", school=college)
    group = await builders.group(school=college, teacher=account, name="4e B")
    claire = await Browser(app, now=NOW).sign_in(account)
    answer = await send(claire, closed, group, sentence="oui", sentence_km="40")
    demand = await value("SELECT id FROM demands")
    assert answer.headers["location"] == f"/demandes/{demand}?fait=demande-gardee"
    said = read(await claire.get(answer.headers["location"]))
    assert "Vos créneaux ne sont plus possibles. Votre demande reste" in said
    assert (
        "Votre créneau n'est plus possible Découpe laser, Lycée Jules Haag mardi 2 mars 2027, 9 h 00"
        " Les réservations de ce créneau sont closes. Choisissez une date plus lointaine."
    ) in said
    assert "Deuxième choix : ce qui convient 4e B, 24 élèves, à moins de 40 km Rien ne convient aujourd'hui." in said
    assert "vous est proposé par mail, jusqu'au samedi 31 juillet 2027." in said
    goes_on = "Toujours cherché : ce qui se libère ou s'ouvre vous est proposé par mail."
    assert f"Ce que vos groupes demandent 4e B, ce qui convient {goes_on}" in read(await claire.get("/mes-visites"))
    page = read(await claire.get(f"/mes-groupes/{group}"))
    assert "Ce que 4e B demande Ce qui convient" in page
    assert "Supprimer ce groupe" not in page
    assert (await claire.post(f"/mes-groupes/{group}/suppression", {})).status_code == 409
    back = await claire.post(f"/demandes/{demand}/retrait", {})
    assert back.headers["location"] == f"/demandes/{demand}?fait=demande-retiree"
    assert "Ce que vos groupes demandent" not in read(await claire.get("/mes-visites"))


@pytest.fixture
async def late(app):
    """Claire, whose class waits for two full slots, and was just offered a place given back late, elsewhere."""
    ghost, college = await Ghost.expected(), await College.new()
    group = await college.group(pupils=24, name="4e B")
    more = {"wait": True, "last_minute": True, **college.own}
    for_each = [(line, await full(paris(f"2027-04-{21 + line} 09:00"))) for line in (1, 2)]
    lines = tuple((a_demand(slot, group, line=line, **more),) for line, slot in for_each)
    demand = (await ask(WholeDemand(lines, 24), wait=True, now=NOW)).demand
    await ghost.gives_back()
    app.state.clock = lambda: LOCKED
    return await Browser(app, now=LOCKED).sign_in(college.teacher), demand


async def test_a_place_given_back_late_stands_beside_the_choices_on_the_page_of_each(late):
    claire, demand = late
    first, second, offered = await rows("SELECT id FROM reservations WHERE demand = $1 ORDER BY line", demand)
    for choice in (first, second):
        said = read(await claire.get(f"/reservations/{choice['id']}"))
        assert "À la dernière minute Découpe laser" in said
        assert "Un choix absent de cette liste" not in said
    assert "Cette place vous est proposée" in read(await claire.get(f"/reservations/{offered['id']}"))


async def test_what_is_offered_says_until_when_and_leads_to_the_answer(late):
    claire, demand = late
    offered = await value("SELECT id FROM reservations WHERE state = 'offered'")
    page = await claire.get(f"/demandes/{demand}")
    assert f'href="/reservations/{offered}">Répondre avant le mercredi 24 mars 2027, 15' in page.text
    assert "Pour retirer un seul choix, ouvrez sa page." in read(page)


async def test_a_demand_of_which_a_place_is_offered_stands_once_among_her_visits_as_offered(late):
    claire, demand = late
    offered = await value("SELECT id FROM reservations WHERE state = 'offered'")
    page = await claire.get("/mes-visites")
    listed = read(page)
    assert re.search(
        r"4e B, 2 choix Découpe laser, Lycée [^,]+, jeudi 25 mars 2027, 9 h 00 Jusqu'au mercredi 24 mars 2027, 15 h 40"
        r" Répondre : Découpe laser, jeudi 25 mars 2027, 9 h 00 Place proposée",
        listed,
    )
    assert (listed.count("Place proposée"), listed.count("En liste d'attente")) == (1, 0)
    assert page.text.count(f'href="/reservations/{offered}"') == 1
    # One that waits and is offered nothing stands beside it as before.
    other = await builders.group(school=await value("SELECT school FROM demands"), name="4e C")
    for line, slot in enumerate(await rows("SELECT slot FROM reservations WHERE line < 7 AND demand = $1", demand), 1):
        above = await value('SELECT id FROM demands WHERE "group" = $1', other) or await builders.demand(other)
        await builders.reservation(slot=slot["slot"], group=other, state="waiting", demand=above, line=line)
    listed = read(await claire.get("/mes-visites"))
    assert "4e C, 2 choix D'abord Découpe laser" in listed
    assert (listed.count("Place proposée"), listed.count("En liste d'attente")) == (1, 1)
    # Nothing waits any more: the offer is a line of its day, with its answer.
    await rows("UPDATE reservations SET state = 'lapsed' WHERE demand = $1 AND state = 'waiting'", demand)
    listed = read(await claire.get("/mes-visites"))
    assert "Place proposée Jusqu'au mercredi 24 mars 2027, 15 h 40 Répondre : Découpe laser" in listed
    assert listed.count("Place proposée") == 1


async def test_choices_given_up_for_the_one_that_is_kept_are_no_visits_that_were_cancelled(late):
    claire, demand = late
    offered = await value("SELECT id FROM reservations WHERE state = 'offered'")
    await claire.post(f"/reservations/{offered}/acceptation", {"pupils": "24"})
    assert "jeudi 22 avril 2027, 9 h 00 Abandonné" in read(await claire.get(f"/demandes/{demand}"))
    first = await value("SELECT id FROM reservations WHERE demand = $1 AND line = 1", demand)
    assert "jeudi 22 avril 2027, 9 h 00 Abandonné" in read(await claire.get(f"/reservations/{first}"))
    listed = read(await claire.get("/mes-visites"))
    assert "1 visite à venir pour" in listed
    assert "22 avril" not in listed


async def test_both_halves_of_a_class_that_wait_show_one_state_and_the_whole_class(app):
    app.state.clock = lambda: NOW
    lycee = await builders.school(kind="lycee", **NEAR)
    college = await College.new()
    group = await college.group(pupils=24, name="4e B")
    slots = [await full(paris(f"2027-04-{day} 09:00"), host=lycee) for day in (22, 23)]
    of_class = [a_demand(slot, group, pupils=12, half=half, **college.own) for half, slot in enumerate(slots, 1)]
    demand = (await ask(WholeDemand((tuple(of_class),), 24), wait=True, now=NOW)).demand
    claire = await Browser(app, now=NOW).sign_in(college.teacher)
    page = read(await claire.get(f"/demandes/{demand}"))
    assert "24 élèves de 4e, 2 adultes" in page
    assert page.count("En liste d'attente") == 1
    first = await value("SELECT min(id) FROM reservations WHERE demand = $1", demand)
    assert "Ce que 4e B demande" in read(await claire.get(f"/reservations/{first}"))
