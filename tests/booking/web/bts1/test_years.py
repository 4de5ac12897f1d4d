"""All courses together on the board, by year, with their files; what one course gives, and its mobilities both ways."""

from __future__ import annotations

import csv
import io

import pytest

from tests import builders, builders_bts1
from tests.browsing import read
from workshops.database import row, rows, value

STAY = {"country": "suisse", "stay": "stage", "stay_year": "2026", "people": "3"}


@pytest.fixture
async def course(lycee):
    return await builders_bts1.course(school=lycee.school)


@pytest.fixture
async def courses(db):
    """A course with graduates and one without, each of a lycée of its own."""
    ours = await builders_bts1.course(school=await builders.school(kind="lycee", name="Lycée Jules Haag"))
    theirs = await builders_bts1.course(title="Bachelor Bois")
    await builders_bts1.intake(
        ours, 2025, places=12, enrolled=11, completed=9, employed_6m=6, studying_6m=1, unknown_6m=2
    )
    await builders_bts1.intake(theirs, 2025, places=15, enrolled=12)
    await builders_bts1.intake(ours, 2026, places=12)
    for country, people, direction, weeks in (
        *(("Suisse", 3, "outgoing", 8), ("Italie", 1, "outgoing", None)),
        ("Suisse", 4, "incoming", None),
    ):
        await builders._insert(
            "bts1_mobilities",
            **{"course": theirs, "school_year": 2025, "country": country, "kind": "stage"},
            **{"people": people, "direction": direction, "weeks": weeks},
        )
    return ours, theirs


async def test_the_board_adds_up_the_courses_of_a_year_and_says_of_how_many(office, courses):
    shown = read(await office.get("/gestion/bts1"))
    assert "2025-2026 2 27 23 9 de 1 formation 6 sur 7 réponses 2026-2027 1 12 — — —" in shown
    assert "2025-2026 Sortante 4 2 8 sem., de 3 personnes 2025-2026 Entrante 4 1 —" in shown


@pytest.mark.parametrize(
    ("sheet", "place", "lines"),
    [
        (
            "bts1-annees",
            "/gestion/bts1#annees",
            [["2025-2026", "2", "27", "23", "9", "1", "7", "6"], ["2026-2027", "1", "12", "", "", "0", "", ""]],
        ),
        (
            "bts1-mobilites",
            "/gestion/bts1#mobilites",
            [["2025-2026", "Sortante", "4", "2", "8"], ["2025-2026", "Entrante", "4", "1", ""]],
        ),
    ],
)
async def test_the_same_figures_leave_as_files_and_an_address_leads_to_them(office, courses, sheet, place, lines):
    got = await office.get(f"/gestion/graphiques/{sheet}/chiffres.csv")
    told = list(csv.reader(io.StringIO(got.content.decode("utf-8-sig")), delimiter=";"))
    assert told[1 : 1 + len(lines)] == lines
    assert (await office.get(f"/gestion/graphiques/{sheet}/chiffres.xlsx")).status_code == 200
    assert (await office.get(f"/gestion/graphiques/{sheet}/dessin.png")).status_code == 404
    assert (await office.get(f"/gestion/graphiques/{sheet}")).headers["location"] == place
    assert (await value("SELECT count(*) FROM events WHERE act = 'counts_exported'")) == 2


async def test_without_counts_nor_mobilities_the_board_has_no_empty_table(office):
    await builders_bts1.course()
    shown = (await office.get("/gestion/bts1")).text
    assert ('id="annees"' in shown, 'id="mobilites"' in shown) == (False, False)


async def test_a_lycee_says_what_its_course_gives_and_reads_it(lycee, course):
    card = {"title": "Bachelor Bois", "field": "Bois", "ects": "60", "language": "Français, anglais", "note": ""}
    assert (await lycee.browser.post(f"/bts1/{course}/fiche", card)).status_code == 303
    assert "Crédits ECTS 60 Langue d'enseignement Français, anglais" in read(await lycee.browser.get(f"/bts1/{course}"))
    wrong = await lycee.browser.post(f"/bts1/{course}/fiche", card | {"ects": "181"})
    assert (wrong.status_code, "Crédits ECTS : écrivez un nombre de 0 à 180." in read(wrong)) == (422, True)
    await lycee.browser.post(f"/bts1/{course}/fiche", card | {"ects": "", "language": ""})
    assert tuple(await row("SELECT ects, language FROM bts1_courses WHERE id = $1", course)) == (None, "")


async def test_who_comes_to_a_host_and_for_how_long_is_noted_and_read(lycee, course):
    sent = STAY | {"direction": "incoming", "host_name": "Lycée Jules Haag", "weeks": "3"}
    assert (await lycee.browser.post(f"/bts1/{course}/mobilites", sent)).status_code == 303
    assert (await lycee.browser.post(f"/bts1/{course}/mobilites", STAY)).status_code == 303
    shown = read(await lycee.browser.get(f"/bts1/{course}"))
    assert "Suisse 2026-2027 Stage sortante 3 — Retirer Suisse, 2026-2027, Stage" in shown
    assert "Suisse Lycée Jules Haag 2026-2027 Stage entrante 3 3 Retirer Suisse, 2026-2027, Stage, entrante" in shown
    wrong = await lycee.browser.post(f"/bts1/{course}/mobilites", sent | {"weeks": "0", "direction": "ailleurs"})
    assert ('<a href="#weeks">' in wrong.text, '<a href="#direction">' in wrong.text) == (True, True)
    assert len(await rows("SELECT id FROM bts1_mobilities")) == 2


async def test_a_partner_abroad_is_shown_with_its_country(lycee, course):
    sent = {"maker": "", "company": "", "kind": "autre", "name": "Haute école", "partner_country": "suisse"}
    assert (await lycee.browser.post(f"/bts1/{course}/partenaires", sent)).status_code == 303
    assert "Haute école Autre organisme · Suisse" in read(await lycee.browser.get(f"/bts1/{course}"))
