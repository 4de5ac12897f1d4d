"""The file for France 2030 in a browser: a text written, a version declared final, read by a member."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from booking.programme.report.draw_files import digest
from tests import builders, builders_bts1
from tests.booking.programme.report.world import a_programme
from tests.browser.judge import everything_wrong
from workshops.database import row

pytestmark = pytest.mark.browser


async def test_a_year_is_written_and_declared_final_on_a_phone_without_javascript(db, browse, tmp_path):
    await a_programme()
    nadia = await builders.person("coordinator", name="Nadia Perrin")
    page = await browse("/gestion/dossier?annee=2026-2027", width=390, javascript=False, signed_in=nadia)
    await page.locator("#texte-ptech summary").click()
    await page.get_by_label("P-TECH", exact=True).fill("Une année de montée.")
    await page.locator("#texte-bts1 summary").click()
    await page.get_by_label("BTS+1", exact=True).fill("Deux formations ouvrent.")
    await page.get_by_role("button", name="Enregistrer les textes").click()
    await expect(page.locator(".said")).to_have_text("Vos textes sont enregistrés : le dossier les dit.")
    await expect(page.locator(".said")).to_be_in_viewport()
    assert await page.locator("#texte-bts1 textarea").input_value() == "Deux formations ouvrent."
    await page.get_by_text("Déclarer la version 1 finale").click()
    await page.get_by_label("Je déclare finale la version 1 du dossier 2026-2027.").check()
    await page.get_by_role("button", name="Déclarer finale").click()
    await expect(page.locator(".said")).to_contain_text("Le dossier est déclaré final.")
    await expect(page.locator(".said")).to_be_in_viewport()
    async with page.expect_download() as taking:
        await page.get_by_role("link", name="DOCX de 2026-2027, version 1").click()
    taken = await taking.value
    assert taken.suggested_filename == "technilab-dossier-france-2030-2026-2027-version-1.docx"
    await taken.save_as(tmp_path / "dossier.docx")
    kept = await row("SELECT docx_sha256 FROM final_reports")
    assert digest((tmp_path / "dossier.docx").read_bytes()) == kept["docx_sha256"]
    partner = await builders_bts1.partner(name="Cnam Bourgogne-Franche-Comté", kind="cnam")
    reader = await builders.person("consortium", partner=partner)
    page = await browse("/gestion/dossier", width=390, signed_in=reader)
    await expect(page.get_by_text("2026-2027, version 1", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Déclarer finale")).to_have_count(0)
    await page.get_by_text("Empreintes SHA-256").click()
    assert await everything_wrong(page) == []
