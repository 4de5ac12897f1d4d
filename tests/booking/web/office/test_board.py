from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from booking.visits.reservations.give_opinion import give_opinion
from tests import builders
from tests.browsing import read
from tests.builders import NOW, paris
from workshops.database import rows, value
from workshops.opinions.count import GiveOpinion
from workshops.programmes.metrics import VISITORS, metric_of


async def a_closed_visit(*, counted=23, level="4e", on="2026-12-10 09:00", **more):
    lycee = more.get("lycee") or await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    slot = await builders.slot(host=lycee, starts_at=paris(on), state="done")
    await builders.turnout(slot=slot, school=more.get("college"), counted=counted, level=level)
    return slot


async def test_each_target_stands_with_its_figure_unit_pace_and_rule(office):
    await builders.target()
    await builders.target(
        programme="ptech",
        metric="companies",
        label="Entreprises mentores",
        unit="entreprises",
        target=120,
    )
    await a_closed_visit(counted=23)
    ahead = await builders.slot(starts_at=NOW + timedelta(days=30))
    await builders.reservation(slot=ahead, group=await builders.group(), pupils=20)
    shown = read(await office.get("/gestion"))
    assert "Collégiens accueillis 23 élèves sur 6 000" in shown
    assert f"Il manquerait 5 888. {VISITORS.rule} Rythme, prévision : Coll" in shown
    assert "Rythme régulier aujourd'hui 1 636" in shown
    assert "Places encore libres à venir 0 Compté 23 Engagé (inscrits, à l'effectif annoncé" in shown
    assert "Prévision pour août 2030, les trois ensemble 112" in shown
    assert "Entreprises mentores 0 entreprises sur 120" in shown
    assert f"{metric_of('ptech', 'companies').rule} Rythme, prévision : Entreprises mentores" in shown


async def test_the_board_says_first_how_many_targets_would_be_reached(office):
    await builders.target(target=5)
    await builders.target(programme="ptech", metric="companies", label="Entreprises mentores", target=120)
    await a_closed_visit(counted=23)
    assert "Avec ce qui est compté, engagé et espéré, 1 objectif sur 2 serait atteint." in read(
        await office.get("/gestion")
    )
    await rows("UPDATE targets SET target = 6000 WHERE metric = 'pupils'")
    assert "Avec ce qui est compté, engagé et espéré, aucun des 2 objectifs ne serait atteint." in read(
        await office.get("/gestion")
    )


async def test_the_latest_months_stay_in_sight(office):
    await builders.target()
    for month in range(3, 13):
        await a_closed_visit(counted=10 + month, on=f"2026-{month:02}-10 09:00")
    shown = read(await office.get("/gestion/accueillis"))
    sheet = shown[shown.index("Par mois") : shown.index("Par lycée")]
    assert sheet.index("9 lignes plus anciennes") < sheet.index("mars 2026") < sheet.index("avril 2026")
    assert sheet.index("avril 2026") < sheet.index("juin 2026") < sheet.index("janvier 2027 0 0 0")


async def test_without_a_target_the_board_says_to_set_one(office):
    shown = await office.get("/gestion")
    assert "Aucun objectif n'est fixé" in read(shown)
    assert 'href="/gestion/objectifs">Fixer les objectifs</a>' in shown.text


async def test_pupils_are_counted_by_lycee_college_departement_level_object_and_month(office):
    college = await builders.school(name="Collège Stendhal", commune="Dole", department="39")
    slot = await a_closed_visit(counted=3, college=college)
    await builders.workshop(host=await builders.school(kind="lycee", name="Lycée sans visite"))
    lamp = await builders.tech_object(name="Lampe à balancier")
    group = await value("SELECT group_ref FROM turnouts WHERE slot = $1", slot)
    counts = {"made": 4, "finished": 3, "working": 2, "taken_home": 1}
    await builders.build(slot=slot, group_ref=group, tech_object=lamp, **counts)
    assert "3 élèves accueillis en 1 visite , par 1 lycée, de 1 collège." in read(await office.get("/gestion"))
    shown = read(await office.get("/gestion/accueillis"))
    assert "3 élèves accueillis en 1 visite, par 1 lycée, de 1 collège." in shown
    for told in (
        "Lycée Jules Haag, Besançon 3 1 1",
        "Collège Stendhal, Dole 3 1 1",
        "Jura 3 1 1",
        "4e 3 1 1",
        "décembre 2026 3 1 1",
        "Lampe à balancier 4 3 2 1 1",
    ):
        assert told in shown


async def test_a_school_year_narrows_the_counts(office):
    await builders.target()
    await a_closed_visit(counted=23, on="2026-12-10 09:00")
    await a_closed_visit(counted=11, on="2026-03-12 09:00")
    assert "34 élèves accueillis" in read(await office.get("/gestion/accueillis"))
    shown = await office.get("/gestion/accueillis?annee=2025-2026")
    assert "11 élèves accueillis" in read(shown)
    assert '<option value="2025-2026" selected>Année scolaire 2025-2026</option>' in shown.text
    assert 'href="/gestion/bilan.csv?annee=2025-2026"' in shown.text


async def test_a_year_that_is_not_one_is_the_whole_life(office):
    await builders.target()
    await a_closed_visit(counted=23)
    answer = await office.get("/gestion/accueillis?annee=hier")
    assert answer.status_code == 200
    assert "23 élèves accueillis" in read(answer)


async def test_before_the_first_closed_visit_the_board_says_when_pupils_are_counted(office):
    for path in ("/gestion", "/gestion/accueillis"):
        assert "Aucune visite n'est encore close" in read(await office.get(path))


async def test_what_visits_said_of_all_workshops_stands_beside_the_counts_of_their_year(office):
    await builders.target(from_on=date(2024, 9, 1))
    college = await builders.school()
    for on, again in (("2026-12-10 09:00", "yes"), ("2026-11-12 09:00", "no"), ("2026-03-12 09:00", "partly")):
        for _ in range(5):
            slot = await builders.slot(workshop=await builders.workshop(), starts_at=paris(on), state="done")
            group = await builders.group(school=college)
            visit = await builders.reservation(slot=slot, group=group, state="attended")
            answers = GiveOpinion(built="yes", level="yes", again=again)
            await give_opinion(visit, answers, school=college, now=NOW)
    asked = "Reviendriez-vous avec une autre classe ?"
    both = read(await office.get("/gestion/accueillis"))
    assert re.findall(rf"{re.escape(asked)} (\d \d \d)", both) == ["5 0 5", "0 5 0"]
    one = read(await office.get("/gestion/accueillis?annee=2025-2026"))
    assert re.findall(rf"{re.escape(asked)} (\d \d \d)", one) == ["0 5 0"]


async def test_what_needs_care_comes_first_with_its_way_out(office):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    late = await builders.slot(host=lycee, starts_at=NOW - timedelta(days=3))
    await builders.reservation(slot=late, group=await builders.group(), pupils=23)
    await builders.notice(state="failed")
    await builders.notice()
    answer = await office.get("/gestion")
    shown = read(answer)
    assert "Le service d'envoi n'a jamais démarré. 1 message attend, rien n'est perdu." in shown
    assert "1 mail en échec" in shown
    assert "1 visite passée à clore Leurs élèves ne sont pas encore comptés." in shown
    assert 'href="/gestion/a-faire#a-faire-late"' in answer.text
    assert shown.index("À traiter") < shown.rindex("Objectifs")


async def test_a_worker_that_died_is_told_with_the_hour(office):
    await rows("INSERT INTO heartbeats (name, beat_at) VALUES ('worker', $1)", NOW - timedelta(hours=1))
    assert "ne répond plus depuis lundi 11 janvier 2027, 8 h 00." in read(await office.get("/gestion"))


async def test_when_all_is_well_the_board_says_so(office):
    await rows("INSERT INTO heartbeats (name, beat_at) VALUES ('worker', $1)", NOW)
    shown = read(await office.get("/gestion"))
    assert "Rien à traiter Les mails partent, les visites passées sont closes." in shown


@pytest.mark.parametrize(
    ("asked", "name", "counted"),
    [
        ("", "technilab-bilan-2027-01-11.csv", 34),
        ("?annee=2025-2026", "technilab-bilan-2025-2026-du-2027-01-11.csv", 11),
    ],
)
async def test_the_counts_are_downloaded_and_the_journal_says_by_whom(office, nadia, asked, name, counted):
    await builders.target()
    await a_closed_visit(counted=23, on="2026-12-10 09:00")
    await a_closed_visit(counted=11, on="2026-03-12 09:00")
    answer = await office.get(f"/gestion/bilan.csv{asked}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    lines = [line.split(";") for line in answer.content.decode("utf-8-sig").splitlines()]
    assert [line[0] for line in lines[-4:]] == ["Répartition", "Filtre", "Extrait le", "Version"]
    assert sum(int(line[3]) for line in lines if line[0] == "Niveau") == counted
    assert await value("SELECT by FROM events WHERE act = 'counts_exported'") == nadia
