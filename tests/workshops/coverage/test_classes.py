"""How many classes of a level a collège has: 24 pupils in each, at least one, more where the coordination says so."""

from __future__ import annotations

import pytest

from tests import builders
from tests.builders import NOW
from workshops.coverage.queries import classes_of_college
from workshops.coverage.rules import classes_of
from workshops.coverage.say_classes import SayClasses, say_classes
from workshops.database import rows
from workshops.refusals import Invalid, NotFound


@pytest.mark.parametrize(
    ("pupils", "said", "classes"),
    [
        (None, None, None),
        (0, None, 1),
        (24, None, 1),
        (25, None, 2),
        (118, None, 5),
        (118, 4, 5),
        (118, 7, 7),
        (None, 3, 3),
    ],
)
def test_a_class_has_24_pupils_and_the_coordination_only_raises_their_number(
    pupils: int | None, said: int | None, classes: int | None
):
    assert classes_of(pupils, said) == classes


async def test_the_latest_head_count_speaks_and_each_college_for_itself(db):
    ours, theirs = await builders.school(), await builders.school()
    for school, year, level, pupils in (
        (ours, 2024, "4e", 200),
        (ours, 2025, "4e", 100),
        (ours, 2027, "4e", 500),
        (ours, 2026, "3e", 60),
        (theirs, 2026, "4e", 30),
    ):
        await builders.head_count(school=school, school_year=year, level=level, pupils=pupils)
    coordinator = await builders.person("coordinator")
    await say_classes(ours, SayClasses(level="5e", classes=3), by=coordinator, now=NOW)
    await say_classes(ours, SayClasses(level="4e", classes=6), by=coordinator, now=NOW)

    def seen(levels: list) -> list[tuple[str, int | None]]:
        return [(one.level, one.classes) for one in levels]

    assert seen(await classes_of_college(ours, 2026)) == [("6e", None), ("5e", 3), ("4e", 6), ("3e", 3)]
    assert seen(await classes_of_college(theirs, 2026)) == [("6e", None), ("5e", None), ("4e", 2), ("3e", None)]

    await say_classes(ours, SayClasses(level="4e", classes=0), by=coordinator, now=NOW)
    assert seen(await classes_of_college(ours, 2026))[2] == ("4e", 5)
    said = await rows("SELECT act, by, about, detail FROM events WHERE act = 'classes_said' ORDER BY id")
    assert [tuple(one.values()) for one in said] == [
        ("classes_said", coordinator, ours, "5e : 3"),
        ("classes_said", coordinator, ours, "4e : 6"),
        ("classes_said", coordinator, ours, "4e : selon les effectifs"),
    ]


async def test_a_lycee_has_no_classes_of_college_and_nobody_has_41(db):
    lycee, coordinator = await builders.school(kind="lycee"), await builders.person("coordinator")
    with pytest.raises(NotFound):
        await say_classes(lycee, SayClasses(level="4e", classes=3), by=coordinator, now=NOW)
    with pytest.raises(Invalid):
        SayClasses(level="4e", classes=41)
