"""What the coordination has to do: one ranked list over the three schemes, each line with its act.

A figure that stands twice is the same, or has another name: card and page behind it, board and file, public page.
"""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from html import unescape

import pytest

from booking.people.accounts.token import issue_token
from booking.programme.coordination.put_off import remind_closing
from booking.programme.coordination.rules import NothingToRemind
from tests import builders, builders_bts1, builders_ptech
from tests.booking.mails.story import posted, text_of
from tests.browsing import Machine, read, said
from tests.builders import NOW, paris
from tests.telling import tell
from workshops.database import rows, value

PAGE = "/gestion/a-faire"


async def a_college_to_write_to(department: str = "25") -> None:
    """Empty slots of its département ask for a letter."""
    await builders.school(mail="ce.0250001r@ac-besancon.fr", department=department)


@pytest.fixture
async def late(db) -> int:
    """A visit of three days ago that the Lycée Jules Haag, with one host, has not closed."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    await builders.membership(await builders.account("jules@example.org", name="Jules"), "host", school=lycee)
    slot = await builders.slot(host=lycee, starts_at=paris("2027-01-08 09:00"))
    await builders.reservation(slot=slot, group=await builders.group(), pupils=23)
    return slot


async def attended(name: str, number: int) -> int:
    """A lycée that has a host."""
    lycee = await builders.school(kind="lycee", name=name, uai=builders.uai(number))
    await builders.membership(await builders.account(), "host", school=lycee)
    return lycee


async def test_nothing_to_do_is_said(office):
    await rows("INSERT INTO heartbeats (name, beat_at) VALUES ('worker', $1)", NOW)
    assert "Rien à faire Les mails partent" in read(await office.get(PAGE))


async def test_the_list_goes_over_the_three_schemes_the_most_pressing_first(office, late):
    await builders.notice(state="failed")
    lycee = await value("SELECT id FROM schools WHERE kind = 'lycee'")
    await builders.slot(host=lycee, starts_at=NOW + timedelta(days=9))
    await a_college_to_write_to()
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee), entry_year=2026)
    course = await builders_bts1.course(school=lycee, title="Bachelor Horlogerie")
    await builders_bts1.step(course, "idee", date(2026, 9, 1))
    await builders_bts1.step(course, "montage", date(2026, 12, 1), planned=True)
    shown = await office.get(PAGE)
    told = read(shown)
    order = ["Les mails ne partent plus", "1 mail en échec", "n'a pas clos cette visite", "cohorte 2026"]
    order += ["Bachelor Horlogerie", "1 créneau sans groupe", "Année scolaire"]
    places = [told.index(words) for words in order if words in told]
    assert (len(places), places) == (len(order) - 1, sorted(places))
    assert "Lycée Jules Haag, Besançon : il manque 3 entreprises sur 3." in told
    assert "était prévue le mardi 1er décembre 2026." in told
    assert f'href="/gestion/ptech/cohortes/{cohort}/entreprises"' in shown.text


async def test_lycees_whose_empty_slots_come_soonest_stand_first(office):
    for name, days in (("Lycée Adler", 9), ("Lycée Zola", 2)):
        lycee = await attended(name, 500 + days)
        for more in (0, 1):
            await builders.slot(host=lycee, starts_at=NOW + timedelta(days=days + more))
    closed = await attended("Lycée Curie", 600)
    await builders.slot(host=closed, starts_at=NOW + timedelta(days=5))
    await builders.closure(school=closed, on=(NOW + timedelta(days=5)).date())
    await a_college_to_write_to()
    shown = await office.get(f"{PAGE}/empty")
    assert re.findall(r">(Lycée \w+), ", shown.text) == ["Lycée Zola", "Lycée Adler"]


async def test_of_an_empty_slot_the_colleges_of_its_departement_are_written_to(office):
    lycee = await builders.school(kind="lycee", name="Lycée Duhamel", department="39")
    await builders.slot(host=lycee, starts_at=NOW + timedelta(days=9))
    await a_college_to_write_to("39")
    shown = (await office.get(PAGE)).text
    assert 'href="/gestion/lettres?qui=jamais-venus&amp;departement=39">Écrire à des collèges<' in shown


async def test_of_many_lycees_with_empty_slots_the_soonest_have_a_line_each(office):
    for n in range(27):
        lycee = await attended(f"Lycée {n:02}", 500 + n)
        await builders.slot(host=lycee, starts_at=NOW + timedelta(days=2, hours=n))
    await a_college_to_write_to()
    assert "27 créneaux sans groupe" in read(await office.get(PAGE))
    shown = await office.get(f"{PAGE}/empty")
    told = read(shown)
    assert len(re.findall(r'<a href="/gestion/etablissements/\d+">Lycée \d\d, ', shown.text)) == 25
    assert ("Lycée 24" in told, "Lycée 25" in told) == (True, False)
    assert "2 autres lignes , un peu plus tard." in told


async def test_a_lycee_that_receives_and_whose_last_account_was_closed_is_told_within_the_minute(app, office, late):
    lycee = await value("SELECT id FROM schools WHERE kind = 'lycee'")
    slot = await builders.slot(host=lycee, starts_at=paris("2027-02-04 09:00"))
    await builders.reservation(slot=slot, group=await builders.group(), pupils=23)
    assert "Aucun compte n'y est ouvert" not in read(await office.get(PAGE))
    await rows("UPDATE accounts SET disabled_at = $1 WHERE email = 'jules@example.org'", NOW)
    app.state.clock = lambda: NOW + timedelta(minutes=1)
    shown = await office.get(PAGE)
    assert (
        "Lycée Jules Haag, Besançon Aucun compte n'y est ouvert : 1 créneau à venir, le premier jeudi 4 février 2027 ;"
        " 23 élèves y sont attendus."
    ) in read(shown)
    assert ">Inviter quelqu'un<" in unescape(shown.text)
    uai = await value("SELECT uai FROM schools WHERE id = $1", lycee)
    assert f'href="/gestion/comptes/invitation?role=host&amp;uai={uai}"' in shown.text
    await rows("UPDATE slots SET starts_at = starts_at - interval '60 days', ends_at = ends_at - interval '60 days'")
    assert "Aucun compte n'y est ouvert" not in read(await office.get(PAGE))


async def test_a_late_target_leads_to_the_page_that_says_why_and_one_that_is_not_due_is_not_told(office):
    await builders.target()
    ahead = {"from_on": date(2027, 9, 1), "to_on": date(2030, 8, 31)}
    await builders.target(programme="bts1", metric="courses", label="Formations", unit="formations", **ahead)
    page = await office.get("/gestion/a-faire")
    ways = re.findall(r'href="(/gestion/objectifs[^"]*)"', page.text)
    assert (set(ways), "Voir pourquoi" in read(page)) == ({"/gestion/objectifs/technilab/pupils"}, True)
    assert "Rythme régulier aujourd'hui" in read(await office.get("/gestion/objectifs/technilab/pupils"))


async def test_a_lycee_is_reminded_of_a_visit_to_close_once_a_week(office, late):
    shown = await office.get(PAGE)
    assert "Lycée Jules Haag, Besançon n'a pas clos cette visite : 23 élèves ne sont pas comptés." in read(shown)
    done = await office.post(f"/gestion/creneaux/{late}/rappel")
    assert done.headers["location"] == f"{PAGE}?fait=accueil-rappele"
    (mail,) = await posted()
    assert str(mail.message["To"]) == "Jules <jules@example.org>"
    assert str(mail.message["Subject"]) == "Une visite à clore : Découpe laser, vendredi 8 janvier 2027"
    assert f"/accueil/{late}/cloture" in text_of(mail)
    after = await office.get(PAGE)
    assert "Accueil rappelé le lundi 11 janvier 2027." in read(after)
    assert f"/gestion/creneaux/{late}/rappel" not in after.text
    again = await office.post(f"/gestion/creneaux/{late}/rappel")
    assert (again.status_code, "dans les sept derniers jours" in read(again)) == (409, True)
    by = await builders.account()
    await remind_closing(late, by=by, now=NOW + timedelta(days=8))


async def test_a_visit_that_is_closed_or_to_come_is_not_reminded(late):
    by = await builders.account()
    ahead = await builders.slot(starts_at=NOW + timedelta(days=3))
    for slot in (ahead, 999):
        with pytest.raises(NothingToRemind):
            await remind_closing(slot, by=by, now=NOW)


async def test_the_reminder_is_dropped_once_the_visit_is_closed(office, late):
    await office.post(f"/gestion/creneaux/{late}/rappel")
    await rows("UPDATE slots SET state = 'done', groups_taken = 0, seats_taken = 0 WHERE id = $1", late)
    await tell()
    assert await posted() == []


async def test_rarer_pages_stand_on_one_page(office):
    shown = await office.get("/gestion/administration")
    for address in ("messages", "reglages", "annees", "objectifs", "imports", "objets", "journal"):
        assert f'href="/gestion/{address}"' in shown.text
        assert (await office.get(f"/gestion/{address}")).status_code == 200
    assert (await office.get("/gestion/visites-reprises/nouvelle")).status_code == 200


TOKEN = "a token that only this test knows"
HEADS = "INSERT INTO head_counts (school, school_year, level, pupils, girls) VALUES ($1, 2026, $2, $3, $4)"


@pytest.fixture
async def world(app, db, nadia) -> dict[str, int]:
    """Two of everything: lycées, collèges, companies, cohorts, courses, visits before, within and ahead."""
    haag = await builders.school(kind="lycee", name="Lycée Jules Haag", commune="Besançon")
    pergaud = await builders.school(kind="lycee", name="Lycée Pergaud", commune="Dole")
    rep = await builders.school(name="Collège Diderot", priority="REP", rural=False)
    country = await builders.school(name="Collège Pasteur", department="39", rural=True)
    never = await builders.school(name="Collège Proudhon", department="39", rural=False)
    for college, pupils, girls in ((rep, 100, 40), (country, 150, 80), (never, 250, 120)):
        for level in ("4e", "3e"):
            await rows(HEADS, college, level, pupils // 2, girls // 2)
    await builders.target()
    same = {"from_on": date(2024, 9, 1), "to_on": date(2029, 8, 31)}
    aims = (("ptech", "companies", 120), ("ptech", "schemes", 8), ("bts1", "courses", 10))
    for programme, metric, target in aims:
        label = {"companies": "Entreprises mentores P-TECH", "schemes": "Dispositifs P-TECH"}.get(metric, "BTS+1")
        unit = {"companies": "entreprises", "schemes": "dispositifs"}.get(metric, "formations")
        await builders.target(programme=programme, metric=metric, target=target, label=label, unit=unit, **same)
    await builders.past_visit(lycee=haag, college=rep, held_on=date(2026, 3, 5), pupils=30, girls=10)
    await builders.past_visit(lycee=haag, college=country, held_on=date(2022, 3, 5), pupils=20)
    scheme = await builders_ptech.scheme(school=haag)
    firms = [await builders.company(name=name) for name in ("Horlogerie", "Lunettes")]
    for year in (2023, 2024, 2025):
        cohort = await builders_ptech.cohort(of=scheme, entry_year=year)
        await builders_ptech.census(cohort, year, present=24)
        for firm in firms:
            await builders_ptech.mentor(cohort, company=firm, from_on=date(year, 9, 15))
    await builders_bts1.opened(school=haag, title="Bachelor Horlogerie", on=date(2025, 9, 1))
    for title, step in (("Bachelor Lunettes", "montage"), ("Bachelor Bois", "idee")):
        await builders_bts1.step(await builders_bts1.course(school=pergaud, title=title), step, date(2026, 3, 1))
    for lycee in (haag, pergaud):
        await builders_bts1.partner(kind="lycee", name=f"Lycée {lycee}", school=lycee)
        for days in (10, 11):
            await builders.slot(host=lycee, starts_at=NOW + timedelta(days=days))
    booked = await builders.slot(host=haag, starts_at=NOW + timedelta(days=20))
    await builders.reservation(slot=booked, group=await builders.group(school=rep), pupils=24)
    await issue_token("nadia@example.org", token=TOKEN, now=NOW)
    app.state.clock = lambda: NOW
    return {"haag": haag, "rep": rep}


async def test_a_visit_to_come_of_a_member_is_one_that_a_group_makes(office, world):
    told = read(await office.get("/consortium"))
    assert re.findall(r"(\d+) visites? à venir", told) == ["1"]
    awaited = read(await office.get("/gestion/creneaux?etat=attendues"))
    assert "5 créneaux à clore ou à venir, dont 1 avec un groupe" in awaited


async def test_places_and_companies_both_stand_wherever_one_does(office, world):
    for page in ("/gestion", "/gestion/ptech", "/gestion/objectifs/ptech/companies", "/programme"):
        told = read(await office.get(page))
        assert re.search(r"\b6 (places )?.{0,20}sur 120\b", told), page
        assert "2 entreprises différentes" in told, page
    found = await Machine(office.client._transport.app, TOKEN).get("/results")
    (companies,) = [one for one in found.json()["targets"] if one["metric"] == "companies"]
    assert (companies["done"], companies["beside"]) == (
        6,
        {"figure": 2, "label": "entreprises différentes", "rule": ""},
    )


async def test_courses_opened_and_courses_accompanied_both_stand_against_the_same_target(office, world):
    rule = (
        "Accompagnées : celles dont le montage ou une étape suivante est franchi, sauf si elles se sont arrêtées avant"
    )
    for page in ("/gestion", "/gestion/objectifs/bts1/courses", "/programme"):
        told = read(await office.get(page))
        assert "2 formations accompagnées sur 10" in told, page
        assert rule in told, page
    board = read(await office.get("/gestion/bts1"))
    assert ("Accompagnées 2 sur 10" in board, rule in board) == (True, True)
    found = await Machine(office.client._transport.app, TOKEN).get("/results")
    (courses,) = [one for one in found.json()["targets"] if one["metric"] == "courses"]
    assert (courses["done"], courses["target"], courses["beside"]) == (
        *(1, 10),
        {"figure": 2, "label": "formations accompagnées", "rule": f"{rule} d'ouvrir."},
    )


async def test_the_grid_counts_the_rentrees_that_its_places_are_counted_for(office, world):
    shown = await office.get("/gestion/ptech")
    told = read(shown)
    assert "8 dispositifs × 5 rentrées × 3 entreprises = 120 places d'entreprise mentore ; 6 sont prises" in told
    assert "sont prises, dont 2 dans des cohortes d'autres rentrées." in told
    assert "Entreprises mentores 6 places sur 120" in told
    columns = re.findall(r'<th scope="col">Rentrée (\d+)(.*?)</th>', shown.text)
    assert [year for year, beside in columns if "autre rentrée" not in beside] == [*map(str, range(2024, 2029))]
    assert [year for year, beside in columns if "autre rentrée" in beside] == ["2023"]


async def test_colleges_that_did_not_come_in_a_period_are_not_those_that_never_came(office, world):
    shown = await office.get("/gestion/equite")
    told = read(shown)
    card = int(re.search(r"Collèges pas venus (\d+) depuis le début de l'objectif, sur 3 collèges publics", told)[1])
    behind = read(await office.get("/gestion/couverture?annee=objectif&qui=pas-venus"))
    assert (card, f"{card} collèges publics" in behind) == (2, True)
    ever = int(re.search(r"(\d+) collège qui n'est jamais venu", told)[1])
    assert (ever, "1 collège public" in read(await office.get("/gestion/couverture?qui=jamais-venus"))) == (1, True)
    assert "jamais venus" not in told.replace("jamais venus,", "")


async def test_the_board_and_the_file_have_one_word_a_figure(office, world):
    header, *lines = csv.reader((await office.get("/gestion/objectifs.csv")).text.splitlines(), delimiter=";")
    head = next(line for line in (header, *lines) if "Objectif" in line)
    assert "Prévu" not in head
    told = dict(zip(head, next(line for line in lines if "Collégiens accueillis" in line), strict=False))
    board = read(await office.get("/gestion"))
    assert re.search(rf"Engagé \(inscrits, à l'effectif annoncé.{{0,40}}\) {told['Engagé']}\b", board)
    assert f"Places encore libres à venir {told['Places encore libres ou en préparation']}" in board
    assert (forecast := "Prévision au dernier jour : compté, engagé, espéré") in head
    assert re.search(rf"Prévision pour août 2030.{{0,60}} {told[forecast]}\b", board)
    companies = dict(zip(head, next(line for line in lines if "Entreprises mentores P-TECH" in line), strict=False))
    assert companies["À côté"] == "2 entreprises différentes"


async def test_each_share_stands_beside_its_share_of_all_pupils(office, world):
    told = read(await office.get("/gestion/equite"))
    assert "100 % 30 élèves de REP ou REP+ 20 % de tous les collégiens" in told
    assert "33 % 10 filles, 20 garçons 48 % de tous les collégiens" in told
    assert "Tous les collégiens : effectifs de 2026-2027, 3 collèges." in told
    assert re.search(r"Commune rurale 0 0 %, tous 30 %", told)
    assert re.search(r"Commune urbaine 30 100 %, tous 70 %", told)
    assert re.search(r"Doubs 30 100 %, tous 20 %", told)
    assert re.search(r"Jura 0 0 %, tous 80 %", told)
    file = {
        (line[0], line[2]): line[-2:]
        for line in csv.reader((await office.get("/gestion/equite.csv")).text.splitlines(), delimiter=";")
        if len(line) > 5
    }
    assert file["Éducation prioritaire", "REP"] == ["100", "20"]
    assert file["Commune du collège", "Commune rurale"] == ["0", "30"]
    assert file["Commune du collège", "Commune urbaine"] == ["100", "70"]
    assert [file[key][1] for key in file if key[0] == "Département"] == ["20", "80"]


FIGURE = re.compile(r'<a href="(/[^"#]*)"[^>]*>([\d\u202f]+)(?:<span class="visually-hidden">[^<]*</span>)?</a>')
TOLD = re.compile(r'<p class="lead">.*?</p>|<dl class="tally">.*?</dl>', re.DOTALL)
BOARDS = ("/gestion", "/gestion/accueillis", "/gestion/equite", "/gestion/ptech", "/gestion/bts1")


@pytest.mark.parametrize("year", ["", "2025-2026", "avant", "2021-2022"])
async def test_every_figure_that_leads_somewhere_is_told_again_where_it_leads(office, world, year):
    walked = 0
    for board in BOARDS:
        page = (await office.get(f"{board}?annee={year}" if year and board in BOARDS[1:3] else board)).text
        for address, figure in FIGURE.findall(page):
            if "filles=oui" in address:
                continue
            there = await office.get(unescape(address))
            told = said(" ".join(TOLD.findall(there.text)))
            assert re.search(rf"(?<!\d){figure}(?!\d)", told.replace("\u00a0", " ")), (board, address, figure, told)
            walked += 1
    assert walked > 20


async def test_the_public_page_tells_the_figures_of_the_office_where_it_may(office, world):
    board, public = read(await office.get("/gestion")), read(await office.get("/programme"))
    for told in ("30 élèves sur 6", "6 entreprises sur 120", "1 dispositifs sur 8", "1 formations sur 10"):
        assert (told in board.replace("\u202f", ""), told in public.replace("\u202f", "")) == (True, True), told


async def test_the_machine_s_figures_are_the_board_s(office, world):
    found = (await Machine(office.client._transport.app, TOKEN).get("/results")).json()
    lines = csv.reader((await office.get("/gestion/objectifs.csv")).text.splitlines(), delimiter=";")
    head = next(line for line in lines if "Objectif" in line)
    by_label = {line[1]: dict(zip(head, line, strict=True)) for line in lines if len(line) == len(head)}
    names = {"Compté": "done", "Rythme régulier": "due", "Engagé": "engaged"}
    names |= {"Prévision au dernier jour : compté, engagé, espéré": "forecast"}
    names |= {"Places encore libres ou en préparation": "planned"}
    for one in found["targets"]:
        for word, name in names.items():
            assert by_label[one["label"]][word] == ("" if one[name] is None else str(one[name])), (one["label"], word)
