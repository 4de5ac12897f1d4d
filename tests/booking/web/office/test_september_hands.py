"""The coordination reads who raised a hand, lycée by lycée, takes it as a file, and calls who has not answered."""

from __future__ import annotations

import csv
from io import BytesIO

import pytest
from openpyxl import load_workbook

from booking.mails.digest.tell_schemes import silent_hands
from tests import builders, builders_bts1
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.workshops.september_hands.world import Asked, asked_lycees, count
from workshops.database import value

HERE = "/gestion/mains-levees"
CAUSES = ("grâce à", "parce que", "impact", "effet", "conséquence", "attiré", "convaincu")


@pytest.fixture
async def lycees(db) -> Asked:
    found = await asked_lycees()
    await count(found.offers, ("2de MTNE", 150, 30), ("2de MRC", 60, 4))
    await count(found.received, ("2de Bois", 11, 0), year=2025)
    return found


async def test_the_board_leads_to_each_section_with_how_many_answered_and_claims_no_cause(office, lycees):
    assert f'href="{HERE}"' in (await office.get("/gestion")).text
    page = read(await office.get(HERE))
    for part in (
        "34 des 210 nouveaux élèves présents disent être venus. 1 lycée sur 2 a répondu.",
        "Lycée Haag, Besançon 2de MRC : 4 sur 60, 7 % · 2de MTNE : 30 sur 150, 20 % 34 sur 210, 16 %",
        "Sans réponse Lycée Faure, Besançon 03 84 00 00 02",
    ):
        assert part in page, part
    before = read(await office.get(f"{HERE}?annee=2025-2026"))
    assert "Aucun des 11 nouveaux élèves présents ne dit être venu." in before
    assert [cause for cause in CAUSES if cause in (page + before).casefold()] == []


async def test_a_section_of_which_nobody_was_there_is_not_listed_on_the_page(office, lycees):
    await count(lycees.received, ("2de Bois", 0, 0), ("2de Métal", 12, 3))
    page = read(await office.get(HERE))
    assert ("2de Métal : 3 sur 12, 25 %" in page, "0 sur 0" in page) == (True, False)


async def test_the_file_has_the_same_lines_and_the_journal_says_who_took_it(office, lycees):
    lines = list(
        csv.reader((await office.get(f"{HERE}.csv?annee=2026-2027")).text.lstrip("\ufeff").splitlines(), delimiter=";")
    )
    whole = load_workbook(BytesIO((await office.get(f"{HERE}.xlsx?annee=2026-2027")).content)).worksheets[0]
    assert lines[:3] == [
        ["Lycée", "Section", "Présents", "Mains levées", "Part (%)"],
        ["Lycée Haag, Besançon", "2de MRC", "60", "4", "7"],
        ["Lycée Haag, Besançon", "2de MTNE", "150", "30", "20"],
    ]
    assert [
        [str(cell) for cell in row[:5]] for row in whole.iter_rows(min_row=2, max_row=3, values_only=True)
    ] == lines[1:3]
    told = await value("SELECT detail FROM events WHERE act = 'counts_exported' ORDER BY id DESC LIMIT 1")
    assert told.startswith("Mains levées de septembre, année scolaire 2026-2027")


async def test_from_october_a_faire_says_how_many_lycees_have_not_answered(db):
    lycees = await asked_lycees()
    assert (await silent_hands(paris("2026-09-30 09:00"))).number == 0
    found = await silent_hands(paris("2026-10-01 09:00"))
    assert [(one.title, one.told) for one in found.points] == [
        ("Lycée Faure, Besançon", "Pas de main levée notée pour la rentrée 2026. Appelez le lycée : 03 84 00 00 02."),
        ("Lycée Haag, Besançon", "Pas de main levée notée pour la rentrée 2026. Appelez le lycée : 03 81 00 00 01."),
    ]
    await count(lycees.offers, ("2de MTNE", 24, 6))
    assert (await silent_hands(paris("2026-10-01 09:00"))).number == 1


@pytest.mark.parametrize("role", ["host", "teacher", "inspector", "consortium"])
async def test_nobody_but_the_coordination_reads_what_all_lycees_counted(app, lycees, role):
    app.state.clock = lambda: NOW
    where = {"inspector": {"departments": ("25",)}, "consortium": {"partner": await builders_bts1.partner()}}.get(
        role, {"school": lycees.offers}
    )
    account = await builders.person(role, f"{role}@example.org", **where)
    browser = await Browser(app, now=NOW).sign_in(account)
    assert {(await browser.get(f"{HERE}{end}")).status_code for end in ("", ".csv", ".xlsx")} == {404}
