"""A class too large for a slot asks for two by page: as any of its choices, also where both are full."""

from __future__ import annotations

import re

import pytest

from tests import builders
from tests.booking.web.school.pairs import Class, Pairs, named, options
from tests.booking.web.school.test_said_once import links
from tests.browsing import read
from tests.builders import paris
from tests.seen import letter, seen
from workshops.database import rows, value

MADE = "SELECT slot, line, half, pupils, state FROM reservations WHERE demand IS NOT NULL ORDER BY line, half"


async def test_the_other_choices_of_a_class_may_be_two_slots_of_one_lycee(app):
    world = await Pairs.new(app)
    page = await world.claire.browser.get(f"/creneaux/{world.whole}/reserver")
    second = options(page.text, "choice_2")
    assert list(second) == ["", named(world.one), f"{world.one[1]}-{world.another[0]}", named(world.another)]
    assert second[named(world.one)] == (
        "Les deux moitiés : mardi 2 mars matin et jeudi 4 mars après-midi"
        " · Découpe laser, Lycée Petit, 0 km · 48 places"
    )
    assert second[named(world.another)] == (
        "Les deux moitiés : mardi 16 mars, 9 h 00 et 13 h 30 · Découpe laser, Lycée Petit, 0 km · 48 places"
    )
    assert "Un choix en deux moitiés est donné en entier, ou pas du tout." in read(page)
    await rows("UPDATE groups SET pupils = 24 WHERE id = $1", world.claire.group)
    fits = await world.claire.browser.get(f"/creneaux/{world.whole}/reserver?eleves=24")
    assert [value for value in options(fits.text, "choice_2") if "-" in value] == []


async def test_two_slots_are_had_where_the_first_choice_is_full_as_the_free_seats_split_the_class(app):
    world = await Pairs.new(app)
    await world.fill(world.whole)
    few = "UPDATE slots SET groups_max = 2, groups_taken = 1, seats_taken = 12 WHERE id = $1"
    await rows(few, world.one[1])
    there = f"/creneaux/{world.whole}/reserver"
    assert "· 36 places" in options((await world.claire.browser.get(there)).text, "choice_2")[named(world.one)]
    answer = await world.claire.ask(world.whole, world.one, wait="oui", key="page-1")
    first = await value("SELECT id FROM reservations WHERE half = 1")
    assert answer.headers["location"] == f"/reservations/{first}?fait=voeu-2"
    assert await seen(MADE) == [
        (world.one[0], 2, 1, 18, "confirmed"),
        (world.one[1], 2, 2, 12, "confirmed"),
    ]
    again = await world.claire.ask(world.whole, world.one, wait="oui", key="page-1")
    assert again.headers["location"] == f"/reservations/{first}?fait=deja-demande"
    assert await value("SELECT count(*) FROM reservations WHERE demand IS NOT NULL") == 2


async def test_the_form_of_two_slots_has_other_choices_too_whole_slots_and_pairs(app):
    world = await Pairs.new(app)
    page = await world.claire.browser.get(f"/creneaux/{world.one[0]}/moities/{world.one[1]}")
    assert "Et si ces créneaux sont complets ?" in read(page)
    assert list(options(page.text, "choice_2")) == ["", str(world.whole), named(world.another)]
    held = await world.fill(world.one[1])
    answer = await world.claire.ask(world.one, world.another, world.whole)
    first = await value("SELECT id FROM reservations WHERE half = 1")
    assert answer.headers["location"] == f"/reservations/{first}?fait=voeu-2"
    assert await seen(MADE) == [
        (world.another[0], 2, 1, 15, "confirmed"),
        (world.another[1], 2, 2, 15, "confirmed"),
    ]
    assert len(held) == 1


async def test_a_first_choice_of_two_slots_that_is_free_is_reserved_as_she_split_it(app):
    world = await Pairs.new(app)
    answer = await world.claire.ask(world.one, world.whole, first=17, second=13, key="page-1")
    first = await value("SELECT id FROM reservations WHERE half = 1")
    assert answer.headers["location"] == f"/reservations/{first}?fait=moities-reservees"
    assert await seen(MADE) == [
        (world.one[0], 1, 1, 17, "confirmed"),
        (world.one[1], 1, 2, 13, "confirmed"),
    ]
    other = await world.claire.ask(world.one, world.whole, first=16, second=14, key="page-1")
    assert (other.status_code, "Cette clé d'envoi a déjà servi pour une autre demande." in read(other)) == (422, True)


@pytest.mark.parametrize(
    ("second", "third", "told"),
    [
        ("12-", "", "Deuxième choix : choisissez dans la liste."),
        ("12-34-56", "", "Deuxième choix : choisissez dans la liste."),
        ("999999999", "", "Deuxième choix : choisissez dans la liste."),
        ("{a}-999999999", "", "Deuxième choix : choisissez dans la liste."),
        ("demain", "", "Deuxième choix : choisissez dans la liste."),
        ("{a}-{a}", "", "Deuxième choix : un de ces créneaux est déjà dans un autre choix."),
        ("{whole}", "", "Deuxième choix : ce créneau est déjà dans un autre choix."),
        ("{a}-{b}", "{b}", "Troisième choix : ce créneau est déjà dans un autre choix."),
        ("{a}-{b}", "{b}-{c}", "Troisième choix : un de ces créneaux est déjà dans un autre choix."),
    ],
)
async def test_choices_that_are_none_are_refused_beside_themselves_and_the_others_stay(app, second, third, told):
    world = await Pairs.new(app)
    known = {"a": world.one[0], "b": world.one[1], "c": world.another[0], "whole": world.whole}
    typed = {"choice_2": second.format(**known), "choice_3": third.format(**known), "adults": 3}
    answer = await world.claire.ask(world.whole, **typed)
    assert answer.status_code == 422
    name = "choice_3" if told.startswith("Trois") else "choice_2"
    (said,) = re.findall(rf'<p class="field-error" id="{name}-erreur">([^<]+)<', answer.text)
    assert said.replace("\u00a0", " ").startswith(told)
    assert re.findall(r'name="adults"[^>]*value="(\d+)"', answer.text) == ["3"]
    if third:
        assert f'<option value="{named(world.one)}" selected>' in answer.text
    assert await value("SELECT count(*) FROM reservations") == 0


async def test_two_slots_that_were_chosen_and_are_proposed_no_more_stay_chosen(app):
    world = await Pairs.new(app)
    await world.fill(world.whole)
    crosswise = (world.one[0], world.another[0])
    refused = await world.claire.ask(world.whole, crosswise, adults=99)
    assert refused.status_code == 422
    assert f'<option value="{named(crosswise)}" selected>' in refused.text
    assert options(refused.text, "choice_2")[named(crosswise)] == (
        "Les deux moitiés : mardi 2 mars matin et mardi 16 mars matin · Découpe laser, Lycée Petit · n'est plus proposé"
    )


async def test_two_slots_of_two_lycees_are_no_choice(app):
    world = await Pairs.new(app)
    answer = await world.claire.ask(world.another[0], (world.one[0], world.whole), pupils=24)
    assert (answer.status_code, "Les deux moitiés vont dans le même lycée." in read(answer)) == (422, True)
    assert await value("SELECT count(*) FROM reservations") == 0


WAITS = "Il n'y a pas de place aujourd'hui pour les deux moitiés de la classe. Elle peut les attendre"


async def test_where_every_pair_is_full_the_class_reads_that_it_can_wait_in_two_halves(app):
    world = await Pairs.new(app)
    said = f"?groupe={world.claire.group}&niveau=4e&eleves=30"
    pages = [f"/creneaux/{world.one[0]}{said}", f"/creneaux/{world.one[0]}/reserver{said}"]
    for page in pages:
        assert WAITS not in read(await world.claire.browser.get(page))
    await world.fill(*world.one, *world.another)
    for page in pages:
        answer = await world.claire.browser.get(page)
        assert WAITS in read(answer)
        leads = f"/creneaux/{world.one[0]}/moities/{world.one[1]}{said}"
        assert (leads in links(answer), "Réserver les deux moitiés" in read(answer)) == (True, False)
    form = read(await world.claire.browser.get(leads))
    assert "Attendre une place pour chaque moitié de 4e B" in form
    assert "leurs places vous sont proposées d'un coup, dès qu'il y en a dans les deux." in form
    # A pair with room is had at once, and none is waited for beside it.
    free = await builders.slot(host=world.small, starts_at=paris("2027-03-05 09:00"), seats=24)
    also = await builders.slot(host=world.small, starts_at=paris("2027-03-06 09:00"), seats=24)
    answer = await world.claire.browser.get(f"/creneaux/{free}{said}")
    pairs = [link.partition("?")[0] for link in links(answer) if "/moities/" in link]
    assert (pairs, WAITS in read(answer)) == ([f"/creneaux/{free}/moities/{also}"], False)


async def test_a_search_that_finds_no_room_leads_to_where_the_class_waits_in_two_halves(app):
    world = await Pairs.new(app)
    said = "?niveau=4e&eleves=30&du=2027-03-01&au=2027-03-05"
    found = read(await world.claire.browser.get(f"/creneaux{said}"))
    assert "Aucun créneau pour la classe entière, 2 en deux moitiés." in found
    assert "où attendre en deux moitiés" not in found
    await world.fill(*world.one)
    by_workshop = await world.claire.browser.get(f"/creneaux{said}")
    assert "Aucun créneau libre, 2 complets où attendre." in read(by_workshop)
    assert "Attendre en deux moitiés, 15 et 15 élèves" in read(by_workshop)
    page = await world.claire.browser.get(f"/creneaux{said}&tri=date")
    assert "Aucun créneau ne convient. Voir aussi 2 créneaux complets, où attendre en deux moitiés" in read(page)
    (full,) = [link for link in links(page) if "complets=oui" in link]
    waits = await world.claire.browser.get(full)
    assert "Aucun créneau libre, 2 complets où attendre." in read(waits)
    assert read(waits).count("Attendre en deux moitiés") == 2
    assert "complets pour 15 et 15 élèves, à deux dates" in read(waits)
    there = f"/creneaux/{world.one[0]}/moities/{world.one[1]}"
    assert [link.partition("?")[0] for link in links(waits) if "/moities/" in link] == [there, there]
    assert (await world.claire.browser.get(there)).status_code == 200


async def test_a_class_waits_in_two_halves_with_a_whole_slot_second_and_each_page_says_both(app):
    world = await Pairs.new(app)
    await world.fill(*world.one, world.whole)
    answer = await world.claire.ask(world.one, world.whole, wait="oui")
    first, second = [one for (one,) in await seen("SELECT id FROM reservations WHERE half IS NOT NULL ORDER BY half")]
    demand = await value("SELECT id FROM demands WHERE lines = 2")
    assert answer.headers["location"] == f"/reservations/{first}?fait=voeux-en-attente"
    both = "mardi 2 mars 2027, 9 h 00, puis jeudi 4 mars 2027, 13 h 30, en deux moitiés"
    for half in (first, second):
        page = await world.claire.browser.get(f"/reservations/{half}")
        assert f"Premier choix (cette page) Découpe laser, Lycée Petit {both}" in read(page)
        assert "Les deux moitiés attendent ensemble" in read(page)
        assert f"/demandes/{demand}" in links(page)
    asked = read(await world.claire.browser.get(f"/demandes/{demand}"))
    assert "Ce que 4e B demande 30 élèves de 4e" in asked
    assert "première moitié (15 élèves) mardi 2 mars 2027, 9 h 00" in asked
    assert "deuxième moitié (15 élèves) jeudi 4 mars 2027, 13 h 30" in asked
    listed = read(await world.claire.browser.get("/mes-visites"))
    assert "4e B, 2 choix D'abord en deux moitiés : Découpe laser, Lycée Petit, mardi 2 mars 2027, 9 h 00" in listed
    assert "Ce que vos groupes demandent" not in read(await world.nora.browser.get("/mes-visites"))
    told = await letter("reservation_waiting")
    assert told is not None
    words = " ".join(told.text.replace("\u00a0", " ").split())
    assert "Votre groupe 4e B (30 élèves) est en liste d'attente pour 2 choix" in words
    assert "de 13 h 30 à 16 h 30 Deuxième choix : Découpe laser, Lycée Grand" in words
    withdrawn = await world.claire.browser.post(f"/demandes/{demand}/retrait", {})
    assert withdrawn.headers["location"] == f"/demandes/{demand}?fait=demande-retiree"
    assert {state for *_, state in await seen(MADE)} == {"cancelled_by_teacher"}


async def test_what_a_class_asks_for_besides_joins_what_it_waits_for_and_says_so(app):
    world = await Pairs.new(app)
    await world.fill(*world.one, *world.another)
    sent = [await world.claire.ask(pair, wait="oui") for pair in (world.one, world.another)]
    first = await value("SELECT min(id) FROM reservations WHERE half = 1")
    (demand,) = [one for (one,) in await seen("SELECT DISTINCT demand FROM reservations WHERE half IS NOT NULL")]
    assert [answer.headers["location"] for answer in sent] == [
        f"/reservations/{first}?fait=moities-attendent",
        f"/demandes/{demand}?fait=attend-aussi",
    ]
    page = read(await world.claire.browser.get(f"/demandes/{demand}"))
    assert page.count("première moitié (15 élèves)") == 2


async def test_a_class_waits_in_two_halves_and_is_offered_whatever_suits_it_today(app):
    world = await Pairs.new(app)
    await world.fill(*world.one)
    answer = await world.claire.ask(world.one, wait="oui", sentence="oui", sentence_km="40")
    offered = await value("SELECT id FROM reservations WHERE state = 'offered'")
    assert await value("SELECT slot FROM reservations WHERE id = $1", offered) == world.whole
    assert answer.headers["location"] == f"/reservations/{offered}?fait=place-trouvee"


async def test_the_principal_ticks_two_slots_as_one_line(app):
    world = await Pairs.new(app, needs_approval=True, principal_mail="perrin@example.org", principal_name="Mme Perrin")
    await world.fill(*world.one)
    answer = await world.claire.ask(world.whole, world.another, world.one, wait="oui")
    requested = await value("SELECT id FROM reservations WHERE state = 'requested'")
    assert answer.headers["location"] == f"/reservations/{requested}?fait=visa-et-reserve"
    told = await letter("approval_asked")
    assert told is not None
    (link,) = re.findall(r"/visa/[\w-]+", told.text)[:1]
    words = " ".join(told.text.replace("\u00a0", " ").split())
    lines = {
        "Deuxième choix": "en deux moitiés, mardi 16 mars 2027, de 9 h 00 à 12 h 00 et mardi 16 mars 2027, de 13 h 30",
        "Troisième choix": "en deux moitiés, mardi 2 mars 2027, de 9 h 00 à 12 h 00 et jeudi 4 mars 2027, de 13 h 30",
    }
    page = await world.nora.browser.get(link)
    for rank, line in lines.items():
        assert f"{rank} : {line}" in words
        assert f"{rank} : {line}" in read(page)
    assert len(re.findall(r'name="choices" value="(\d+)"', page.text)) == 3
    paper = await world.claire.browser.get(f"/reservations/{requested}")
    assert "mardi 16 mars 2027, 9 h 00, puis mardi 16 mars 2027, 13 h 30, en deux moitiés, Lycée Petit" in read(paper)
    halves = await value("SELECT id FROM reservations WHERE line = 2 AND half = 1")
    given = await world.nora.browser.post(link, {"answer": "oui", "choices": halves})
    assert "Le visa est accordé pour les choix cochés" in read(given)
    signed = "SELECT line, half, state, signed_on IS NOT NULL FROM reservations WHERE demand = $1 ORDER BY line, half"
    demand = await value("SELECT demand FROM reservations WHERE id = $1", requested)
    assert await seen(signed, demand) == [
        (1, None, "refused_by_principal", False),
        *[(2, half, "offered", True) for half in (1, 2)],
        *[(3, half, "cancelled_by_teacher", False) for half in (1, 2)],
    ]


async def test_the_letter_of_two_slots_first_lists_the_other_choices_too(app):
    world = await Pairs.new(app, needs_approval=True, principal_mail="perrin@example.org", principal_name="Mme Perrin")
    await world.claire.ask(world.one, world.whole, wait="oui")
    told = await letter("approval_asked")
    assert told is not None
    words = " ".join(told.text.replace("\u00a0", " ").split())
    assert "le groupe 4e B (30 élèves) n'en fera qu'une" in words
    assert "Premier choix : en deux moitiés, mardi 2 mars 2027, de 9 h 00 à 12 h 00 et jeudi 4 mars 2027" in words
    assert "Deuxième choix : mardi 9 mars 2027, de 9 h 00 à 12 h 00, Lycée Grand" in words
    assert "30 élèves en deux moitiés (15 et 15), 2 adultes avec chacune" in words


async def test_a_teacher_who_awaits_her_college_holds_two_halves_and_waits_for_none(app):
    world = await Pairs.new(app)
    await world.fill(*world.another)
    newcomer = await Class.new(app, "marie@example.org", awaiting=True)
    there = f"/creneaux/{world.one[0]}/moities/{world.one[1]}"
    page = await newcomer.browser.get(there)
    assert ('name="choice_2"' in page.text, 'name="wait"' in page.text) == (False, False)
    answer = await newcomer.ask(world.one)
    first = await value("SELECT id FROM reservations WHERE half = 1")
    assert answer.headers["location"] == f"/reservations/{first}?fait=demande-tenue"
    assert [state for *_, state in await seen(MADE)] == ["requested", "requested"]
    said = f"?niveau=4e&eleves=30&groupe={newcomer.group}"
    full = await newcomer.browser.get(f"/creneaux/{world.another[0]}/reserver{said}")
    assert WAITS not in read(full)
    refused = await newcomer.ask(world.another, wait="oui")
    assert (refused.status_code, "sans liste d'attente ni autre choix" in read(refused)) == (409, True)


async def test_a_class_beyond_its_colleges_number_reads_so_and_waits_in_two_halves(app):
    world = await Pairs.new(app)
    await builders.head_count(school=world.claire.college, pupils=24)
    await builders.reservation(slot=await builders.slot(), group=await builders.group(school=world.claire.college))
    there = f"/creneaux/{world.one[0]}/moities/{world.one[1]}"
    page = read(await world.claire.browser.get(there))
    assert "4e B passe après les autres : la classe attend, même si des places sont libres." in page
    assert "passe après les autres" not in read(await world.nora.browser.get(there))
    refused = await world.claire.ask(world.one)
    assert (refused.status_code, "Un groupe de plus passe après les autres" in read(refused)) == (409, True)
    answer = await world.claire.ask(world.one, wait="oui")
    first = await value("SELECT id FROM reservations WHERE half = 1")
    assert answer.headers["location"] == f"/reservations/{first}?fait=moities-attendent"
    assert await seen("SELECT state, beyond FROM reservations WHERE half IS NOT NULL") == [("waiting", True)] * 2
