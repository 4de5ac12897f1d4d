"""What a cohort's page asks for first, and in which order its actions are read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from workshops.programmes.ptech.check_flow import CensusCount, flows_of
from workshops.programmes.ptech.follow_cohort import ActionLine, Followed, MentorLine, in_order
from workshops.programmes.ptech.follow_leavers import Leavers
from workshops.programmes.ptech.measure import Engagement
from workshops.programmes.ptech.queries import CohortCard

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
CARD = CohortCard(
    **{"id": 1, "scheme": 1, "scheme_title": "P-TECH Microtechniques", "field": "MEI", "bts_title": "", "bts_host": ""},
    **{"school": 1, "school_name": "Lycée Viette", "commune": "Montbéliard", "entry_year": 2025, "label": ""},
    **{"opens_on": date(2025, 9, 1), "closed_on": None},
)


def action(number: int, *, days: int, state: str = "planned") -> ActionLine:
    facts = {"company": 1, "company_name": "Horlogerie", "kind": "visit", "title": f"Action {number}", "place": ""}
    told = {"minutes": 60, "people": 1, "pupils": None, "state": state, "reason": "", "sequence": 0}
    return ActionLine(id=number, starts_at=NOW + timedelta(days=days), **facts, **told)


def mentor(number: int, *, current: bool = True, silent_days: int = 0, replaced_on: date | None = None) -> MentorLine:
    since = {"from_on": date(2025, 9, 1), "to_on": None, "current": current, "replaced_on": replaced_on}
    done = Engagement(0, 0, pupil_minutes=0, people=0, last_action_on=None, days_since=silent_days)
    return MentorLine(id=number, company=number, name=f"M{number}", trade="", commune="", engagement=done, **since)


def cohort(*, censuses=(), mentors=(), missing=0, actions=()) -> Followed:
    counts = {"stages": [], "entrants": 24, "late": 0, "years": [], "hours": None, "outcomes": [], "leavers": None}
    flows = flows_of(list(censuses))
    known = {"censuses": list(censuses), "flows": flows, "mentors": list(mentors), "actions": list(actions)}
    return Followed(card=CARD, missing=missing, **known, **counts)


OCTOBER = CensusCount(school_year=2025, term="october", present=24)


def test_a_cohort_that_is_counted_accompanied_and_at_work_has_nothing_to_complete():
    sound = cohort(censuses=[OCTOBER], mentors=[mentor(1), mentor(2), mentor(3)], actions=[action(1, days=3)])
    assert not sound.to_complete(doubted=set(), now=NOW)


def test_a_cohort_without_census_or_mentors_asks_for_them():
    found = cohort(missing=2).to_complete(doubted=set(), now=NOW)
    assert (bool(found), found.no_census, found.mentors) == (True, True, 2)


def test_a_cohort_whose_bac_is_over_is_asked_what_became_of_those_of_whom_nothing_is_told():
    sound = cohort(censuses=[OCTOBER])
    lost = replace(sound, leavers=Leavers("juin 2028", 20, 15, 2, 0, 0, unknown=3, too_many=0))
    assert [of.to_complete(doubted=set(), now=NOW).unknown for of in (sound, lost)] == [0, 3]


def test_only_a_flow_that_nobody_explained_is_asked_about():
    june = CensusCount(school_year=2025, term="june", present=22)
    told = CensusCount(school_year=2025, term="june", present=22, note="Deux départs en cours d'année.")
    asked = [cohort(censuses=[OCTOBER, one]).to_complete(doubted=set(), now=NOW).gaps for one in (june, told)]
    assert [[flow.census for flow in gaps] for gaps in asked] == [[june], []]


def test_an_action_to_come_that_an_agenda_declined_is_doubtful_and_a_planned_one_that_is_over_is_to_count():
    lines = [action(1, days=-9, state="held"), action(2, days=-2), action(3, days=2), action(4, days=5)]
    found = cohort(censuses=[OCTOBER], actions=lines).to_complete(doubted={1, 2, 3}, now=NOW)
    assert ([one.id for one in found.doubtful], [one.id for one in found.to_count]) == ([3], [2])


def test_a_mentor_of_today_that_did_nothing_for_long_is_to_be_called():
    lines = [mentor(1, silent_days=400), mentor(2, silent_days=400, current=False), mentor(3)]
    found = cohort(censuses=[OCTOBER], mentors=lines).to_complete(doubted=set(), now=NOW)
    assert [one.id for one in found.silent] == [1]


def test_a_company_whose_place_another_took_stands_apart():
    it = cohort(mentors=[mentor(1, current=False, replaced_on=date(2026, 9, 1)), mentor(2), mentor(3, current=False)])
    assert [[one.id for one in part] for part in (it.current, it.former, it.with_it)] == [[2], [1], [2, 3]]


def test_actions_to_come_are_read_first_the_next_one_at_the_top_then_the_latest():
    lines = [
        action(1, days=-20, state="held"),
        action(2, days=-2),
        action(3, days=2),
        action(4, days=4, state="called_off"),
        action(5, days=9),
    ]
    assert [one.id for one in in_order(lines, now=NOW)] == [3, 5, 4, 2, 1]
