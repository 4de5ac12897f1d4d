from __future__ import annotations

import re

from booking.web.office.schools import SHOWN
from tests import builders
from tests.browsing import read


async def test_without_any_school_the_page_says_to_import_the_directory(office):
    shown = await office.get("/gestion/etablissements")
    assert "Aucun établissement n'est connu" in read(shown)
    assert 'href="/gestion/imports">Importer l&#39;annuaire</a>' in shown.text


async def test_departements_are_counted_and_lead_to_their_schools(office):
    await builders.school(name="Collège Stendhal")
    await builders.school(kind="lycee", name="Lycée Jules Haag")
    await builders.school(name="Collège de l'Arc", department="39")
    shown = await office.get("/gestion/etablissements")
    assert "2 collèges et 1 lycée sont connus." in read(shown)
    assert "Doubs 1 1 Jura 1 0" in read(shown)
    listed = read(await office.get("/gestion/etablissements?departement=25"))
    assert "2 établissements conviennent." in listed
    assert "Collège de l'Arc" not in listed


async def test_schools_are_searched_without_accents_and_by_kind(office):
    await builders.school(name="Collège Victor Hugo", commune="Besançon")
    await builders.school(kind="lycee", name="Lycée Victor Hugo", commune="Besançon")
    assert "2 établissements conviennent." in read(await office.get("/gestion/etablissements?q=hugo+besancon"))
    only = await office.get("/gestion/etablissements?q=hugo&type=lycee")
    assert re.findall(r'<a href="/gestion/etablissements/\d+">([^<]+)</a>', only.text) == ["Lycée Victor Hugo"]
    assert "Aucun établissement ne convient" in read(await office.get("/gestion/etablissements?q=zzz"))


async def test_a_school_page_tells_its_people_its_figures_and_its_card(office):
    college = await builders.school(name="Collège Stendhal", mail="ce.0250009z@ac-besancon.fr", uai="0250011B")
    await builders.person("teacher", "claire@example.org", name="Claire Renaud", school=college)
    await builders.turnout(slot=await builders.slot(state="done"), school=college, counted=23)
    answer = await office.get(f"/gestion/etablissements/{college}")
    shown = read(answer)
    for told in (
        "Élèves venus 23 en 1 visite close",
        "Claire Renaud · Enseignant claire@example.org Jamais connecté",
        "UAI 0250011B",
        "1 rue Labbé 25000 Besançon",
        "Zone A",
    ):
        assert told in shown
    assert 'href="/gestion/comptes/invitation?role=teacher&amp;uai=0250011B"' in answer.text


async def test_a_school_without_anyone_says_whom_to_invite(office):
    lycee = await builders.school(kind="lycee")
    assert "Invitez la personne qui accueillera les groupes." in read(
        await office.get(f"/gestion/etablissements/{lycee}")
    )


async def test_an_unknown_school_is_not_found(office):
    assert (await office.get("/gestion/etablissements/999")).status_code == 404


async def test_a_long_list_goes_on_where_it_stopped_and_says_how_many_there_are(office):
    for number in range(SHOWN + 3):
        await builders.school(name=f"Collège {number:03}", commune="Dole", department="39")
    await builders.school(name="Collège 999", commune="Aiglepierre")
    for asked in ("departement=39", "q=college+dole", "q=dole&departement=39&type=college"):
        first = await office.get(f"/gestion/etablissements?{asked}")
        assert f"{SHOWN + 3} établissements conviennent." in read(first)
        assert "Établissements suivants : il en reste 3" in read(first)
        following = re.search(r'rel="next" href="([^"]+)"', first.text)
        second = await office.get(following[1].replace("&amp;", "&"))
        found = re.findall(r">Collège (\d{3})</a>", first.text + second.text)
        assert found == [f"{number:03}" for number in range(SHOWN + 3)]
        assert 'rel="next"' not in second.text


async def test_a_department_narrows_the_words_even_where_another_has_many_such_schools(office):
    for number in range(SHOWN):
        await builders.school(name=f"Collège Victor Hugo {number}", commune="Besançon", department="25")
    await builders.school(name="Collège Victor Hugo", commune="Dole", department="39")
    shown = read(await office.get("/gestion/etablissements?q=hugo&departement=39"))
    assert "1 établissement convient." in shown
