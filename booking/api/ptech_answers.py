"""P-TECH as machines read it. A company is told the counts of its cohorts, and its own mentoring alone."""

from __future__ import annotations

from typing import Any

from workshops.ptech.follow_cohort import ActionLine, Followed, MentorLine
from workshops.ptech.measure import Stage
from workshops.ptech.queries import CohortLine, SchemeCard
from workshops.ptech.rules import EXITS


def scheme_answer(one: SchemeCard) -> dict[str, Any]:
    """A scheme."""
    return {
        "id": one.id,
        "school_id": one.school,
        "school": one.school_name,
        "title": one.title,
        "field": one.field,
        "bts_school_id": one.bts_school,
        "bts_title": one.bts_title,
        "agreement_on": one.agreement_on,
        "agreement_ref": one.agreement_ref,
        "opens_on": one.opens_on,
        "closed_on": one.closed_on,
    }


def line_answer(one: CohortLine) -> dict[str, Any]:
    """A cohort in a list."""
    return {
        "id": one.id,
        "scheme_id": one.scheme,
        "scheme": one.scheme_title,
        "school_id": one.school,
        "school": one.school_name,
        "entry_year": one.entry_year,
        "label": one.label,
        "present": one.present,
        "mentors": one.mentors,
        "mentors_missing": one.missing,
    }


def cohort_answer(it: Followed, *, company: int | None) -> dict[str, Any]:
    """A cohort, whole, or what its company is told."""
    mine = company is None
    gaps = {flow.census.rank: flow for flow in it.flows}
    told: dict[str, Any] = {
        "id": it.card.id,
        "scheme_id": it.card.scheme,
        "scheme": it.card.scheme_title,
        "school": it.card.school_name,
        "entry_year": it.card.entry_year,
        "label": it.card.label,
        "entrants": it.entrants,
        "late_entrants": it.late,
        "funnel": [_stage(one) for one in it.stages],
        "mentors": [_mentor(one) for one in it.mentors if company in {None, one.company}],
        "actions": [action_answer(one) for one in it.actions if company in {None, one.company}],
    }
    if not mine:
        return told
    return told | {
        "mentors_missing": it.missing,
        "hours_per_pupil": None if it.hours is None else round(it.hours, 2),
        "censuses": [
            {
                "school_year": one.school_year,
                "term": one.term,
                "present": one.present,
                "girls": one.girls,
                "entered": one.entered,
                **{name: getattr(one, name) for name in EXITS},
                "note": one.note,
                "gap": gaps[one.rank].gap if one.rank in gaps else 0,
                "gap_told": gaps[one.rank].sentence if one.rank in gaps else "",
            }
            for one in it.censuses
        ],
        "outcomes": [
            {"id": one.id, "kind": one.kind, "school_year": one.school_year, "pupils": one.pupils}
            for one in it.outcomes
        ],
    }


def action_answer(one: ActionLine) -> dict[str, Any]:
    """A mentoring action."""
    return {
        "id": one.id,
        "company_id": one.company,
        "kind": one.kind,
        "title": one.title,
        "place": one.place,
        "starts_at": one.starts_at,
        "minutes": one.minutes,
        "people": one.people,
        "pupils": one.pupils,
        "state": one.state,
        "reason": one.reason,
        "sequence": one.sequence,
    }


def _stage(one: Stage) -> dict[str, Any]:
    return {
        "year": one.year,
        "school_year": one.school_year,
        "present": one.present,
        "late_entrants": one.late,
        "ever_entered": one.ever,
        "left": one.left,
        "share": one.share,
    }


def _mentor(one: MentorLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "company_id": one.company,
        "company": one.name,
        "from_on": one.from_on,
        "to_on": one.to_on,
        "current": one.current,
        "actions_held": one.engagement.held,
        "actions_planned": one.engagement.planned,
        "pupil_minutes": one.engagement.pupil_minutes,
        "last_action_on": one.engagement.last_on,
        "days_since": one.engagement.silent_days,
    }
