"""A CSV holds its lines alone; what its columns are stands in a file beside it, and on a workbook's second sheet."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from openpyxl import load_workbook

from booking.people.accounts.token import issue_token
from booking.presentation.spreadsheet import ABOUT, ABOUT_HEADER, ABOUT_LABELS
from booking.programme.records.read_lines import SHEETS as RECORDS
from tests import builders, builders_ptech
from tests.browsing import Browser, Machine
from tests.builders import NOW, paris
from workshops.database import value

SHEETS = ("annees", "mois", "lycees", "colleges", "departements", "niveaux", "objets", "entreprises")
FILES = [
    *("/gestion/objectifs.csv", "/gestion/bilan.csv", "/gestion/bilan.csv?annee=2026-2027"),
    *("/gestion/equite.csv?annee=2026-2027", "/gestion/couverture.csv?departement=25"),
    *(f"/gestion/graphiques/{name}/chiffres.csv?annee=2026-2027" for name in SHEETS),
    *("/gestion/creneaux?niveau=4e&fichier=csv", "/gestion/creneaux?filles=oui&fichier=csv"),
    *("/gestion/mains-levees.csv?annee=2026-2027", "/gestion/graphiques/ptech-devenir/chiffres.csv"),
    *("/gestion/graphiques/bts1-annees/chiffres.csv", "/gestion/graphiques/bts1-mobilites/chiffres.csv"),
    *("/gestion/apports.csv?annee=2026-2027", "/gestion/apports.csv?annee=2026-2027&par=lycee", "/gestion/jalons.csv"),
    *("/gestion/creneaux?objet=1&fichier=csv", "/gestion/creneaux?fichier=groupes-csv"),
]


@pytest.fixture
async def world(office) -> None:
    """Two lycées, two years, an object, a company, past visits beside those closed here, a cohort of P-TECH."""
    for programme, metric in (("technilab", "pupils"), ("ptech", "entrants")):
        await builders.target(programme=programme, metric=metric, label=f"Cible {programme}")
    lamp, firm = await builders.tech_object(name="Lampe"), await builders.company()
    college = await builders.school(department="25")
    await builders.head_count(school=college, pupils=90)
    for on in ("2025-12-10 09:00", "2026-12-10 09:00"):
        lycee = await builders.school(kind="lycee")
        slot = await builders.slot(host=lycee, starts_at=paris(on), state="done")
        await builders.turnout(slot=slot, school=college, group_ref=1, girls=11)
        await builders.company_turnout(slot=slot, company=firm)
        await builders.build(slot=slot, group_ref=1, tech_object=lamp)
        await builders.past_visit(lycee=lycee, college=college, held_on=paris(on).date())
    await builders_ptech.census(await builders_ptech.cohort(entry_year=2025), 2025)


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("path", FILES)
async def test_a_csv_is_one_table_and_its_dictionary_explains_each_of_its_columns(office, world, path):
    answer = await office.get(path)
    header, *lines = table(answer.content)
    assert lines or path.split("/")[2] not in {"bilan.csv", "objectifs.csv", "equite.csv", "couverture.csv", "creneaux"}
    assert {len(line) for line in lines} <= {len(header)}
    assert not {line[0] for line in lines} & set(ABOUT_LABELS)
    (beside,) = re.findall(r'^<([^>]+)>; rel="describedby"; type="text/csv"$', answer.headers["link"])
    taken = await value("SELECT count(*) FROM events WHERE act = 'counts_exported'")
    dictionary = await office.get(beside)
    assert dictionary.headers["content-disposition"] == answer.headers["content-disposition"].replace(
        ".csv", "-dictionnaire.csv"
    )
    names, *told = table(dictionary.content)
    assert tuple(names) == ABOUT_HEADER
    assert {len(line) for line in told} == {3}
    facts = [line[0] for line in told if line[0] in ABOUT_LABELS][:2]
    assert facts[0] in {"Tableau", "Répartition"}
    assert [line[0] for line in told][-len(header) :] == header
    assert all(line[1] for line in told)
    # It holds no count: nobody is said to have taken any.
    assert await value("SELECT count(*) FROM events WHERE act = 'counts_exported'") == taken


async def test_a_sheet_of_a_scheme_is_explained_by_what_the_scheme_counts(office, world):
    told = table((await office.get("/gestion/graphiques/bts1-annees/chiffres.csv?dictionnaire=oui")).content)
    assert dict(line[:2] for line in told)["Inscrits"] == "Les effectifs d'une rentrée."


async def test_the_dictionary_says_what_the_file_was_narrowed_to_its_day_and_the_rule_of_its_figures(office, world):
    told = {
        line[0]: line[1:]
        for line in table((await office.get("/gestion/bilan.csv?dictionnaire=oui&annee=2026-2027")).content)
    }
    assert told["Filtre"][0] == "année scolaire 2026-2027, du samedi 1er août 2026 au lundi 11 janvier 2027"
    assert told["Extrait le"][0] == "lundi 11 janvier 2027, 9 h 00"
    assert told["Élèves"] == [
        "Les collégiens présents à une visite TECHNILAB.",
        "Un élève présent compte une fois par visite : deux visites font deux. Le nombre est celui que le lycée valide"
        " à la clôture, pas celui des badges lus.",
    ]


async def test_a_workbook_says_on_its_second_sheet_what_the_dictionary_of_the_csv_says(office, world):
    for path in ("/gestion/bilan", "/gestion/objectifs", "/gestion/couverture", "/gestion/graphiques/lycees/chiffres"):
        book = load_workbook(io.BytesIO((await office.get(f"{path}.xlsx")).content))
        assert book.sheetnames[1:] == [ABOUT]
        on_sheet = [[cell or "" for cell in line] for line in book[ABOUT].iter_rows(values_only=True)]
        assert on_sheet == table((await office.get(f"{path}.csv?dictionnaire=oui")).content)


@pytest.mark.parametrize(
    "page", ["/gestion", "/gestion/accueillis", "/gestion/equite", "/gestion/couverture", "/gestion/creneaux"]
)
async def test_the_link_beside_each_csv_opens_its_dictionary(office, world, page):
    shown = (await office.get(page)).text
    links = [unescape(one) for one in re.findall(r'href="([^"]+)">Dictionnaire \(CSV\)', shown)]
    assert links
    for one in links:
        assert table((await office.get(one)).content)[0] == list(ABOUT_HEADER), one


async def test_whoever_reads_some_departements_is_given_the_dictionary_of_its_own_file(app, world):
    account = await builders.person("inspector", "helene@example.org", departments=("25",))
    helene = await Browser(app, now=NOW).sign_in(account)
    answer = await helene.get("/gestion/couverture.csv")
    (beside,) = re.findall(r"^<([^>]+)>", answer.headers["link"])
    names = [line[0] for line in table((await helene.get(beside)).content)]
    assert names[-len(table(answer.content)[0]) :] == table(answer.content)[0]
    assert "Élèves accueillis" not in names


async def test_a_program_finds_the_dictionary_of_each_table_of_records(app, world, nadia):
    await issue_token("nadia@example.org", token="nadia", now=NOW)
    machine = Machine(app, "nadia")
    for name in RECORDS:
        answer = await machine.get(f"/records/{name}.csv")
        header = table(answer.content)[0]
        assert answer.headers["link"] == (
            f'</api/v1/records/{name}-dictionnaire.csv>; rel="describedby"; type="text/csv"'
        )
        told = table((await machine.get(f"/records/{name}-dictionnaire.csv")).content)
        assert [line[0] for line in told][-len(header) :] == header
        assert all(line[1] for line in told)
    assert (await machine.get("/records/rien-dictionnaire.csv")).status_code == 404
    assert (await machine.get("/records/ptech-cohortes-dictionnaire.xlsx")).status_code == 404
