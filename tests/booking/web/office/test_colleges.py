"""The one list of public collèges: narrowed, read a page at a time, taken away as a file, and written to."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from booking.web.office.coverage import SHOWN
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.statements import statements_of
from workshops.coverage.take_in import CountedCollege, keep_head_counts
from workshops.database import rows, value

LIST = "/gestion/couverture"


async def colleges(count: int, *, department: str, first: int = 0) -> list[str]:
    names = [f"Collège {department}-{one:03}" for one in range(first, first + count)]
    for name in names:
        await builders.school(name=name, department=department, commune="Dole" if department == "39" else "Besançon")
    return names


@pytest.fixture
async def known(db) -> dict[str, int]:
    """Six collèges in two départements: who came this year, last year, never; who waits, who was written to."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag", lat=47.24, lon=6.02)
    await builders.school(kind="lycee", name="Lycée sans atelier", lat=46.6, lon=6.02)
    await builders.target()
    near = {"lat": 47.25, "lon": 6.02, "mail": "ce@example.org"}
    made = {
        "now": await builders.school(name="Collège Stendhal", uai="0250009Z", priority="REP", rural=False, **near),
        "last": await builders.school(name="Collège Lumière", priority="REP+", rural=True, **near),
        "never": await builders.school(name="Collège Pasteur", uai="0250012C", rural=True, **near),
        "jura": await builders.school(name="Collège du Jura", department="39", **near | {"lat": 46.6}),
        "waits": await builders.school(name="Collège Diderot", department="39", **near),
        "silent": await builders.school(name="Collège Proudhon", priority="REP", **near),
    }
    for school, day in ((made["now"], "2026-11-05 09:00"), (made["last"], "2025-11-05 09:00")):
        slot = await builders.slot(host=lycee, starts_at=paris(day), state="done")
        await builders.turnout(slot=slot, school=school, counted=25, level="3e")
    await builders.slot(host=lycee, starts_at=paris("2027-03-25 09:00"))
    full = await builders.slot(host=lycee, starts_at=paris("2027-04-08 09:00"))
    await builders.reservation(slot=full, group=await builders.group(school=made["waits"]), state="waiting")
    letter = "INSERT INTO college_invitations (school, school_year, words, invited_at) VALUES ($1, 2026, '', $2)"
    await rows(letter, made["silent"], paris("2026-12-20 09:00"))
    told = [CountedCollege("0250009Z", {"3e": 25}), CountedCollege("0250012C", {"3e": 80})]
    await keep_head_counts(told, school_year=2026, by=None, now=NOW, example=False)
    return made


async def listed(browser: Browser, asked: str) -> set[str]:
    page = (await browser.get(f"{LIST}?{asked}")).text
    return set(re.findall(r'<a href="/gestion/etablissements/\d+">Collège (?:du )?(\w+)</a>', page))


ALL = {"Stendhal", "Lumière", "Pasteur", "Jura", "Diderot", "Proudhon"}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ALL),
        ("qui=venus", {"Stendhal"}),
        ("qui=venus&annee=2025-2026", {"Lumière"}),
        ("qui=venus&annee=objectif", {"Stendhal", "Lumière"}),
        ("qui=pas-venus", ALL - {"Stendhal"}),
        ("qui=jamais-venus", ALL - {"Stendhal", "Lumière"}),
        ("qui=sans-visite", {"Pasteur"}),
        ("qui=attente", {"Diderot"}),
        ("qui=relance", {"Proudhon"}),
        ("prioritaire=oui", {"Stendhal", "Lumière", "Proudhon"}),
        ("prioritaire=rep-plus", {"Lumière"}),
        ("commune=rurale&qui=jamais-venus", {"Pasteur"}),
        ("commune=inconnue&departement=39", {"Jura", "Diderot"}),
        ("distance=0-10&departement=39", {"Diderot"}),
        ("distance=50", {"Jura"}),
        ("q=diderot", {"Diderot"}),
        ("qui=nobody&departement=99&commune=x&distance=x&annee=1900", ALL),
    ],
)
async def test_each_filter_keeps_its_own_colleges_on_the_page_in_the_files_and_for_the_letter(
    office, known, asked, names
):
    assert await listed(office, asked) == names
    lines = (await office.get(f"{LIST}.csv?{asked}")).content.decode("utf-8-sig").splitlines()[1:]
    assert {line.split(";")[1].split()[-1] for line in lines} == names
    book = load_workbook(BytesIO((await office.get(f"{LIST}.xlsx?{asked}")).content))
    assert {row[1].value.split()[-1] for row in book.worksheets[0].iter_rows(min_row=2)} == names
    letter = await office.get(f"/gestion/lettres?{asked}")
    found = re.search(r'name="colleges" value="([\d ]+)"', letter.text)
    numbers = {one["id"]: one["name"].split()[-1] for one in await rows("SELECT id, name FROM schools")}
    written = {numbers[int(one)] for one in found[1].split()} if found else set()
    # Who was written to this year is reminded alone, and who waits for a place needs no invitation.
    assert written == (names if "relance" in asked else names - {"Proudhon", "Diderot"})


async def test_the_page_the_file_and_the_letter_say_what_was_chosen(office, known):
    shown = await office.get(f"{LIST}?qui=jamais-venus&departement=39&commune=inconnue")
    assert ("Écrire à 1 collège" in read(shown), "Collège Diderot" in read(shown)) == (True, True)
    assert "<details open><summary>Plus de filtres" in shown.text
    told = "2026-2027, Jamais venus, Jura, Non renseignée"
    assert told in read(await office.get("/gestion/lettres?qui=jamais-venus&departement=39&commune=inconnue"))
    beside = f"{LIST}.csv?qui=jamais-venus&departement=39&commune=inconnue&dictionnaire=oui"
    assert f"Filtre;{told};" in (await office.get(beside)).text
    assert "Filtre;2026-2027, « pasteur »;" in (await office.get(f"{LIST}.csv?q=pasteur&dictionnaire=oui")).text


async def test_one_college_is_written_to_from_its_line_once_a_year(office, known):
    page = (await office.get(LIST)).text
    assert 'href="/gestion/lettres?q=0250012C">Écrire<span class="visually-hidden"> au Collège Pasteur' in page
    first = read(await office.get("/gestion/lettres?q=0250012C"))
    assert ("Collège Pasteur, Besançon" in first, "Cette lettre part à 1 collège" in first) == (True, True)
    assert "Lycée Jules Haag, Besançon (1 km) : 2 créneaux libres, le premier jeudi 25 mars 2027" in first
    fields = {"colleges": str(known["never"]), "words": "Le car est payé."}
    again = read(await office.post("/gestion/lettres", fields | {"show": "oui"}))
    assert (again.count("Le car est payé."), await value("SELECT count(*) FROM notices")) == (2, 0)
    wrong = await office.post("/gestion/lettres", fields | {"words": "x" * 601, "show": "oui"})
    assert (wrong.status_code, await value("SELECT count(*) FROM notices")) == (422, 0)
    await office.post("/gestion/lettres", fields)
    assert await value("SELECT to_email FROM notices") == "ce@example.org"
    assert "Écrit le lundi 11 janvier 2027" in read(await office.get(f"{LIST}?q=0250012C"))
    assert "Personne à qui écrire" in read(await office.get("/gestion/lettres?q=0250012C"))
    await rows("UPDATE notices SET state = 'failed'")
    failed = (await office.get(f"{LIST}?q=0250012C")).text
    assert 'href="/gestion/messages">Mail en échec<' in failed


async def test_a_class_that_waits_is_no_visit_that_comes(office, known):
    waits, silent = [read(await office.get(f"{LIST}?q={name}")) for name in ("diderot", "proudhon")]
    assert ("Attend une place" in waits, "Vient le" in waits) == (True, False)
    assert ("Attend une place" in silent, "Écrit le dimanche 20 décembre 2026" in silent) == (False, True)
    assert "Vient le jeudi 25 mars 2027" not in waits + silent
    slot = await value("SELECT min(id) FROM slots WHERE state = 'open'")
    await builders.reservation(slot=slot, group=await builders.group(school=known["silent"]))
    assert "Vient le jeudi 25 mars 2027" in read(await office.get(f"{LIST}?q=proudhon"))


async def test_a_college_that_closed_after_it_came_is_listed_and_not_written_to(office, known):
    await rows("UPDATE schools SET closed = true WHERE id = ANY ($1::int[])", [known["now"], known["never"]])
    assert await listed(office, "qui=venus") == {"Stendhal"}
    assert "Fermé" in read(await office.get(f"{LIST}?qui=venus"))
    assert await listed(office, "") == ALL - {"Pasteur"}
    assert "Personne à qui écrire" in read(await office.get("/gestion/lettres?qui=venus"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("colleges?departement=25&q=pasteur", f"{LIST}?qui=jamais-venus&departement=25&q=pasteur"),
        ("colleges-publics", f"{LIST}?annee=objectif"),
        (
            "colleges-publics?annee=2025-2026&venus=non&prioritaire=oui&commune=rurale",
            f"{LIST}?annee=2025-2026&qui=pas-venus&prioritaire=oui&commune=rurale",
        ),
    ],
)
async def test_the_lists_of_before_lead_to_this_one_narrowed_alike(office, known, old, new):
    answer = await office.get(f"/gestion/equite/{old}")
    assert (answer.status_code, answer.headers["location"]) == (301, new)


async def test_the_letter_page_of_before_leads_to_the_letter_of_its_college(office, known):
    answer = await office.get(f"/gestion/equite/colleges/{known['never']}")
    assert (answer.status_code, answer.headers["location"]) == (301, "/gestion/lettres?q=0250012C")
    assert (await office.get("/gestion/equite/colleges/9999")).status_code == 404


async def test_whom_counts_are_masked_for_is_not_told_who_came_nor_led_to_letters(app, known):
    app.state.clock = lambda: NOW
    reader = await builders.person("inspector", "helene@example.org", departments=["25"])
    helene = await Browser(app, now=NOW).sign_in(reader)
    whole = await helene.get(LIST)
    for asked in ("qui=venus", "qui=jamais-venus", "annee=objectif", "departement=39"):
        assert read(await helene.get(f"{LIST}?{asked}")) == read(whole)
    shown = read(await helene.get(f"{LIST}?prioritaire=rep"))
    assert ("Stendhal" in shown, "Proudhon" in shown, "Pasteur" in shown, "Jura" in shown) == (True, True, False, False)
    assert re.findall(r"Écrire|Lettre|Élèves accueillis", read(whole)) == []
    assert "Élèves accueillis" not in (await helene.get(f"{LIST}.csv")).text


async def test_a_long_list_goes_on_where_it_stopped(office):
    doubs = await colleges(SHOWN + 3, department="25")
    jura = await colleges(2, department="39")
    first = await office.get(f"{LIST}?qui=jamais-venus")
    assert f"{SHOWN + 5} collèges publics" in read(first)
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following is not None
    second = await office.get(following[1].replace("&amp;", "&"))
    assert re.findall(r">(Collège \d\d-\d{3})</", first.text + second.text) == doubs + jura
    assert 'rel="next"' not in second.text


async def test_the_page_weighs_and_asks_the_same_for_one_page_and_for_many(office):
    await colleges(SHOWN, department="25")
    few = await office.get(LIST)
    asked = await statements_of(lambda: office.get(LIST))
    await colleges(3 * SHOWN, department="25", first=SHOWN)
    many = await office.get(LIST)
    assert len(await statements_of(lambda: office.get(LIST))) == len(asked)
    assert many.text.count('<th scope="row">') == few.text.count('<th scope="row">') == SHOWN
    assert (await office.get(f"{LIST}?apres=9999999")).status_code == 404
