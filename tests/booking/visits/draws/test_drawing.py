"""The rules of the draw of ranked demands, one by one."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from booking.visits.draws.drawing import NotItsSeed, draw, ranked
from booking.visits.draws.drawing_file import DaysOff, Hours, Lycee, PairLine, SentenceLine, SlotLine
from booking.visits.draws.places import PlacesLeft, Seated
from booking.visits.draws.rules import Ticket, drawn_order
from tests.booking.visits.draws.files import LYCEES, MONDAY, SEED, answered, demand, draw_file, got, slot

ANYTHING = SentenceLine()


def against(*slots, asks, **said):
    """Why the only line of a demand is passed over."""
    (answer,) = answered(slots, asks, **said).answers
    return answer.lines[0].against


def test_within_the_classes_of_a_college_comes_before_beyond_and_no_list_changes_a_rank():
    numbers = [f"{n:04x}" for n in range(40)]
    demands = [demand(number, weight=1 + n % 3, within=n % 4 != 0) for n, number in enumerate(numbers)]
    order = [asking.number for asking in ranked(draw_file([], demands))]
    parts = [
        [Ticket(asking.number, asking.weight) for asking in demands if asking.within is first]
        for first in (True, False)
    ]
    assert order == [ticket.number for part in parts for ticket in drawn_order(SEED, part)]
    others = [replace(asking, lines=(SlotLine(1), ANYTHING), pupils=15) for asking in demands[::-1]]
    assert [asking.number for asking in ranked(draw_file([slot(1)], others))] == order


def test_a_draw_is_held_with_the_seed_whose_digest_was_public():
    file = draw_file([slot(1)], [demand("a", SlotLine(1))])
    assert [answer.outcome for answer in draw(file).answers] == ["placed"]
    for seed in ("", "00"):
        with pytest.raises(NotItsSeed):
            draw(replace(file, seed=seed))


def test_each_demand_in_its_turn_takes_the_first_of_its_lines_that_fits():
    slots = [slot(1), slot(2, days=1), slot(3, days=2)]
    lines = (SlotLine(1), SlotLine(2))
    drawn = answered(slots, demand("a", *lines), demand("b", *lines), demand("c", *lines))
    assert [(answer.number, answer.rank, answer.outcome, answer.line, got(answer)) for answer in drawn.answers] == [
        ("a", 1, "placed", 0, [(1, 24)]),
        ("b", 2, "placed", 1, [(2, 24)]),
        ("c", 3, "waits", None, []),
    ]
    assert drawn.left == (PlacesLeft(1, 0, 0), PlacesLeft(2, 0, 0), PlacesLeft(3, 24, 1))


def test_a_group_comes_whole_and_no_seat_is_kept_for_what_was_passed_over():
    first, large, small = (
        demand("a", SlotLine(1), pupils=14),
        demand("b", SlotLine(1), pupils=11),
        demand("c", SlotLine(1), pupils=10),
    )
    drawn = answered([slot(1, groups_left=3)], first, large, small)
    assert [(answer.outcome, answer.lines[0].against) for answer in drawn.answers] == [
        ("placed", None),
        ("waits", "seats"),
        ("placed", None),
    ]
    assert drawn.left == (PlacesLeft(1, 0, 1),)


def test_each_line_is_told_what_was_left_when_its_turn_came():
    slots = [slot(1, groups_left=2), slot(2, days=1)]
    first, second = (
        demand("a", SlotLine(1), pupils=14),
        demand("b", SlotLine(1), PairLine((2, 1)), ANYTHING, SlotLine(2)),
    )
    answer = answered(slots, first, second).answers[1]
    one, two = PlacesLeft(1, 10, 1), PlacesLeft(2, 24, 1)
    assert [(line.left, line.against) for line in answer.lines] == [
        ((one,), "seats"),
        ((two, one), None),
        ((), None),
        ((two,), None),
    ]
    assert (answer.outcome, answer.line, got(answer)) == ("placed", 1, [(2, 14), (1, 10)])


@pytest.mark.parametrize(
    ("here", "asks", "why"),
    [
        ({"closed": True}, {}, "closed"),
        ({"levels": ("3e", "5e")}, {}, "level"),
        ({}, {"refused_slots": (1,)}, "refused"),
        ({}, {"refused_lycees": (1,)}, "refused"),
        ({}, {"refused_slots": (9,), "refused_lycees": (2,)}, None),
        ({}, {"busy": (Hours(MONDAY.replace(hour=10), MONDAY.replace(hour=12)),)}, "busy"),
        ({}, {"busy": (Hours(MONDAY.replace(hour=11), MONDAY.replace(hour=12)),)}, None),
        ({"groups_left": 0}, {}, "groups"),
        ({"seats_left": 23}, {}, "seats"),
    ],
)
def test_whatever_is_against_a_booking_is_against_a_slot_a_pair_and_a_sentence(here, asks, why):
    other = slot(2, days=7, seats=3, offers=("loop", "step_free"))
    slots = [slot(1, **here), other]
    assert against(*slots, asks=demand("a", SlotLine(1), **asks)) == why
    assert against(*slots, asks=demand("a", ANYTHING, **asks)) == ("nothing_suits" if why else None)
    assert against(*slots, asks=demand("a", PairLine((2, 1)), **(asks | {"pupils": 27}))) == why


def test_what_a_workshop_does_not_offer_is_against_no_slot_that_was_named_and_is_never_proposed():
    here, needs = slot(1, offers=("loop",)), ("loop", "step_free:2")
    assert against(here, asks=demand("a", SlotLine(1), needs=needs)) is None
    assert against(here, slot(2, days=7), asks=demand("a", PairLine((1, 2)), pupils=27, needs=needs)) is None
    assert against(here, asks=demand("a", ANYTHING, needs=needs)) == "nothing_suits"
    offering = replace(here, offers=("loop", "step_free"))
    assert against(offering, asks=demand("a", ANYTHING, needs=needs)) is None


def test_a_slot_that_is_not_in_the_file_is_closed():
    assert against(slot(1), asks=demand("a", SlotLine(9))) == "closed"
    assert against(slot(1), asks=demand("a", PairLine((1, 9)))) == "closed"


def test_the_larger_half_goes_where_more_seats_are_left_else_where_it_starts_first():
    late, early = slot(1, days=1), slot(2)
    half = PairLine((1, 2))
    (answer,) = answered([late, early], demand("a", half, pupils=27)).answers
    assert (answer.outcome, got(answer)) == ("placed", [(2, 14), (1, 13)])
    (answer,) = answered([late, replace(early, seats_left=23)], demand("a", half, pupils=27)).answers
    assert got(answer) == [(1, 14), (2, 13)]
    (answer,) = answered([late, replace(early, seats_left=5)], demand("a", half, pupils=27)).answers
    assert got(answer) == [(1, 22), (2, 5)]


def test_two_halves_are_had_both_or_not_at_all():
    slots = [slot(1, groups_left=5), slot(2, days=1, seats_left=2, groups_left=5), slot(3, days=2, groups_left=0)]
    drawn = answered(slots, demand("a", PairLine((1, 2)), pupils=27), demand("b", PairLine((1, 3)), pupils=27))
    assert [(answer.outcome, answer.lines[0].against) for answer in drawn.answers] == [
        ("waits", "seats"),
        ("waits", "groups"),
    ]
    assert [left.seats for left in drawn.left] == [24, 2, 24]


def test_two_halves_of_a_class_may_be_at_the_same_hour():
    (answer,) = answered([slot(1), slot(2)], demand("a", PairLine((1, 2)), pupils=30)).answers
    assert got(answer) == [(1, 15), (2, 15)]
    (answer,) = answered([slot(1), slot(2)], demand("a", ANYTHING, pupils=30)).answers
    assert (answer.outcome, got(answer)) == ("offered", [(1, 15), (2, 15)])


def test_both_halves_go_to_one_lycee_and_build_the_same_object_unless_two_are_meant():
    lamp, clock, untold = slot(1, objects=(1,)), slot(2, days=1, objects=(2, 3)), slot(3, days=2)
    elsewhere = slot(4, lycee=2, objects=(1,))

    def why(first, second, **said):
        return against(lamp, clock, untold, elsewhere, asks=demand("a", PairLine((first, second), **said), pupils=30))

    assert [why(1, 4), why(1, 4, two_objects=True)] == ["two_lycees", "two_lycees"]
    assert [why(1, 2), why(1, 3), why(1, 2, two_objects=True)] == ["two_objects", "two_objects", None]


def test_a_sentence_takes_the_nearest_slot_then_the_soonest_then_the_smallest_number():
    far, late, second, first = slot(1, lycee=2), slot(2, days=1), slot(4), slot(3)
    drawn = answered([far, late, second, first], *(demand(name, ANYTHING) for name in "abcd"))
    assert [(answer.outcome, got(answer)) for answer in drawn.answers] == [
        ("offered", [(3, 24)]),
        ("offered", [(4, 24)]),
        ("offered", [(2, 24)]),
        ("offered", [(1, 24)]),
    ]


def test_lycees_as_far_to_a_tenth_of_a_kilometre_are_as_near():
    lycees = (Lycee(1, 47.30010, 6.0), Lycee(2, 47.3, 6.0))
    (answer,) = answered([slot(1, lycee=2, days=1), slot(2)], demand("a", ANYTHING), lycees=lycees).answers
    assert got(answer) == [(2, 24)]


def test_a_sentence_takes_a_whole_class_however_far_before_two_halves_next_door():
    slots = [slot(1), slot(2), slot(3, lycee=2, seats=30)]
    drawn = answered(slots, *(demand(name, ANYTHING, pupils=28) for name in "abc"))
    assert [got(answer) for answer in drawn.answers] == [[(3, 28)], [(1, 14), (2, 14)], []]


def test_the_halves_that_a_sentence_finds_are_those_that_a_list_shows_together():
    def halves(*slots, pupils=27):
        (answer,) = answered(slots, demand("a", ANYTHING, pupils=pupils)).answers
        return got(answer)

    assert halves(slot(1), slot(2, days=21)) == [(1, 14), (2, 13)]
    assert halves(slot(1), slot(2, days=21.1)) == []
    assert halves(slot(1), slot(2, lycee=2)) == []
    assert halves(slot(1, objects=(1,)), slot(2, objects=(2,))) == []
    assert halves(slot(1), slot(2, seats_left=9)) == [(1, 18), (2, 9)]
    assert halves(slot(1), slot(2, seats_left=8)) == []
    assert halves(slot(1), slot(2, seats=27, seats_left=13)) == []
    assert halves(slot(3, days=1), slot(2, days=1), slot(1, days=2), pupils=30) == [(2, 15), (3, 15)]


@pytest.mark.parametrize(
    ("sentence", "suits"),
    [
        (SentenceLine(km=22.2), [1, 2, 3]),
        (SentenceLine(km=22.1), [1, 2]),
        (SentenceLine(from_on=date(2027, 1, 5)), [2, 3]),
        (SentenceLine(to_on=date(2027, 1, 5)), [1, 2]),
        (SentenceLine(away="vacances"), [1, 3]),
        (SentenceLine(department="70"), [3]),
        (SentenceLine(lycee=2), [3]),
        (SentenceLine(tech_object=7), [2]),
        (SentenceLine(company_places=2), [2, 3]),
    ],
)
def test_a_sentence_says_which_slots_suit(sentence, suits):
    slots = [
        slot(1, company_places=1),
        slot(2, days=1, objects=(6, 7), company_places=2),
        slot(3, lycee=2, days=2, company_places=3),
    ]
    off = {"vacances": (DaysOff(date(2027, 1, 5), date(2027, 1, 5)),)}
    drawn = answered(slots, *(demand(name, sentence) for name in "abcd"), days_off=off)
    assert [seated.slot for answer in drawn.answers for seated in answer.seats] == suits


def test_days_are_those_of_paris():
    evening = slot(1, days=14.6)
    assert evening.starts_at.date() == date(2027, 1, 18)
    sentence = SentenceLine(from_on=date(2027, 1, 18), to_on=date(2027, 1, 18))
    assert against(evening, asks=demand("a", sentence)) is None
    night = slot(1, days=14.64)
    assert against(night, asks=demand("a", sentence)) == "nothing_suits"


def test_a_school_that_is_not_on_the_map_is_after_all_others_and_never_within_so_many_kilometres():
    slots, lycees = [slot(1, lycee=3), slot(2, lycee=2, days=5)], (*LYCEES, Lycee(3))
    drawn = answered(
        slots, demand("a", ANYTHING), demand("b", SentenceLine(km=1000)), demand("c", ANYTHING), lycees=lycees
    )
    assert [got(answer) for answer in drawn.answers] == [[(2, 24)], [], [(1, 24)]]


def test_what_nothing_suits_because_of_a_group_s_own_hours_suits_the_next_group_like_it():
    here = slot(1)
    busy = demand("a", ANYTHING, busy=(Hours(here.starts_at, here.ends_at),))
    drawn = answered([here], busy, demand("b", ANYTHING), demand("c", ANYTHING), demand("d", ANYTHING, college=2))
    assert [answer.outcome for answer in drawn.answers] == ["waits", "offered", "waits", "waits"]


def test_a_sentence_stands_anywhere_in_a_list_and_a_demand_takes_one_line_alone():
    slots = [slot(1), slot(2, days=1)]
    (answer,) = answered(slots, demand("a", ANYTHING, SlotLine(2), PairLine((1, 2)))).answers
    assert (answer.outcome, answer.line, answer.seats) == ("offered", 0, (Seated(1, 24),))


def test_where_a_list_is_short_a_safe_line_in_the_place_of_a_liked_one_pays():
    """What no rule of ours can take away: the form says so, and proposes the sentence."""
    slots = [slot(1), slot(2), slot(3)]
    rivals = [demand("a", SlotLine(1)), demand("b", SlotLine(2))]
    liked, safe = demand("c", SlotLine(1), SlotLine(2)), demand("c", SlotLine(1), SlotLine(3))
    assert [answered(slots, *rivals, mine).answers[2].outcome for mine in (liked, safe)] == ["waits", "placed"]


@pytest.mark.parametrize(
    "second",
    [
        slot(2, seats_left=8),
        slot(2, seats=27, seats_left=13),
        slot(2, days=30),
        slot(2, objects=(2,)),
    ],
    ids=["less than a third in one", "one large enough when empty", "more than three weeks apart", "two objects"],
)
def test_a_pair_that_no_list_shows_together_places_a_class_for_which_no_sentence_finds_any(second):
    """So a sentence does not cover such a pair: leaving it out may lose the place."""
    slots = [slot(1, objects=(1,)), second if second.objects else replace(second, objects=(1,))]
    pair = PairLine((1, 2), two_objects=True)
    with_pair, alone = (demand("a", *lines, pupils=27) for lines in ((pair, ANYTHING), (ANYTHING,)))
    assert [answered(slots, asks).answers[0].outcome for asks in (with_pair, alone)] == ["placed", "waits"]
