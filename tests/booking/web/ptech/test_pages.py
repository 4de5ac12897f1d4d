"""P-TECH pages as a lycée, the coordinator and a company use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from booking.calendar.replies.parse import answer_in
from booking.calendar.replies.take import take
from tests import builders, builders_ptech
from tests.application import application
from tests.booking.calendar.replies.mails import SECRET, by_google
from tests.booking.web.host.lycee import Lycee, a_lycee
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from tests.statements import statements_of
from workshops.database import row, rows, value
from workshops.results.measure import progress

APP = application(now=lambda: NOW)
ACTION = {
    "kind": "visite",
    "title": "Visite",
    "starts_on": "2027-03-25",
    "starts": "09:00",
    "hours": "2",
    "people": "2",
}
CENSUS = {"school_year": "2026", "term": "october", "present": "24", "girls": "6"}


@dataclass
class Story:
    lycee: Lycee
    scheme: int
    cohort: int

    @property
    def here(self) -> str:
        return f"/lycee/ptech/cohortes/{self.cohort}"


async def a_story() -> Story:
    lycee = await a_lycee()
    scheme = await builders_ptech.scheme(school=lycee.school)
    return Story(lycee, scheme, await builders_ptech.cohort(of=scheme, entry_year=2026))


async def a_coordinator() -> Browser:
    account = await builders.person("coordinator", name="Yves Marchand")
    return await Browser(APP, now=NOW).sign_in(account)


async def a_guest(company: int) -> Browser:
    account = await builders.person("company", name="Inès Caron", company=company)
    return await Browser(APP, now=NOW).sign_in(account)


async def test_a_lycee_opens_a_scheme_and_its_first_cohort(db):
    lycee = await a_lycee()
    asked = {"title": "P-TECH Bois", "field": "Bac pro TMA", "opens_on": "2026-09-01", "bts_school": ""}
    answer = await lycee.browser.post("/lycee/ptech/dispositifs", asked)
    scheme = await value("SELECT id FROM ptech_schemes WHERE school = $1", lycee.school)
    assert answer.headers["location"] == f"/lycee/ptech/dispositifs/{scheme}?fait=dispositif-ouvert"
    answer = await lycee.browser.post(f"/lycee/ptech/dispositifs/{scheme}/cohortes", {"entry_year": "2026"})
    cohort = await value("SELECT id FROM ptech_cohorts WHERE scheme = $1", scheme)
    assert answer.headers["location"] == f"/lycee/ptech/cohortes/{cohort}?fait=cohorte-ouverte"
    again = await lycee.browser.post(f"/lycee/ptech/dispositifs/{scheme}/cohortes", {"entry_year": "2026"})
    assert (again.status_code, "Ce dispositif a déjà une cohorte de cette rentrée." in read(again)) == (409, True)


async def test_a_scheme_badly_told_keeps_what_was_typed(db):
    lycee = await a_lycee()
    answer = await lycee.browser.post("/lycee/ptech/dispositifs", {"title": "P-TECH Bois", "opens_on": "hier"})
    assert answer.status_code == 422
    assert "2 réponses à corriger" in read(answer)
    assert 'value="P-TECH Bois"' in answer.text


async def test_a_census_whose_flow_does_not_add_up_is_refused_until_it_is_explained(db):
    story = await a_story()
    post = story.lycee.browser.post
    await post(f"{story.here}/recensement", CENSUS)
    october = {**CENSUS, "present": "23", "girls": "5", "entered": "1"}
    await rows("UPDATE ptech_cohorts SET entry_year = 2025 WHERE id = $1", story.cohort)
    await rows("UPDATE ptech_censuses SET school_year = 2025 WHERE cohort = $1", story.cohort)
    refused = await post(f"{story.here}/recensement", october)
    assert refused.status_code == 422
    assert "Il manque 2 élèves : 24 en octobre 2025, 1 entré, 0 sorti, 23 en octobre 2026." in read(refused)
    kept = await post(f"{story.here}/recensement", october | {"note": "Deux comptés deux fois."})
    assert kept.headers["location"] == f"{story.here}?fait=recensement-note"
    page = read(await story.lycee.browser.get(story.here))
    assert "Deux comptés deux fois." in page
    assert "Corrigez l'un des recensements" not in page


async def test_a_refused_correction_is_still_a_correction(db):
    story = await a_story()
    await story.lycee.browser.post(f"{story.here}/recensement", CENSUS)
    refused = await story.lycee.browser.post(f"{story.here}/recensement", CENSUS | {"girls": "400"})
    told = read(refused)
    assert ("Corriger le recensement" in told, "Dernier recensement" in told, "s'ouvre" in told) == (True, False, False)


async def test_the_page_of_a_census_says_when_the_next_one_opens(db):
    story = await a_story()
    assert "s'ouvre" not in read(await story.lycee.browser.get(f"{story.here}/recensement"))
    await story.lycee.browser.post(f"{story.here}/recensement", CENSUS)
    page = read(await story.lycee.browser.get(f"{story.here}/recensement"))
    assert "Le recensement suivant est celui de juin 2027 : il s'ouvre le samedi 1er mai 2027." in page


async def test_a_cohort_with_two_companies_asks_for_the_third(db):
    story = await a_story()
    for name in ("Horlogerie du Doubs", "Lunetterie de Morez"):
        await builders.company(name=name)
        asked = {"company": name, "from_on": "2026-09-15"}
        answer = await story.lycee.browser.post(f"{story.here}/entreprises", asked)
        assert answer.headers["location"] == f"{story.here}/entreprises?fait=mentore-ajoutee"
    assert "Il manque 1 entreprise mentore" in read(await story.lycee.browser.get(story.here))
    again = await story.lycee.browser.post(f"{story.here}/entreprises", asked)
    assert (again.status_code, "Cette entreprise est déjà mentore" in read(again)) == (409, True)
    mentor = await value("SELECT max(id) FROM ptech_mentors")
    await story.lycee.browser.post(f"{story.here}/entreprises/{mentor}/fin", {"to_on": "2026-12-31"})
    assert "Il manque 2 entreprises mentores" in read(await story.lycee.browser.get(story.here))


async def test_a_replaced_company_is_shown_apart_and_its_place_counts_once(db):
    story = await a_story()
    await builders.target(programme="ptech", metric="schemes", target=8)
    await builders.target(programme="ptech", metric="companies", target=120)
    left = await builders.company(name="Horlogerie du Doubs")
    await builders_ptech.mentor(story.cohort, company=left, from_on=date(2026, 9, 15), to_on=date(2026, 11, 30))
    for name in ("Lunetterie de Morez", "Scierie du Haut-Doubs", "Fonderie de Sochaux"):
        firm = await builders.company(name=name)
        from_on = date(2027, 1, 5) if "Fonderie" in name else date(2026, 9, 15)
        await builders_ptech.mentor(story.cohort, company=firm, from_on=from_on)
    for path in (story.here, f"{story.here}/entreprises"):
        page = read(await story.lycee.browser.get(path))
        assert page.count("Remplacée le mardi 5 janvier 2027") == 1
        assert page.index("Fonderie de Sochaux") < page.index("Horlogerie du Doubs")
    overview = read(await (await a_coordinator()).get("/gestion/ptech"))
    assert "= 120 places d'entreprise mentore ; 3 sont prises. Une place compte une fois" in overview
    assert "3 places prises sur 3" in overview
    assert "1 remplacée" in overview
    board = {one.target.metric: one.done for one in await progress(now=NOW)}
    assert board["companies"] == 3


async def test_a_company_that_ends_before_what_is_planned_is_listed_and_called_off_in_one_click(db):
    story, firm = await a_story(), await builders.company()
    mentor = await builders_ptech.mentor(story.cohort, company=firm)
    action = await builders_ptech.action(story.cohort, company=firm, starts_at=paris("2027-03-25 09:00"))
    path = f"{story.here}/entreprises/{mentor}/fin"
    refused = await story.lycee.browser.post(path, {"to_on": "2027-02-28"})
    page = read(refused)
    assert (refused.status_code, "encore 1 action prévue après ce jour" in page) == (409, True)
    assert "Après le dimanche 28 février 2027 : Visite de l'atelier, jeudi 25 mars 2027, 9 h 00" in page
    kept = await story.lycee.browser.post(path, {"to_on": "2027-02-28", "calling_off": "1"})
    assert kept.headers["location"] == f"{story.here}/entreprises?fait=mentore-datee"
    assert (await builders_ptech.stored("mentoring_actions", action))["state"] == "called_off"


async def test_an_action_is_planned_changed_called_off_and_another_counted(db):
    story = await a_story()
    post = story.lycee.browser.post
    await post(f"{story.here}/actions", {**ACTION, "company": ""})
    made = await value("SELECT id FROM mentoring_actions")
    action = f"/lycee/ptech/actions/{made}"
    changed = await post(action, {**ACTION, "starts": "10:00"})
    assert changed.headers["location"] == f"{action}?fait=action-changee"
    silent = await post(f"{action}/annulation", {"reason": ""})
    assert (silent.status_code, "Motif : à remplir." in read(silent)) == (422, True)
    ended = await post(f"{action}/annulation", {"reason": "Grève des trains"})
    assert ended.headers["location"] == f"{story.here}?fait=action-annulee"
    past = await builders_ptech.action(story.cohort, starts_at=paris("2026-12-01 09:00"))
    assert "Combien d'élèves étaient présents ?" in read(await story.lycee.browser.get(story.here))
    await post(f"/lycee/ptech/actions/{past}/presents", {"pupils": "22"})
    assert tuple(await row("SELECT state, pupils FROM mentoring_actions WHERE id = $1", past)) == ("held", 22)
    late = await post(action, ACTION)
    assert late.status_code == 409


async def test_an_action_moved_into_the_past_is_offered_to_be_noted_as_held_on_that_day(db):
    story = await a_story()
    post = story.lycee.browser.post
    made = await builders_ptech.action(story.cohort, starts_at=paris("2027-03-25 09:00"))
    action = f"/lycee/ptech/actions/{made}"
    refused = await post(action, {**ACTION, "starts_on": "2027-01-08"})
    assert (refused.status_code, "Une action prévue ne se déplace pas dans le passé." in read(refused)) == (409, True)
    assert 'name="held_on" value="2027-01-08"' in refused.text
    ahead = await post(f"{action}/presents", {"pupils": "20", "held_on": "2027-02-08", "held_at": "09:00"})
    assert (ahead.status_code, "n'a pas encore commencé" in read(ahead)) == (409, True)
    kept = await post(f"{action}/presents", {"pupils": "20", "held_on": "2027-01-08", "held_at": "09:00"})
    assert kept.headers["location"] == f"{story.here}?fait=action-comptee"
    told = await row("SELECT state, starts_at FROM mentoring_actions")
    assert tuple(told) == ("held", paris("2027-01-08 09:00"))


async def test_an_agenda_that_declines_is_shown_to_the_lycee_the_company_and_the_coordinator(db):
    story, firm = await a_story(), await builders.company()
    await builders_ptech.mentor(story.cohort, company=firm)
    made = await builders_ptech.action(story.cohort, company=firm, starts_at=paris("2027-03-25 09:00"))
    ines = await a_guest(firm)
    uid = await value("SELECT uid FROM mentoring_actions")
    emails = {one["name"]: one["email"] for one in await rows("SELECT name, email FROM accounts")}
    host = await value("SELECT name FROM accounts WHERE id = $1", story.lycee.account)
    for name in (host, "Inès Caron"):
        assert await take(answer_in(by_google(uid=uid, email=emails[name])), secret_key=SECRET, now=NOW) == "DECLINED"
    yves = await a_coordinator()
    for browser, base in ((story.lycee.browser, "/lycee/ptech"), (yves, "/gestion/ptech")):
        for path in (f"{base}/cohortes/{story.cohort}", f"{base}/actions/{made}"):
            page = read(await browser.get(path))
            assert ("Inès Caron" in page, host in page, "a décliné dans son agenda" in page) == (True, True, True)
        asked = "Un agenda a répondu « non » : demandez si l'action a lieu."
        assert asked in read(await browser.get(f"{base}/cohortes/{story.cohort}"))
    for path in (f"/entreprise/cohortes/{story.cohort}", f"/entreprise/actions/{made}"):
        page = read(await ines.get(path))
        assert "Une personne du lycée a décliné dans son agenda" in page
        assert (host in page, page.count("a décliné dans son agenda")) == (False, 2)


async def test_an_outcome_is_noted_and_taken_back(db):
    story = await a_story()
    await builders_ptech.census(story.cohort, 2026, present=20)
    told = {"kind": "other", "school_year": "2026", "pupils": "2"}
    await story.lycee.browser.post(f"{story.here}/devenir", told)
    assert "Autre situation : 2 élèves" in read(await story.lycee.browser.get(f"{story.here}/devenir"))
    many = await story.lycee.browser.post(f"{story.here}/devenir", told | {"pupils": "21"})
    assert "La cohorte n'a compté que 20 élèves en tout." in read(many)
    await story.lycee.browser.post(f"{story.here}/devenir/retrait", told)
    assert await value("SELECT count(*) FROM ptech_outcomes") == 0


async def test_the_coordinator_sees_eight_by_five_by_three_and_corrects(db):
    story = await a_story()
    await builders.target(programme="ptech", metric="schemes", target=8)
    await builders.target(programme="ptech", metric="companies", target=120)
    yves = await a_coordinator()
    page = read(await yves.get("/gestion/ptech"))
    assert "8 dispositifs × 5 rentrées × 3 entreprises = 120 places d'entreprise mentore ; 0 est prise." in page
    answer = await yves.post(f"/gestion/ptech/cohortes/{story.cohort}/recensement", CENSUS)
    assert answer.headers["location"] == f"/gestion/ptech/cohortes/{story.cohort}?fait=recensement-note"


async def test_the_coordinator_opens_a_scheme_for_a_lycee(db):
    lycee = await builders.school(kind="lycee")
    asked = {"title": "P-TECH Bois", "field": "Bac pro TMA", "opens_on": "2026-09-01"}
    yves = await a_coordinator()
    assert (await yves.post("/gestion/ptech/dispositifs", asked)).status_code == 422
    assert (await yves.post("/gestion/ptech/dispositifs", asked | {"school": str(lycee)})).status_code == 303


async def test_a_scheme_is_closed_on_a_day_and_opened_again_by_a_word(db):
    story = await a_story()
    path = f"/lycee/ptech/dispositifs/{story.scheme}/fermeture"
    empty = await story.lycee.browser.post(path, {"closed_on": ""})
    assert (empty.status_code, "Dernier jour : " in read(empty)) == (422, True)
    for told, kept in (({"closed_on": "2031-08-31"}, date(2031, 8, 31)), ({"closed_on": ""}, None)):
        await story.lycee.browser.post(path, told)
        assert await value("SELECT closed_on FROM ptech_schemes WHERE id = $1", story.scheme) == kept


async def test_a_mentor_of_another_cohort_does_not_end_through_one_s_own(db):
    story = await a_story()
    mentor = await builders_ptech.mentor(await builders_ptech.cohort(of=story.scheme, entry_year=2025))
    assert (await story.lycee.browser.post(f"{story.here}/entreprises/{mentor}/fin", {})).status_code == 404


async def test_a_company_sees_its_cohorts_in_counts_and_announces_an_action(db):
    story, firm = await a_story(), await builders.company(name="Horlogerie du Doubs")
    await builders_ptech.census(story.cohort, 2026, present=24)
    await builders_ptech.mentor(story.cohort, company=firm, from_on=NOW.date())
    rival = await builders.company(name="Concurrente")
    await builders_ptech.mentor(story.cohort, company=rival)
    await builders_ptech.action(story.cohort, company=rival, starts_at=paris("2027-02-01 09:00"), title="Secret")
    ines = await a_guest(firm)
    assert "P-TECH Microtechniques, rentrée 2026" in read(await ines.get("/entreprise/cohortes"))
    here = f"/entreprise/cohortes/{story.cohort}"
    page = read(await ines.get(here))
    assert ("Élèves présents 24" in page, "Concurrente" in page, "Secret" in page) == (True, False, False)
    answer = await ines.post(f"{here}/actions", ACTION)
    assert answer.headers["location"] == f"{here}?fait=action-annoncee"
    made = await value("SELECT id FROM mentoring_actions WHERE company = $1", firm)
    await ines.post(f"/entreprise/actions/{made}", {**ACTION, "starts": "10:00"})
    await ines.post(f"/entreprise/actions/{made}/annulation", {"reason": "Panne"})
    assert tuple(await row("SELECT state, sequence FROM mentoring_actions WHERE id = $1", made)) == ("called_off", 2)


async def test_a_company_does_not_find_the_actions_of_another_mentor_of_its_cohort(db):
    story, firm, rival = await a_story(), await builders.company(), await builders.company()
    for company in (firm, rival):
        await builders_ptech.mentor(story.cohort, company=company)
    action = await builders_ptech.action(story.cohort, company=rival, starts_at=paris("2027-02-01 09:00"))
    ines, path = await a_guest(firm), f"/entreprise/actions/{action}"
    answers = [
        await ines.get(path),
        await ines.post(path, ACTION),
        await ines.post(f"{path}/annulation", {"reason": "-"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3


async def test_an_action_outside_the_days_of_its_company_says_so_to_it(db):
    story, firm = await a_story(), await builders.company()
    await builders_ptech.mentor(story.cohort, company=firm, to_on=paris("2027-02-01 09:00").date())
    answer = await (await a_guest(firm)).post(f"/entreprise/cohortes/{story.cohort}/actions", ACTION)
    assert (answer.status_code, "n'est pas mentore de la cohorte à cette date" in read(answer)) == (409, True)


@pytest.mark.parametrize("cohorts", [1, 6])
async def test_the_pages_ask_the_database_the_same_number_of_times(db, cohorts):
    lycee = await a_lycee()
    scheme = await builders_ptech.scheme(school=lycee.school)
    firm = await builders.company()
    for year in range(2027 - cohorts, 2027):
        made = await builders_ptech.cohort(of=scheme, entry_year=year)
        await builders_ptech.census(made, year)
        await builders_ptech.mentor(made, company=firm)
        for _ in range(cohorts):
            await builders_ptech.action(made, company=firm, starts_at=NOW)
    sent = await statements_of(lambda: lycee.browser.get("/lycee/ptech"))
    one = await statements_of(lambda: lycee.browser.get(f"/lycee/ptech/cohortes/{made}"))
    action = await value("SELECT max(id) FROM mentoring_actions")
    two = await statements_of(lambda: lycee.browser.get(f"/lycee/ptech/actions/{action}"))
    assert (len(sent), len(one), len(two)) == (8, 8, 8)
    guest = await a_guest(firm)
    own = [
        len(await statements_of(lambda path=path: guest.get(f"/entreprise/{path}")))
        for path in ("cohortes", f"cohortes/{made}", f"actions/{action}")
    ]
    mentors = await statements_of(lambda: lycee.browser.get(f"/lycee/ptech/cohortes/{made}/entreprises"))
    assert (own, len(mentors)) == ([2, 7, 8], 7)
