"""Nancy-Metz installs Technilab for itself, by commands and settings alone: nothing it shows comes from elsewhere."""

from __future__ import annotations

import asyncio
import os
import re
from html import unescape
from pathlib import Path

import pypdfium2
import pytest

from tests import builders
from tests.browsing import Browser
from tests.builders import NOW, paris
from tests.command_line import data_folder, technilab
from tests.country import LORRAINE, elsewhere, real_lines, write_file
from workshops.database import rows, value

ELSEWHERE = re.compile(r"besan[çc]on|doubs|jura|haute-saône|belfort|franche|microtechnique|µtech", re.IGNORECASE)
CALENDAR = "\n".join(
    (
        "type;libelle;premier_jour;dernier_jour;zone",
        "vacances;Vacances d'hiver;2027-02-13;2027-02-28;Zone A",
        "vacances;Vacances d'hiver;2027-02-20;2027-03-07;Zone B",
    )
)
DAY = paris("2027-03-25 09:00")


def command(*words: str, home: Path) -> str:
    """What a command says, on this test's database; it succeeds."""
    kept = ("DATABASE_URL", "SECRET_KEY", "BASE_URL", "DEMO")
    said = technilab(*words, home=home, **{name: os.environ[name] for name in kept})
    assert (said.returncode, said.stderr) == (0, "")
    return said.stdout


@pytest.fixture
async def installed(app, tmp_path):
    """The commands of docs/operating.md, in their order, with the ministry's file of three académies."""
    schools, calendar = tmp_path / "annuaire.csv", tmp_path / "calendrier.csv"
    lines = [
        *real_lines(),
        *elsewhere(real_lines(), "Nancy-Metz", LORRAINE, first=540_000),
        *elsewhere(real_lines(), "Reims", {"051": "Marne"}, first=510_000),
    ]
    write_file(schools, lines)
    calendar.write_text(CALENDAR)
    with data_folder() as home:
        said = [
            await asyncio.to_thread(command, *words, home=home)
            for words in (
                ("import-schools", str(schools), "--academie", "nancy-metz"),
                ("import-calendar", str(calendar)),
                ("invite", "ada@example.org", "--role", "coordinator"),
            )
        ]
    assert said[0] == (
        "260 établissements ajoutés, 0 mis à jour, 0 ligne laissée de côté, 520 lignes d'autres académies.\n"
    )
    app.state.clock = lambda: NOW
    office = await Browser(app, now=NOW).sign_in(await value("SELECT id FROM accounts WHERE email = 'ada@example.org'"))
    wanted = {"name": "Nancy-Metz", "zone": "B", "project": "LOR-TECH"}
    wanted |= {"operator": "Le rectorat de l'académie de Nancy-Metz", "contact": "technilab@example.org"}
    assert (await office.post("/gestion/reglages/confirmation", wanted)).status_code == 303
    return office


async def pages_of(browser: Browser, *paths: str) -> dict[str, str]:
    found = {}
    for path in paths:
        answer = await browser.get(path)
        assert (path, answer.status_code) == (path, 200)
        found[path] = unescape(re.sub(r"<[^>]+>", " ", answer.text))
    return found


def pdf_words(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))


async def test_pages_calendar_filters_and_papers_speak_of_it_and_of_nothing_else(app, installed):
    lycee = await value("SELECT min(id) FROM schools WHERE kind = 'lycee' AND department = '54'")
    college = await value("SELECT min(id) FROM schools WHERE kind = 'college' AND department = '57'")
    taught = await builders.workshop(host=lycee)
    slot = await builders.slot(workshop=taught, starts_at=DAY, company_places=2)
    teacher = await builders.person("teacher", "claire@example.org", school=college)
    visit = await builders.reservation(slot=slot, group=await builders.group(school=college), by=teacher)
    firm = await builders.company(name="Lames de Moselle", commune="Metz", department="57")
    done = await builders.slot(workshop=taught, starts_at=paris("2026-12-03 09:00"), state="done")
    came = await builders.reservation(slot=done, group=await builders.group(school=college), state="attended")
    await builders.turnout(slot=done, school=college, group_ref=came, counted=24)
    await builders.company_turnout(slot=done, company=firm)

    visitor = Browser(app, now=NOW)
    seen = await pages_of(
        visitor,
        *("/", "/creneaux", "/creneaux?departement=54", "/creneaux?vue=mois&mois=2027-03", f"/creneaux/{slot}"),
        *("/programme", "/programme/definitions", "/consortium", "/mentions", "/confidentialite", "/accessibilite"),
        "/connexion",
    )
    assert "TECHNILAB, pour les collèges de l'académie de Nancy-Metz" in seen["/"]
    assert re.findall(r"\S[\w-]*(?:-et-\w+)? \(\d\d\)", seen["/creneaux"]) == [
        "Meurthe-et-Moselle (54)",
        "Meuse (55)",
        "Moselle (57)",
        "Vosges (88)",
    ]
    assert "1 créneau est proposé" in seen["/creneaux?departement=54"]
    # 1 to 7 March 2027 are holidays of zone B alone.
    assert seen["/creneaux?vue=mois&mois=2027-03"].count("Vacances") >= 5
    assert "LOR-TECH\u00a0: trois dispositifs" in seen["/programme"] or "LOR-TECH : trois" in seen["/programme"]
    assert "Moselle" in seen["/programme"]
    assert "Le rectorat de l'académie de Nancy-Metz répond de ce service" in seen["/mentions"]
    assert "technilab@example.org" in seen["/confidentialite"]

    claire = await Browser(app, now=NOW).sign_in(teacher)
    papers = f"/mes-visites/{visit}/papiers"
    seen |= await pages_of(claire, "/mes-visites", papers, f"{papers}/mission")
    assert "Académie de Nancy-Metz" in seen[f"{papers}/mission"]
    pack = await claire.get(f"/api/v1/reservations/{visit}/papers.pdf")
    certificate = f"/entreprises/{firm}/attestations/2026-2027"
    seen |= await pages_of(
        installed,
        *(
            "/gestion",
            "/gestion/repertoire",
            "/gestion/equite",
            "/gestion/couverture?qui=jamais-venus",
            "/gestion/creneaux",
        ),
        *(f"/gestion/etablissements/{lycee}", "/gestion/imports", certificate),
    )
    assert "Meurthe-et-Moselle" in seen["/gestion/repertoire"]
    assert "pour le programme TECHNILAB, LOR-TECH, académie de Nancy-Metz" in seen[certificate]
    attested = pdf_words((await installed.get(f"{certificate}/attestation.pdf")).content)
    assert "LOR-TECH, académie de Nancy-Metz, programme France 2030" in attested
    counts = (await installed.get("/gestion/bilan.csv")).text
    assert "Département;57;Moselle" in counts

    printed = {"papers": pdf_words(pack.content), "certificate": attested, "counts": counts}
    strangers = {name: ELSEWHERE.findall(words) for name, words in (seen | printed).items()}
    assert {name: found for name, found in strangers.items() if found} == {}
    kept = await rows("SELECT DISTINCT department, zone FROM schools ORDER BY department")
    assert [tuple(one) for one in kept] == [(code[1:], "B") for code in LORRAINE]
