"""What programs that read the web are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

from booking.app import create_app
from booking.process.settings import read_settings
from booking.web.public.statements import KEPT_OUT, PAGES
from tests.application import application, assembled
from tests.booking.web.public.conftest import NOW
from tests.browsing import Browser
from tests.builders import academie, paris, school, slot, workshop

HERE = "http://127.0.0.1:8000"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


async def test_robots_are_sent_to_the_sitemap_and_away_from_what_a_secret_link_opens(visitor):
    answer = await visitor.get("/robots.txt")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.text.splitlines() == [
        "User-agent: *",
        *(f"Disallow: {one}" for one in KEPT_OUT),
        f"Sitemap: {HERE}/sitemap.xml",
    ]
    secret = {
        path
        for path in {route.path_format for route in assembled().routes}
        if "{token:" in path and not path.startswith("/api/")
    }
    assert {path for path in secret if not path.startswith(KEPT_OUT)} == set()


async def test_the_sitemap_lists_public_pages_that_open_the_lycees_and_the_slots_to_come(visitor):
    taught = await workshop(host=await school(kind="lycee", uai="0250011B"))
    await school(kind="lycee")
    open_one = await slot(workshop=taught, starts_at=paris("2027-03-25 09:00"))
    sooner = await slot(workshop=taught, starts_at=paris("2027-02-04 09:00"), state="closed")
    for state in ("draft", "called_off", "done"):
        await slot(workshop=taught, starts_at=paris("2027-04-01 09:00"), state=state, reason="Panne")
    await slot(workshop=taught, starts_at=paris("2027-01-07 09:00"))
    answer = await visitor.get("/sitemap.xml")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    listed = [one.text or "" for one in ET.fromstring(answer.content).iter(f"{SITEMAP}loc")]
    slots = (f"/creneaux/{sooner}", f"/creneaux/{open_one}")
    assert listed == [HERE + path for path in (*PAGES, "/lycees/0250011B", *slots)]
    for address in listed:
        assert (await visitor.get(address.removeprefix(HERE))).status_code == 200


async def test_security_txt_says_whom_to_warn_and_until_when_it_holds(visitor):
    said = await visitor.get("/.well-known/security.txt")
    assert (said.status_code, said.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert said.text.splitlines() == [
        "Contact: mailto:technilab@example.org",
        "Expires: 2027-07-10T00:00:00Z",
        "Preferred-Languages: fr, en",
        f"Canonical: {HERE}/.well-known/security.txt",
    ]
    await academie(contact="securite@ac-besancon.fr")
    assert "Contact: mailto:securite@ac-besancon.fr" in (await visitor.get("/.well-known/security.txt")).text
    later = Browser(application(now=lambda: NOW + timedelta(days=1)), now=NOW + timedelta(days=1))
    assert "Expires: 2027-07-11T00:00:00Z" in (await later.get("/.well-known/security.txt")).text


async def test_a_mailbox_with_a_name_is_written_as_a_bare_address(db):
    named = replace(read_settings(), mail_from="Technilab Besançon <technilab@ac-besancon.fr>")
    visitor = Browser(create_app(named, now=lambda: NOW), now=NOW)
    told = (await visitor.get("/.well-known/security.txt")).text
    assert told.splitlines()[0] == "Contact: mailto:technilab@ac-besancon.fr"
    assert 'href="mailto:technilab@ac-besancon.fr"' in (await visitor.get("/mentions")).text
    asked = replace(named, reply_to="lea@ac-besancon.fr")
    visitor = Browser(create_app(asked, now=lambda: NOW), now=NOW)
    assert 'href="mailto:lea@ac-besancon.fr"' in (await visitor.get("/mentions")).text
