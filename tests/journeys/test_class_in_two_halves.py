"""Classes of 30 in a country of slots of 24: one waits by page until both places are given back, two enter a draw."""

from __future__ import annotations

import re
from datetime import timedelta

from booking.visits.reservations.hold_draw import hold_draws
from tests import builders
from tests.booking.visits.reservations.demands import SECRET
from tests.booking.web.school.pairs import Pairs, named, options
from tests.booking.web.school.test_said_once import links
from tests.browsing import Browser, read
from tests.builders import NOW, new_uid
from tests.seen import letter, mails, seats, seen
from workshops.database import value

DRAWS = NOW + timedelta(hours=1)


async def test_a_class_waits_by_page_in_two_halves_is_offered_both_and_takes_them_by_one_tap(app):
    world = await Pairs.new(app)
    held = await world.fill(*world.one, *world.another, world.whole)

    # From a slot that is too small and full, one tap leads to the form that waits.
    said = f"?groupe={world.claire.group}&niveau=4e&eleves=30"
    slot = await world.claire.browser.get(f"/creneaux/{world.one[0]}/reserver{said}")
    (tap,) = [link for link in links(slot) if link.startswith(f"/creneaux/{world.one[0]}/moities/{world.one[1]}")]
    form = await world.claire.browser.get(tap)
    assert "complet pour 30 élèves, liste d'attente" in options(form.text, "choice_2")[str(world.whole)]
    assert "complets pour 30 élèves, liste d'attente" in options(form.text, "choice_2")[named(world.another)]
    (key,) = re.findall(r'name="key" value="([^"]+)"', form.text)
    sent = [await world.claire.ask(world.one, world.whole, wait="oui", key=key) for _ in range(2)]
    halves = [one for (one,) in await seen("SELECT id FROM reservations WHERE half IS NOT NULL ORDER BY half")]
    assert [answer.headers["location"] for answer in sent] == [
        f"/reservations/{halves[0]}?fait={told}" for told in ("voeux-en-attente", "deja-demande")
    ]
    # Another class waits behind for one of the two slots, and in halves for the other pair.
    await world.nora.ask(world.another, wait="oui")

    await held[0].given_back()
    assert {one for (one,) in await seen("SELECT state FROM reservations WHERE half IS NOT NULL")} == {"waiting"}
    assert await seats(world.one[0]) == (0, 0)
    await held[1].given_back()
    states = "SELECT state FROM reservations WHERE id = ANY ($1) ORDER BY id"
    assert await seen(states, halves) == [("offered",)] * 2
    assert [await seats(slot) for slot in world.one] == [(15, 1), (15, 1)]

    offer = await letter("place_offered")
    assert offer is not None
    assert [to for kind, to in await mails() if kind == "place_offered"] == ["claire@example.org"]
    (link,) = re.findall(r"/offre/[\w.-]+", offer.text)[:1]
    anyone = Browser(app, now=NOW)
    assert "Une place est proposée à chaque moitié de votre classe" in read(await anyone.get(link))
    taken = read(await anyone.post(link, {"answer": "oui"}))
    assert "l'autre moitié (15 élèves)" in taken
    assert await seen(states, halves) == [("confirmed",)] * 2
    assert await seen("SELECT state FROM reservations WHERE demand IS NOT NULL AND line = 2") == [
        ("cancelled_by_teacher",)
    ]
    listed = read(await world.claire.browser.get("/mes-visites"))
    assert ("2 visites à venir" in listed, "Ce que vos groupes demandent" in listed) == (True, False)
    assert "En deux moitiés : Découpe laser, Lycée Petit" in read(await world.nora.browser.get("/mes-visites"))


async def test_in_a_draw_two_classes_ask_by_page_for_one_pair_and_each_has_a_place(app):
    world = await Pairs.new(app)
    await builders.opening(opens_at=NOW, draws_at=DRAWS, seed=bytes(32))
    people, asked = (world.claire, world.nora), []
    for person in people:
        said = f"?groupe={person.group}&niveau=4e&eleves=30"
        for page in (f"/creneaux/{world.one[0]}{said}", f"/creneaux/{world.one[0]}/reserver{said}"):
            slot = await person.browser.get(page)
            assert "Mettre les deux moitiés au tirage" in read(slot)
        form = await person.browser.get(f"/creneaux/{world.one[0]}/moities/{world.one[1]}{said}")
        assert "Mettre au tirage les deux moitiés de 4e B" in read(form)
        assert "Le tirage met la plus grande moitié là où il reste le plus de places." in read(form)
        assert 'name="sentence" value="oui" checked' in form.text
        assert re.findall(r'name="(choice_\d)"', form.text) == [f"choice_{n}" for n in range(2, 6)]
        answer = await person.ask(world.one, world.whole, world.another, pupils=30, sentence="oui", sentence_km="40")
        where, _, told = answer.headers["location"].partition("?")
        assert told == "fait=au-tirage"
        page = read(await person.browser.get(where))
        assert "La demande est au tirage." in read(await person.browser.get(answer.headers["location"]))
        assert "première moitié (15 élèves) mardi 2 mars 2027, 9 h 00" in page
        assert "Quatrième choix : ce qui convient 4e B, 30 élèves, à moins de 40 km" in page
        asked.append((person, where))
    assert await seen("SELECT DISTINCT state, count(*) FROM reservations GROUP BY state") == [("in_draw", 10)]
    again = await world.claire.ask(world.another, pupils=30)
    assert (again.status_code, "déjà" in read(again)) == (409, True)

    app.state.clock = lambda: DRAWS
    await hold_draws(secret_key=SECRET, new_token=lambda: "d" * 43, new_uid=new_uid, now=DRAWS)
    ranks = [rank for (rank,) in await seen("SELECT rank FROM demands ORDER BY id")]
    (first, had), (second, passed) = asked if ranks == [1, 2] else reversed(asked)
    assert [await seats(slot) for slot in (*world.one, world.whole)] == [(15, 1), (15, 1), (30, 1)]
    told = read(await first.browser.get(had))
    assert "À votre tour : c'est ce choix que le groupe a eu." in told
    told = read(await second.browser.get(passed))
    assert "À votre tour : plus aucun groupe n'y tenait ; restaient" in told
    of_second = "SELECT slot, state FROM reservations WHERE \"group\" = $1 AND state = 'confirmed'"
    assert await seen(of_second, second.group) == [(world.whole, "confirmed")]
    placed = [to for kind, to in await mails() if kind == "reservation_confirmed"]
    assert sorted(placed) == ["claire@example.org", "nora@example.org"]
    assert await value("SELECT count(*) FROM demands WHERE result = 'placed'") == 2
