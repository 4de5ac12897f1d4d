"""Who reads the programme's figures without acting: an inspection of some départements, a member of the consortium."""

from __future__ import annotations

import csv
import io
import secrets

import httpx
import pytest

from booking.people.accounts.token import issue_token
from tests import builders, builders_bts1
from tests.booking.door.rights.test_other_people_s_numbers import _everything
from tests.booking.door.rights.test_rights import a_person, address
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.door_matrix import ANYONE, RIGHTS, SIGNED_IN
from workshops.coverage.take_in import CountedCollege, keep_head_counts
from workshops.database import row, rows, value

READERS = ("inspector", "consortium")


async def a_machine(app, account: int, *, writes: bool = True) -> httpx.AsyncClient:
    token = secrets.token_urlsafe(32)
    await issue_token(
        await value("SELECT email FROM accounts WHERE id = $1", account), token=token, writes=writes, now=NOW
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://127.0.0.1:8000/api/v1",
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.fixture
async def doubs(app) -> int:
    """Visits of three collèges of two départements in two years, with head counts; an inspector of the Doubs."""
    app.state.clock = lambda: NOW
    await builders.target()
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    for uai, department, name, came in (
        ("0250009Z", "25", "Collège Stendhal", (("2025-11-06", "4e", 22), ("2026-11-05", "3e", 24))),
        ("0250012C", "25", "Collège Diderot", (("2026-11-12", "3e", 3), ("2026-11-19", "4e", 25))),
        ("0700001A", "70", "Collège Delaunay", (("2026-12-03", "3e", 21), ("2025-12-04", "4e", 20))),
    ):
        college = await builders.school(uai=uai, name=name, department=department)
        for on, level, counted in came:
            slot = await builders.slot(host=lycee, starts_at=paris(f"{on} 09:00"), state="done")
            await builders.turnout(slot=slot, school=college, counted=counted, level=level)
    told = [CountedCollege(uai, {"5e": 90, "4e": 80, "3e": 100}) for uai in ("0250009Z", "0250012C", "0700001A")]
    await keep_head_counts(told, school_year=2026, by=None, now=NOW, example=False)
    return await builders.person("inspector", "helene@example.org", name="Hélène Vautrin", departments=("25",))


@pytest.mark.parametrize("role", READERS)
async def test_they_write_nothing_but_their_own_account(app, role):
    account = await a_person(role)
    browser, machine = await Browser(app).sign_in(account), await a_machine(app, account)
    everything, wrong, asked = await _everything(), {}, 0
    before = await value(everything)
    for (method, path), who in sorted(RIGHTS.items()):
        if method == "GET" or who in (ANYONE, SIGNED_IN):
            continue
        asked += 1
        if path.startswith("/api/v1"):
            answer = await machine.request(method, address(path).removeprefix("/api/v1"), json={})
        else:
            answer = await browser.client.request(method, address(path), headers={"X-CSRF-Token": browser.csrf})
        if answer.status_code not in {403, 404} or await value(everything) != before:
            wrong[method, path] = answer.status_code
    assert (wrong, asked > 250) == ({}, True)


async def test_an_inspection_reads_who_came_of_her_departements_alone_and_no_count_under_five(app, doubs):
    browser = await Browser(app, now=NOW).sign_in(doubs)
    home = await browser.get("/")
    assert home.headers["location"] == "/gestion/accueillis"
    shown = read(await browser.get("/gestion/accueillis"))
    assert "Doubs 74 élèves accueillis. 2 collèges publics sont venus, sur 2." in shown
    assert "2025-2026 22 2026-2027 52 Par niveau Niveau Élèves 4e 47 3e 27" in shown
    assert "Haute-Saône" not in shown
    cover = read(await browser.get("/gestion/couverture"))
    # Of its 3e only 3 came: the other collège's are hidden with them, since the level tells both together.
    assert "Collège Diderot Besançon, 25 masqué sur 100 31 % 25 sur 80 0 % 0 sur 90" in cover
    assert "Collège Stendhal Besançon, 25 masqué sur 100 0 % 0 sur 80 0 % 0 sur 90" in cover
    assert "Delaunay" not in cover
    assert read(await browser.get("/gestion/couverture?departement=70")) == cover


async def test_another_year_of_the_coverage_is_not_hers_to_compare(app, doubs):
    browser = await Browser(app, now=NOW).sign_in(doubs)
    shown = read(await browser.get("/gestion/couverture?annee=2025-2026"))
    assert "Période 2026-2027 Département Tous Doubs Nom" in shown
    answer = await (await a_machine(app, doubs)).get("/coverage", params={"cohort": 2021})
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        {"cohort": "Cette cohorte a quitté le collège : lisez celles qui y sont, de la 5e à la 3e."},
    )


async def test_the_file_and_the_api_say_what_the_page_says(app, doubs):
    browser, machine = await Browser(app, now=NOW).sign_in(doubs), await a_machine(app, doubs, writes=False)
    lines = list(
        csv.DictReader(
            io.StringIO((await browser.get("/gestion/couverture.csv")).content.decode("utf-8-sig")), delimiter=";"
        )
    )
    told = {one["UAI"]: one["3e : reçus depuis la 5e"] for one in lines if one["Commune"]}
    items = (await machine.get("/coverage", params={"cohort": 2023})).json()["items"]
    assert {one["uai"]: one["pupils_received"] for one in items} == {"0250009Z": None, "0250012C": None}
    assert told == {"0250009Z": "", "0250012C": ""}
    figures = (await machine.get("/figures")).json()
    (area,) = figures["departments"]
    assert (figures["masked"], area["department"], area["pupils"]) == (True, "25", 74)
    assert (await machine.get("/results")).status_code == 403


async def test_a_level_of_which_three_came_is_given_by_no_other_figure_of_hers_nor_by_the_public_ones(app):
    """The département's 27 are public: 24 of 4e would tell the 3 of 5e, on either page."""
    app.state.clock = lambda: NOW
    await builders.target()
    told = []
    for name, level, counted in (("Collège Stendhal", "4e", 24), ("Collège Diderot", "5e", 3)):
        college = await builders.school(name=name)
        told.append(CountedCollege(await value("SELECT uai FROM schools WHERE id = $1", college), {level: 80}))
        slot = await builders.slot(starts_at=paris("2026-12-10 09:00"), state="done")
        await builders.turnout(slot=slot, school=college, counted=counted, level=level)
    await keep_head_counts(told, school_year=2026, by=None, now=NOW, example=False)
    machine = await a_machine(app, await builders.person("inspector", departments=("25",)))
    (area,) = (await machine.get("/figures")).json()["departments"]
    assert (area["pupils"], area["by_year"][-1]["pupils"]) == (27, 27)
    assert area["by_level"] == [{"key": "5e", "pupils": None}, {"key": "4e", "pupils": None}]
    for cohort in (2025, 2024):
        items = (await machine.get("/coverage", params={"cohort": cohort})).json()["items"]
        assert sorted((one["pupils_received"] or 0, one["pupils_received"] is None) for one in items) == [
            (0, False),
            (0, True),
        ]


async def test_a_coordinator_reads_the_same_figures_of_all_and_none_hidden(app, doubs):
    machine = await a_machine(app, await builders.person("coordinator", "nadia@example.org"))
    figures = (await machine.get("/figures")).json()
    assert figures["masked"] is False
    assert {one["department"]: (one["pupils"], one["by_level"]) for one in figures["departments"]} == {
        "25": (74, [{"key": "4e", "pupils": 47}, {"key": "3e", "pupils": 27}]),
        "70": (41, [{"key": "4e", "pupils": 20}, {"key": "3e", "pupils": 21}]),
    }
    items = (await machine.get("/coverage", params={"cohort": 2023})).json()["items"]
    assert {one["uai"]: one["pupils_received"] for one in items} == {
        "0250009Z": 46,
        "0250012C": 3,
        "0700001A": 41,
    }


async def test_a_member_of_the_consortium_reads_the_board_and_her_own_body(app):
    app.state.clock = lambda: NOW
    await builders.target()
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    own = await builders_bts1.partner(kind="lycee", name="Lycée Jules Haag", school=lycee)
    await builders_bts1.partner(kind="cnam", name="Cnam Bourgogne-Franche-Comté")
    slot = await builders.slot(host=lycee, starts_at=paris("2026-12-10 09:00"), state="done")
    await builders.turnout(slot=slot, counted=3)
    browser = await Browser(app, now=NOW).sign_in(await builders.person("consortium", partner=own))
    home = await browser.get("/")
    assert home.headers["location"] == "/gestion"
    board = await browser.get("/gestion")
    assert "3 élèves accueillis en 1 visite, par 1 lycée, de 1 collège." in read(board)
    assert [one for one in ("/gestion/a-faire", "/gestion/objectifs", "/gestion/graphiques") if one in board.text] == []
    card = read(await browser.get("/partenaire"))
    assert "Lycée Jules Haag" in card
    assert "1 visite reçue , 3 élèves" in card
    assert "Cnam" not in card
    assert "élèves : masqué" in read(await browser.get("/consortium"))


async def test_each_link_of_their_menu_and_of_their_pages_opens(app, doubs):
    partner = await builders_bts1.partner()
    for account in (doubs, await builders.person("consortium", partner=partner)):
        browser = await Browser(app, now=NOW).sign_in(account)
        seen, waiting = set(), ["/gestion/accueillis" if account == doubs else "/gestion", "/compte"]
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            page = await browser.get(path)
            assert page.status_code == 200, path
            found = {one.split("#")[0].replace("&amp;", "&") for one in _links(page.text)}
            waiting += [one for one in found if one.startswith(("/gestion", "/partenaire"))]
    assert {"/gestion", "/partenaire"} <= seen


def _links(text: str) -> list[str]:
    return [part.split('"')[0] for part in text.split('href="')[1:]]


async def test_who_i_am_says_for_which_departements_or_body(app, doubs):
    body = await builders_bts1.partner()
    member = await builders.person("consortium", partner=body)
    told = [(await (await a_machine(app, one)).get("/me")).json() for one in (doubs, member)]
    assert [(one["role"], one["departments"], one["partner"]) for one in told] == [
        ("inspector", ["25"], None),
        ("consortium", [], {"id": body, "name": "Université Marie et Louis Pasteur"}),
    ]


async def test_a_coordinator_invites_them_by_page_and_changes_the_departements(office, db):
    await builders.school(department="25")
    await builders.school(department="70")
    body = await builders_bts1.partner()
    form = {"name": "Hélène Vautrin", "email": "helene@example.org", "role": "inspector"}
    wrong = await office.post("/gestion/comptes", form | {"departments": "25, 99"})
    assert "Départements inconnus ici : 99. Connus : 25, 70." in read(wrong)
    assert "Ce rôle demande un département au moins" in read(await office.post("/gestion/comptes", form))
    for departments in ("25", "70, 25"):
        assert (await office.post("/gestion/comptes", form | {"departments": departments})).status_code == 303
    assert [tuple(one) for one in await rows("SELECT role, departments FROM memberships WHERE role = 'inspector'")] == [
        ("inspector", ["25", "70"])
    ]
    member = {"name": "Gérard Lhomme", "email": "gerard@example.org", "role": "consortium"}
    assert "Ce rôle demande un organisme du consortium" in read(await office.post("/gestion/comptes", member))
    unknown = await office.post("/gestion/comptes", member | {"partner": "Université de nulle part"})
    assert "d'aucun membre du consortium" in read(unknown)
    chosen = member | {"partner": "Université Marie et Louis Pasteur"}
    assert (await office.post("/gestion/comptes", chosen)).status_code == 303
    assert await value("SELECT partner FROM memberships WHERE role = 'consortium'") == body
    listed = read(await office.get("/gestion/comptes"))
    assert "Hélène Vautrin · Inspection, Doubs, Haute-Saône" in listed
    assert "Gérard Lhomme · Membre du consortium, Université Marie et Louis Pasteur" in listed
    refused = await office.post(f"/gestion/partenaires/{body}/retrait", {})
    assert (refused.status_code, "Quelqu'un lit le bilan pour ce partenaire" in read(refused)) == (409, True)


async def test_a_role_has_the_place_that_it_is_given_for_and_no_other(db):
    account = await builders.account()
    for role, where in (("inspector", {}), ("consortium", {}), ("coordinator", {"departments": ("25",)})):
        with pytest.raises(Exception, match="memberships_belongs"):
            await builders.membership(account, role, **where)


async def test_a_closed_account_reads_no_more(app, office, doubs):
    browser, machine = await Browser(app, now=NOW).sign_in(doubs), await a_machine(app, doubs)
    assert (await office.post(f"/gestion/comptes/{doubs}/fermeture", {})).status_code == 303
    assert (await browser.get("/gestion/accueillis")).headers["location"].startswith("/connexion")
    assert (await machine.get("/figures")).status_code == 401
    assert (await row("SELECT act FROM events ORDER BY id DESC LIMIT 1"))["act"] == "account_disabled"
