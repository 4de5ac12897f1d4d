"""The names of a company's visitors: for the register of that lycée, that day, and nobody else."""

from __future__ import annotations

from booking.year.purge import purge
from tests import builders
from tests.booking.web.company.test_comings import a_company
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import row, rows, value

NAMES = {"visitors": "Pauline Girard\r\n\r\n  Inès   Caron \r\n"}


async def a_coming(app, **more):
    """A coming of two people, at its company's browser; the lycée and its slot."""
    company, browser = await a_company(app)
    lycee = await builders.school(kind="lycee")
    slot = await builders.slot(host=lycee)
    made = await builders.attendance(slot=slot, company=company, people=2, **more)
    return browser, lycee, slot, made


async def host_of(app, lycee: int) -> Browser:
    host = await builders.person("host", school=lycee)
    return await Browser(app, now=app.state.clock()).sign_in(host)


async def test_a_company_names_its_visitors_and_takes_them_back(app):
    browser, _, _, made = await a_coming(app)
    kept = await browser.post(f"/venues/{made}/visiteurs", NAMES)
    assert kept.headers["location"] == f"/venues/{made}?fait=visiteurs-nommes"
    assert await value("SELECT visitors FROM attendances") == "Pauline Girard\nInès Caron"
    assert "Pauline Girard\nInès Caron</textarea>" in (await browser.get(f"/venues/{made}")).text
    await browser.post(f"/venues/{made}/visiteurs", {"visitors": "Pauline Girard\nInès Caron"})
    said = await rows("SELECT act, detail FROM events WHERE about_kind = 'attendance'")
    assert [tuple(one) for one in said] == [("attendance_visitors", "")]
    taken = await browser.post(f"/venues/{made}/visiteurs", {"visitors": ""})
    assert taken.headers["location"] == f"/venues/{made}?fait=visiteurs-effaces"
    assert await value("SELECT visitors FROM attendances") == ""


async def test_more_names_than_people_and_what_is_no_name_are_refused(app):
    browser, _, _, made = await a_coming(app)
    for typed, told in (
        ("Un\nDeux\nTrois", "Vous venez à 2 personnes : écrivez un nom par ligne, pas plus."),
        ("pauline@example.org", "écrivez-les seuls"),
    ):
        refused = await browser.post(f"/venues/{made}/visiteurs", {"visitors": typed})
        assert (refused.status_code, told in read(refused)) == (422, True)
    assert await value("SELECT visitors FROM attendances") == ""


async def test_the_hosts_of_that_slot_read_them_and_no_other_lycee_coordinator_or_program_does(app):
    browser, lycee, slot, made = await a_coming(app)
    await browser.post(f"/venues/{made}/visiteurs", NAMES)
    told = "Registre, Horlogerie du Doubs : Pauline Girard, Inès Caron"
    own = await host_of(app, lycee)
    assert told in read(await own.get(f"/lycee/creneaux/{slot}"))
    other = await host_of(app, await builders.school(kind="lycee"))
    assert (await other.get(f"/lycee/creneaux/{slot}")).status_code == 404
    boss = await builders.person("coordinator")
    office = await Browser(app, now=NOW).sign_in(boss)
    await rows("UPDATE sessions SET proved = true")
    seen = await office.get(f"/gestion/creneaux/{slot}")
    assert (seen.status_code, "Girard" in seen.text) == (200, False)


async def test_they_stand_on_the_day_s_sheet_and_go_the_night_after(app, tmp_path):
    browser, lycee, slot, made = await a_coming(app)
    await builders.reservation(slot=slot, group=await builders.group())
    await browser.post(f"/venues/{made}/visiteurs", NAMES)
    app.state.clock = lambda: paris("2027-03-25 08:00")
    own = await host_of(app, lycee)
    day = read(await own.get("/accueil/jour"))
    assert "Horlogerie du Doubs , 9 h 00 · Découpe laser Pauline Girard, Inès Caron" in day
    await purge(data_dir=tmp_path, now=paris("2027-03-25 23:59"))
    assert await value("SELECT visitors FROM attendances") == "Pauline Girard\nInès Caron"
    counts = await purge(data_dir=tmp_path, now=paris("2027-03-26 04:17"))
    assert (counts["visitors"], await value("SELECT visitors FROM attendances")) == (1, "")


async def test_a_coming_that_ends_keeps_none_and_one_that_has_begun_takes_none(app):
    browser, _, _, made = await a_coming(app)
    await browser.post(f"/venues/{made}/visiteurs", NAMES)
    await browser.post(f"/venues/{made}/retrait", {f"why-{made}": "mistake"})
    assert tuple(await row("SELECT state, visitors FROM attendances")) == ("withdrawn", "")
    late = await browser.post(f"/venues/{made}/visiteurs", NAMES)
    assert (late.status_code, "votre venue n'a plus cours" in read(late)) == (409, True)


async def test_another_company_names_nobody_there(app):
    _, _, _, made = await a_coming(app)
    _, stranger = await a_company(app, "Lunetterie")
    assert (await stranger.post(f"/venues/{made}/visiteurs", NAMES)).status_code == 404
    assert await value("SELECT visitors FROM attendances") == ""
