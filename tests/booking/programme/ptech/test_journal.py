"""Each act on P-TECH is in the journal, with the words that the coordinator reads."""

from __future__ import annotations

from datetime import date, timedelta

from booking.words.acts import ACTS, SUBJECTS
from tests.builders import NOW, account, company, school
from workshops.database import rows
from workshops.ptech.check_flow import CensusCount
from workshops.ptech.enrol_cohort import enrol_cohort, relabel_cohort
from workshops.ptech.mentor import add_mentor, end_mentor
from workshops.ptech.open_scheme import change_scheme, close_scheme, open_scheme
from workshops.ptech.plan_action import change_action, plan_action
from workshops.ptech.record_census import record_census, remove_census
from workshops.ptech.record_outcome import record_outcome, remove_outcome
from workshops.ptech.rules import ActionSketch, SchemeSketch
from workshops.ptech.settle_action import call_off_action, hold_action


async def test_every_act_is_told_with_its_person_and_has_its_words(db):
    lycee, firm, marc = await school(kind="lycee"), await company(), await account()
    who = {"school": lycee, "by": marc, "now": NOW}
    sketch = SchemeSketch("P-TECH Bois", "Bac pro TMA", date(2024, 9, 1))
    scheme = await open_scheme(sketch, **who)
    await change_scheme(scheme, sketch, **who)
    cohort = await enrol_cohort(scheme, entry_year=2024, **who)
    await relabel_cohort(cohort, label="2de A", **who)
    mentor = await add_mentor(cohort, company=firm, from_on=date(2024, 9, 15), to_on=None, **who)
    await end_mentor(mentor, to_on=date(2028, 8, 31), **who)
    await end_mentor(mentor, to_on=None, **who)
    await record_census(cohort, CensusCount(2024, "october", 24), **who)
    await record_outcome(cohort, kind="other", school_year=2025, pupils=1, **who)
    await remove_outcome(cohort, kind="other", school_year=2025, **who)
    await remove_census(cohort, school_year=2024, term="october", **who)
    first = ActionSketch(kind="visite", title="Visite", starts_at=NOW + timedelta(days=9), minutes=60)
    other = ActionSketch(kind="visite", title="Autre visite", starts_at=NOW + timedelta(days=9), minutes=60)
    past = ActionSketch(kind="visite", title="Visite", starts_at=NOW - timedelta(days=9), minutes=60)
    action = await plan_action(cohort, first, company=firm, uid="a@b", **who)
    await change_action(action, other, **who)
    await call_off_action(action, reason="Panne", **who)
    await hold_action(await plan_action(cohort, past, company=firm, uid="c@d", **who), pupils=20, **who)
    await close_scheme(scheme, on=date(2028, 8, 31), **who)
    await close_scheme(scheme, on=None, **who)

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
    who = {"school": lycee, "by": marc, "now": NOW}
    scheme = await open_scheme(SchemeSketch("P-TECH Bois", "Bac pro TMA", date(2024, 9, 1)), **who)
    cohort = await enrol_cohort(scheme, entry_year=2024, **who)
    sketch = ActionSketch(kind="visite", title="Visite", starts_at=NOW + timedelta(days=9), minutes=60)
    action = await plan_action(cohort, sketch, company=None, uid="a@b", **who)
    await call_off_action(action, reason="Le tuteur est malade", **who)
    (told,) = await rows("SELECT detail FROM events WHERE act = 'action_called_off'")
    assert told["detail"] == ""
