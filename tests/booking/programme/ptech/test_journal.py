"""Each act on P-TECH is in the journal, with the words that the coordinator reads."""

from __future__ import annotations

from datetime import date, timedelta

from booking.acts import ACTS, SUBJECTS
from booking.programme.ptech import count, look_after
from booking.programme.ptech.plan_action import call_off_action, change_action, hold_action, plan_action
from tests.builders import NOW, account, company, school
from workshops.database import rows
from workshops.ptech.check_flow import Headcount
from workshops.ptech.rules import ActionSketch, SchemeSketch


async def test_every_act_is_told_with_its_person_and_has_its_words(db):
    lycee, firm, marc = await school(kind="lycee"), await company(), await account()
    who = {"school": lycee, "by": marc, "now": NOW}
    sketch = SchemeSketch("P-TECH Bois", "Bac pro TMA", date(2024, 9, 1))
    scheme = await look_after.open_scheme(sketch, **who)
    await look_after.change_scheme(scheme, sketch, **who)
    cohort = await look_after.enrol_cohort(scheme, entry_year=2024, **who)
    await look_after.relabel_cohort(cohort, label="2de A", **who)
    mentor = await look_after.add_mentor(cohort, company=firm, from_on=date(2024, 9, 15), to_on=None, **who)
    await look_after.end_mentor(mentor, to_on=date(2028, 8, 31), **who)
    await look_after.end_mentor(mentor, to_on=None, **who)
    await count.record_census(cohort, Headcount(2024, "october", 24), **who)
    await count.record_outcome(cohort, kind="other", school_year=2025, pupils=1, **who)
    await count.remove_outcome(cohort, kind="other", school_year=2025, **who)
    await count.remove_census(cohort, school_year=2024, term="october", **who)
    first = ActionSketch(kind="visite", title="Visite", starts_at=NOW + timedelta(days=9), minutes=60)
    other = ActionSketch(kind="visite", title="Autre visite", starts_at=NOW + timedelta(days=9), minutes=60)
    past = ActionSketch(kind="visite", title="Visite", starts_at=NOW - timedelta(days=9), minutes=60)
    action = await plan_action(cohort, first, company=firm, uid="a@b", **who)
    await change_action(action, other, **who)
    await call_off_action(action, reason="Panne", **who)
    await hold_action(await plan_action(cohort, past, company=firm, uid="c@d", **who), pupils=20, **who)
    await look_after.close_scheme(scheme, on=date(2028, 8, 31), **who)
    await look_after.close_scheme(scheme, on=None, **who)

    told = await rows("SELECT act, about_kind, by FROM events ORDER BY id")
    assert [one["act"] for one in told] == [
        *("scheme_opened", "scheme_changed", "cohort_enrolled", "cohort_named"),
        *("mentor_added", "mentor_ended", "mentor_kept"),
        *("census_recorded", "outcome_recorded", "outcome_removed", "census_removed"),
        *("action_planned", "action_changed", "action_called_off", "action_noted", "action_held"),
        *("scheme_closed", "scheme_reopened"),
    ]
    assert {one["by"] for one in told} == {marc}
    assert {one["act"] for one in told} - set(ACTS) == set()
    assert {one["about_kind"] for one in told} - set(SUBJECTS) == set()


async def test_the_reason_of_an_end_is_not_kept_in_the_journal_which_outlives_it(db):
    lycee, marc = await school(kind="lycee"), await account()
    who = {"school": lycee, "by": marc, "now": NOW}
    scheme = await look_after.open_scheme(SchemeSketch("P-TECH Bois", "Bac pro TMA", date(2024, 9, 1)), **who)
    cohort = await look_after.enrol_cohort(scheme, entry_year=2024, **who)
    sketch = ActionSketch(kind="visite", title="Visite", starts_at=NOW + timedelta(days=9), minutes=60)
    action = await plan_action(cohort, sketch, company=None, uid="a@b", **who)
    await call_off_action(action, reason="Lucien est malade", **who)
    (told,) = await rows("SELECT detail FROM events WHERE act = 'action_called_off'")
    assert told["detail"] == ""
