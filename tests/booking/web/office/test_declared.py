"""Targets whose figure the coordinator types, and the official unit of P-TECH's lycéens."""

from __future__ import annotations

from tests import builders
from tests.browsing import read
from workshops.database import rows, value

STAGES = {
    "programme": "technilab",
    "label": "Stages d'observation",
    "target": "500",
    "unit": "stages",
    "from_on": "2025-09-01",
    "to_on": "2030-08-31",
    "note": "Conventions signées.",
}
PATH = "/gestion/objectifs/technilab/stages-d-observation"


async def test_another_target_is_added_and_its_figure_typed_with_a_date_and_a_source(office, nadia):
    assert (await office.post("/gestion/objectifs", STAGES)).headers["location"].startswith("/gestion/objectifs?")
    assert "Stages d'observation aucun chiffre déclaré" in read(await office.get("/gestion"))
    typed = {"figure": "120", "counted_on": "2026-12-31", "source": "Enquête du rectorat"}
    assert (await office.post(f"{PATH}/chiffres", typed)).status_code == 303
    shown = read(await office.get("/gestion"))
    assert "Stages d'observation 120 stages sur 500" in shown
    assert "Déclaré pour le jeudi 31 décembre 2026, d'après : Enquête du rectorat." in shown
    assert "120 stages au jeudi 31 décembre 2026 Enquête du rectorat" in read(await office.get(PATH))
    acts = await rows("SELECT act, by, words FROM events e JOIN event_words w ON w.event = e.id ORDER BY e.id")
    assert [tuple(one) for one in acts][-1] == (
        "figure_declared",
        nadia,
        "120 au 2026-12-31, d'après : Enquête du rectorat",
    )


async def test_a_figure_of_tomorrow_or_without_source_is_refused_in_words(office):
    await office.post("/gestion/objectifs", STAGES)
    answer = await office.post(f"{PATH}/chiffres", {"figure": "1", "counted_on": "2027-01-12", "source": "Moi"})
    assert answer.status_code == 422
    assert "Ce jour n'est pas encore passé." in read(answer)
    answer = await office.post(f"{PATH}/chiffres", {"figure": "", "counted_on": "", "source": ""})
    assert answer.status_code == 422
    assert await value("SELECT count(*) FROM declared_figures") == 0


async def test_a_target_that_is_counted_takes_no_typed_figure(office):
    await builders.target()
    typed = {"figure": "6000", "counted_on": "2026-12-31", "source": "Moi"}
    assert (await office.post("/gestion/objectifs/technilab/pupils/chiffres", typed)).status_code == 404


async def test_a_target_added_by_mistake_leaves_the_board_with_its_figures(office, nadia):
    await office.post("/gestion/objectifs", STAGES)
    await office.post(f"{PATH}/chiffres", {"figure": "120", "counted_on": "2026-12-31", "source": "Enquête"})
    answer = await office.post(f"{PATH}/retrait", {})
    assert answer.headers["location"] == "/gestion/objectifs?fait=objectif-retire"
    assert await value("SELECT count(*) FROM targets") + await value("SELECT count(*) FROM declared_figures") == 0
    last = await rows("SELECT act, by, detail FROM events ORDER BY id DESC LIMIT 1")
    assert tuple(last[0]) == ("target_dropped", nadia, "Stages d'observation, avec 1 chiffre saisi")
    assert (await office.post(f"{PATH}/retrait", {})).status_code == 404


async def test_a_target_that_is_counted_is_never_taken_back(office):
    await builders.target()
    assert (await office.post("/gestion/objectifs/technilab/pupils/retrait", {})).status_code == 404
    assert await value("SELECT count(*) FROM targets") == 1
    assert "Retirer" not in read(await office.get("/gestion/objectifs/technilab/pupils"))


async def test_two_targets_never_have_one_name(office):
    await office.post("/gestion/objectifs", STAGES)
    answer = await office.post("/gestion/objectifs", STAGES)
    assert answer.status_code == 422
    assert "Un objectif porte déjà cet intitulé" in read(answer)


async def test_one_of_two_units_is_official_and_both_are_shown(office, nadia):
    for metric, label in (("pupils", "Lycéens, par année"), ("entrants", "Lycéens entrés")):
        await builders.target(programme="ptech", metric=metric, label=label, official=metric == "pupils")
    assert "Lycéens entrés 0 élèves sur 6 000 Provisoire À titre indicatif" in read(await office.get("/gestion"))
    answer = await office.post("/gestion/objectifs/unite", {"unite": "ptech/entrants"})
    assert answer.status_code == 303
    assert "Lycéens, par année 0 élèves sur 6 000 Provisoire À titre indicatif" in read(await office.get("/gestion"))
    assert await value("SELECT by FROM events WHERE act = 'unit_chosen'") == nadia
    assert (await office.post("/gestion/objectifs/unite", {"unite": "technilab/pupils"})).status_code == 404
