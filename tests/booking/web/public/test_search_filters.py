"""Every filter of the search: kept in its address, said in words, and never a dead end."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import builders
from tests.booking.web.public.test_search_page import _acts, _hours, _lead, _phrase
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import current_engine, rows
from workshops.school_calendar.load import load_calendar

ZONES_A_AND_B = """type;libelle;premier_jour;dernier_jour;zone
vacances;Vacances d'hiver;2027-02-06;2027-02-21;Zone A
vacances;Vacances d'hiver;2027-02-20;2027-03-07;Zone B
vacances;Vacances d'été;2027-07-03;2027-08-31;Zone A
vacances;Vacances d'été;2027-07-03;2027-08-31;Zone B
""".encode()


async def teacher(visitor: Browser, **school) -> tuple[Browser, int]:
    college = await builders.school(**school)
    account = await builders.person("teacher", "claire@example.org", school=college)
    return await visitor.sign_in(account), college


async def three_visits() -> None:
    """In the holidays of zone A, in those of zone B, in neither."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", uai="0250011B")
    for on in ("2027-02-11 08:00", "2027-02-25 09:00", "2027-03-11 10:00"):
        await builders.slot(host=lycee, starts_at=paris(on))
    await load_calendar(ZONES_A_AND_B, by=None, now=NOW)


def _unknown(html: str) -> list[str]:
    return re.findall(r'<p class="soft" id="inconnu">(.+?)</p>', html)


def _ways(html: str) -> list[str]:
    (out,) = re.findall(r'<ul class="ways-out">.+?</ul>', html, re.DOTALL)
    return [read_line(one) for one in re.findall(r"<li>.+?</li>", out)]


def _others(html: str) -> list[str]:
    (line,) = re.findall(r'<p class="ask-others">.+?</p>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<a .+?</a>", line)]


def read_line(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'").replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("A", ["9 h 00", "10 h 00"]), ("B", ["8 h 00", "10 h 00"]), ("C", ["8 h 00", "9 h 00", "10 h 00"])],
)
async def test_a_visitor_looks_outside_the_holidays_of_a_zone(visitor, zone, hours):
    await three_visits()
    shown = (await visitor.get(f"/creneaux?vacances={zone}")).text
    assert _hours(shown) == hours
    assert _lead(shown).endswith(f", hors vacances de la zone {zone}.")
    assert _unknown(shown) == (
        ["Technilab ne connaît pas les vacances de la zone C pour 2026-2027."] if zone == "C" else []
    )


@pytest.mark.parametrize(("zone", "hours"), [("A", ["9 h 00"]), ("B", ["8 h 00"])])
async def test_a_college_looks_outside_its_own_holidays_and_closures(visitor, zone, hours):
    await three_visits()
    browser, college = await teacher(visitor, zone=zone)
    await rows(
        "INSERT INTO closures (kind, label, school, first_on, last_on) VALUES ('closure', 'Brevet blanc', $1, $2, $2)",
        college,
        paris("2027-03-11 10:00").date(),
    )
    shown = (await browser.get("/creneaux?vacances=moi")).text
    assert (_hours(shown), _unknown(shown)) == (hours, [])
    assert f"Les miennes (zone {zone})" in shown


@pytest.mark.parametrize(("asked", "shaded"), [("", [6, 21]), ("&vacances=B", [20, 28]), ("&vacances=C", [])])
async def test_a_month_shades_the_holidays_of_the_zone_asked_for(visitor, asked, shaded):
    await builders.academie()
    await load_calendar(ZONES_A_AND_B, by=None, now=NOW)
    await builders.slot(starts_at=paris("2027-03-11 10:00"))
    shown = (await visitor.get(f"/creneaux?vue=mois&mois=2027-02{asked}")).text
    off = [int(one) for one in re.findall(r"month-off[^>]*>.*?</span>(\d+)</span>\s*<span>Vacances", shown, re.S)]
    assert [off[0], off[-1]] if off else shaded == []
    assert off == (list(range(shaded[0], shaded[1] + 1)) if shaded else [])


async def test_a_teacher_of_zone_b_sees_the_holidays_of_zone_b_in_a_month(visitor):
    await load_calendar(ZONES_A_AND_B, by=None, now=NOW)
    browser, _ = await teacher(visitor, zone="B")
    page = read(await browser.get("/creneaux?vue=mois&mois=2027-02"))
    assert "Les vacances grisées sont celles de la zone B." in page


async def test_company_places_and_the_lycee_are_filters(visitor):
    lycee = await builders.school(kind="lycee", uai="0250011B")
    await builders.slot(host=lycee, starts_at=paris("2027-03-25 08:00"), company_places=2, company_places_taken=2)
    await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"), company_places=2, company_places_taken=1)
    await builders.slot(starts_at=paris("2027-03-25 10:00"), company_places=1)
    assert _hours((await visitor.get("/creneaux?entreprises=oui")).text) == ["9 h 00", "10 h 00"]
    assert _hours((await visitor.get("/creneaux?lycee=0250011B&entreprises=oui")).text) == ["9 h 00"]


DATES = "du=2027-03-01&au=2027-04-30&vacances=A"
EVERYTHING = f"niveau=4e&eleves=20&departement=25&lycee=0250011B&libres=oui&entreprises=oui&{DATES}"


async def test_every_filter_is_kept_by_pages_and_views(visitor):
    lycee = await builders.school(kind="lycee", uai="0250011B", department="25")
    workshop = await builders.workshop(host=lycee)
    for number in range(21):
        await builders.slot(workshop=workshop, starts_at=paris("2027-03-25 09:00") + timedelta(minutes=number))
    shown = (await visitor.get(f"/creneaux?{EVERYTHING}&tri=date")).text
    views = shown[shown.index('<nav class="views"') : shown.index("</nav>", shown.index('<nav class="views"'))]
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="(/creneaux\?[^"]+)"', views)]
    links += [one.replace("&amp;", "&") for one in re.findall(r'rel="next" href="([^"]+)"', shown)]
    asked = parse_qs(EVERYTHING)
    assert len(links) == 4
    for link in links:
        kept = parse_qs(urlsplit(link).query)
        assert {name: kept.get(name) for name in asked} == asked
    assert len(_hours((await visitor.get(links[-1])).text)) == 1


async def test_a_list_by_workshop_goes_on_with_the_next_nearest_ones(visitor):
    browser, _ = await teacher(visitor, lat=47.24, lon=6.02)
    for number in range(7):
        workshop = await builders.workshop(
            host=await builders.school(kind="lycee", lat=47.9 - number / 10, lon=6.02), title=f"Atelier {number}"
        )
        for day in range(3):
            await builders.slot(workshop=workshop, starts_at=paris(f"2027-03-2{day} 09:00"))
    first = (await browser.get("/creneaux?tri=distance")).text
    (more,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = (await browser.get(unescape(more))).text
    titles = [re.findall(r'<h2 class="h3"><a [^>]+>(.+?)</a>', html) for html in (first, second)]
    assert titles == [[f"Atelier {number}" for number in (6, 5, 4, 3, 2)], ["Atelier 1", "Atelier 0"]]
    assert (len(_hours(first)), len(_hours(second)), 'rel="next"' in second) == (15, 6, False)


async def test_a_teachers_search_opens_on_her_class_near_her_college_out_of_its_holidays(visitor):
    await three_visits()
    await rows("UPDATE schools SET lat = 47.3, lon = 6.02 WHERE kind = 'lycee'")
    far = await builders.school(kind="lycee", lat=48.9, lon=6.02)
    await builders.slot(host=far, starts_at=paris("2027-03-11 11:00"))
    browser, college = await teacher(visitor, zone="A", lat=47.24, lon=6.02)
    account = await rows("SELECT account FROM memberships WHERE school = $1", college)
    year = {"school": college, "school_year": "2026-2027"}
    await builders.group(**year, name="3e D", level="3e", pupils=20)
    for name in ("4e A", "4e B"):
        await builders.group(**year, name=name, level="4e", pupils=22, teacher=account[0]["account"])
    seen = await rows("SELECT id FROM groups WHERE name = '4e A'")
    past = await builders.slot(starts_at=paris("2026-11-10 09:00"))
    await builders.reservation(slot=past, group=seen[0]["id"], pupils=22)
    shown = (await browser.get("/creneaux")).text
    assert _phrase(shown) == "Une visite pour 4e B, 22 élèves, à moins de 40 km, hors vacances."
    assert (_hours(shown), _acts(shown)) == (["9 h 00", "10 h 00"], ["Réserver pour 4e B"] * 2)
    assert _others(shown) == ["4e A, 22 élèves", "3e D, 20 élèves"]
    # Each answer goes along to a slot; all of them taken away, nothing is looked for.
    (slot,) = {one.partition("?")[2] for one in re.findall(r'<h2 class="h3"><a href="([^"]+)"', shown)}
    group = (await rows("SELECT id FROM groups WHERE name = '4e B'"))[0]["id"]
    kept = {"groupe": str(group), "niveau": "4e", "eleves": "22", "km": "40", "vacances": "moi"}
    assert {name: told for name, (told,) in parse_qs(unescape(slot)).items()} == kept
    everything = (await browser.get("/creneaux?vue=liste")).text
    assert _phrase(everything) == "Une visite pour votre classe, à toute distance, à tout moment."
    assert len(_hours(everything)) == 4


async def test_full_slots_are_a_tap_away_where_a_class_would_wait(visitor):
    lycee = await builders.school(kind="lycee")
    full = await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"), seats=24)
    await builders.reservation(slot=full, group=await builders.group(), pupils=24)
    await builders.slot(host=lycee, starts_at=paris("2027-03-26 10:00"), seats=24)
    shown = (await visitor.get("/creneaux?eleves=22")).text
    assert (_hours(shown), _acts(shown)) == (["10 h 00", "9 h 00"], ["Réserver", "Attendre une place"])
    shown = (await visitor.get("/creneaux?eleves=22&tri=date")).text
    assert (_hours(shown), "Voir aussi 1 créneau complet" in shown) == (["10 h 00"], True)
    shown = (await visitor.get("/creneaux?eleves=22&complets=oui&tri=date")).text
    assert (_hours(shown), _acts(shown)) == (["9 h 00", "10 h 00"], ["Attendre une place", "Réserver"])


async def test_a_class_that_is_too_big_sees_first_the_slots_with_room_for_it_then_those_for_its_halves(visitor):
    lycee = await builders.school(kind="lycee")
    for hour, seats in (("08", 12), ("09", 24), ("10", 30)):
        await builders.slot(host=lycee, starts_at=paris(f"2027-03-25 {hour}:00"), seats=seats)
    assert _hours((await visitor.get("/creneaux?eleves=27&tri=date")).text) == ["10 h 00"]
    assert _hours((await visitor.get("/creneaux?eleves=27&facon=moities&tri=date")).text) == ["8 h 00", "9 h 00"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("", "à tout moment"),
        ("vacances=A", "hors vacances"),
        ("au=2027-02-05", "avant les vacances d'hiver"),
        ("au=2027-07-02&vacances=A", "avant l'été"),
        ("du=2027-03-03&au=2027-03-15", "du 3 au 15 mars"),
        ("jour=2027-03-25", "le jeudi 25 mars"),
        ("vue=mois&mois=2027-03", "en mars 2027"),
    ],
)
async def test_the_sentence_says_the_period_as_a_school_does(visitor, asked, words):
    await builders.academie()
    await load_calendar(ZONES_A_AND_B, by=None, now=NOW)
    shown = (await visitor.get(f"/creneaux?{asked}")).text
    assert _phrase(shown) == f"Une visite pour votre classe, dans tous les départements, {words}."


async def test_an_empty_search_says_what_to_loosen_and_the_nearest_days(visitor):
    await builders.slot(starts_at=paris("2027-03-25 09:00"), levels=["4e"], seats=24)
    await builders.slot(starts_at=paris("2027-04-08 09:00"), levels=["6e"], seats=24)
    shown = (await visitor.get("/creneaux?niveau=6e&eleves=20&du=2027-03-20&au=2027-03-30")).text
    assert _hours(shown) == []
    assert _ways(shown) == [
        "Jeudi 8 avril 2027 1 créneau",
        "À toutes les dates 1 créneau, dès le jeudi 8 avril 2027",
        "À tous les niveaux 1 créneau, dès le jeudi 25 mars 2027",
    ]
    ways = shown[shown.index('<ul class="ways-out">') :]
    for link in re.findall(r'<li><a href="(/creneaux\?[^"]+)"', ways):
        assert len(_hours((await visitor.get(link.replace("&amp;", "&"))).text)) == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("vacances=moi", "Vacances : choisissez une zone, ou connectez-vous avec votre collège."),
        ("km=20", "Distance : connectez-vous avec votre collège."),
        ("tri=distance", "Ordre : connectez-vous avec votre collège."),
        ("lycee=0250011Z", "Lycée : choisissez dans la liste."),
        ("au=2020-01-01", "Jusqu'au : cette date vient avant aujourd'hui."),
        ("au=9999-12-31", "Jusqu'au : choisissez une date entre 2000 et 2100."),
        ("vue=mois&mois=demain", "Mois : choisissez un mois d'ici à un an."),
        ("suite=x", "Cette suite n'est plus celle de la liste : en voici le début."),
    ],
)
async def test_an_answer_that_cannot_be_had_is_said(visitor, asked, told):
    await builders.slot(starts_at=paris("2027-03-25 09:00"))
    answer = await visitor.get(f"/creneaux?{asked}")
    assert answer.status_code == 200
    said = re.findall(r'<p class="(?:field-error"[^>]*|m-0")>([^<]+)</p>', answer.text.split('<nav class="views"')[0])
    assert [read_line(one) for one in said] == [told]


@pytest.mark.parametrize(
    "asked",
    [
        *("/creneaux", f"/creneaux?{EVERYTHING}", "/creneaux?tri=date", f"/creneaux?{EVERYTHING}&tri=date"),
        "/creneaux?vue=mois&mois=2027-03&vacances=B",
    ],
)
async def test_a_page_of_the_search_takes_as_many_statements_for_one_slot_as_for_many(visitor, asked):
    lycee = await builders.school(kind="lycee", uai="0250011B", department="25")
    counts = []
    for number in range(41):
        await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00") + timedelta(minutes=number))
        if number in {0, 40}:
            # What no slot changes, such as the holidays, is kept from here on.
            await visitor.get(asked)
            await rows("UPDATE versions SET raised = raised + 1 WHERE scope = 0")
            statements: list[str] = []
            async with current_engine().transaction() as current:
                current.connection.add_query_logger(lambda logged, to=statements: to.append(logged.query))
                assert (await visitor.get(asked)).status_code == 200
            counts.append(len(statements))
    assert counts[0] == counts[1] > 0


async def test_a_visitor_reads_that_distances_come_with_signing_in_and_a_teacher_may_ask_for_30_km(visitor):
    await builders.slot(starts_at=paris("2027-03-25 09:00"))
    signs_in = '<a href="/connexion?next=/creneaux%3Feleves%3D24">Distance : après connexion</a>'
    assert signs_in in (await visitor.get("/creneaux?eleves=24")).text.replace("\u00a0", " ")
    browser, _ = await teacher(visitor, lat=47.24, lon=6.02)
    shown = (await browser.get("/creneaux?eleves=24&km=30")).text
    assert ("après connexion" in shown, re.search(r'aria-current="true">30 km<', shown) is not None) == (
        False,
        True,
    )
