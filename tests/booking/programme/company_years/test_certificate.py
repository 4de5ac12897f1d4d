"""What a company files at the end of a school year."""

from __future__ import annotations

import html
from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace
from pypdfium2 import PdfDocument

from booking.programme.company_years.draw_certificate import draw_certificate
from booking.programme.company_years.queries import company_year, years_of
from booking.programme.company_years.rules import (
    Attended,
    CohortMentored,
    CompanyYear,
    ObjectsBuilt,
    days_of_year,
    hours_words,
)
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.academie.rules import Served
from workshops.refusals import NotFound


async def a_year(company):
    """Two sessions of 2026-2027, one of the year before, one not closed, one that it missed, one without pupils."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    for wall, hours, people, state, pupils in (
        ("2026-10-01 09:00", 3, 2, "done", 23),
        ("2026-12-03 14:00", 1.5, 3, "done", 20),
        ("2026-07-31 09:00", 3, 1, "done", 20),
        ("2026-12-10 09:00", 3, 2, "closed", 20),
        ("2026-12-11 09:00", 3, 0, "done", 20),
        ("2026-12-17 09:00", 3, 2, "done", 0),
    ):
        slot = await builders.slot(host=lycee, starts_at=paris(wall), hours=hours, state=state)
        await builders.attendance(slot=slot, company=company, people=2, role="mentorat")
        await builders.company_turnout(slot=slot, company=company, people=people)
        await builders.turnout(slot=slot, counted=pupils)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in PdfDocument(pdf))


async def test_it_counts_what_lycees_closed_and_who_came(db):
    company = await builders.company()
    await a_year(company)
    filed = await company_year(company, year="2026-2027")
    assert [(one.starts_at, one.people, one.role) for one in filed.attended] == [
        (paris("2026-10-01 09:00"), 2, "mentorat"),
        (paris("2026-12-03 14:00"), 3, "mentorat"),
    ]
    assert (filed.people, hours_words(filed.lasts), hours_words(filed.given)) == (5, "4 h 30", "10 h 30")
    assert await years_of(company, now=NOW) == ["2026-2027", "2025-2026"]


async def test_another_company_s_sessions_are_not_in_it(db):
    company = await builders.company()
    await a_year(await builders.company())
    assert (await company_year(company, year="2026-2027")).attended == ()


@pytest.mark.parametrize("year", ["2026", "2026-2028", "2027-2026", "２０２６-２０２７", "'--"])
async def test_a_year_that_is_none_is_not_found(db, year):
    with pytest.raises(NotFound):
        await company_year(await builders.company(), year=year)


def test_a_school_year_turns_in_august():
    assert days_of_year("2026-2027") == (date(2026, 8, 1), date(2027, 8, 1))


def a_certificate(sessions, *, company="Horlogerie du Doubs"):
    start = datetime.fromisoformat("2026-10-01T09:00:00+02:00")
    attended = tuple(
        Attended(
            start + timedelta(days=n), start + timedelta(days=n, hours=3), "Lycée Jules Haag", "Besançon",
            "Découpe laser", "mentorat", 2,
        )
        for n in range(sessions)
    )  # fmt: skip
    return CompanyYear(
        number=1,
        company=company,
        siret="55208131766522",
        commune="Besançon",
        year="2026-2027",
        attended=attended,
        met=24 * sessions,
        objects=(ObjectsBuilt("Lampe à balancier", 24 * sessions),) if sessions else (),
        cohorts=(),
        served=Served(name="Nancy-Metz", project="LOR-TECH"),
    )


def test_the_pdf_says_who_when_how_long_and_how_it_was_counted():
    read = text_of(draw_certificate(a_certificate(3), on=date(2027, 7, 5)))
    for words in (
        "Attestation de participation",
        "2026-2027",
        "Horlogerie du Doubs",
        "55208131766522, Besançon",
        "3 séances",
        "18 h 00",
        "Sont comptées les séances closes par le lycée où l'entreprise est venue et où des élèves étaient présents.",
        "Établie le lundi 5 juillet 2027",
        "LOR-TECH, académie de Nancy-Metz, programme France 2030",
        "pour le programme TECHNILAB, LOR-TECH",
    ):
        assert words in " ".join(read.split())


def test_the_pdf_says_whom_it_met_what_was_built_and_what_became_of_its_cohorts():
    cohort = CohortMentored(
        "MEI Jules Haag", 2023, "Lycée Jules Haag", "Besançon", 2, 150, 24, 3, ("bac_pro", "other"), (18, 2)
    )
    drawn = draw_certificate(replace(a_certificate(3), cohorts=(cohort,)), on=date(2027, 7, 5))
    told = " ".join(text_of(drawn).split())
    for words in (
        "Ses équipes y ont donné 18 h 00 et rencontré 72 élèves. Elle accompagne 1 cohorte P-TECH",
        "72 objets terminés ces jours-là",
        "Lampe à balancier : 72",
        "MEI Jules Haag, rentrée 2023",
        "Lycée Jules Haag, Besançon · 2 actions tenues, 2 h 30 · Élèves entrés : 24",
        "Présents au dernier recensement : moins de 5",
        "Bac pro obtenu : 18",
    ):
        assert words in told
    alone = text_of(draw_certificate(replace(a_certificate(1), met=4), on=date(2027, 7, 5)))
    assert ("rencontré moins de 5 élèves" in " ".join(alone.split()), "fabriqué" in alone) == (True, False)


def test_the_project_keeps_its_name_whatever_its_first_letter():
    served = Served(name="Besançon", project="µTECH-BOOSTER")
    read = text_of(draw_certificate(replace(a_certificate(1), served=served), on=date(2027, 7, 5)))
    assert "µTECH-BOOSTER, académie de Besançon, programme France 2030" in read


@pytest.mark.parametrize(("sessions", "pages"), [(0, 1), (7, 1), (11, 2), (60, 4)])
def test_a_busy_year_goes_over_several_pages(sessions, pages):
    drawn = draw_certificate(a_certificate(sessions), on=date(2027, 7, 5))
    assert len(PdfDocument(drawn)) == pages


def test_what_somebody_typed_is_drawn_as_it_is():
    typed = '<img src="file:///etc/hostname"/> & <b>Cie</b>'
    read = text_of(draw_certificate(a_certificate(1, company=typed), on=date(2027, 7, 5)))
    assert typed in read


def test_the_same_facts_are_the_same_file():
    assert draw_certificate(a_certificate(5), on=date(2027, 7, 5)) == draw_certificate(
        a_certificate(5), on=date(2027, 7, 5)
    )


async def a_person(app, role, **at):
    account = await builders.person(role, **at)
    return await Browser(app, now=NOW).sign_in(account)


async def test_a_company_and_the_coordinator_read_it_and_another_company_does_not(app):
    company = await builders.company(name="Horlogerie du Doubs")
    await a_year(company)
    path = f"/entreprises/{company}/attestations/2026-2027"
    own = await a_person(app, "company", company=company)
    office = await a_person(app, "coordinator")
    stranger = await a_person(app, "company", company=await builders.company())
    for browser in (own, office):
        shown = await browser.get(path)
        assert (shown.status_code, "Heures données 10 h 30 à 2 séances" in read(shown)) == (200, True)
        assert "où l'entreprise est venue et où des élèves étaient présents." in html.unescape(shown.text)
        pdf = await browser.get(f"{path}/attestation.pdf")
        assert (pdf.headers["content-type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
        assert pdf.headers["content-disposition"] == 'attachment; filename="attestation-2026-2027.pdf"'
    for there in (path, f"{path}/attestation.pdf"):
        assert (await stranger.get(there)).status_code == 404
    assert f'href="{path}/attestation.pdf"' in (await own.get("/entreprise")).text
    shown = await office.get(f"/gestion/entreprises/{company}")
    assert ("Heures données 10 h 30 à 2 séances" in read(shown), f'href="{path}"' in shown.text) == (True, True)
