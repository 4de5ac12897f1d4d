"""What the service says of itself."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from jinja2 import Environment, FileSystemLoader
from msgspec.structs import replace

from booking.app import create_app
from booking.outbox.copies.record import record_copy, record_failure
from booking.outbox.copies.rules import Act, Way
from booking.process.settings import Settings, read_settings
from booking.web.public.statements import KEPT_OUT, PAGES
from booking.year.tell_durations import tell_durations
from tests.application import application, assembled
from tests.booking.web.public.conftest import NOW
from tests.browsing import Browser, read
from tests.builders import academie, paris, school, slot, workshop


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("path", ["/accessibilite", "/confidentialite", "/mentions", "/api"])
async def test_the_footer_of_every_page_leads_to_the_programme_and_each_statement(visitor, path):
    shown = (await visitor.get(path)).text
    foot = shown[shown.index("<footer") :]
    assert re.findall(r'<a href="([^"]+)"', foot) == [
        *("/aide", "/programme", "/donnees", "/consortium", "/rejoindre"),
        *("/accessibilite", "/confidentialite", "/mentions", "/mentions#contact", "/api"),
    ]


async def test_the_privacy_page_says_that_a_name_a_number_or_an_illness_is_refused(visitor):
    told = (
        "N'y écrivez ni nom, ni numéro de téléphone, ni maladie : ce qui y ressemble est refusé, le besoin se coche ou"
        " se dit par téléphone."
    )
    assert told in read(await visitor.get("/confidentialite"))


async def test_the_privacy_page_says_for_how_long_what_is_erased_stands_in_copies_where_there_are_any(visitor):
    assert "Copies de sauvegarde" not in read(await visitor.get("/confidentialite"))
    await record_failure(Act.COPY, Way.FILE, failure="Le disque est plein.", now=NOW)
    assert "Copies de sauvegarde" not in read(await visitor.get("/confidentialite"))
    await record_copy(Way.PGBACKREST, seconds=2, kept_days=22, now=NOW)
    await record_copy(Way.FILE, seconds=2, kept_days=14, now=NOW)
    told = (
        "Copies de sauvegarde, chiffrées : tout ce qui précède Tout remettre en place après une panne 22 jours au plus"
    )
    assert told in read(await visitor.get("/confidentialite"))


async def test_the_privacy_page_prints_the_durations_in_force(visitor):
    shown = (await visitor.get("/confidentialite")).text
    rows = [_words(row) for row in re.findall(r"<tr><th scope=\"row\">.+?</tr>", shown, re.S)]
    told = [one for chapter in tell_durations() for one in chapter.lines]
    assert [unescape(row).replace("\u00a0", " ").replace("\u2060", "") for row in rows] == [
        *(" ".join(f"{one.what} {one.why} {one.how_long}".split()) for one in told),
        "Lien de connexion Entrer sans mot de passe 10 minutes, une seule fois ; 7 jours pour une première entrée",
        "Session : un cookie, nécessaire au service Rester connecté 2 heures sans activité, 12 heures en tout",
        "Lien d'accueil : un cookie, pour qui aide sans compte Pointer les badges d'une visite, puis apprendre que le"
        " lien est terminé Jusqu'à 7 jours après la fin du lien",
        "Formulaire resté sans envoi : un cookie, nécessaire au service Vous rendre ce que vous aviez écrit Une heure",
    ]
    assert [one.how_long for one in told] == [
        "30 jours après la visite",
        "La nuit après la visite ; d'une demande sans place, la nuit après le dernier jour demandé",
        "La nuit après la visite",
        "La nuit après votre dernière visite à venir, 12 mois au plus",
        "30 jours après la dernière ligne",
        "30 jours après la visite close, puis des nombres",
        "Jusqu'à 30 jours après sa dernière date ou le 31 juillet, ou après le mail d'un créneau",
        "60 jours après le tirage ; il reste des numéros, des rangs et des empreintes",
        "30 jours",
        "Durée du programme, sans aucun nom d'élève",
        "Durée du programme",
        "Jusqu'à la fin de l'année scolaire (31 juillet)",
        "Jusqu'à la clôture de l'année scolaire, 12 mois au plus",
        "12 mois sans créneau ; l'atelier est alors retiré",
        "12 mois sans réservation de son collège",
        "Durée du programme, sans aucun nom d'élève",
        "Jusqu'à la fin de l'année scolaire suivante (31 juillet)",
        "Durée du programme",
        "Durée du programme, ou jusqu'à leur retrait",
        "Durée du programme, ou jusqu'à leur correction",
        "2 ans sans connexion ; un mail prévient 30 jours avant",
        "3 ans sans connexion ; un mail prévient 30 jours avant",
        "12 mois ; un mail prévient 30 jours avant",
        "30 jours sans réponse, ou dès un refus, avec ce qui était demandé",
        "90 jours sans réponse, ou dès la réponse",
        "Tant que la personne coordonne, ou jusqu'à sa demande",
        "30 jours",
        "Jusqu'à la prochaine connexion par un lien reçu, 12 mois au plus",
        "30 jours après la visite",
        "Jusqu'à ce que vous le retiriez, ou avec le compte",
        "12 mois",
        "12 mois",
        "Jusqu'à ce que vous le retiriez, ou avec le compte",
        "30 jours",
        "30 jours",
        "2 jours",
        "24 heures",
        "Une heure, effacé la nuit suivante",
        "12 mois",
        "183 jours, jamais dans une copie de la base",
        "30 jours",
    ]


async def test_the_privacy_page_prints_how_long_the_security_log_is_kept_here(db, monkeypatch):
    monkeypatch.setenv("SECURITY_LOG_DAYS", "90")
    shown = read(await Browser(application(lambda: NOW)).get("/confidentialite"))
    assert "Comprendre une intrusion 90 jours, jamais dans une copie de la base" in shown


@pytest.mark.parametrize("path", ["/confidentialite", "/mentions"])
async def test_it_says_who_answers_for_the_data_as_soon_as_the_installer_does(app, visitor, path):
    known: Settings = app.state.settings
    assert "Cette version est un essai" in unescape((await visitor.get(path)).text)
    named = read_settings(dict(os.environ, OPERATOR="Lycée Jules Haag, Besançon", DPO="dpo@example.org"))
    assert (named.operator, named.dpo) == ("Lycée Jules Haag, Besançon", "dpo@example.org")
    words = Environment(loader=FileSystemLoader("templates")).get_template("public/_operator.html")
    assert words.render(settings=named, operator=named.operator).strip() == (
        "Lycée Jules Haag, Besançon répond de ce service et des données qu'il garde."
    )
    assert words.render(settings=replace(known, demo=False, base_url="https://t.example.org")).startswith(
        "L'organisme qui a installé ce service à l'adresse https://t.example.org en est l'éditeur"
    )


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
