"""Each act on P-TECH is in the journal, with the words that the coordinator reads."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from booking.words.acts import ACTS
from booking.words.subjects import SUBJECTS
from tests.builders import NOW, account, company, school
from workshops.database import rows
from workshops.programmes.ptech.count_cohort import (
    RecordCensus,
    RecordOutcome,
    record_census,
    record_outcome,
    remove_census,
    remove_outcome,
)
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
from workshops.programmes.ptech.settle_action import CallOffAction, HoldAction, call_off_action, hold_action
from workshops.scope import of_school


async def test_every_act_is_told_with_its_person_and_has_its_words(db):
    lycee, firm, marc = await school(kind="lycee"), await company(), await account()
    who = {"scope": of_school(lycee), "by": marc, "now": NOW}
    sketch = OpenScheme(title="P-TECH Bois", field="Bac pro TMA", opens_on=date(2024, 9, 1))
    scheme = await open_scheme(sketch, school=lycee, by=marc, now=NOW)
    await change_scheme(scheme, sketch, **who)
    cohort = await enrol_cohort(EnrolCohort(scheme=scheme, entry_year=2024), **who)
    await relabel_cohort(cohort, RelabelCohort(label="2de A"), **who)
    mentor = await add_mentor(cohort, AddMentor(company=firm, from_on=date(2024, 9, 15), to_on=None), **who)
    await end_mentor(mentor, EndMentor(to_on=date(2028, 8, 31)), **who)
    await end_mentor(mentor, EndMentor(to_on=None), **who)
    await record_census(cohort, RecordCensus(2024, "october", 24), **who)
    await record_outcome(cohort, RecordOutcome(kind="other", school_year=2025, pupils=1), **who)
    await remove_outcome(cohort, kind="other", school_year=2025, **who)
    await remove_census(cohort, school_year=2024, term="october", **who)
    first = PlanAction(kind="visite", title="Visite", starts_at=NOW + timedelta(days=9), minutes=60)
    other = PlanAction(kind="visite", title="Autre visite", starts_at=NOW + timedelta(days=9), minutes=60)
    past = PlanAction(kind="visite", title="Visite", starts_at=NOW - timedelta(days=9), minutes=60)
    action = await plan_action(cohort, replace(first, company=firm), uid="a@b", **who)
    await change_action(action, other, **who)
    await call_off_action(action, CallOffAction(reason="Panne"), **who)
    await hold_action(
        await plan_action(cohort, replace(past, company=firm), uid="c@d", **who),
        HoldAction(pupils=20),
        **who,
    )
    await close_scheme(scheme, CloseScheme(closed_on=date(2028, 8, 31)), **who)
    await close_scheme(scheme, CloseScheme(closed_on=None), **who)

    told = await rows("SELECT act, about_kind, by, detail FROM events ORDER BY id")
    assert [one["act"] for one in told] == [
        *("scheme_opened", "scheme_changed", "cohort_enrolled", "cohort_named"),
        *("mentor_added", "mentor_ended", "mentor_kept"),
        *("census_recorded", "outcome_recorded", "outcome_removed", "census_removed"),
        *("action_planned", "action_changed", "action_called_off", "action_noted", "action_held"),
        *("scheme_closed", "scheme_reopened"),
    ]
    assert {one["by"] for one in told} == {marc}
    assert [one["detail"] for one in told if one["act"] in {"action_planned", "action_changed"}] == ["", ""]
    typed = await rows("SELECT w.words FROM event_words w JOIN events e ON e.id = w.event ORDER BY e.id")
    assert [one["words"] for one in typed] == ["Visite", "Autre visite", "Visite"]
    assert {one["act"] for one in told} - set(ACTS) == set()
    assert {one["about_kind"] for one in told} - set(SUBJECTS) == set()


async def test_the_reason_of_an_end_is_not_kept_in_the_journal_which_outlives_it(db):
    lycee, marc = await school(kind="lycee"), await account()
    who = {"scope": of_school(lycee), "by": marc, "now": NOW}
    scheme = await open_scheme(
        OpenScheme(title="P-TECH Bois", field="Bac pro TMA", opens_on=date(2024, 9, 1)), school=lycee, by=marc, now=NOW
    )
    cohort = await enrol_cohort(EnrolCohort(scheme=scheme, entry_year=2024), **who)
    sketch = PlanAction(kind="visite", title="Visite", starts_at=NOW + timedelta(days=9), minutes=60)
    action = await plan_action(cohort, sketch, uid="a@b", **who)
    await call_off_action(action, CallOffAction(reason="Le tuteur est malade"), **who)
    (told,) = await rows("SELECT detail FROM events WHERE act = 'action_called_off'")
    assert told["detail"] == ""
