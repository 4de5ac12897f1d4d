"""A lycée's data as one workbook: what its own pages count, sheet by sheet, and no pupil's name."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

from openpyxl import load_workbook

from booking.presentation.spreadsheet import ABOUT
from booking.programme.lycee_year.give_data import COUNTED
from tests import builders
from tests.booking.web.host.lycee import Lycee, a_lycee, words
from tests.builders import NOW, paris
from workshops.contributions.tell_hosts import SayStaff, TellHosts, say_staff, tell_hosts
from workshops.database import rows, value
from workshops.september_hands.count_hands import CountHands, CountSection, count_hands

FIRST = "Lire d'abord"
# Of each visit its day, its pupils and the girls among them where they were counted apart.
HELD = (("2026-12-08", 22, 10), ("2026-11-03", 20, None), ("2026-03-03", 18, 9))


async def a_year(lycee: Lycee, *, company: int, lamp: int) -> None:
    """Two closed visits, one with a company and an object; one of last year; one to come, with a first name."""
    college = await builders.school(name="Collège Stendhal", commune="Besançon")
    workshop = await builders.workshop(host=lycee.school, title="Découpe laser", objects=(lamp,))
    for number, (day, counted, girls) in enumerate(HELD):
        slot = await builders.slot(workshop=workshop, starts_at=paris(f"{day} 09:00"), state="done")
        group = 10 * lycee.school + number
        came = {"announced": 24, "scanned": 21, "counted": counted, "girls": girls}
        await builders.turnout(slot=slot, school=college, group_label=f"4e {number}", group_ref=group, **came)
        if number == 0:
            told = TellHosts(lyceens=9)
            await tell_hosts(slot, told, school=lycee.school, by=lycee.account, now=NOW)
            await builders.company_turnout(slot=slot, company=company, people=2)
            kept = dict.fromkeys(("finished", "working", "taken_home"), 20)
            await builders.build(slot=slot, tech_object=lamp, group_ref=group, made=22, **kept)
    ahead = await builders.slot(workshop=workshop, starts_at=NOW + timedelta(days=9), seats=30)
    group = await builders.group(school=college, name="5e C")
    visit = await builders.reservation(slot=ahead, group=group, pupils=26)
    await builders.badges(visit)
    await rows("UPDATE badges SET first_name = 'Zélie' WHERE reservation = $1", visit)


async def the_workbook(lycee: Lycee) -> dict[str, list[tuple[Any, ...]]]:
    answer = await lycee.browser.get("/lycee/donnees/classeur.xlsx")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


async def test_the_workbook_of_a_lycee_has_the_counts_of_its_pages_and_says_each_column(db):
    lycee, other = await a_lycee(), await a_lycee("Lycée Edgar Faure")
    company, lamp = await builders.company(name="Horlogerie du Doubs"), await builders.tech_object(name="Lampe")
    await a_year(lycee, company=company, lamp=lamp)
    await a_year(other, company=company, lamp=lamp)
    await say_staff(lycee.school, SayStaff(people=4), by=lycee.account, now=NOW)
    for number, hands in ((lycee.school, 6), (other.school, 3)):
        counted = CountHands(sections=[CountSection(section="2de MTNE", present=24, hands=hands)])
        await count_hands(number, 2026, counted, by=None, now=NOW)
    sheets = await the_workbook(lycee)
    assert sheets["Mains levées"][1:] == [("2026-2027", "2de MTNE", 24, 6)]
    assert list(sheets)[:8] == [
        *(FIRST, "Années", "Visites", "Groupes", "Objets", "Entreprises", "Créneaux à venir", "Mains levées"),
    ]
    assert len(sheets) == 8 + 11 + 1
    assert [line[0] for line in sheets.pop(ABOUT)] == ["Nom", "Tableau", "Filtre", "Extrait le", "Version"]
    explained = {line[:2] for line in sheets[FIRST] if line[2]}
    columns = {(name, column) for name, lines in list(sheets.items())[1:] for column in lines[0]}
    assert {(name[:31], column) for name, column in explained if column} >= columns
    assert [line[:6] for line in sheets["Années"][1:]] == [
        *(("2026-2027", 2, 2, 42, 22, 10), ("2025-2026", 1, 1, 18, 18, 9)),
    ]
    assert [line[9:] for line in sheets["Années"][1:]] == [(6, 4), (0, None)]
    assert [(line[0].date(), *line[1:]) for line in sheets["Visites"][1:]] == [
        (date(2026, 12, 8), "9 h 00", "Découpe laser", 1, 22, 9, None, COUNTED),
        (date(2026, 11, 3), "9 h 00", "Découpe laser", 1, 20, None, None, COUNTED),
        (date(2026, 3, 3), "9 h 00", "Découpe laser", 1, 18, None, None, COUNTED),
    ]
    assert [line[2:9] for line in sheets["Groupes"][1:3]] == [
        ("Collège Stendhal, Besançon", "4e", "4e 0", 24, 21, 22, 10),
        ("Collège Stendhal, Besançon", "4e", "4e 1", 24, 21, 20, None),
    ]
    assert sheets["Objets"][1:] == [("2026-2027", "Lampe", 22, 20, 1)]
    assert sheets["Entreprises"][1:] == [("2026-2027", "Horlogerie du Doubs", 1, 6)]
    assert [line[3:] for line in sheets["Créneaux à venir"][1:]] == [("Découpe laser", None, 30, 26, 1, 0)]
    assert "Zélie" not in str(sheets)
    year = words((await lycee.browser.get("/lycee/annee?annee=2026-2027")).text)
    assert ("Élèves 42" in year, "Heures des entreprises 6 h" in year) == (True, True)
    assert 'href="/lycee/donnees/classeur.xlsx"' in (await lycee.browser.get("/lycee/annee?annee=2026-2027")).text


async def test_what_is_taken_away_is_in_the_journal_and_a_lycee_with_nothing_has_its_titles_alone(db):
    lycee = await a_lycee()
    sheets = await the_workbook(lycee)
    assert [len(lines) for name, lines in sheets.items() if name not in {FIRST, "Années", ABOUT}] == [1] * 17
    told = await value("SELECT detail FROM events WHERE act = 'records_exported' AND by = $1", lycee.account)
    uai = await value("SELECT uai FROM schools WHERE id = $1", lycee.school)
    assert (told.startswith("Classeur, "), uai in told) == (True, True)
