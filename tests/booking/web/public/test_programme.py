"""The programme's progress for everyone: the same bytes for all, kept by caches, small counts hidden."""

from __future__ import annotations

import pytest

from tests import builders
from tests.browsing import read
from tests.builders import paris
from workshops.programmes.targets.metrics import VISITORS


async def a_visit(counted: int, department: str = "25") -> None:
    college = await builders.school(department=department)
    slot = await builders.slot(starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.turnout(slot=slot, school=college, counted=counted)


@pytest.mark.parametrize("path", ["/programme", "/programme/dessin.svg", "/programme/definitions"])
async def test_a_cache_may_keep_the_page_and_ask_whether_it_changed(visitor, path):
    await builders.target()
    await a_visit(23)
    answer = await visitor.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=600")
    assert "set-cookie" not in answer.headers
    held = await visitor.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", answer.headers["etag"])


async def test_new_figures_have_another_mark(visitor):
    await builders.target()
    await a_visit(23)
    before = (await visitor.get("/programme")).headers["etag"]
    await a_visit(20)
    assert (await visitor.get("/programme")).headers["etag"] != before


async def test_whoever_is_signed_in_gets_the_very_same_page(visitor):
    await builders.target()
    await a_visit(23)
    alone = await visitor.get("/programme")
    account = await builders.person("coordinator", "nadia@example.org", name="Nadia Perrin")
    await visitor.sign_in(account)
    assert (await visitor.get("/programme")).content == alone.content


async def test_the_page_tells_each_target_and_hides_small_counts(visitor):
    await builders.target()
    for counted, department in ((40, "25"), (12, "39"), (3, "70")):
        await a_visit(counted, department)
    shown = read(await visitor.get("/programme"))
    assert "Collégiens accueillis 55 élèves sur 6 000" in shown
    assert "3 visites dans 3 lycées, pour 3 collèges" in shown
    assert "Doubs 40 Jura masqué Haute-Saône masqué" in shown


async def test_what_would_be_lacking_is_said_as_rounded_as_its_parts(visitor):
    await builders.target()
    await a_visit(23)
    # 23 counted and some 50 hoped.
    assert "Il manquerait environ 5 927." in read(await visitor.get("/programme")).replace("\u202f", " ")
    schema = (await visitor.get("/donnees/objectifs-schema.json")).json()
    assert "arrondies" in next(one["description"] for one in schema["fields"] if one["name"] == "prevision")


async def test_the_first_page_and_every_footer_lead_there(visitor):
    for path in ("/", "/creneaux", "/mentions"):
        assert 'href="/programme"' in (await visitor.get(path)).text


async def test_the_dictionary_says_each_figure_its_source_its_rule_and_when_it_freezes(visitor):
    await builders.target()
    shown = read(await visitor.get("/programme/definitions"))
    assert "Collégiens accueillis (élèves) Objectif : 6 000" in shown
    assert f"Source : Effectifs des visites closes. Compté : {VISITORS.rule}" in shown
    assert "Figé : Après le samedi 31 août 2030." in shown


async def test_girls_priority_education_and_distance_are_told_with_small_counts_hidden(visitor):
    await builders.target()
    slot = await builders.slot(starts_at=paris("2026-12-10 09:00"), state="done", groups_max=9)
    for counted, girls, priority in ((40, 21, ""), (12, None, "REP"), (3, None, "REP+")):
        college = await builders.school(priority=priority)
        await builders.turnout(slot=slot, school=college, counted=counted, girls=girls)
    shown = read(await visitor.get("/programme"))
    assert "Collège Élèves REP+ masqué REP masqué Hors éducation prioritaire 40" in shown
    assert "Filles ou garçons Élèves Filles 21 Garçons 19" in shown
    assert "Moins de 10 km 55 De 10 à 25 km 0" in shown
    lone = await builders.school(priority="REP+")
    await builders.turnout(slot=slot, school=lone, counted=20, girls=19)
    assert "Filles 40 Garçons 20" in read(await visitor.get("/programme"))


async def test_three_boys_among_many_girls_hide_both(visitor):
    await builders.target()
    slot = await builders.slot(starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.turnout(slot=slot, counted=20, girls=17)
    shown = read(await visitor.get("/programme"))
    assert "Filles masqué Garçons masqué" in shown
