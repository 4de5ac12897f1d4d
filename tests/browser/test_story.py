"""The whole story, as five people live it: found, reserved, mailed, printed, scanned, built, closed, counted."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from booking.day.badges.presets import DEFAULT, preset_named
from tests import builders
from tests.browser.film import cut_out, held_up
from tests.builders import NOW
from tests.crossing import until
from workshops.database import row, value
from workshops.programmes.targets.set_target import SetTarget, set_target

pytestmark = pytest.mark.browser


async def invented(name: str, role: str, **place: int) -> None:
    await builders.person(role, name=name, example=True, **place)


async def enter_as(page: Page, name: str) -> None:
    """Sign in as a visitor of the trial does: by the button of an invented person."""
    await page.goto("/connexion")
    await page.get_by_role("button", name=name).click()


async def mail_about(kind: str, reader: str, folder: Path) -> email.message.EmailMessage:
    """A letter to one of its readers, once the worker has written it."""
    asked = "FROM notices WHERE kind = $1 AND reader = $2"
    await until(lambda: value(f"SELECT count(*) {asked} AND state = 'sent'", kind, reader))
    return _mail_of(await value(f"SELECT coalesce(mail, id) {asked}", kind, reader), folder)


def _mail_of(number: int, folder: Path) -> email.message.EmailMessage:
    mails = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in folder.glob("*.eml")]
    return next(mail for mail in mails if f"<{number}-" in str(mail["Message-ID"]))


async def test_a_class_comes_and_is_counted(db, site, worker, browse, filmed):
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    college = await builders.school(name="Collège Stendhal")
    firm = await builders.company(name="Horlogerie du Doubs")
    await invented("Claire Renaud", "teacher", school=college)
    await invented("Hélène Faivre", "host", school=lycee)
    await invented("Inès Caron", "company", company=firm)
    await invented("Yves Marchand", "coordinator")
    await builders.group(school=college, name="4e B", level="4e", pupils=24)
    clock = await builders.tech_object(name="Horloge à engrenages")
    workshop = await builders.workshop(host=lycee, title="Horloge en laiton", objects=(clock,))
    starts_at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=90)
    slot = await builders.slot(
        workshop=workshop, starts_at=starts_at, booking_closes_at=starts_at - timedelta(minutes=30), seats=24
    )
    asked = SetTarget(
        label="Collégiens accueillis",
        unit="élèves",
        target=6000,
        from_on=date(2024, 9, 1),
        to_on=date(2029, 8, 31),
    )
    await set_target(asked, programme="technilab", metric="pupils", by=None, now=NOW)

    teacher = await browse("/", width=390)
    await enter_as(teacher, "Claire Renaud")
    await teacher.get_by_role("link", name="Créneaux").click()
    await expect(teacher.get_by_text("1 créneau convient")).to_be_visible()
    await teacher.get_by_role("link", name="Horloge en laiton", exact=True).click()
    await teacher.get_by_role("link", name="Réserver pour 4e B").click()
    await teacher.get_by_role("button", name="Réserver pour 4e B").click()
    await expect(teacher.get_by_text("La visite est réservée.")).to_be_visible()
    assert await value("SELECT seats_taken FROM slots WHERE id = $1", slot) == 24

    for reader in ("teacher", "host"):
        mail = await mail_about("reservation_confirmed", reader, site.data_dir / "mail")
        (calendar,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        uid = await value("SELECT uid FROM reservations")
        assert calendar.get_param("method") == "REQUEST"
        assert uid in calendar.get_content().replace("\r\n ", "")

    async with teacher.expect_download() as got:
        await teacher.get_by_role("link", name="Agenda").click()
    assert (await (await got.value).path()).read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    await teacher.get_by_role("link", name="Imprimer les badges").click()
    async with teacher.expect_download() as got:
        await teacher.get_by_role("button", name="Télécharger le PDF").click()
    sheet = (await (await got.value).path()).read_bytes()

    company = await browse("/", width=390)
    await enter_as(company, "Inès Caron")
    await company.goto(f"/creneaux/{slot}")
    await company.get_by_role("link", name="Annoncer notre venue").click()
    await company.get_by_label("Combien serez-vous ?").fill("2")
    await company.get_by_role("button", name="Annoncer").click()
    await expect(company.get_by_text("Votre venue est annoncée.")).to_be_visible()

    # The hour of the visit has come: today's, even after midnight.
    await value(
        """UPDATE slots SET booking_closes_at = starts_at - interval '3 h',
        starts_at = greatest(starts_at - interval '2 h', date_trunc('day', now(), 'Europe/Paris'))"""
    )
    await value("UPDATE reservations r SET starts_at = s.starts_at FROM slots s WHERE s.id = r.slot")

    camera = await filmed(held_up(cut_out(sheet, preset_named(DEFAULT), 6)))
    host = await camera("/", width=390, height=844)
    await enter_as(host, "Hélène Faivre")
    await host.get_by_role("link", name="Ouvrir l'accueil").click()
    await expect(host.locator("[data-told-title]")).to_have_text("Présent")
    scanned = await row("SELECT b.number FROM presences p JOIN badges b ON b.id = p.badge")
    assert scanned["number"] == 7
    reservation = await value("SELECT id FROM reservations")
    await host.locator(f"#objets-{reservation} summary").click()
    for field, count in (("made", "24"), ("finished", "22"), ("working", "20"), ("taken_home", "22")):
        await host.locator(f"#{field}-{reservation}").fill(count)
    await host.locator(f"#objets-{reservation}").get_by_role("button", name="Noter la fabrication").click()
    await expect(host.get_by_text("La fabrication est notée.")).to_be_visible()
    await host.get_by_role("link", name="Clore la visite").click()
    await host.locator(f"#pupils-{reservation}").fill("23")
    await host.locator(f"#reason-{reservation}").select_option(label="Téléphone en panne")
    await host.locator(f"#adults-{reservation}").fill("2")
    await host.get_by_label("Horlogerie du Doubs, personnes venues").fill("2")
    await host.get_by_label("Tout le monde est reparti : clore la visite maintenant").check()
    await host.get_by_role("button", name="Clore la visite").click()
    await expect(host.get_by_text("La visite est close, les effectifs des collégiens sont figés.")).to_be_visible()

    coordinator = await browse("/", width=1280)
    await enter_as(coordinator, "Yves Marchand")
    await expect(coordinator.get_by_role("article", name="Collégiens accueillis")).to_contain_text(
        "23 élèves sur 6 000".replace("6 000", "6\u202f000")
    )
    await expect(
        coordinator.get_by_text(
            "Élèves présents, comptés une fois par visite, d'après le nombre validé par le lycée à la clôture."
        )
    ).to_be_visible()
    await coordinator.get_by_role("link", name="Par lycée, collège, mois, objet").click()
    await expect(coordinator.get_by_role("row", name="Lycée Jules Haag")).to_contain_text("23")
