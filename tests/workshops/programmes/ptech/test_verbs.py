"""Schemes, cohorts, mentors and actions as a lycée fills them, in PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import pytest
from msgspec.structs import replace

from tests import builders, builders_ptech
from workshops.programmes.ptech.check_flow import CensusCount
from workshops.programmes.ptech.count_cohort import (
    RecordCensus,
    RecordOutcome,
    record_census,
    record_outcome,
    remove_census,
    remove_outcome,
)
from workshops.programmes.ptech.follow_cohort import follow
from workshops.programmes.ptech.mentor import AddMentor, EndMentor, add_mentor, end_mentor
from workshops.programmes.ptech.open_scheme import (
    CloseScheme,
    EnrolCohort,
    OpenScheme,
    RelabelCohort,
    change_scheme,
    close_scheme,
    enrol_cohort,
    open_scheme,
    relabel_cohort,
)
from workshops.programmes.ptech.plan_action import PlanAction, change_action, plan_action
from workshops.programmes.ptech.queries import cohorts, one_scheme
from workshops.programmes.ptech.rules import (
    ActionAhead,
    ActionKnown,
    ActionSettled,
    AlreadyMentor,
    CohortKnown,
    LaterCensus,
    NotMentor,
    SchemeClosed,
)
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action
from workshops.refusals import Invalid, NotFound
from workshops.scope import EVERYTHING, of_company, of_school

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
whose = partial(builders.whose, now=NOW)
SKETCH = OpenScheme(title=" P-TECH Bois ", field="Bac pro TMA", opens_on=date(2025, 9, 1))
VISIT = PlanAction(kind="visite", title="Visite", starts_at=datetime(2027, 1, 12, 8, tzinfo=UTC), minutes=120)


async def test_a_lycee_opens_a_scheme_and_tells_it_otherwise(db):
    lycee, other = await builders.school(kind="lycee"), await builders.school(kind="lycee", name="Lycée Duhamel")
    made = await open_scheme(SKETCH, school=lycee, by=None, now=NOW)
    told = OpenScheme(
        title="P-TECH Bois", field="Bac pro TMA", opens_on=date(2025, 9, 1), bts_school=other, bts_title="BTS SCBH"
    )
    await change_scheme(made, told, **whose(of_school(lycee), by=1))
    seen = await one_scheme(made, scope=of_school(lycee))
    assert (seen.title, seen.bts_host, seen.bts_title, seen.closed_on) == (
        "P-TECH Bois",
        "Lycée Duhamel",
        "BTS SCBH",
        None,
    )


async def test_a_lycee_never_has_two_schemes_of_one_title(db):
    lycee = await builders.school(kind="lycee")
    told = {"title": "Ce lycée a déjà un dispositif de ce nom. Ouvrez-le pour le compléter."}
    await open_scheme(SKETCH, school=lycee, by=None, now=NOW)
    with pytest.raises(Invalid) as no:
        await open_scheme(SKETCH, school=lycee, by=None, now=NOW)
    assert no.value.errors == told
    metal = await open_scheme(replace(SKETCH, title="P-TECH Métal"), school=lycee, by=None, now=NOW)
    with pytest.raises(Invalid) as no:
        await change_scheme(metal, SKETCH, **whose(of_school(lycee), by=1))
    assert no.value.errors == told
    await open_scheme(SKETCH, school=await builders.school(kind="lycee"), by=None, now=NOW)


async def test_a_scheme_has_the_title_under_which_a_spreadsheet_names_it(db):
    made = await open_scheme(
        replace(SKETCH, title="P-TECH  Bois\n"), school=await builders.school(kind="lycee"), by=None, now=NOW
    )
    found = await one_scheme(made, scope=EVERYTHING)
    assert found.title == "P-TECH Bois"


async def test_a_college_has_no_scheme_and_hosts_no_bts(db):
    college, lycee = await builders.school(), await builders.school(kind="lycee")
    with pytest.raises(NotFound):
        await open_scheme(SKETCH, school=college, by=None, now=NOW)
    with pytest.raises(Invalid) as no:
        await open_scheme(
            OpenScheme(title="P-TECH", field="TMA", opens_on=date(2025, 9, 1), bts_school=college),
            school=lycee,
            by=None,
            now=NOW,
        )
    assert list(no.value.errors) == ["bts_school"]


async def test_another_lycees_records_are_not_found_and_a_coordinator_reaches_all(db):
    made = await builders_ptech.scheme()
    cohort = await builders_ptech.cohort(of=made)
    mentor = await builders_ptech.mentor(cohort)
    action = await builders_ptech.action(cohort, starts_at=NOW)
    stranger = await builders.school(kind="lycee")
    census = RecordCensus(2024, "october", 24)
    for refused in (
        change_scheme(made, SKETCH, **whose(of_school(stranger), by=1)),
        close_scheme(made, CloseScheme(closed_on=date(2026, 1, 1)), **whose(of_school(stranger))),
        enrol_cohort(EnrolCohort(scheme=made, entry_year=2026), **whose(of_school(stranger))),
        relabel_cohort(cohort, RelabelCohort(label="A"), **whose(of_school(stranger))),
        record_census(cohort, census, **whose(of_school(stranger))),
        remove_census(cohort, school_year=2024, term="october", **whose(of_school(stranger), by=1)),
        add_mentor(cohort, AddMentor(company=1, from_on=date(2025, 9, 1)), **whose(of_school(stranger))),
        end_mentor(mentor, EndMentor(to_on=None), **whose(of_school(stranger))),
        plan_action(cohort, VISIT, uid="a@b", **whose(of_school(stranger))),
        change_action(action, VISIT, **whose(of_school(stranger))),
        hold_action(action, HoldAction(pupils=1), **whose(of_school(stranger))),
        call_off_action(action, CallOffAction(reason="Non"), **whose(of_school(stranger))),
        record_outcome(cohort, RecordOutcome(kind="other", school_year=2025, pupils=1), **whose(of_school(stranger))),
        remove_outcome(cohort, kind="other", school_year=2025, **whose(of_school(stranger), by=1)),
        follow(cohort, scope=of_school(stranger), now=NOW),
    ):
        with pytest.raises(NotFound):
            await refused
    await record_census(cohort, census, **whose())
    assert (await follow(cohort, now=NOW, scope=EVERYTHING)).entrants == 24


async def test_a_rentree_has_one_cohort_and_a_closed_scheme_takes_none(db):
    made = await builders_ptech.scheme()
    await enrol_cohort(EnrolCohort(scheme=made, entry_year=2025), **whose())
    with pytest.raises(CohortKnown):
        await enrol_cohort(EnrolCohort(scheme=made, entry_year=2025), **whose())
    with pytest.raises(Invalid):
        await enrol_cohort(EnrolCohort(scheme=made, entry_year=2023), **whose())
    await close_scheme(made, CloseScheme(closed_on=date(2026, 8, 31)), **whose())
    with pytest.raises(SchemeClosed):
        await enrol_cohort(EnrolCohort(scheme=made, entry_year=2026), **whose())
    await close_scheme(made, CloseScheme(closed_on=None), **whose())
    await enrol_cohort(EnrolCohort(scheme=made, entry_year=2026), **whose())


async def test_a_census_said_again_is_corrected_and_only_the_last_is_taken_back(db):
    cohort = await builders_ptech.cohort()
    await record_census(cohort, RecordCensus(2024, "october", 25), **whose())
    await record_census(cohort, RecordCensus(2024, "october", 24, girls=6), **whose())
    await record_census(cohort, RecordCensus(2024, "june", 23, left_moved=1), **whose())
    with pytest.raises(LaterCensus):
        await remove_census(cohort, school_year=2024, term="october", **whose(by=1))
    await remove_census(cohort, school_year=2024, term="june", **whose(by=1))
    assert (await follow(cohort, now=NOW, scope=EVERYTHING)).censuses == [CensusCount(2024, "october", 24, girls=6)]


async def test_a_corrected_census_shows_the_gap_that_it_opens_later(db):
    cohort = await builders_ptech.cohort()
    await record_census(cohort, RecordCensus(2024, "october", 24), **whose())
    await record_census(cohort, RecordCensus(2024, "june", 24), **whose())
    await record_census(cohort, RecordCensus(2024, "october", 25), **whose())
    (gap,) = (await follow(cohort, now=NOW, scope=EVERYTHING)).gaps
    assert gap.sentence == "Il manque 1 élève : 25 en octobre 2024, 0 entré, 0 sorti, 24 en juin 2025."


async def test_a_company_mentors_a_cohort_once_at_a_time(db):
    cohort, firm = await builders_ptech.cohort(), await builders.company()
    mentor = await add_mentor(cohort, AddMentor(company=firm, from_on=date(2024, 9, 15)), **whose())
    with pytest.raises(AlreadyMentor):
        await add_mentor(cohort, AddMentor(company=firm, from_on=date(2026, 1, 1)), **whose())
    await end_mentor(mentor, EndMentor(to_on=date(2025, 12, 31)), **whose())
    await add_mentor(cohort, AddMentor(company=firm, from_on=date(2026, 1, 1)), **whose())
    with pytest.raises(AlreadyMentor):
        await end_mentor(mentor, EndMentor(to_on=None), **whose())
    (line,) = await cohorts(now=NOW, scope=EVERYTHING)
    assert (line.mentors, line.places, line.replaced, line.missing) == (1, 1, 0, 2)


async def test_a_company_mentors_a_cohort_from_the_year_of_its_entry(db):
    cohort, firm = await builders_ptech.cohort(entry_year=2025), await builders.company()
    for day in (date(2024, 12, 31), date(2032, 9, 1)):
        with pytest.raises(Invalid) as no:
            await add_mentor(cohort, AddMentor(company=firm, from_on=day), **whose())
        assert no.value.errors == {"from_on": "Depuis le : du 1er janvier 2025 au 31 août 2032 pour cette cohorte."}
    await add_mentor(cohort, AddMentor(company=firm, from_on=date(2025, 1, 1)), **whose())


async def test_only_a_mentor_of_that_day_leads_an_action(db):
    cohort, firm = await builders_ptech.cohort(), await builders.company()
    with pytest.raises(NotMentor):
        await plan_action(cohort, replace(VISIT, company=firm), uid="a@b", **whose())
    with pytest.raises(NotFound):
        await plan_action(cohort, VISIT, uid="a@b", **whose(of_company(firm)))
    await builders_ptech.mentor(cohort, company=firm, to_on=date(2026, 12, 31))
    with pytest.raises(NotMentor):
        await plan_action(cohort, VISIT, uid="a@b", **whose(of_company(firm)))


async def test_the_same_action_sent_twice_is_planned_once_and_again_after_it_was_called_off(db):
    cohort, firm = await builders_ptech.cohort(), await builders.company()
    await builders_ptech.mentor(cohort, company=firm)
    made = await plan_action(cohort, replace(VISIT, company=firm), uid="a@b", **whose())
    with pytest.raises(ActionKnown):
        await plan_action(cohort, replace(VISIT, company=firm), uid="c@d", **whose())
    await plan_action(cohort, VISIT, uid="e@f", **whose())
    await call_off_action(made, CallOffAction(reason="Neige"), **whose())
    await plan_action(cohort, replace(VISIT, company=firm), uid="g@h", **whose())


async def test_an_action_is_within_the_years_in_which_its_cohort_is_counted(db):
    cohort = await builders_ptech.cohort(entry_year=2025)
    told = "Date de l'action : du 1er janvier 2025 au 31 août 2032 pour cette cohorte."
    made = await plan_action(cohort, VISIT, uid="a@b", **whose())
    for day in (datetime(2024, 12, 31, 22, tzinfo=UTC), datetime(2032, 8, 31, 22, tzinfo=UTC)):
        with pytest.raises(Invalid) as no:
            await plan_action(cohort, replace(VISIT, starts_at=day), uid="c@d", **whose())
        assert no.value.errors == {"starts_at": told}
    with pytest.raises(Invalid):
        await change_action(made, replace(VISIT, starts_at=datetime(2099, 1, 4, tzinfo=UTC)), **whose())


async def test_a_company_changes_its_own_actions_alone(db):
    cohort, firm, other = await builders_ptech.cohort(), await builders.company(), await builders.company()
    await builders_ptech.mentor(cohort, company=firm)
    await builders_ptech.mentor(cohort, company=other)
    made = await plan_action(cohort, replace(VISIT, company=firm), uid="a@b", **whose())
    with pytest.raises(NotFound):
        await call_off_action(made, CallOffAction(reason="Non"), **whose(of_company(other)))
    assert await change_action(made, VISIT, **whose(of_company(firm))) is None
    later = PlanAction(kind="projet", title="Projet", starts_at=VISIT.starts_at, minutes=60)
    assert await change_action(made, later, **whose(of_company(firm))) == 1
    assert await call_off_action(made, CallOffAction(reason="Machine en panne"), **whose(of_company(firm))) == 2
    with pytest.raises(ActionSettled):
        await change_action(made, VISIT, **whose())


async def test_pupils_are_counted_once_it_has_begun_and_corrected_after(db):
    cohort = await builders_ptech.cohort()
    ahead = await builders_ptech.action(cohort, starts_at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    with pytest.raises(ActionAhead):
        await hold_action(ahead, HoldAction(pupils=20), **whose())
    begun = await builders_ptech.action(cohort, starts_at=NOW)
    assert await hold_action(begun, HoldAction(pupils=20), **whose()) == cohort
    await hold_action(begun, HoldAction(pupils=21), **whose())
    assert (await builders_ptech.stored("mentoring_actions", begun))["pupils"] == 21


async def test_an_action_has_no_more_pupils_than_a_cohort_can_have(db):
    cohort = await builders_ptech.cohort()
    begun = await builders_ptech.action(cohort, starts_at=NOW)
    await hold_action(begun, HoldAction(pupils=40), **whose())
    await builders_ptech.census(cohort, 2024, present=20)
    await hold_action(begun, HoldAction(pupils=30), **whose())
    with pytest.raises(Invalid) as no:
        await hold_action(begun, HoldAction(pupils=31), **whose())
    assert no.value.errors == {"pupils": "Élèves présents : 31, alors que la cohorte n'en a compté que 20 en tout."}


async def test_no_more_pupils_come_out_than_ever_entered(db):
    cohort = await builders_ptech.cohort()
    await builders_ptech.census(cohort, 2024, present=20)
    await builders_ptech.census(cohort, 2025, present=22, entered=2)
    await record_outcome(cohort, RecordOutcome(kind="bac_pro", school_year=2026, pupils=22), **whose())
    with pytest.raises(Invalid) as no:
        await record_outcome(cohort, RecordOutcome(kind="bac_pro", school_year=2026, pupils=23), **whose())
    assert no.value.errors == {"pupils": "La cohorte n'a compté que 22 élèves en tout."}
    await remove_outcome(cohort, kind="bac_pro", school_year=2026, **whose(by=1))
    assert (await follow(cohort, now=NOW, scope=EVERYTHING)).outcomes == []


async def test_what_became_of_pupils_is_of_a_school_year_that_has_begun(db):
    cohort = await builders_ptech.cohort()
    await builders_ptech.census(cohort, 2024, present=20)
    passed = RecordOutcome(kind="bac_pro", school_year=2027, pupils=18)
    with pytest.raises(Invalid) as no:
        await record_outcome(cohort, passed, **whose())
    assert no.value.errors == {"school_year": "Année scolaire : 2027-2028 n'a pas commencé."}
    await record_outcome(cohort, passed, scope=EVERYTHING, now=datetime(2027, 7, 31, 22, tzinfo=UTC), by=None)
