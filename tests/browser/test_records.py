"""A lycée's host sends a long table in, from the P-TECH page: read, confirmed, stored by steps that show how far."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests import builders, builders_ptech
from tests.booking.programme.records.story import HAAG
from tests.browser.judge import broken, everything_wrong
from workshops.database import value

pytestmark = pytest.mark.browser


LINES = "".join(f"{HAAG};Bachelor {number};Horlogerie;\n" for number in range(230))


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_host_corrects_a_table_then_sees_it_stored_to_its_end(db, browse, tmp_path: Path, javascript):
    jules = await builders.account(name="Jules Marchand")
    school = await builders.school(kind="lycee", name="Lycée Jules Haag", uai=HAAG)
    await builders.membership(jules, "host", school=school)
    wrong, right = tmp_path / "erreurs.csv", tmp_path / "formations.csv"
    wrong.write_text(f"uai;formation;domaine;précisions\n{HAAG};Bachelor;;\n0250011B;Autre;Autre;\n", encoding="cp1252")
    right.write_text("uai;formation;domaine;précisions\n" + LINES, encoding="cp1252")
    page = await browse("/lycee/ptech", width=390, javascript=javascript, signed_in=jules)
    await page.get_by_role("link", name="Tableaux à importer ou télécharger").click()

    await page.get_by_label("Fichier").set_input_files(wrong)
    await page.get_by_role("button", name="Lire le fichier").click()
    await expect(page.locator(".errors li")).to_have_count(2)
    told = [" ".join(one.split()) for one in await page.locator(".errors li").all_inner_texts()]
    assert told == [
        "Ligne 2 : domaine : à remplir.",
        "Ligne 3 : UAI : ce n'est pas celui de votre lycée, dont vous n'importez que les données.",
    ]
    if javascript:
        assert await everything_wrong(page) == []
    browse.complaints.clear()  # Chromium notes the 422 of the file in error

    await page.get_by_label("Fichier").set_input_files(right)
    await page.get_by_role("button", name="Lire le fichier").click()
    await expect(page.get_by_text("formations.csv se lit sans erreur")).to_be_visible()
    if javascript:
        assert await everything_wrong(page) == []
    await page.get_by_role("button", name="Enregistrer 230 lignes").click()
    for upto in () if javascript else (100, 200):
        await expect(page.get_by_role("progressbar")).to_have_attribute("value", str(upto))
        await page.get_by_role("button", name="Continuer").click()
    await expect(page.locator(".said")).to_have_text("Les données du fichier sont enregistrées.")
    assert urlsplit(page.url).path == "/lycee/donnees"
    assert await value("SELECT count(*) FROM bts1_courses WHERE school = $1", school) == 230


async def test_a_total_lies_under_one_line_on_a_phone(db, browse):
    jules = await builders.account(name="Jules Marchand")
    school = await builders.school(kind="lycee", name="Lycée Jules Haag")
    await builders.membership(jules, "host", school=school)
    made = await builders_ptech.a_whole_cohort(school=school, company=await builders.company(), now=datetime.now(UTC))
    page = await browse(f"/lycee/ptech/cohortes/{made['cohort']}", width=390, signed_in=jules)
    lines = "one => [one, ...one.querySelectorAll('*')].map(each => getComputedStyle(each).borderTopWidth)"
    assert set(await page.locator("tfoot").evaluate(lines)) == {"2px", "0px"}
    assert (await page.locator("tfoot").evaluate(lines)).count("2px") == 1


async def test_p_tech_stays_on_one_line_of_a_narrow_page(db, browse):
    nadia = await builders.person("coordinator", name="Nadia Boss")
    page = await browse("/gestion/imports/donnees", width=320, signed_in=nadia)
    assert await broken(page) == []
    await page.set_viewport_size({"width": 360, "height": 900})
    assert await broken(page) == []
