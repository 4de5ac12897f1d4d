"""From a figure to its chart, its files, the visits behind it."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests import builders, builders_ptech
from tests.browsing import read
from tests.builders import NOW, paris
from workshops.database import current_engine, rows


async def a_visit(*, on: str = "2026-12-10 09:00", counted: int = 23, level: str = "4e", **more) -> int:
    slot = await builders.slot(host=more.get("lycee"), starts_at=paris(on), state="done")
    await builders.turnout(slot=slot, school=more.get("college"), counted=counted, level=level)
    return slot


async def a_whole_visit() -> None:
    """One that has a line under every heading."""
    slot = await builders.slot(starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.turnout(slot=slot, counted=23, group_ref=1)
    await builders.build(slot=slot, tech_object=await builders.tech_object(), group_ref=1)
    await builders.company_turnout(slot=slot, company=await builders.company())


COUNTS = ("annees", "mois", "lycees", "colleges", "departements", "niveaux", "objets", "entreprises")
TARGET = "/gestion/objectifs/technilab/pupils"
FILES = ("chiffres.xlsx", "chiffres.csv", "dessin.png")
LINKS = ("chiffres.xlsx", "chiffres.csv", "chiffres.csv?dictionnaire=oui", "dessin.png")


def sections(page) -> dict[str, str]:
    """The part of « Élèves accueillis » under each heading."""
    _, *parts = page.text.split('id="par-')
    return {part.split('"')[0]: part for part in parts}


async def test_a_chart_and_its_files_stand_under_the_table_of_the_same_figures(office):
    await a_whole_visit()
    found = sections(await office.get("/gestion/accueillis?annee=2026-2027"))
    assert tuple(found) == COUNTS
    for name, part in found.items():
        chart = f"/gestion/graphiques/{name}"
        assert f'src="{chart}/dessin.svg?annee=2026-2027"' in part
        assert re.findall(rf'href="{chart}/(.+?)"', part) == [
            f"{path}?annee=2026-2027{'&amp;' * bool(asked)}{asked}"
            for path, _, asked in (one.partition("?") for one in LINKS)
        ]
        assert (await office.get(f"{chart}/dessin.svg?annee=2026-2027")).status_code == 200
        assert " open>" not in part


@pytest.mark.parametrize("name", COUNTS)
async def test_the_address_of_a_chart_leads_to_its_table_with_both_open_and_no_other(office, name):
    moved = await office.get(f"/gestion/graphiques/{name}?annee=2026-2027")
    at = f"/gestion/accueillis?annee=2026-2027&graphique={name}"
    assert (moved.status_code, moved.headers["location"]) == (301, f"{at}#par-{name}")
    await a_whole_visit()
    parts = sections(await office.get(at))
    assert {kind: part.count(" open>") for kind, part in parts.items()} == dict.fromkeys(COUNTS, 0) | {name: 2}


async def test_the_curve_of_a_target_stands_on_its_page_beside_its_figure_and_its_table(office):
    made = await builders.target()
    await a_visit()
    moved = await office.get(f"/gestion/graphiques/objectif-{made}")
    assert (moved.status_code, moved.headers["location"]) == (301, f"{TARGET}#courbe")
    page = await office.get(TARGET)
    assert 'id="courbe"' in page.text
    chart = f"/gestion/graphiques/objectif-{made}"
    assert f'src="{chart}/dessin.svg"' in page.text
    assert re.findall(rf'href="{chart}/(.+?)"', page.text) == list(LINKS)
    assert "Rythme régulier aujourd'hui" in read(page)
    assert "lundi 11 janvier 2027 23 " in read(page).split("Les mêmes chiffres")[1]


async def test_the_detail_of_a_figure_that_visits_make_leads_to_its_target(office):
    await builders.target()
    moved = await office.get(f"{TARGET}/detail")
    assert (moved.status_code, moved.headers["location"]) == (301, f"{TARGET}#detail")
    page = await office.get(TARGET)
    assert 'href="/gestion/creneaux">Voir les visites</a>' in page.text
    assert "Ce qui fait ce chiffre" not in read(page)
    assert (await office.get("/gestion/objectifs/ptech/pupils/detail")).status_code == 404


async def test_a_drawing_answers_under_a_policy_of_its_own_and_once_for_the_same_figures(office):
    await a_visit()
    drawn = await office.get("/gestion/graphiques/lycees/dessin.svg?annee=2026-2027")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox"
    )
    assert drawn.headers["cache-control"] == "private, no-cache"
    again = await office.get(
        "/gestion/graphiques/lycees/dessin.svg?annee=2026-2027", headers={"If-None-Match": drawn.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_what_makes_a_figure_has_its_chart_and_its_files(office):
    made = await builders.target(programme="ptech", metric="pupils", unit="lycéens", from_on=date(2024, 9, 1))
    for year, present in ((2024, 20), (2025, 30)):
        cohort = await builders_ptech.cohort(entry_year=year)
        await builders_ptech.census(cohort, year, present=present)
    moved = await office.get(f"/gestion/graphiques/detail-{made}")
    assert moved.headers["location"] == "/gestion/objectifs/ptech/pupils#detail"
    page = await office.get("/gestion/objectifs/ptech/pupils")
    assert 'id="detail"' in page.text
    assert f'src="/gestion/graphiques/detail-{made}/dessin.svg"' in page.text
    assert 'href="/gestion/ptech/cohortes/1">P-TECH Microtechniques, rentrée 2024, ' in page.text
    drawn = await office.get(f"/gestion/graphiques/detail-{made}/dessin.svg")
    assert "<desc>50 lycéens en tout, 2 lignes.</desc>" in drawn.text
    lines = (await office.get(f"/gestion/graphiques/detail-{made}/chiffres.csv")).text.splitlines()
    assert [line.rsplit(";", 1)[1] for line in lines[:3]] == ["Lycéens", "20", "30"]
    assert (await office.get(f"/gestion/graphiques/detail-{made}/dessin.png")).status_code == 200


@pytest.mark.parametrize("path", ["secrets", "detail-7", "objectif-7", "lycees/dessin.svg", "objectif-x/dessin.svg"])
async def test_a_chart_that_does_not_exist_or_is_empty_is_not_found(office, path):
    assert (await office.get(f"/gestion/graphiques/{path}")).status_code == 404


async def test_a_file_names_its_figures_and_its_year_and_the_journal_says_who_took_it(office, nadia):
    await builders.target()
    await a_visit()
    kinds = {
        "chiffres.csv": "text/csv; charset=utf-8",
        "chiffres.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "dessin.png": "image/png",
    }
    for path, kind in kinds.items():
        answer = await office.get(f"/gestion/graphiques/niveaux/{path}?annee=2026-2027")
        name = f"technilab-niveaux-2026-2027-du-2027-01-11.{path.split('.')[1]}"
        assert answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    told = await rows("SELECT by, detail FROM events WHERE act = 'counts_exported' ORDER BY id")
    assert [(one["by"], one["detail"].rsplit(", ", 1)[1]) for one in told] == [
        (nadia, "csv"),
        (nadia, "xlsx"),
        (nadia, "png"),
    ]


async def test_the_days_of_a_curve_are_dates_for_a_spreadsheet_and_words_on_the_page(office):
    made = await builders.target(from_on=date(2026, 9, 1))
    address = f"/gestion/graphiques/objectif-{made}"
    assert "lundi 11 janvier 2027" in read(await office.get(TARGET))
    lines = (await office.get(f"{address}/chiffres.csv")).text.splitlines()
    assert [line.split(";")[0] for line in lines[:3]] == ["\ufeffDate", "30/09/2026", "31/10/2026"]
    book = load_workbook(BytesIO((await office.get(f"{address}/chiffres.xlsx")).content))
    first = book.worksheets[0]["A2"]
    assert (first.value.date(), first.number_format) == (date(2026, 9, 30), "DD/MM/YYYY")


async def test_each_line_of_the_board_opens_the_visits_that_it_counts(office):
    college = await builders.school(name="Collège Stendhal", commune="Dole", department="39", uai="0250011B")
    here = await a_visit(college=college, counted=20, level="5e")
    other = await a_visit(on="2026-11-12 09:00", counted=12)
    assert 'href="/gestion/creneaux?college=0250011B"' in (await office.get("/gestion/accueillis")).text
    shown = await office.get("/gestion/creneaux?college=0250011B")
    assert "1 visite close avec un groupe du Collège Stendhal, Dole" in read(shown)
    assert "20 élèves accueillis en 1 groupe." in read(shown)
    assert f'href="/gestion/creneaux/{here}?' in shown.text
    assert f'href="/gestion/creneaux/{other}?' not in shown.text
    november = read(await office.get("/gestion/creneaux?mois=2026-11"))
    assert "12 élèves accueillis en 1 groupe." in november


async def test_a_long_list_of_visits_is_turned_by_pages_that_keep_the_filter(office):
    lycee = await builders.school(kind="lycee", uai="0250001R")
    taught = await builders.workshop(host=lycee)
    for n in range(52):
        slot = await builders.slot(workshop=taught, starts_at=paris(f"2026-11-{n % 28 + 1:02} 09:00"), state="done")
        await builders.turnout(slot=slot, counted=10)
    first = await office.get("/gestion/creneaux?lycee=0250001R&annee=2026-2027")
    assert "52 visites closes" in read(first)
    following = "/gestion/creneaux?annee=2026-2027&lycee=0250001R&apres=50"
    assert f'href="{following.replace("&", "&amp;")}"' in first.text
    assert (await office.get(following)).text.count('<th scope="row"><a href="/gestion/creneaux/') == 2


@pytest.mark.parametrize("asked", ["?mois=hier", "?annee=1900-1901", "?niveau=CM2", "?lycee=%27%3B--", "?objet=999999"])
async def test_an_odd_filter_is_no_fault(office, asked):
    assert (await office.get(f"/gestion/creneaux{asked}")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/gestion", "/gestion/accueillis", TARGET, "/gestion/graphiques/mois/dessin.svg"),
        *("/gestion/graphiques/lycees/dessin.svg", "/gestion/objectifs/ptech/pupils"),
        *("/gestion/creneaux", "/gestion/creneaux?niveau=4e", "/gestion/creneaux?niveau=4e&filles=oui"),
        *("/gestion/equite", "/programme", "/consortium"),
    ],
)
async def test_the_figures_take_as_many_statements_for_one_visit_as_for_many(office, path):
    await builders.target()
    await builders.target(programme="ptech", metric="pupils")
    await builders.target(programme="bts1", metric="courses")
    taught = await builders.workshop()
    counts = []
    for number in range(41):
        slot = await builders.slot(workshop=taught, starts_at=NOW.replace(year=2026, day=number % 28 + 1), state="done")
        await builders.turnout(slot=slot)
        if number in {0, 40}:
            statements: list[str] = []
            async with current_engine().transaction() as current:
                current.connection.add_query_logger(lambda logged, to=statements: to.append(logged.query))
                assert (await office.get(path)).status_code == 200
            counts.append(len(statements))
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize(
    ("programme", "metric", "ahead", "behind"),
    [
        ("technilab", "pupils", ["/gestion/creneaux?etat=attendues"] * 2, "/gestion/creneaux"),
        ("ptech", "pupils", [], "/gestion/ptech"),
        ("bts1", "courses", ["/gestion/bts1"], "/gestion/bts1"),
    ],
)
async def test_a_figure_leads_to_its_page_and_to_what_is_behind_it(office, programme, metric, ahead, behind):
    made = await builders.target(programme=programme, metric=metric)
    card = re.search(rf'<article class="figure" aria-labelledby="objectif-{made}">.+?</article>', await _board(office))
    assert re.findall(r'href="([^"]+)"', card[0]) == [f"/gestion/objectifs/{programme}/{metric}", *ahead, behind]


async def _board(office) -> str:
    return " ".join((await office.get("/gestion")).text.split())
