"""The public figures to take away: every file is what its schema says, and what the public pages tell, no more."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from frictionless import Dialect, Package, Resource, Schema

from booking.programme.open_figures.files import Publisher, package_file
from booking.words.wording import number
from tests import builders, builders_bts1, builders_ptech
from tests.browsing import Browser, read, said
from tests.builders import NOW, paris
from workshops.database import rows

TABLES = (
    *("objectifs", "annees", "departements", "niveaux", "education_prioritaire"),
    *("distances", "filles_garcons", "ensemble", "lycees", "corrections"),
)
SEMICOLONS = Dialect.from_descriptor({"csv": {"delimiter": ";"}})
# The table of a page, then the file of the same counts and the column of its labels.
OF_THE_PAGE = {
    "par-departement": ("departements", "departement"),
    "par-niveau": ("niveaux", "niveau"),
    "prioritaire": ("education_prioritaire", "classement"),
    "filles-garcons": ("filles_garcons", "sexe"),
    "distance": ("distances", "distance"),
}


async def two_of_everything() -> None:
    """Two lycées of the consortium, three départements with one of few pupils, two years, a target of each scheme."""
    for programme, metric in (("technilab", "pupils"), ("ptech", "entrants"), ("bts1", "courses")):
        await builders.target(programme=programme, metric=metric, label=f"Cible {programme}")
    for n, (uai, counts) in enumerate((("0250001R", (40, 12)), ("0390001J", (30, 3)))):
        lycee = await builders.school(kind="lycee", uai=uai, name=f"Lycée {n}", department=uai[1:3])
        await builders_bts1.partner(kind="lycee", name=f"Lycée {n}", school=lycee)
        for m, counted in enumerate(counts):
            college = await builders.school(department=("25", "39", "70")[n + m], priority=("", "REP+")[m])
            slot = await builders.slot(host=lycee, starts_at=paris(f"202{5 + m}-12-1{n} 09:00"), state="done")
            await builders.turnout(
                slot=slot, school=college, counted=counted, girls=counted // 2, level=("4e", "3e")[m]
            )
    lycee = await builders.school(kind="lycee", name="Lycée hors consortium")
    slot = await builders.slot(host=lycee, starts_at=paris("2026-12-14 09:00"), state="done")
    await builders.turnout(slot=slot, counted=21)
    cohort = await builders_ptech.cohort(entry_year=2025)
    await builders_ptech.census(cohort, 2025, present=24)
    await builders_bts1.opened()


async def lines_of(visitor: Browser, name: str) -> list[dict[str, str]]:
    answer = await visitor.get(f"/donnees/{name}.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def all_in(visitor: Browser, folder: Path) -> Path:
    """Every file that the package names, and the package, as they are downloaded."""
    package = (await visitor.get("/donnees/datapackage.json")).json()
    for path in ("datapackage.json", *(one["path"] for one in package["resources"])):
        (folder / path).write_bytes((await visitor.get(f"/donnees/{path}")).content)
    return folder


@pytest.mark.parametrize(
    "path", ["/donnees", "/donnees/annees.csv", "/donnees/annees.json", "/donnees/datapackage.json"]
)
async def test_a_cache_may_keep_the_page_and_each_file_and_ask_whether_it_changed(visitor, path):
    await two_of_everything()
    answer = await visitor.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=600")
    assert "set-cookie" not in answer.headers
    held = await visitor.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", answer.headers["etag"])
    await visitor.sign_in(await builders.person("coordinator", "nadia@example.org", name="Nadia Perrin"))
    assert (await visitor.get(path)).content == answer.content


@pytest.mark.parametrize("filled", [True, False], ids=["a programme", "nothing yet"])
async def test_every_file_is_what_its_schema_says(visitor, filled, tmp_path):
    if filled:
        await two_of_everything()
    folder = await all_in(visitor, tmp_path)
    package = Package(folder / "datapackage.json")
    assert list(Package.metadata_validate(json.loads((folder / "datapackage.json").read_bytes()))) == []
    assert {one.name for one in package.resources} == {*TABLES, *(f"{name}-json" for name in TABLES)}
    read_as = {}
    for named in package.resources:
        file, lines = named, [{}]
        if named.format == "json":
            # Its own reader of JSON needs more packages, and it takes no empty list: it is given the lines.
            lines = json.loads((folder / named.path).read_bytes())
            file = Resource(data=lines, schema=named.schema)
        read_as[named.name] = [row.to_dict() for row in file.read_rows()] if lines else []
        if lines:
            report = file.validate()
            assert report.valid, (named.name, report.flatten(["rowNumber", "fieldName", "message"]))
    assert all(read_as[name] == read_as[f"{name}-json"] for name in TABLES)
    assert any(one["eleves"] for one in read_as["annees"]) == bool(read_as["lycees"]) == filled


async def test_a_file_whose_number_is_a_word_is_refused_by_its_schema(visitor, tmp_path):
    await two_of_everything()
    folder = await all_in(visitor, tmp_path)
    path = folder / "annees.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(";40;", ";quarante;").replace(";70;", ";x;"))
    assert not Package(folder / "datapackage.json").get_resource("annees").validate().valid


async def test_the_schema_of_a_table_stands_alone_too(visitor, tmp_path):
    await two_of_everything()
    for name in TABLES:
        answer = await visitor.get(f"/donnees/{name}.csv")
        schema = f"/donnees/{name}-schema.json"
        assert answer.headers["content-disposition"] == f'attachment; filename="technilab-{name}.csv"'
        assert f'<{schema}>; rel="describedby"; type="application/json"' in answer.headers["link"]
        alone = Schema.from_descriptor((await visitor.get(schema)).json())
        (tmp_path / "table.csv").write_bytes(answer.content)
        assert Resource(path="table.csv", basepath=str(tmp_path), schema=alone, dialect=SEMICOLONS).validate().valid


async def test_the_files_tell_what_the_programme_s_page_tells_to_the_unit(visitor):
    await two_of_everything()
    page = await visitor.get("/programme")
    for section, (name, label) in OF_THE_PAGE.items():
        (table,) = re.findall(rf'<h3 class="h3" id="{section}">.+?<tbody>(.+?)</tbody>', page.text, re.DOTALL)
        told = [
            [said(cell) for cell in cells] for cells in re.findall(r"<th[^>]*>(.+?)</th><td[^>]*>(.+?)</td>", table)
        ]
        lines = await lines_of(visitor, name)
        assert told == [[one[label], number(int(one["eleves"])) if one["eleves"] else "masqué"] for one in lines], name
        assert [one["masque"] for one in lines] == ["non" if one["eleves"] else "oui" for one in lines]
    assert any(one["masque"] == "oui" for one in await lines_of(visitor, "departements"))
    (whole,) = await lines_of(visitor, "ensemble")
    assert f"{whole['visites']} visites dans {whole['lycees']} lycées, pour {whole['colleges']} collèges" in read(page)
    shown = read(page)
    for aim in await lines_of(visitor, "objectifs"):
        reached, wanted = (said(number(int(aim[name]))) for name in ("compte", "objectif"))
        assert f"{aim['libelle']} {reached} {aim['unite']} sur {wanted}" in shown
        assert aim["regle"] in shown
        for name, words in (("attendu", "Rythme régulier aujourd'hui"), ("engage", "Engagé"), ("espere", "Espéré")):
            figure = said(number(int(aim[name])))
            assert re.search(rf"{words}[^0-9]*(?:\([^)]*\) )?{figure}\b", shown), (aim["mesure"], name)


async def test_the_lycees_of_the_consortium_have_their_year_as_their_page_tells_it(visitor):
    await two_of_everything()
    shown = read(await visitor.get("/consortium"))
    lines = await lines_of(visitor, "lycees")
    assert [(one["uai"], one["annee_scolaire"], one["visites"]) for one in lines] == [
        ("0250001R", "2026-2027", "1"),
        ("0390001J", "2026-2027", "1"),
    ]
    for one in lines:
        pupils = "élèves : masqué" if one["masque"] == "oui" else f"{one['eleves']} élèves"
        assert f"1 visite reçue , {pupils}" in shown
    assert {one["masque"] for one in lines} == {"oui"} or "3" not in {one["eleves"] for one in lines}
    assert "hors consortium" not in str(lines)


async def test_years_before_the_target_stand_apart_and_so_does_a_year_that_it_cuts(visitor):
    await builders.target(from_on=paris("2026-01-01 00:00").date())
    for on, counted in (("2024-10-10 09:00", 31), ("2025-10-10 09:00", 22), ("2026-03-10 09:00", 40)):
        slot = await builders.slot(starts_at=paris(on), state="done")
        await builders.turnout(slot=slot, counted=counted)
    found = [tuple(one.values()) for one in await lines_of(visitor, "annees")]
    assert found == [
        ("2024-2025", "oui", "31", "non"),
        ("2025-2026", "oui", "22", "non"),
        ("2025-2026", "non", "40", "non"),
        ("2026-2027", "non", "0", "non"),
    ]


async def test_a_target_with_fewer_than_5_people_says_neither_how_many_nor_what_is_foreseen(visitor):
    await builders.target()
    slot = await builders.slot(starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.turnout(slot=slot, counted=3)
    (aim,) = await lines_of(visitor, "objectifs")
    hidden = ("compte", "dont_declare", "attendu", "engage", "espere", "prevision")
    assert ([aim[name] for name in hidden], aim["masque"]) == ([""] * 6, "oui")


async def test_no_cell_is_a_formula_and_a_program_reads_the_words_as_they_are(visitor):
    await builders.target(label="=1+1")
    (aim,) = await lines_of(visitor, "objectifs")
    (told,) = (await visitor.get("/donnees/objectifs.json")).json()
    assert (aim["libelle"], told["libelle"]) == ("'=1+1", "=1+1")
    assert aim["premier_jour"] == told["premier_jour"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", aim["premier_jour"])


async def test_a_corrected_closed_year_is_told_as_the_page_tells_it(visitor):
    await builders.target(programme="ptech", metric="entrants", label="Entrants")
    cohort = await builders_ptech.cohort(entry_year=2025)
    await builders_ptech.census(cohort, 2025, present=24)
    await rows(
        "INSERT INTO year_figures (school_year, programme, metric, figure) VALUES (2025, 'ptech', 'entrants', 12)"
    )
    await rows(
        """INSERT INTO year_corrections (school_year, programme, "of", about, what, reason, at)
           VALUES (2025, 'ptech', 'cohort', $1, 'census october', 'Deux élèves oubliés', $2)""",
        *(cohort, NOW),
    )
    (line,) = await lines_of(visitor, "corrections")
    assert tuple(line.values())[2:] == ("2025-2026", "12", "24", "non", "Deux élèves oubliés")
    assert "2025-2026, corrigé depuis la clôture : 12 → 24" in read(await visitor.get("/programme"))


@pytest.mark.parametrize("file", ["rien.csv", "annees.xlsx", "annees", "datapackage.csv", "annees-schema.csv"])
async def test_another_file_is_not_found(visitor, file):
    assert (await visitor.get(f"/donnees/{file}")).status_code == 404


async def test_a_package_of_nobody_in_particular_names_no_publisher_and_no_name_is_empty(visitor):
    nobody = Publisher(programme="Programme TECHNILAB", operator="", contact="", address="https://lab.example/donnees")
    assert "contributors" not in json.loads(package_file((), nobody, now=NOW))
    await builders.academie(name="Besançon", project="µTECH-BOOSTER", contact="technilab@ac-besancon.fr")
    package = json.loads((await visitor.get("/donnees/datapackage.json")).content)
    assert package["contributors"] == [
        {"title": "µTECH-BOOSTER, académie de Besançon", "role": "publisher", "email": "technilab@ac-besancon.fr"}
    ]


async def test_the_open_data_are_told_at_the_top_of_the_programme_and_at_the_foot_of_every_page(visitor):
    shown = (await visitor.get("/programme")).text
    assert shown.index('href="/donnees"') < shown.index('id="contenu"') + 2500
    assert '<li><a href="/donnees">Données ouvertes</a></li>' in (await visitor.get("/")).text


async def test_the_page_says_the_licence_the_source_the_day_whom_to_write_to_and_how_to_cite(visitor):
    await builders.academie(name="Besançon", project="µTECH-BOOSTER", contact="technilab@ac-besancon.fr")
    shown = read(await visitor.get("/donnees"))
    assert "Licence Ouverte 2.0" in shown
    assert "Contact technilab@ac-besancon.fr" in shown
    assert "µTECH-BOOSTER, académie de Besançon, chiffres du lundi 11 janvier 2027" in shown
    package = json.loads((await visitor.get("/donnees/datapackage.json")).content)
    assert package["contributors"][0]["email"] == "technilab@ac-besancon.fr"
    assert package["licenses"][0]["title"] == "Licence Ouverte 2.0"
    await builders_bts1.partner()
    for path in ("/programme", "/consortium", "/aide", "/api"):
        assert 'href="/donnees"' in (await visitor.get(path)).text, path
    assert "/donnees</loc>" in (await visitor.get("/sitemap.xml")).text


async def test_girls_and_boys_are_told_to_be_those_who_were_counted_apart(visitor):
    told = read(await visitor.get("/donnees"))
    whole, apart = "Élèves des visites closes depuis", "là où le lycée a compté filles et garçons à part."
    sentence = told.partition("Collégiens accueillis, filles et garçons ")[2].partition("Colonnes")[0]
    assert (sentence.startswith(whole), apart in sentence, told.count(apart)) == (True, True, 1)
