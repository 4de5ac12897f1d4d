"""What the board says first of its targets, and what it adds up.

The coordinator's pages are all reached from the head of every page.

Each figure of the signed-in pages leads to a list, and what the list says in all is the figure.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from random import Random

import pytest
from msgspec.structs import replace

from booking.outbox.copies.record import record_copy, record_failure, record_rehearsal
from booking.outbox.copies.rules import Act, Way
from booking.outbox.notices.beat import beat
from booking.programme.figures.what_it_takes import what_it_takes
from booking.visits.reservations.give_opinion import give_opinion
from booking.web.office.board import by_scheme, latest_first, outlook
from tests import builders, builders_bts1, builders_ptech
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.catalogue.count_opinion import GiveOpinion
from workshops.database import rows, value
from workshops.programmes.targets.metrics import VISITORS, metric_of
from workshops.programmes.targets.queries import TargetCard
from workshops.results.measure import Progress


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
    assert (
        f"Il manquerait 5 888. Ce qu'il faudrait : 68 classes de plus par an. {VISITORS.rule} Rythme, prévision : Coll"
        in shown
    )
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
    assert sum(int(line[3]) for line in lines if line[0] == "Niveau") == counted
    assert await value("SELECT by FROM events WHERE act = 'counts_exported'") == nadia


def stand(forecast: int | None, *, target: int = 100, programme: str = "technilab", official: bool = True) -> Progress:
    days = {"from_on": date(2024, 9, 1), "to_on": date(2029, 8, 31)}
    words = {"metric": "pupils", "label": "Collégiens", "unit": "collégiens", "note": "Un par visite."}
    card = TargetCard(id=1, programme=programme, target=target, official=official, **words, **days)
    ahead = None if forecast is None else forecast - 1
    return Progress(target=card, done=1, booked=0, frozen=False, counted=1, engaged=0, hoped=ahead)


@pytest.mark.parametrize(
    ("forecasts", "words"),
    [
        ([], ""),
        ([None], ""),
        ([99], "l'objectif ne serait pas atteint"),
        ([100], "l'objectif serait atteint"),
        ([99, 12, None], "aucun des 2 objectifs ne serait atteint"),
        ([100, 130], "tous les objectifs seraient atteints"),
        ([100, 99], "1 objectif sur 2 serait atteint"),
        ([100, 130, 99], "2 objectifs sur 3 seraient atteints"),
    ],
)
def test_the_board_says_how_many_targets_would_be_reached(forecasts, words):
    assert outlook([stand(forecast) for forecast in forecasts]) == words


def test_a_target_in_the_other_unit_is_not_one_of_those_that_would_be_reached():
    assert outlook([stand(100), stand(1, official=False)]) == "l'objectif serait atteint"


def test_the_official_targets_stand_under_the_name_of_their_programme_the_latest_first():
    pupils, courses = stand(1), stand(1, programme="bts1")
    late, other = replace(courses, due=4), stand(1, programme="ptech", official=False)
    told = latest_first([pupils, courses, late, other], now=NOW)
    assert [one.progress for one in told] == [late, pupils, courses, other]
    assert by_scheme(told) == [("BTS+1", [told[0], told[2]]), ("TECHNILAB", [told[1]])]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due": 40, "missing": 2}, "Ce qu'il faudrait : 2 dispositifs de plus par an."),
        ({"due": 40, "missing": 1}, "Ce qu'il faudrait : 1 dispositif de plus par an."),
        ({"due": 40}, ""),
        ({"due": 1, "missing": 2}, ""),
        ({"due": 0, "missing": 2}, ""),
        ({"due": 40, "missing": 2, "frozen": True}, ""),
        ({"due": 40, "missing": 2, "done": None}, ""),
    ],
)
def test_a_late_target_says_what_it_would_take(changes, words):
    schemes = replace(stand(1, programme="ptech").target, metric="schemes", unit="dispositifs")
    assert what_it_takes(replace(stand(1), target=schemes, **changes), today=date(2027, 1, 11)) == words


def test_pupils_are_told_in_classes_and_a_last_year_to_its_end():
    late = replace(stand(1), due=40, missing=51)
    assert what_it_takes(late, today=date(2027, 1, 11)).endswith("Ce qu'il faudrait : 3 classes de plus par an.")
    assert what_it_takes(late, today=date(2029, 1, 11)).endswith("3 classes de plus d'ici août 2029.")


async def test_the_latest_target_leads_the_board_with_a_mark_where_it_is_due(office):
    await builders.target(target=60, from_on=date(2026, 9, 1))
    await builders.target(programme="ptech", metric="schemes", label="Dispositifs P-TECH", unit="dispositifs", target=8)
    await a_closed_visit(counted=23)
    answer = await office.get("/gestion")
    shown = read(answer)
    assert shown.index("Dispositifs P-TECH 0 sur 8") < shown.index("Collégiens accueillis 23 sur 60")
    told = "Ce qu'il faudrait : 3 dispositifs de plus par an."
    assert (shown.count(told), shown.count("Ce qu'il faudrait")) == (2, 2)
    assert answer.text.count('class="gauge-due"') == 4


NEAR = ["/gestion/a-faire", "/gestion", "/gestion/ptech"]
FAR = [
    *("/gestion/bts1", "/gestion/repertoire", "/gestion/comptes"),
    "/gestion/administration",
]


async def test_the_first_pages_stand_in_the_row_and_all_others_behind_a_word(office):
    answer = await office.get("/gestion/equite")
    row, unfolded = re.findall(
        r'<nav aria-label="Principale">(.*?)<summary>Plus</summary>(.*?)</nav>', answer.text, re.S
    )[0]
    links = re.compile(r'<a href="(.*?)"')
    assert (links.findall(row), links.findall(unfolded)) == (NEAR + FAR, FAR)


async def test_the_place_that_leads_to_a_page_is_marked_in_the_row(office):
    answer = await office.get("/gestion/couverture?qui=jamais-venus")
    assert re.findall(r'<a href="(\S+)" aria-current="(\w+)"', answer.text) == [("/gestion", "true")]


@pytest.mark.parametrize(
    "path",
    [
        "/gestion/comptes?q=%00",
        "/gestion/journal?qui=%00",
        "/gestion/repertoire?q=%00&departement=%00",
        "/gestion/couverture?q=%00&departement=%00",
        "/gestion/comptes/invitation?siret=%00",
        "/gestion/creneaux?college=%00",
    ],
)
async def test_a_character_that_no_text_holds_breaks_no_list(office, path):
    assert (await office.get(path)).status_code == 200


# A cell whose figure is a link: what it counts, where it leads, how many.
CELL = re.compile(r'data-label="([^"]+)"><a href="([^"]+)">([\d  ]+)</a>')
LINE = re.compile(r'<tr><th scope="row"><a href="(/gestion/creneaux[^"]+)">[^<]+</a></th>(.+?)</tr>')
COUNT = re.compile(r'data-label="([^"]+)">([\d  ]+)</td>')
IN_ALL = {
    "Élèves": r"([\d ]+) élèves? accueillis?",
    "Groupes": r"([\d ]+) groupes?",
    "Visites": r"([\d ]+) visites? closes?",
    "Filles": r"([\d ]+) filles?",
    "Garçons": r"([\d ]+) garçons?",
    "Fabriqués": r"([\d ]+) objets? fabriqués?",
    "Terminés": r"([\d ]+) terminés?",
    "Fonctionnent": r"([\d ]+) qui fonctionne(?:nt)?",
    "Emportés": r"([\d ]+) emportés?",
    "Personnes": r"([\d ]+) personnes?",
}


@pytest.fixture
async def visits(db) -> None:
    """Thirty visits of two school years, by collèges of each kind; one collège never came."""
    draw = Random(7)
    await builders.target()
    hosts = [await builders.school(kind="lycee", name=f"Lycée {n}", lat=47.0, lon=6.0) for n in range(2)]
    colleges = [
        await builders.school(
            name=f"Collège {n}",
            department=("25", "39")[n % 2],
            priority=("REP+", "REP", "")[n % 3],
            rural=(True, False, None)[n // 2],
            lat=None if n == 5 else 47.0 + n / 6,
            lon=6.0,
        )
        for n in range(6)
    ]
    await builders.school(name="Collège Pasteur", department="39", priority="REP", rural=True)
    objects = [await builders.tech_object(name=f"Objet {n}") for n in range(2)]
    firm = await builders.company()
    for n in range(30):
        taught = await builders.workshop(host=hosts[n % 2])
        slot = await builders.slot(
            workshop=taught, starts_at=paris("2026-04-02 09:00") + timedelta(days=9 * n), state="done", groups_max=9
        )
        for ref in range(draw.randint(1, 3)):
            counted = draw.randint(6, 60)
            girls = draw.choice((None, draw.randint(2, counted - 2)))
            level = draw.choice(("5e", "4e", "3e"))
            college = draw.choice(colleges)
            await builders.turnout(slot=slot, group_ref=ref, school=college, counted=counted, girls=girls, level=level)
            built = {"tech_object": draw.choice(objects), "made": draw.randint(3, 9)}
            await builders.build(slot=slot, group_ref=ref, **built, finished=3, working=2, taken_home=2)
        if n % 3:
            await builders.company_turnout(slot=slot, company=firm, people=draw.randint(2, 4))


def number_of(shown: str) -> int:
    return int(re.sub(r"\D", "", shown))


async def the_list_says(office, address: str, label: str) -> int:
    lead = read(await office.get(address)).split("Afficher", 2)[-1].split("Visite Lycée")[0]
    found = re.search(IN_ALL[label], lead.split(" : ")[-1] if label != "Visites" else lead)
    assert found is not None, (address, label, lead)
    return number_of(found[1])


@pytest.mark.parametrize("year", ["", "?annee=2025-2026"])
async def test_each_figure_of_equity_leads_to_visits_that_add_up_to_it(office, visits, year):
    page = (await office.get(f"/gestion/equite{year}")).text
    cells = CELL.findall(page)
    behind = [(label, unescape(to), number_of(shown)) for label, to, shown in cells if "/creneaux" in to]
    assert {label for label, _, _ in behind} == {"Élèves", "Groupes", "Filles", "Garçons"}
    assert len(behind) > 30
    for label, to, figure in behind:
        assert (label, to, await the_list_says(office, to, label)) == (label, to, figure)


@pytest.mark.parametrize("year", ["", "?annee=2025-2026"])
async def test_each_count_of_colleges_leads_to_as_many(office, visits, year):
    page = (await office.get(f"/gestion/equite{year}")).text
    pairs = re.findall(
        r'venus"><a href="([^"]+)">(\d+)<span[^>]*>[^<]*</span></a> sur <a href="([^"]+)">(\d+)<span', page
    )
    assert len(pairs) == 8
    counts = {unescape(to): int(count) for some in pairs for to, count in (some[:2], some[2:])}
    never = re.search(r'<dd><a href="([^"]+)">(\d+)</a></dd><dd class="unit">[^<]+, sur <a href="([^"]+)">(\d+)', page)
    counts |= {unescape(never[1]): int(never[2]), unescape(never[3]): int(never[4])}
    for to, count in counts.items():
        listed = await office.get(to)
        assert (to, listed.text.count('<th scope="row">')) == (to, count)
        assert re.search(rf"\b{count} collèges? publics?", read(listed)) or count == 0


@pytest.mark.parametrize("year", ["", "?annee=2026-2027"])
async def test_each_figure_of_the_board_leads_to_visits_that_add_up_to_it(office, visits, year):
    page = " ".join((await office.get(f"/gestion/accueillis{year}")).text.split())
    lines = LINE.findall(page)
    assert len(lines) > 20
    labels = set()
    for to, cells in lines:
        for label, shown in COUNT.findall(cells):
            labels.add(label)
            said = await the_list_says(office, unescape(to), label)
            assert (to, label, said) == (to, label, number_of(shown))
    assert labels == set(IN_ALL) - {"Filles", "Garçons"}


async def test_pupils_booked_and_places_to_come_lead_to_the_visits_awaited(office, visits):
    for days, taken in ((-3, 20), (8, 11), (900, 0)):
        slot = await builders.slot(starts_at=NOW + timedelta(days=days))
        if taken:
            await builders.reservation(slot=slot, group=await builders.group(), pupils=taken)
    board = await office.get("/gestion")
    told = re.findall(r'<dd><a href="(/gestion/creneaux\?etat=attendues)">(\d+)</a></dd>', board.text)
    assert told == [("/gestion/creneaux?etat=attendues", "24"), ("/gestion/creneaux?etat=attendues", "31")]
    shown = await office.get("/gestion/creneaux?etat=attendues")
    told = "3 créneaux à clore ou à venir, dont 2 avec un groupe : 31 élèves inscrits, 24 places encore libres,"
    assert told in read(shown)
    assert shown.text.count('<th scope="row">') == 3


async def test_the_visits_awaited_are_narrowed_as_those_counted_are_and_say_who_comes(office):
    await builders.target()
    haag, pergaud = [await builders.school(kind="lycee", name=f"Lycée {name}") for name in ("Haag", "Pergaud")]
    stendhal = await builders.school(name="Collège Stendhal", department="25")
    bastie = await builders.school(name="Collège Bastié", department="39")
    firm = await builders.company(name="Horlogerie du Doubs")
    for days, lycee, college, level, pupils in (
        (8, haag, stendhal, "4e", 20),
        (8, pergaud, bastie, "4e", 21),
        (40, haag, bastie, "5e", 22),
    ):
        slot = await builders.slot(host=lycee, starts_at=NOW + timedelta(days=days), seats=60, groups_max=3)
        group = await builders.group(school=college, level=level, name=f"{level} {pupils}")
        await builders.reservation(slot=slot, group=group, pupils=pupils)
        if lycee == haag:
            await builders.attendance(slot=slot, company=firm, people=2)
        if (lycee, pupils) == (haag, 20):
            other = await builders.group(school=bastie, level="3e", name="3e 15")
            await builders.reservation(slot=slot, group=other, pupils=15)
    uai = {one["id"]: one["uai"] for one in await rows("SELECT id, uai FROM schools")}
    siret = await value("SELECT siret FROM companies WHERE id = $1", firm)
    month = (NOW + timedelta(days=40)).strftime("%Y-%m")
    for asked, groups, pupils in (
        ("", ["4e 20", "3e 15", "4e 21", "5e 22"], 78),
        (f"&lycee={uai[haag]}", ["4e 20", "3e 15", "5e 22"], 57),
        (f"&college={uai[bastie]}", ["3e 15", "4e 21", "5e 22"], 58),
        ("&departement=25", ["4e 20"], 20),
        ("&niveau=4e", ["4e 20", "4e 21"], 41),
        (f"&entreprise={siret}", ["4e 20", "3e 15", "5e 22"], 57),
        (f"&mois={month}", ["5e 22"], 22),
        (f"&niveau=5e&lycee={uai[pergaud]}", [], 0),
        # What narrows closed visits alone says nothing of these.
        ("&origine=reprises&objet=1&filles=oui", ["4e 20", "3e 15", "4e 21", "5e 22"], 78),
    ):
        shown = await office.get(f"/gestion/creneaux?etat=attendues{asked}")
        told = read(shown)
        assert re.findall(r"([3-5]e \d\d), Collège", told) == groups, asked
        assert f": {pupils} élève" in told, asked
        assert ("Horlogerie du Doubs" in told) == ("4e 20" in groups or "5e 22" in groups), asked
    narrowed = (await office.get(f"/gestion/creneaux?etat=attendues&niveau=4e&lycee={uai[haag]}")).text
    assert f'href="/gestion/creneaux?lycee={uai[haag]}&amp;niveau=4e">Comptées' in narrowed
    counted = (await office.get(f"/gestion/creneaux?niveau=4e&lycee={uai[haag]}&origine=reprises")).text
    assert f'href="/gestion/creneaux?etat=attendues&amp;lycee={uai[haag]}&amp;niveau=4e">Attendues' in counted


async def test_places_free_in_the_visits_awaited_of_a_lycee_are_those_that_can_still_be_reserved(office):
    await builders.target()
    haag, pergaud = [await builders.school(kind="lycee", name=f"Lycée {name}") for name in ("Haag", "Pergaud")]
    for days, lycee in ((3, haag), (8, haag), (9, haag), (10, pergaud)):
        await builders.slot(host=lycee, starts_at=NOW + timedelta(days=days))
    await builders.closure(school=haag, on=(NOW + timedelta(days=9)).date())
    uai = await value("SELECT uai FROM schools WHERE id = $1", haag)
    shown = read(await office.get(f"/gestion/creneaux?etat=attendues&lycee={uai}"))
    assert "3 créneaux à clore ou à venir" in shown
    assert "0 élève inscrit, 24 places encore libres," in shown


async def test_who_is_expected_this_week_and_the_next_is_two_links_away_and_no_empty_slot_stands_between(office):
    """NOW is a Monday."""
    await builders.target()
    haag, pergaud = [await builders.school(kind="lycee", name=f"Lycée {name}") for name in ("Haag", "Pergaud")]
    for days, lycee, name in (
        (0, haag, "4e lundi"),
        (6, pergaud, "4e dimanche"),
        (7, haag, "5e ensuite"),
        (14, haag, ""),
    ):
        for taken in {bool(name), False}:
            slot = await builders.slot(host=lycee, starts_at=NOW + timedelta(days=days, hours=1 + taken))
            if taken:
                await builders.reservation(slot=slot, group=await builders.group(name=name), pupils=20)
    ways = re.findall(r'href="([^"]+)">Qui vient cette semaine', (await office.get("/gestion/a-faire")).text)
    this_week = await office.get(ways[0].replace("&amp;", "&"))
    (ahead,) = re.findall(r'href="([^"]+)">Semaine prochaine', this_week.text)
    next_week = await office.get(ahead.replace("&amp;", "&"))
    narrowed = await office.get(f"{ahead.replace('&amp;', '&')}&departement=99")
    for page, names in ((this_week, ["4e lundi", "4e dimanche"]), (next_week, ["5e ensuite"]), (narrowed, [])):
        assert re.findall(r"([45]e [a-z]+), Collège", read(page)) == names
        assert page.text.count('<th scope="row">') == len(names)
    assert "2 visites : 40 élèves inscrits," in read(this_week)
    assert 'aria-current="page">Cette semaine<' in this_week.text


async def test_the_address_that_visits_awaited_had_leads_to_them(office):
    for told, leads_to in (("", ""), ("?apres=50", "&apres=50")):
        answer = await office.get(f"/gestion/creneaux/attendus{told}")
        assert (answer.status_code, answer.headers["location"]) == (301, f"/gestion/creneaux?etat=attendues{leads_to}")
    await builders.target()
    slot = await builders.slot(starts_at=NOW + timedelta(days=8))
    listed = (await office.get("/gestion/creneaux?etat=attendues")).text
    way = re.search(rf'href="(/gestion/creneaux/{slot}\?retour=[^"]+)"', listed)
    back = await office.get(unescape(way[1]))
    assert '<a class="crumb" href="/gestion/creneaux?etat=attendues">Retour aux visites attendues</a>' in back.text


async def test_each_figure_of_ptech_and_bts1_leads_to_what_adds_up_to_it(office):
    for n, (programme, metric) in enumerate(
        (*(("ptech", one) for one in ("schemes", "pupils", "entrants", "companies")), ("bts1", "courses"))
    ):
        await builders.target(
            programme=programme, metric=metric, label=f"Cible {n}", unit=f"unités {n}", from_on=date(2024, 9, 1)
        )
    for year in (2024, 2025):
        cohort = await builders_ptech.cohort(entry_year=year)
        await builders_ptech.census(cohort, year, present=20 + year % 7)
        await builders_ptech.mentor(cohort)
    await builders_bts1.opened()
    board = " ".join((await office.get("/gestion")).text.split())
    told = re.findall(r'<strong><a href="([^"]+#detail)">(\d+)</a></strong> <span>(unités \d)', board)
    assert [int(count) for _, count, _ in told] == [1, 2, 2, 43, 43]
    for to, count, unit in told:
        page = await office.get(to)
        assert f"{count} {unit} sur 6 000" in read(page)
        _, shares = page.text.split('id="detail"')
        assert sum(int(figure) for figure in re.findall(r'<td class="num"[^>]*>(\d+)</td>', shares)) == int(count)
    tallies = (await office.get("/gestion/ptech")).text + (await office.get("/gestion/bts1")).text
    assert set(re.findall(r'<dd><a href="([^"]+#detail)">(\d+)</a></dd>', tallies)) == {(to, n) for to, n, _ in told}
    assert (await office.get("/gestion/objectifs/ptech/rien/detail")).status_code == 404


async def test_the_months_to_choose_from_end_with_this_one(office):
    await builders.target()
    offered = re.findall(r'<option value="(20\d\d-\d\d)"', (await office.get("/gestion/creneaux")).text)
    assert (offered[0], offered[-1]) == ("2027-01", "2025-09")
    ahead = (await office.get("/gestion/creneaux?mois=2027-03")).text
    assert '<option value="2027-03" selected>mars 2027</option>' in ahead


async def test_the_pupils_of_a_school_lead_to_its_visits_of_every_year(office):
    lycee = await builders.school(kind="lycee")
    college = await builders.school()
    await builders.target()
    for on, counted in (("2019-03-05 09:00", 20), ("2026-12-10 09:00", 13)):
        slot = await builders.slot(host=lycee, starts_at=paris(on), state="done")
        await builders.turnout(slot=slot, school=college, counted=counted)
    for number in (lycee, college):
        page = (await office.get(f"/gestion/etablissements/{number}")).text
        told = re.search(r'<dd><a href="([^"]+)">(\d+)</a></dd><dd class="unit">en (\d) visites closes', page)
        assert (told[2], told[3]) == ("33", "2")
        shown = read(await office.get(unescape(told[1])))
        assert "toutes années : 33 élèves accueillis en 2 groupes." in shown


async def test_the_page_of_a_lycee_names_what_waits_for_it(office):
    """The coordinator's Monday mail counts it and leads here."""
    lycee = await builders.school(kind="lycee")
    empty = await builders.slot(host=lycee, starts_at=NOW + timedelta(days=9))
    await builders.slot(starts_at=NOW + timedelta(days=9))
    page = await office.get(f"/gestion/etablissements/{lycee}")
    assert "Créneaux sans groupe, à moins de trois semaines" in read(page)
    # Among those to come it stands once more.
    assert re.findall(r'href="/gestion/creneaux/(\d+)\?', page.text) == [str(empty)] * 2


async def test_the_coordinator_is_told_how_old_the_last_copy_is_and_when_one_was_put_back(office):
    assert "copie" not in read(await office.get("/gestion"))  # of a trial nobody makes one
    await record_copy(Way.FILE, seconds=2, kept_days=30, now=NOW - timedelta(hours=5))
    await beat("here:1", now=NOW)
    tried = NOW - timedelta(days=10)
    await record_rehearsal(Way.FILE, copied_at=tried - timedelta(hours=2), seconds=9, now=tried)
    shown = read(await office.get("/gestion"))
    assert "Rien à traiter" in shown
    assert (
        "Dernière copie de sauvegarde : lundi 11 janvier 2027, 4 h 00 ; remise en place à l'essai : vendredi 1 janvier"
        " 2027." in shown.replace("1er janvier", "1 janvier")
    )


@pytest.mark.parametrize(
    ("act", "heading"),
    [
        (Act.COPY, "La dernière copie de sauvegarde a échoué"),
        (Act.REHEARSAL, "La dernière copie de sauvegarde n'a pas pu être remise en place à l'essai"),
    ],
)
async def test_a_copy_that_failed_is_said_to_the_coordinator_with_whom_to_tell_and_to_no_partner(
    office, app, act, heading
):
    await record_copy(Way.FILE, seconds=2, kept_days=30, now=NOW - timedelta(hours=5))
    await record_failure(act, Way.FILE, failure="Le disque de /srv est plein.", now=NOW - timedelta(hours=1))
    shown = read(await office.get("/gestion"))
    assert f"{heading} Prévenez la personne qui installe Technilab : technilab check lui dit quoi faire." in shown
    assert "Rien à traiter" not in shown and "/srv" not in shown
    cnam = await builders_bts1.partner(name="Cnam")
    reader = await builders.person("consortium", "lecteur@example.org", partner=cnam)
    member = await Browser(app, now=NOW).sign_in(reader)
    assert "copie" not in read(await member.get("/gestion"))


async def test_without_any_copy_real_data_are_missing_one(office, app, monkeypatch):
    monkeypatch.setattr(app.state, "settings", replace(app.state.settings, demo=False))
    await rows("UPDATE sessions SET proved = true")
    shown = read(await office.get("/gestion"))
    assert "Aucune copie de sauvegarde n'a encore été faite Prévenez la personne qui installe Technilab" in shown
