"""What a company did in a year, and what it announced: counts, its own alone, the same for whoever reads it."""

from __future__ import annotations

from datetime import date

import pytest

from booking.programme.company_years.queries import company_year, plan_of, years_of
from tests import builders, builders_ptech
from tests.browsing import Browser, read
from tests.builders import NOW, paris
from workshops.database import rows

YEAR = "2026-2027"


async def a_session(company: int, *, wall: str = "2026-12-03 09:00", pupils: int = 23, made: int = 12) -> int:
    """A session that the lycée closed: the company came with two people."""
    slot = await builders.slot(starts_at=paris(wall), state="done")
    lamp = await builders.tech_object(name=f"Lampe {slot}")
    await builders.attendance(slot=slot, company=company)
    await builders.company_turnout(slot=slot, company=company, people=2)
    await builders.turnout(slot=slot, counted=pupils, group_ref=slot)
    await builders.build(
        slot=slot, tech_object=lamp, group_ref=slot, made=made + 2, finished=made, working=0, taken_home=0
    )
    return slot


async def a_cohort(company: int, **mentor: object) -> int:
    """Entered two autumns ago, counted twice, one action held this year and one last year."""
    lycee = await builders.school(kind="lycee", name="Lycée Jules Haag")
    cohort = await builders_ptech.cohort(of=await builders_ptech.scheme(school=lycee), entry_year=2025)
    await builders_ptech.census(cohort, 2025, present=24)
    await builders_ptech.census(cohort, 2026, present=22, entered=1)
    await builders_ptech.mentor(cohort, company=company, **{"from_on": date(2025, 9, 15)} | mentor)
    for wall in ("2026-11-12 09:00", "2026-03-12 09:00"):
        held = {"company": company, "state": "held", "pupils": 20}
        await builders_ptech.action(cohort, starts_at=paris(wall), **held)
    for kind, pupils, school_year in (
        ("other", 2, 2025),
        ("other", 1, 2026),
        ("studying", 9, 2026),
        ("employed", 9, 2027),
    ):
        told = "INSERT INTO ptech_outcomes (cohort, kind, pupils, school_year) VALUES ($1, $2, $3, $4)"
        await rows(told, cohort, kind, pupils, school_year)
    return cohort


async def test_pupils_objects_and_cohorts_are_those_of_its_sessions_and_of_that_year_alone(db):
    company, other = await builders.company(), await builders.company()
    mine = [await a_session(company), await a_session(company, wall="2027-01-08 14:00", made=20)]
    await a_session(company, wall="2026-06-03 09:00")
    await a_session(other)
    await a_cohort(company)
    await a_cohort(other)
    done = await company_year(company, year=YEAR)
    assert (len(done.attended), done.met, done.pupils_met, done.built) == (2, 46, "46 élèves", 32)
    assert [(one.name, one.finished) for one in done.objects] == [(f"Lampe {mine[1]}", 20), (f"Lampe {mine[0]}", 12)]
    (cohort,) = done.cohorts
    assert (cohort.named, cohort.school_name) == ("P-TECH Microtechniques, rentrée 2025", "Lycée Jules Haag")
    assert (cohort.actions, cohort.minutes) == (1, 120)
    assert cohort.became == (
        "Élèves entrés : 25",
        "Présents au dernier recensement : 22",
        "Autre situation : moins de 5",
        "En poursuite d'études : 9",
    )


@pytest.mark.parametrize(("pupils", "met", "built"), [(4, "moins de 5 élèves", None), (5, "5 élèves", 4)])
async def test_so_few_pupils_are_not_told_nor_by_what_they_built(db, pupils, met, built):
    company = await builders.company()
    await a_session(company, pupils=pupils, made=4)
    done = await company_year(company, year=YEAR)
    assert (done.pupils_met, done.built) == (met, built)


async def test_a_cohort_counts_in_each_year_of_its_mentoring_and_in_no_other(db):
    company = await builders.company()
    await a_cohort(company, from_on=date(2025, 9, 15), to_on=date(2026, 8, 31))
    assert await years_of(company, now=NOW) == ["2026-2027", "2025-2026"]
    found = [len((await company_year(company, year=f"{n}-{n + 1}")).cohorts) for n in (2024, 2025, 2026, 2027)]
    assert found == [0, 1, 1, 0]
    assert await years_of(await builders.company(), now=NOW) == []


async def test_the_plan_says_what_it_announced_and_where_month_by_month(db):
    company, other = await builders.company(), await builders.company()
    haag = await builders.school(kind="lycee", name="Lycée Jules Haag")
    for wall, state, whose in (
        ("2026-07-31 09:00", "announced", company),
        ("2026-12-03 09:00", "announced", company),
        ("2027-03-25 09:00", "asked", company),
        ("2027-03-04 09:00", "announced", company),
        ("2027-03-05 09:00", "declined", company),
        ("2027-03-08 09:00", "withdrawn", company),
        ("2027-03-09 09:00", "announced", other),
    ):
        slot = await builders.slot(host=haag, starts_at=paris(wall))
        await builders.attendance(slot=slot, company=whose, state=state)
    cohort = await builders_ptech.cohort(entry_year=2026)
    await builders_ptech.action(cohort, starts_at=paris("2027-03-02 09:00"), company=company)
    plan = await plan_of(company, year=YEAR)
    assert [(one.month, [(line.title, *line.shown(NOW)) for line in one.lines]) for one in plan] == [
        (date(2026, 12, 1), [("Découpe laser", "off", "Passée")]),
        (
            date(2027, 3, 1),
            [
                ("Visite de l'atelier, rentrée 2026", "wait", "Prévue"),
                ("Découpe laser", "ok", "Annoncée"),
                ("Découpe laser", "bad", "Déclinée par le lycée"),
                ("Découpe laser", "off", "Retirée"),
                ("Découpe laser", "wait", "Demandée"),
            ],
        ),
    ]


async def test_its_person_and_the_coordination_read_the_same_year(app):
    app.state.clock = lambda: NOW
    company = await builders.company(name="Horlogerie du Doubs")
    await a_session(company)
    await a_cohort(company)
    ahead = await builders.slot(starts_at=paris("2027-03-25 09:00"))
    coming = await builders.attendance(slot=ahead, company=company)
    own = await Browser(app, now=NOW).sign_in(await builders.person("company", company=company))
    office = await Browser(app, now=NOW).sign_in(await builders.person("coordinator"))
    hers = await own.get(f"/entreprises/{company}/attestations/{YEAR}")
    theirs = await office.get(f"/gestion/entreprises/{company}")
    for words in (
        "Heures données 6 h 00 à 1 séance",
        "Élèves rencontrés 23 élèves une fois par séance",
        "Objets terminés 12 à ces séances",
        "Cohortes P-TECH 1 accompagnée",
        "Élèves entrés : 25 · Présents au dernier recensement : 22",
    ):
        assert [words in read(page) for page in (hers, theirs)] == [True, True]
    announced = "jeu. 25 mars , 9 h 00 · Découpe laser"
    assert [announced in read(page) for page in (await own.get("/entreprise"), theirs)] == [True, True]
    links = (f'href="/venues/{coming}"', f'href="/gestion/creneaux/{ahead}?retour=')
    assert [link in page.text for link, page in zip(links, (await own.get("/entreprise"), theirs), strict=True)] == [
        True,
        True,
    ]


async def test_a_year_without_anything_says_so(app):
    app.state.clock = lambda: NOW
    company = await builders.company()
    own = await Browser(app, now=NOW).sign_in(await builders.person("company", company=company))
    assert "Rien à attester" in read(await own.get(f"/entreprises/{company}/attestations/{YEAR}"))
    assert "Vous n'avez encore rien annoncé cette année." in read(await own.get("/entreprise"))
