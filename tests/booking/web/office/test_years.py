"""The page of the school years.

A host corrects what a closed year counts: she is asked why, and it stands beside the figure, for everyone.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote

import pytest

from booking.year.close import close_year
from booking.year.rules import CloseYear, SchoolYear
from tests import builders, builders_bts1, builders_ptech
from tests.booking.api.test_ptech import a_coordinator
from tests.booking.year.past_year import AUGUST, a_past_year
from tests.browsing import Browser, read
from tests.builders import NOW
from workshops.closed_years.queries import corrections
from workshops.database import rows, value
from workshops.tallies.count import recount


@pytest.fixture
async def august(app, nadia):
    """The coordinator's browser, on 2 August 2027."""
    app.state.clock = lambda: AUGUST
    return await Browser(app, now=AUGUST).sign_in(nadia)


async def test_a_year_is_prepared_confirmed_closed_and_told(app, august, nadia):
    past = await a_past_year(app.state.settings.data_dir)
    assert "2026-2027 À clore 3 créneaux passés ne sont pas clos" in read(await august.get("/gestion/annees"))
    prepared = read(await august.get("/gestion/annees/2026-2027"))
    assert "1 visite à confirmer" in prepared
    assert "Élèves comptés 50" in prepared
    assert "1 visite que ses badges diront" in prepared
    assert await value("SELECT count(*) FROM year_closings") == 0

    path = "/gestion/annees/2026-2027/cloture"
    unsure = await august.post(path, {f"zero-{past.silent}": "oui"})
    assert (unsure.status_code, await value("SELECT count(*) FROM year_closings")) == (422, 0)
    unsettled = await august.post(path, {"sure": "oui"})
    for slot in (past.silent, past.scanned):
        assert f'href="/gestion/creneaux/{slot}?retour=/gestion/annees/2026-2027"' in unsettled.text
        assert (await august.get(f"/gestion/creneaux/{slot}")).status_code == 200
    assert unsettled.status_code == 409
    assert "1 visite passée n'est pas close et aucun badge n'y a été lu" in read(unsettled)
    closed = await august.post(path, {"sure": "oui", f"zero-{past.silent}": "oui"})
    assert closed.headers["location"] == "/gestion/annees/2026-2027?fait=annee-close"
    assert "Close le lundi 2 août 2027, 10 h 00" in read(await august.get("/gestion/annees/2026-2027"))
    report = await august.get("/gestion/annees/2026-2027/rapport.csv")
    assert "2026-2027;lundi 2 août 2027, 10 h 00;Figé;Élèves comptés;50\r\n" in report.text
    (taken,) = await rows("SELECT by, detail FROM events WHERE act = 'counts_exported'")
    assert tuple(taken) == (nadia, "Clôture de 2026-2027, csv")

    refused = await august.post(f"/gestion/creneaux/{past.closed[0]}/reouverture", {"reason": "Erreur"})
    assert refused.status_code == 409
    assert "L'année scolaire de cette visite est close" in read(refused)


async def test_a_year_under_way_is_not_closed_and_another_is_not_found(app, august):
    await a_past_year(app.state.settings.data_dir)
    running = read(await august.get("/gestion/annees/2027-2028"))
    assert "elle se clôt à partir du mardi 1er août 2028" in running
    refused = await august.post("/gestion/annees/2027-2028/cloture", {"sure": "oui"})
    assert (refused.status_code, "n'est pas finie" in read(refused)) == (409, True)
    for path in ("2019-2020", "2026-2028", "demain", "2026-2027/rapport.csv"):
        assert (await august.get(f"/gestion/annees/{path}")).status_code == 404


LAST = SchoolYear(2025)
BECAUSE = "Erreur de saisie vue au contrôle"


@pytest.fixture
async def closed(db, tmp_path):
    """The last school year is closed: 27 lycéens in one cohort, 30 in another lycée's, a course that opened."""
    days = {"from_on": date(2024, 9, 1), "to_on": date(2029, 8, 31)}
    await builders.target(programme="ptech", metric="pupils", label="Lycéens", unit="lycéens", target=1800, **days)
    await builders.target(programme="bts1", metric="courses", label="Formations", unit="formations", **days)
    college = await builders.school(name="Collège Stendhal", priority="REP", rural=True, lat=47.0, lon=5.5)
    slot = await builders.slot(starts_at=builders.paris("2026-03-03 09:00"), state="done")
    await builders.turnout(slot=slot, school=college, counted=23)
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee), entry_year=2025)
    await builders_ptech.census(cohort, 2025, present=27)
    await builders_ptech.census(await builders_ptech.cohort(entry_year=2025), 2025, present=30)
    course = await builders_bts1.opened(school=lycee, on=date(2025, 9, 1))
    await close_year(LAST, CloseYear(), by=None, data_dir=tmp_path, now=NOW)
    return {"lycee": lycee, "cohort": cohort, "course": course}


async def again(browser: Browser, answer, reason: str):
    """The page that asks why is sent, with all that it holds."""
    assert (answer.status_code, "Corriger une année close" in answer.text) == (409, True)
    main = answer.text.split("<main")[1]
    held = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', main))
    address = re.search(r'<form method="post" action="([^"]+)"', main)[1]
    return await browser.post(address, {**held, "_correction": reason})


async def test_a_census_of_a_closed_year_is_corrected_with_its_reason_beside_the_figure(app, office, closed):
    address = f"/gestion/ptech/cohortes/{closed['cohort']}/recensement"
    form = {"school_year": "2025", "term": "october", "present": "37", "girls": "0", "note": ""}
    form |= dict.fromkeys(("entered", "left_reoriented", "left_moved", "left_work", "left_dropout", "left_other"), "0")
    asked = await office.post(address, form)
    assert "L'année 2025-2026 est close" in read(asked)
    assert await value("SELECT present FROM ptech_censuses WHERE cohort = $1", closed["cohort"]) == 27
    named = await again(office, asked, "D'après Nadia Perrin")
    assert "ressemble à un nom de personne" in read(named)
    assert await value("SELECT present FROM ptech_censuses WHERE cohort = $1", closed["cohort"]) == 27
    assert (await again(office, named, BECAUSE)).status_code == 303
    told = f"2025-2026, corrigé depuis la clôture : 57 → 67 par la coordination : « {BECAUSE} »."
    for path in ("/gestion", "/programme"):
        assert told in read(await office.get(path)), path
    assert f"2025-2026 : 57 → 67 ({BECAUSE})" in (await office.get("/gestion/objectifs.csv")).text
    line = "2025-2026, recensement d'octobre : présents 27 → 37 le lundi 11 janvier 2027, par la coordination"
    for path in (f"/gestion/ptech/cohortes/{closed['cohort']}", f"/gestion/annees/{LAST.name}"):
        assert f"{line} : « {BECAUSE} »" in read(await office.get(path)), path
    figures = (await office.get("/api/v1/results")).json()["targets"]
    assert {one["metric"]: one["corrected"] for one in figures} == {
        "pupils": [{"year": "2025-2026", "was": 57, "becomes": 67, "because": [{"lycee": None, "reason": BECAUSE}]}],
        "courses": [],
    }
    (one,) = (await office.get(f"/api/v1/years/{LAST.name}")).json()["corrected"]
    assert (one["was"].split(",")[0], one["becomes"].split(",")[0], one["reason"]) == (
        "present 27",
        "present 37",
        BECAUSE,
    )


async def test_a_step_of_a_closed_year_is_removed_with_a_reason_alone(office, closed):
    asked = await office.post(f"/bts1/{closed['course']}/etapes/ouverte/retrait", {})
    assert (await again(office, asked, BECAUSE)).status_code == 303
    shown = read(await office.get("/gestion"))
    assert f"2025-2026, corrigé depuis la clôture : 1 → 0 par la coordination : « {BECAUSE} »." in shown
    assert "2025-2026, étape « Ouverte » : lundi 1er septembre 2025 → rien" in read(
        await office.get(f"/bts1/{closed['course']}")
    )


async def test_a_handful_that_a_correction_would_tell_is_on_no_public_page(office, closed):
    await rows("SELECT set_config('technilab.correction', $1, false)", '{"reason": "Un élève oublié"}')
    await rows("UPDATE ptech_censuses SET present = 28 WHERE cohort = $1", closed["cohort"])
    await rows("SELECT set_config('technilab.correction', '', false)")
    assert "2025-2026, corrigé depuis la clôture : 57 → 58 par" in read(await office.get("/gestion"))
    public = read(await office.get("/programme"))
    assert "2025-2026, corrigé depuis la clôture par la coordination : « Un élève oublié »." in public


async def test_the_pages_of_a_closed_year_say_since_when_the_schools_are_frozen(office, closed):
    told = "Année close : les établissements y sont comptés tels qu'ils étaient, figés à la clôture du"
    for path in (
        f"/gestion/annees/{LAST.name}",
        "/gestion/couverture?annee=2025-2026",
        "/gestion/equite?annee=2025-2026",
    ):
        assert told in read(await office.get(path)), path
    assert told not in read(await office.get("/gestion/couverture"))
    await rows("UPDATE closed_years SET at_upgrade = true")
    assert "figés à la mise à jour du lundi 11 janvier 2027" in read(await office.get(f"/gestion/annees/{LAST.name}"))


async def test_a_new_annuaire_moves_no_page_file_or_answer_of_a_closed_year(office, closed):
    year = f"annee={LAST.name}"
    paths = (
        *(
            f"/gestion/equite?{year}",
            f"/gestion/equite.csv?{year}",
            f"/gestion/couverture?{year}&prioritaire=oui",
        ),
        *(f"/gestion/couverture?{year}", f"/gestion/couverture.csv?{year}", f"/gestion/accueillis?{year}"),
        *(f"/gestion/creneaux?{year}&prioritaire=oui", f"/gestion/creneaux?{year}&commune=rurale"),
        *(f"/gestion/graphiques/departements/chiffres.csv?{year}", f"/gestion/annees/{LAST.name}", "/programme"),
        *("/api/v1/results?from=2025-08-01&to=2026-07-31", "/api/v1/coverage?cohort=2022"),
    )
    before = {path: await office.get(path) for path in paths}
    assert {path: one.status_code for path, one in before.items()} == dict.fromkeys(paths, 200)
    await rows("UPDATE schools SET priority = '', rural = false, department = '90', lat = lat + 1")
    await rows("UPDATE schools SET closed = true WHERE kind = 'college'")
    await builders.school(name="Collège tout neuf", priority="REP+")
    await recount()
    assert {path: read(await office.get(path)) for path in paths} == {path: read(one) for path, one in before.items()}


async def test_a_program_says_why_in_a_header(db, closed):
    machine = await a_coordinator()
    path = f"/ptech/cohorts/{closed['cohort']}/censuses"
    census = {"school_year": 2025, "term": "october", "present": 20, "girls": 0, "entered": 0, "note": ""}
    census |= dict.fromkeys(("left_reoriented", "left_moved", "left_work", "left_dropout", "left_other"), 0)
    no = await machine.client.post(path, json=census)
    assert (no.status_code, no.json()["type"]) == (409, "/problems/year-frozen")
    named = await machine.client.post(path, json=census, headers={"Correction-Reason": "Vu avec Nadia Perrin"})
    assert (named.status_code, "ressemble à un nom de personne" in named.json()["detail"]) == (422, True)
    assert await value("SELECT present FROM ptech_censuses WHERE cohort = $1", closed["cohort"]) == 27
    made = await machine.client.post(path, json=census, headers={"Correction-Reason": quote("Erreur relevée à l'été")})
    assert made.status_code == 201
    assert [one.reason for one in await corrections(cohort=closed["cohort"])] == ["Erreur relevée à l'été"]
