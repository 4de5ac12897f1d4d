from __future__ import annotations

from datetime import date, timedelta

from booking.visits.hosting.rules import HostedSlot, HostToDo, WorkshopSeen, left_to_do, whole_days
from tests.builders import NOW, paris

PUBLISHED = WorkshopSeen(1, "Horloge", "published", ())


def a_slot(number: int, *, days: float, state: str = "open", groups: int = 1) -> HostedSlot:
    return HostedSlot(number, "Horloge", state, NOW + timedelta(days=days), groups)


def kinds(**given: object) -> list[str]:
    everything = {"past": [], "coming": [], "workshops": [PUBLISHED], "rooms": 1, "now": NOW} | given
    return [one.kind for one in left_to_do(**everything)]  # type: ignore[arg-type]


def test_a_lycee_that_offers_something_soon_has_nothing_to_do():
    assert kinds(coming=[a_slot(1, days=20)]) == []


def test_a_lycee_with_nothing_begins_by_a_workshop_and_a_room():
    assert kinds(workshops=[], rooms=0) == ["write_workshop", "name_room"]


def test_slots_too_far_or_called_off_do_not_count_as_an_offer():
    assert kinds(coming=[a_slot(1, days=22), a_slot(2, days=3, state="called_off")]) == ["open_slot"]


def test_a_draft_is_completed_then_published_and_a_withdrawn_workshop_is_left_alone():
    drafts = [
        WorkshopSeen(2, "Lampe", "draft", ("la personne responsable",)),
        WorkshopSeen(3, "Boîte", "draft", ()),
        WorkshopSeen(4, "Vieux", "withdrawn", ("ce que font les élèves",)),
    ]
    found = left_to_do(past=[], coming=[], workshops=drafts, rooms=1, now=NOW)
    assert found == [
        HostToDo(kind="complete_sheet", about=2, title="Lampe", missing=("la personne responsable",)),
        HostToDo(kind="publish_workshop", about=3, title="Boîte"),
    ]


def test_the_visits_of_other_days_are_closed_first_the_oldest_before_the_others():
    past = [
        a_slot(5, days=-0.1),
        a_slot(4, days=-1),
        a_slot(3, days=-9, state="closed"),
        a_slot(2, days=-10, state="done"),
        a_slot(1, days=-20, groups=0),
    ]
    found = left_to_do(past=past, coming=[], workshops=[], rooms=1, now=NOW)
    assert [(one.kind, one.about, one.on) for one in found] == [
        ("close_visit", 3, date(2027, 1, 2)),
        ("close_visit", 4, date(2027, 1, 10)),
        ("write_workshop", None, None),
    ]


def test_a_page_of_past_slots_ends_with_a_whole_day():
    days = [paris(f"2027-01-{day:02} {hour:02}:00") for day in (9, 8, 7) for hour in (14, 9)]
    assert [whole_days(days, most=most) for most in (6, 5, 4, 3, 2)] == [6, 4, 4, 2, 2]


def test_a_day_larger_than_a_page_is_cut_rather_than_lost():
    assert whole_days([paris("2027-01-08 09:00")] * 5, most=3) == 3
