from __future__ import annotations

import re

import pytest

from booking.web.company.sessions import SHOWN, SHOWN_AFTERWARDS, months_ahead
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows


async def a_company(app, **card):
    company, pauline = await builders.company(**card), await builders.account()
    await builders.membership(pauline, "company", company=company)
    return await Browser(app, now=NOW).sign_in(pauline)


def slots_in(text):
    return [int(found) for found in re.findall(r'href="/creneaux/(\d+)">', text)]


def test_the_months_to_choose_from_go_past_december():
    months = months_ahead(paris("2026-12-31 23:30"))
    assert [*months][:2] == ["2026-12", "2027-01"]
    assert len(months) == 12
    assert months["2027-08"] == "août 2027"


async def test_the_sessions_say_pupils_places_and_kilometres_nearest_first(app):
    browser = await a_company(app)
    here = await builders.school(kind="lycee", name="Lycée Jules Haag")
    morteau = await builders.school(
        kind="lycee", name="Lycée Edgar Faure", commune="Morteau", postcode="25500", lat=47.06, lon=6.60
    )
    near, far = await builders.slot(host=here), await builders.slot(host=morteau)
    empty = await builders.slot(host=here, starts_at=paris("2027-03-24 09:00"))
    for slot in (near, far):
        await builders.reservation(slot=slot, group=await builders.group(name="4e Secrète"), pupils=23)
    answer = await browser.get("/seances")
    shown = read(answer)
    assert slots_in(answer.text) == [near, far, empty]
    assert "D'abord celles où des élèves sont attendus, au plus près de Besançon." in shown
    assert "Lycée Jules Haag, Besançon · 0 km 23 élèves attendus · 4 places pour vous" in shown
    assert "Lycée Edgar Faure, Morteau · 48 km 23 élèves attendus · 4 places pour vous" in shown
    assert "Aucun groupe pour l'instant · 4 places pour vous" in shown
    assert ("4e Secrète" in shown, "estimé" in shown) == (False, False)


async def test_a_session_at_an_hour_at_which_the_company_is_announced_says_where(app):
    company, pauline = await builders.company(), await builders.account()
    await builders.membership(pauline, "company", company=company)
    browser = await Browser(app, now=NOW).sign_in(pauline)
    here = await builders.school(kind="lycee", name="Lycée Jules Haag")
    announced, other = [
        await builders.slot(host=school, starts_at=paris("2027-03-25 09:00"))
        for school in (here, await builders.school(kind="lycee", name="Lycée Edgar Faure"))
    ]
    afternoon = await builders.slot(host=here, starts_at=paris("2027-03-25 14:00"))
    own = await builders.attendance(slot=announced, company=company)
    # Somebody else's coming, at the same hour, says nothing of this one.
    await builders.attendance(slot=afternoon, company=await builders.company(name="Horlogerie du Doubs"))
    answer = await browser.get("/seances")
    assert sorted(slots_in(answer.text)) == [other, afternoon]
    told = "Vous êtes déjà annoncé ce jour-là de 9 h 00 à 12 h 00 : Lycée Jules Haag, Besançon."
    assert re.findall("Vous êtes déjà annoncé .*?\\.", read(answer)) == [told]
    await rows("UPDATE attendances SET state = 'withdrawn' WHERE id = $1", own)
    assert "déjà annoncé" not in read(await browser.get("/seances"))


@pytest.mark.parametrize(
    ("commune", "department", "told", "estimated"),
    [
        ("Trépot", "25", "Distances estimées depuis votre département.", 1),
        ("", "", "Pour voir les plus proches, donnez votre commune à la coordination", 0),
    ],
)
async def test_a_company_reads_how_well_its_place_is_known(app, commune, department, told, estimated):
    browser = await a_company(app, commune=commune, department=department)
    await builders.slot()
    shown = read(await browser.get("/seances"))
    assert (told in shown, shown.count("(estimé)")) == (True, estimated)


async def test_filters_narrow_the_list_and_stay_chosen(app):
    browser = await a_company(app)
    await builders.slot()
    april = await builders.slot(starts_at=paris("2027-04-30 14:00"))
    shown = (await browser.get("/seances?mois=2027-04&departement=25")).text
    assert slots_in(shown) == [april]
    assert '<details class="panel" open>' in shown
    assert '<option value="2027-04" selected>avril 2027</option>' in shown


async def test_nothing_for_these_filters_says_how_to_find_more(app):
    browser = await a_company(app)
    await builders.slot()
    shown = (await browser.get("/seances?mois=2027-06")).text
    assert "Aucune séance ne convient" in shown
    assert 'href="/seances">Voir toutes les séances</a>' in shown


async def test_filters_that_are_not_ours_filter_nothing(app):
    browser = await a_company(app)
    made = await builders.slot()
    answer = await browser.get("/seances?mois=2027-99&departement=%27%3B--")
    assert answer.status_code == 200
    assert slots_in(answer.text) == [made]


async def test_ten_stand_first_and_the_others_are_one_tap_away(app):
    browser = await a_company(app)
    lycee = await builders.school(kind="lycee")
    workshop = await builders.workshop(host=lycee)
    made = [await builders.slot(workshop=workshop) for _ in range(SHOWN + SHOWN_AFTERWARDS + 2)]
    address, pages = "/seances?departement=25", []
    while address:
        shown = (await browser.get(address)).text
        pages.append(slots_in(shown))
        following = re.search(r'rel="next" href="([^"]+)">Voir les autres séances', shown)
        address = following[1].replace("&amp;", "&") if following else ""
        assert "departement=25" in address or not address
    assert [len(one) for one in pages] == [10, 50, 2]
    assert [slot for one in pages for slot in one] == made
    assert 'href="/seances">Revenir aux premières séances' in shown
