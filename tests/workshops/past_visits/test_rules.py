"""Which visit a line is about, and what it does to it."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from workshops.past_visits.rules import KeptVisit, VisitSketch, plan, wrong

ON = date(2024, 3, 14)
ONE = VisitSketch(held_on=ON, lycee=1, college=2, level="4e", pupils=24, source="Tableau", group_label="4e B")
NAMED = replace(ONE, reference="R1")


def told(lines: list[VisitSketch], *known: VisitSketch) -> list[tuple[str, int | None]]:
    kept = [KeptVisit(number, one) for number, one in enumerate(known, start=10)]
    return [(step.change, step.known.id if step.known else None) for step in plan(lines, kept)]


def test_a_visit_is_new_then_the_same_then_changed():
    assert told([ONE]) == [("new", None)]
    assert told([ONE], ONE) == [("same", 10)]
    assert told([replace(ONE, pupils=22)], ONE) == [("changed", 10)]


@pytest.mark.parametrize("field", ["held_on", "lycee", "college", "group_label"])
def test_without_reference_the_day_the_schools_and_the_group_tell_it(field: str):
    other = {"held_on": date(2024, 3, 15), "group_label": "4e C"}.get(field, 9)
    assert told([replace(ONE, **{field: other})], ONE) == [("new", None)]


def test_the_case_of_a_groups_name_makes_no_other_group():
    (step,) = plan([replace(ONE, group_label="4E b")], [KeptVisit(10, ONE)])
    assert (step.change, step.sketch.group_label) == ("changed", "4E b")


def test_a_reference_tells_it_wherever_it_was_held():
    assert told([replace(NAMED, held_on=date(2024, 4, 2), college=9)], NAMED) == [("changed", 10)]
    assert told([replace(NAMED, reference="R2")], NAMED) == [("new", None)]


def test_a_line_without_reference_is_about_the_one_visit_of_that_meeting_and_leaves_it_its_reference():
    (step,) = plan([ONE], [KeptVisit(10, NAMED)])
    assert (step.change, step.sketch.reference) == ("same", "R1")
    assert told([ONE], NAMED, replace(NAMED, reference="R2")) == [("ambiguous", None)]


def test_a_reference_that_a_line_brings_is_given_to_the_visit_that_has_none():
    (step,) = plan([NAMED], [KeptVisit(10, ONE)])
    assert (step.change, step.known.id if step.known else None, step.sketch) == ("changed", 10, NAMED)


def test_a_second_equal_line_is_shown_and_another_one_contradicts():
    steps = plan([ONE, ONE, replace(ONE, pupils=20)], [])
    assert [(step.change, step.repeats) for step in steps] == [("new", None), ("repeated", 0), ("contradicts", 0)]
    steps = plan([NAMED, NAMED], [KeptVisit(10, NAMED)])
    assert [(step.change, step.repeats) for step in steps] == [("same", None), ("repeated", 0)]


def test_two_groups_of_a_day_with_a_reference_each_are_two_visits():
    assert told([NAMED, replace(NAMED, reference="R2")]) == [("new", None), ("new", None)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("held_on", date(2027, 1, 11)),
        ("held_on", date(2027, 1, 12)),
        ("held_on", date(2009, 12, 31)),
        ("level", "2nde"),
        ("pupils", 0),
        ("pupils", 201),
        ("girls", 25),
        ("source", ""),
        ("group_label", "x" * 61),
        ("reference", "x" * 61),
        ("group_label", "Léa Martin"),
        ("reference", "MARTIN Léa"),
    ],
)
def test_what_cannot_be_of_a_past_visit_is_said(field: str, value: object):
    assert list(wrong(replace(ONE, **{field: value}), today=date(2027, 1, 11))) == [field]
    assert wrong(ONE, today=date(2027, 1, 11)) == {}


def test_a_group_and_a_source_give_no_telephone_number_and_a_reference_may_look_like_one():
    given, today = "0612345678", date(2027, 1, 11)
    told = "« 0612345678 » ressemble à un numéro de téléphone ; retirez-le"
    for name in ("group_label", "source"):
        assert wrong(replace(ONE, **{name: given}), today=today) == {name: told}
    assert wrong(replace(ONE, reference=given), today=today) == {}
