"""At one desk no two groups look the same, guests neither."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import count

from booking.day.checkin.check_in import check_in
from booking.day.checkin.queries import roster
from booking.day.checkin.rules import ScanAsked, ScanResult, marks_of_guests
from booking.day.checkin.undo import undo
from booking.words.wording import MARKS, mark
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, START, Day


def test_there_are_thirty_six_marks_of_which_six_neighbours_share_neither_shape_nor_colour():
    assert len({(one.shape, one.colour) for one in MARKS}) == len(MARKS) == 36
    for first in range(0, 36, 6):
        six = MARKS[first : first + 6]
        assert (len({one.shape for one in six}), len({one.colour for one in six})) == (6, 6)
    assert [mark(n).words for n in (0, 4, 6, 10, 33, 36)] == [
        "cercle bleu",
        "étoile violette",
        "cercle ocre",
        "étoile ardoise",
        "losange vert",
        "cercle bleu",
    ]
    assert [mark(n).words for n in range(4, 36, 6)] == [
        *("étoile violette", "étoile ardoise", "étoile bleue", "étoile ocre", "étoile verte", "étoile rouge")
    ]


def test_a_guest_keeps_its_mark_where_nobody_wears_it():
    assert marks_of_guests([0, 1], [2]) == [2]


def test_a_guest_whose_mark_is_worn_here_gets_one_that_shares_neither_shape_nor_colour():
    assert marks_of_guests([0, 1], [0]) == [2]
    assert marks_of_guests([0, 1], [0, 1, 2]) == [2, 3, 4]


def test_who_came_first_keeps_what_it_was_given():
    for later in (1, 2, 3):
        assert marks_of_guests([0], [0, later])[0] == marks_of_guests([0], [0])[0]


def test_with_more_groups_than_shapes_they_still_differ():
    home, guests = list(range(6)), [0, 1, 2, 0, 5, 5]
    told = marks_of_guests(home, guests)
    assert len({*home, *told}) == 12
    assert len(set(marks_of_guests(list(range(20)), [0] * 16))) == 16


TICK = count()


async def scan(day: Day, badge: str, act: str = "arrival", *, slot: int | None = None) -> ScanResult:
    """The clock of the server goes on from one scan to the next."""
    at = NINE_FOUR + timedelta(seconds=next(TICK))
    asked = ScanAsked(uuid.uuid4(), slot or day.slot, badge, NINE_FOUR, act)
    (told,) = await check_in([asked], account=day.host, school=day.school, now=at)
    return told


async def another_visit(day: Day, *names: str) -> tuple[int, list[list[str]]]:
    """A slot of the afternoon with its groups, and the badges of each."""
    slot = await builders.slot(host=day.school, starts_at=START + timedelta(hours=5), groups_max=9, seats=90)
    groups = [
        await builders.reservation(slot=slot, group=await builders.group(name=name, pupils=2), pupils=2, mark=place)
        for place, name in enumerate(names)
    ]
    return slot, [await builders.badges(one) for one in groups]


def words(told: ScanResult) -> tuple[str | None, str | None]:
    """The mark that the desk says, and the one that the badge shows where it is another."""
    return tuple(None if number is None else mark(number).words for number in (told.mark, told.badge_mark))  # type: ignore[return-value]


async def test_a_guest_group_has_a_mark_of_its_own_at_the_desk(day):
    afternoon, (first, second, third) = await another_visit(day, "3e C", "3e D", "3e E")
    refused = await scan(day, second[0])
    assert (refused.result, words(refused)) == ("wrong_slot", (None, "triangle ocre"))

    came = [await scan(day, one[0], "welcome") for one in (second, first, third)]
    assert [words(one) for one in came] == [
        ("carré vert", "triangle ocre"),
        ("losange rouge", "cercle bleu"),
        ("étoile violette", "carré vert"),
    ]
    assert words(await scan(day, first[0])) == ("losange rouge", "cercle bleu")
    assert words(await scan(day, first[0], "departure")) == ("losange rouge", "cercle bleu")
    assert words(await scan(day, day.tokens[0])) == ("cercle bleu", None)
    assert words(await scan(day, first[1], slot=afternoon)) == ("cercle bleu", None)

    seen = await roster(day.slot, school=day.school)
    assert [(one.label, mark(one.mark).words, mark(one.badge_mark).words) for one in seen.received] == [
        ("4e B", "cercle bleu", "cercle bleu"),
        ("5e A", "triangle ocre", "triangle ocre"),
        ("3e D", "carré vert", "triangle ocre"),
        ("3e C", "losange rouge", "cercle bleu"),
        ("3e E", "étoile violette", "carré vert"),
    ]
    undone = await undo(came[1].scan_id, account=day.host, school=day.school, now=NINE_FOUR)
    assert (undone.group, words(undone)) == ("3e C", ("losange rouge", "cercle bleu"))
    # Nobody of it is here any more: the others keep what they have, and it finds its own again.
    await undo(came[1].scan_id, account=day.host, school=day.school, now=NINE_FOUR)
    assert [(one.label, mark(one.mark).words) for one in (await roster(day.slot, school=day.school)).guests] == [
        ("3e D", "carré vert"),
        ("3e E", "étoile violette"),
    ]
    assert words(await scan(day, first[1], "welcome")) == ("losange rouge", "cercle bleu")


async def test_one_request_with_guests_of_two_desks_says_each_desk_s_mark(day):
    afternoon, (guests,) = await another_visit(day, "3e C")
    scans = [
        ScanAsked(uuid.uuid4(), day.slot, guests[0], NINE_FOUR, "welcome"),
        ScanAsked(uuid.uuid4(), afternoon, day.tokens[1], NINE_FOUR, "welcome"),
        ScanAsked(uuid.uuid4(), day.slot, day.tokens[0], NINE_FOUR, "welcome"),
    ]
    told = await check_in(scans, account=day.host, school=day.school, now=NINE_FOUR)
    assert [words(one) for one in told] == [
        ("carré vert", "cercle bleu"),
        ("triangle ocre", "cercle bleu"),
        ("cercle bleu", None),
    ]
