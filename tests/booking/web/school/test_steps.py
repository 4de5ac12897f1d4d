"""What is left to do before a visit, on its page and in the list of visits: one next thing in blue, the rest below."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from httpx import Response

from tests import builders
from tests.booking.day.papers.paper_visit import pages_of
from tests.booking.visits.reservations.test_signed import Visited
from tests.booking.web.school.test_visits import claire, receiving
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.seen import state
from workshops.database import row, rows, transaction, value


def blue(page: Response) -> list[str]:
    """The blue buttons of a page, folded ones too."""
    main = page.text.partition("<main")[2]
    return [" ".join(words.split()) for words in re.findall(r'class="btn btn-primary[^"]*"[^>]*>([^<]*)', main)]


def steps(page: Response) -> list[str]:
    """The list as it is read, without what one may do of each line."""
    listed = page.text.partition('id="maintenant"')[2].partition("</section>")[0]
    found = re.findall(r'<div class="step-words"><strong>(.*?)</strong>', listed, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", one).replace("&#39;", "'").split()) for one in found]


async def goes_far() -> None:
    await rows("UPDATE schools SET lat = 47.5 WHERE kind = 'college'")


async def test_a_visit_says_the_next_thing_in_blue_and_one_tap_leads_to_the_following(app):
    browser, visit, slot = await claire(app)
    await goes_far()
    where = f"/reservations/{visit}"
    page = await browser.get(where)
    assert steps(page) == [
        "Demander le car avant mercredi 27 janvier",
        "Papiers aux familles avant mardi 2 février",
        "Effectif définitif avant mercredi 3 février",
        "Dire « nous venons » avant vendredi 5 février",
        "Liste des élèves close lundi 8 février",
        "Badges à imprimer avant mercredi 10 février",
    ]
    assert blue(page) == ["Car demandé"]
    taken = await browser.post(f"{where}/etapes/car")
    assert taken.headers["location"] == f"{where}#maintenant"
    page = await browser.get(where)
    assert (steps(page)[0], blue(page)) == ("Car demandé : fait", ["Imprimer les papiers"])
    assert "Car demandé : fait par vous, lundi 11 janvier" in read(page)
    printed = await browser.get(re.findall(r'href="([^"]+papier=familles)"', page.text)[0])
    assert "familles" in printed.headers["content-disposition"]
    await browser.post(f"{where}/etapes/papiers")
    await browser.post(f"{where}/etapes/car/retrait")
    assert blue(await browser.get(where)) == ["Car demandé"]
    lycee = await receiving(app, slot)
    told = read(await lycee.get(where))
    assert ("Et maintenant" in told, "Papiers donnés aux familles, par le collège" in told) == (False, True)


async def test_a_sheet_of_badges_made_for_the_teacher_ticks_itself_and_one_made_for_the_lycee_does_not(app):
    browser, visit, slot = await claire(app)
    lycee = await receiving(app, slot)
    sheet = f"/reservations/{visit}/badges.pdf?preset=a4"
    assert (await lycee.get(sheet)).status_code == 200
    assert "Badges à imprimer avant mercredi 10 février" in steps(await browser.get(f"/reservations/{visit}"))
    assert (await browser.get(sheet)).status_code == 200
    page = await browser.get(f"/reservations/{visit}")
    assert ("Badges imprimés : fait" in steps(page), blue(page)) == (True, ["Imprimer les papiers"])


@pytest.mark.parametrize("step", ["car", "car/retrait"])
async def test_nobody_else_ticks_and_what_is_not_a_step_is_not_there(app, step):
    browser, visit, slot = await claire(app)
    bruno = await builders.person("teacher", school=await builders.school())
    stranger = await Browser(app, now=NOW).sign_in(bruno)
    assert (await stranger.post(f"/reservations/{visit}/etapes/{step}")).status_code == 404
    assert (await (await receiving(app, slot)).post(f"/reservations/{visit}/etapes/{step}")).status_code == 404
    for unknown in ("badges", "visa", "x"):
        assert (await browser.post(f"/reservations/{visit}/etapes/{unknown}")).status_code == 404
    await rows("UPDATE reservations SET state = 'called_off'")
    late = await browser.post(f"/reservations/{visit}/etapes/{step}")
    assert (late.status_code, "Plus possible" in read(late)) == (409, True)
    assert await value("SELECT count(*) FROM events WHERE act LIKE 'reservation_coach%'") == 0


async def test_a_colleague_reads_who_did_it_and_may_take_it_back(app):
    browser, visit, _ = await claire(app)
    await goes_far()
    await browser.post(f"/reservations/{visit}/etapes/car")
    college = await value("SELECT school FROM reservations")
    hugo = await Browser(app, now=NOW).sign_in(await builders.person("teacher", name="Hugo Roy", school=college))
    await rows("UPDATE accounts SET name = 'Claire Renaud' WHERE email = 'claire@example.org'")
    page = await hugo.get(f"/reservations/{visit}")
    assert "Car demandé : fait par Claire Renaud, lundi 11 janvier" in read(page)
    await hugo.post(f"/reservations/{visit}/etapes/car/retrait")
    assert blue(await browser.get(f"/reservations/{visit}")) == ["Car demandé"]


async def test_a_visit_that_has_begun_says_what_comes_and_asks_nothing(app):
    browser, visit, _ = await claire(app, days=0)
    page = await browser.get(f"/reservations/{visit}")
    assert "la feuille de la classe vous vient par mail" in read(page)
    assert (steps(page), blue(page)) == ([], [])


async def test_the_teacher_of_a_group_that_was_not_counted_reads_what_she_may_do(app):
    browser, visit, slot = await claire(app, state="no_show", days=-2)
    assert "C'est une erreur ? Écrivez-lui" in read(await browser.get(f"/reservations/{visit}"))
    assert "C'est une erreur ?" not in read(await (await receiving(app, slot)).get(f"/reservations/{visit}"))


@pytest.mark.parametrize(("apart", "both"), [(timedelta(hours=4), True), (timedelta(days=2), False)])
async def test_two_halves_of_one_day_have_one_list_and_their_papers_are_one_file(app, apart, both):
    browser, visit, _ = await claire(app, days=30)
    college, teacher = await row("SELECT school, booked_by FROM reservations WHERE id = $1", visit)
    group = await builders.group(school=college, name="3e C")
    above = await builders.demand(group, lines=1)
    halves = []
    async with transaction():
        for half, later in ((1, timedelta()), (2, apart)):
            slot = await builders.slot(starts_at=NOW.replace(hour=8) + timedelta(days=40) + later)
            halves.append(await builders.reservation(slot=slot, group=group, by=teacher, demand=above, half=half))
    first = halves[0]
    page = await browser.get(f"/reservations/{first}")
    papers = re.findall(r'href="([^"]+papier=familles)"', page.text)
    assert ("Les deux effectifs sont justes" in read(page)) is both
    assert papers == [f"/mes-visites/{first}/{'moities' if both else 'papiers'}.pdf?papier=familles"]
    printed = await browser.get(papers[0])
    assert len({one for one in pages_of(printed.content) if "3e C" in one}) == (2 if both else 1)
    await browser.post(f"/reservations/{first}/etapes/papiers")
    done = "Papiers donnés aux familles : fait"
    assert [done in steps(await browser.get(f"/reservations/{one}")) for one in (*halves, visit)] == [True, both, False]


@pytest.mark.parametrize(
    ("gone", "lines"),
    [("cancelled_by_teacher", 1), ("lapsed", 1), ("refused_by_host", 1), ("called_off", 1), ("confirmed", 0)],
)
async def test_what_ended_before_its_day_stands_with_what_is_over_and_a_visit_says_its_next_step(app, gone, lines):
    browser, visit, _ = await claire(app)
    college, teacher = await row("SELECT school, booked_by FROM reservations WHERE id = $1", visit)
    slot = await builders.slot(starts_at=NOW + timedelta(days=20))
    other = await builders.group(school=college, name="5e A")
    ended = await builders.reservation(slot=slot, group=other, by=teacher, state=gone)
    page = (await browser.get("/mes-visites")).text
    coming, _, over = page.partition('<details class="past">')
    assert [f'href="/reservations/{one}"' in coming for one in (visit, ended)] == [True, not lines]
    assert (f'href="/reservations/{ended}"' in over) is bool(lines)
    assert coming.count("Prochaine étape : papiers aux familles avant mardi 2 février") == 1
    assert await state(ended) == gone


async def test_whoever_receives_a_visit_or_looks_after_it_still_finds_its_badges_and_papers(app):
    _, visit, slot = await claire(app)
    bruno = await Browser(app, now=NOW).sign_in(await builders.person("coordinator"))
    for browser in (await receiving(app, slot), bruno):
        page = (await browser.get(f"/reservations/{visit}")).text
        for way in (f"/mes-visites/{visit}/papiers", f"/reservations/{visit}/badges", "/invitation.ics"):
            assert page.count(f'{way}"') == 1


async def test_a_signed_visit_says_by_whom_and_its_change_or_more_adults_what_they_wait_for(app):
    app.state.clock = lambda: NOW
    visited = await Visited.signed()
    await rows("UPDATE schools SET principal_confirmed_at = $1 WHERE needs_approval", NOW - timedelta(days=9))
    browser = await Browser(app, now=NOW).sign_in(visited.claire)
    page = await browser.get(f"/reservations/{visited.id}")
    assert "Visa signé : fait par Mme Perrin, lundi 11 janvier" in read(page)
    change = (await visited.moves(visited.elsewhere)).asked
    asked = await browser.get(f"/reservations/{change}")
    assert steps(asked) == ["Visa avant jeudi 21 janvier"]
    assert "Ce changement remplacera votre visite déjà visée" in read(asked)
    assert "Renvoyer la demande de visa" in read(asked)
    await browser.post(f"/reservations/{change}/annulation")
    await visited.comes(24, 3, token="t" * 43)
    page = read(await browser.get(f"/reservations/{visited.id}"))
    assert "Visa avant jeudi 21 janvier pour 3 adultes au lieu de 2" in page
    assert "Visa signé" not in page


async def test_a_number_that_cannot_come_is_said_beside_it_and_the_step_is_not_done(app):
    browser, visit, _ = await claire(app)
    refused = await browser.post(f"/reservations/{visit}/effectif", {"pupils": 0, "adults": 2, "settled": "on"})
    assert (refused.status_code, "Effectif définitif : fait" in steps(refused)) == (422, False)
    assert "Élèves : écrivez un nombre de 1 à 30." in read(refused)
    assert re.search(r'id="pupils"[^>]* max="30"', (await browser.get(f"/reservations/{visit}")).text)
    assert await value("SELECT count(*) FROM events WHERE act = 'reservation_count_ready'") == 0


async def test_whoever_orders_the_coach_reads_who_pays_it_and_finds_its_sheet(app):
    browser, visit, _ = await claire(app)
    await goes_far()
    await builders.academie(coach="Le programme, jusqu'à 400 €")
    page = await browser.get(f"/reservations/{visit}")
    assert "Votre collège le commande, avec la fiche transport . Qui paie : Le programme, jusqu'à 400 €." in read(page)
    assert (await browser.get(f"/mes-visites/{visit}/papiers/transport")).status_code == 200
    await browser.post(f"/reservations/{visit}/etapes/car")
    assert "Qui paie" not in read(await browser.get(f"/reservations/{visit}"))
