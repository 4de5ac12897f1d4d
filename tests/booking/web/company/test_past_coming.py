"""What a company reads of a session that its lycée has closed: counts, its hours, what was written, photos of objects
alone."""

from __future__ import annotations

import re

from booking.day.photos.keep_photo import FOLDER
from tests import builders
from tests.booking.day.checkin.test_encode_photo import a_photo
from tests.browsing import Browser, said
from tests.builders import NOW, paris
from workshops.database import row, rows, value


async def a_past_session(company: int, *, people: int = 2) -> tuple[int, int, int]:
    """A closed session of yesterday, the coming of the company, and the visit of a class."""
    slot = await builders.slot(starts_at=paris("2027-01-07 09:00"), hours=2)
    visit = await builders.reservation(slot=slot, group=await builders.group(name="4e Secrète"), state="attended")
    await builders.turnout(slot=slot, group_ref=visit, counted=23)
    attendance = await builders.attendance(slot=slot, company=company)
    if people:
        await builders.company_turnout(slot=slot, company=company, people=people)
    await rows("UPDATE slots SET state = 'done', closed_at = ends_at WHERE id = $1", slot)
    return slot, attendance, visit


async def signed_in(app, company: int) -> Browser:
    return await Browser(app, now=NOW).sign_in(await builders.person("company", company=company))


async def test_its_page_says_the_hours_the_counts_and_the_objects_and_no_class(app):
    company = await builders.company()
    slot, attendance, visit = await a_past_session(company)
    await builders.build(slot=slot, tech_object=await builders.tech_object(name="Lampe"), group_ref=visit, made=3)
    browser = await signed_in(app, company)
    assert f'href="/venues/{attendance}"' in (await browser.get("/entreprise")).text
    page = (await browser.get(f"/venues/{attendance}")).text
    words = said(page).replace("\u00a0", " ")
    assert "Heures données 4 h 00, par 2 personnes" in words
    assert "1 groupe, 23 élèves" in words
    assert "Lampe (moins de 5 terminés)" in words
    assert "4e Secrète" not in page
    late = await browser.post(f"/venues/{attendance}", {"people": "3", "role": "temoignage"})
    assert (late.status_code, "Heures données" in late.text) == (409, True)


async def test_the_photo_of_an_object_is_shown_where_its_host_said_that_nobody_is_on_it(app):
    ours, theirs = await builders.company(), await builders.company()
    slot, attendance, visit = await a_past_session(ours)
    _, elsewhere, _ = await a_past_session(theirs)
    _, absent, _ = await a_past_session(ours, people=0)
    folder = app.state.settings.data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("seul.jpg", "groupe.jpg"):
        (folder / name).write_bytes(a_photo())
    lamp, clock = await builders.tech_object(), await builders.tech_object()
    alone = await builders.build(slot=slot, tech_object=lamp, group_ref=visit, photo="seul.jpg", photo_alone=True)
    people = await builders.build(slot=slot, tech_object=clock, group_ref=visit, photo="groupe.jpg")
    browser, other = await signed_in(app, ours), await signed_in(app, theirs)
    page = (await browser.get(f"/venues/{attendance}")).text
    assert re.findall(r'src="(/venues/\S+)"', page) == [f"/venues/{attendance}/photos/{alone}"]
    assert f"photos/{people}" not in page
    shown = await browser.get(f"/venues/{attendance}/photos/{alone}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    for reader, path in (
        (browser, f"/venues/{attendance}/photos/{people}"),
        (browser, f"/venues/{absent}/photos/{alone}"),
        (other, f"/venues/{attendance}/photos/{alone}"),
        (other, f"/venues/{elsewhere}/photos/{alone}"),
    ):
        assert (await reader.get(path)).status_code == 404


async def test_a_host_ticks_that_nobody_is_on_the_photo_as_it_is_sent_and_a_new_photo_asks_again(app):
    slot = await builders.slot(starts_at=NOW)
    visit = await builders.reservation(slot=slot, group=await builders.group(), state="locked")
    built = await builders.build(slot=slot, tech_object=await builders.tech_object(), group_ref=visit)
    host = await builders.person("host", school=await value("SELECT school FROM slots WHERE id = $1", slot))
    browser = await Browser(app, now=NOW).sign_in(host)
    for ticked, alone in (({"alone": "oui"}, True), ({}, False)):
        files = {"photo": ("horloge.jpg", a_photo(), "image/jpeg")}
        sent = await browser.post(f"/accueil/{slot}/fabrications/{built}/photo", ticked, files=files)
        assert sent.status_code == 303
        kept = await row("SELECT photo <> '' AS kept, photo_alone FROM builds WHERE id = $1", built)
        assert tuple(kept) == (True, alone)
    await browser.post(f"/accueil/{slot}/fabrications/{built}/photo", {"alone": "oui"}, files=files)
    await browser.post(f"/accueil/{slot}/fabrications/{built}/photo/retrait", {})
    assert await value("SELECT photo_alone FROM builds WHERE id = $1", built) is False
