from __future__ import annotations

import pytest

from booking.day.badges.queries import badges_of, printed_badges
from booking.day.badges.rules import FirstNamesOff, VisitOver, first_names_of
from booking.day.badges.write_on_badges import (
    MarkPhotos,
    choose_first_names,
    give_up_first_names,
    mark_photos,
    write_first_names,
)
from booking.process.settings import read_settings
from booking.visits.reservations.acts import ChangeHeadcount
from booking.visits.reservations.change_headcount import change_headcount
from tests import builders
from tests.builders import NOW
from workshops.database import row, rows, value
from workshops.refusals import Invalid, NotFound

SECRET = read_settings().secret_key


class Class:
    """A group of three pupils with a visit, and its teacher."""

    college = teacher = group = visit = 0

    async def write(self, *lines: str, now=NOW) -> None:
        await write_first_names(self.visit, lines=lines, school=self.college, secret_key=SECRET, now=now)

    async def names(self) -> list[str]:
        badges = await badges_of(self.visit, first_names=True)
        return [one.first_name for one in badges if one.kind == "pupil"]


@pytest.fixture
async def class_(db) -> Class:
    made = Class()
    made.college, made.teacher = await builders.school(), await builders.account()
    made.group = await builders.group(school=made.college, pupils=3)
    made.visit = await builders.reservation(
        slot=await builders.slot(), group=made.group, pupils=3, adults=1, by=made.teacher
    )
    await builders.badges(made.visit)
    return made


async def choose(class_: Class) -> None:
    await choose_first_names(class_.group, school=class_.college, by=class_.teacher, now=NOW)


async def test_a_group_has_no_first_name_until_its_teacher_chooses_them(class_: Class):
    with pytest.raises(FirstNamesOff):
        await class_.write("Inès")
    await choose(class_)
    await class_.write("Inès", "", "Jean-Loup")
    assert await class_.names() == ["Inès", "", "Jean-Loup"]
    await class_.write("Inès")
    assert await class_.names() == ["Inès", "", ""]


async def test_they_are_printed_for_the_teacher_and_for_nobody_else(class_: Class):
    await choose(class_)
    await class_.write("Inès")
    own = await printed_badges(class_.visit, SECRET, first_names=True)
    others = await printed_badges(class_.visit, SECRET)
    assert [badge.first_name for badge in own.badges] == ["Inès", "", ""]
    assert [badge.first_name for badge in others.badges] == ["", "", ""]
    assert {one.first_name for one in await badges_of(class_.visit)} == {""}


async def test_giving_them_up_erases_them_at_once_and_the_journal_never_has_them(class_: Class):
    await choose(class_)
    await class_.write("Inès")
    await give_up_first_names(class_.group, school=class_.college, by=class_.teacher, now=NOW)
    assert await class_.names() == ["", "", ""]
    noted = await rows("SELECT act, about_kind, about, detail FROM events ORDER BY id")
    assert [tuple(one) for one in noted] == [
        ("first_names_chosen", "group", class_.group, ""),
        ("first_names_given_up", "group", class_.group, ""),
    ]


async def test_another_college_s_teacher_finds_neither_the_group_nor_the_visit(class_: Class):
    other = await builders.school()
    await choose(class_)
    with pytest.raises(NotFound):
        await choose_first_names(class_.group, school=other, by=class_.teacher, now=NOW)
    with pytest.raises(NotFound):
        await give_up_first_names(class_.group, school=other, by=class_.teacher, now=NOW)
    with pytest.raises(NotFound):
        await write_first_names(class_.visit, lines=["Inès"], school=other, secret_key=SECRET, now=NOW)
    with pytest.raises(NotFound):
        await mark_photos(class_.visit, MarkPhotos(no_photo=[1]), school=other, secret_key=SECRET, now=NOW)


async def test_a_number_that_is_taken_back_forgets_its_first_name(class_: Class):
    await choose(class_)
    await class_.write("Inès", "Tom", "Zoé")
    secrets = {"secret_key": SECRET, "token": "q" * 43}
    await change_headcount(
        class_.visit, ChangeHeadcount(pupils=2, adults=1), school=class_.college, by=class_.teacher, now=NOW, **secrets
    )
    assert await class_.names() == ["Inès", "Tom", ""]


async def test_nothing_is_written_on_the_badges_of_a_visit_that_is_over(class_: Class):
    await choose(class_)
    ended = await value("SELECT ends_at FROM reservations")
    with pytest.raises(VisitOver):
        await class_.write("Inès", now=ended)
    with pytest.raises(VisitOver):
        await mark_photos(class_.visit, MarkPhotos(no_photo=[1]), school=class_.college, secret_key=SECRET, now=ended)


async def test_no_photo_is_a_number_and_nothing_else(class_: Class):
    await builders.badges(class_.visit, kind="spare", numbers=2)
    await mark_photos(class_.visit, MarkPhotos(no_photo=[1, 3, 17]), school=class_.college, secret_key=SECRET, now=NOW)
    marked = [(one.kind, one.number) for one in await badges_of(class_.visit) if one.no_photo]
    assert marked == [("pupil", 1), ("pupil", 3)]
    await mark_photos(class_.visit, MarkPhotos(no_photo=[]), school=class_.college, secret_key=SECRET, now=NOW)
    assert [one for one in await badges_of(class_.visit) if one.no_photo] == []
    assert await row("SELECT * FROM events") is None


@pytest.mark.parametrize("line", ["Inès", "Jean-Loup", "M'Baye", "D’Arcy", "Léa M", "Léa M.", "Léa M. T.", "Zoé"])
def test_a_first_name_alone_is_accepted(line: str):
    assert first_names_of([line], pupils=1) == {1: line.replace("’", "'").replace(".", "")}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ["Inès", "Léa Martin"],
            "Prénoms : ligne 2 : le prénom seul, sans nom de famille ;"
            " un prénom composé s'écrit avec un trait d'union.",
        ),
        (["Léa."], "Prénoms : ligne 1 : des lettres, un trait d'union ou une apostrophe, rien d'autre."),
        (["Léa2"], "Prénoms : ligne 1 : des lettres, un trait d'union ou une apostrophe, rien d'autre."),
        (["-"], "Prénoms : ligne 1 : des lettres, un trait d'union ou une apostrophe, rien d'autre."),
        (["A" * 31], "Prénoms : ligne 1 : 30 caractères au plus."),
        (["Inès", "Tom", "Zoé"], "Prénoms : vous avez écrit 3 lignes pour 2 élèves."),
    ],
)
def test_what_is_no_first_name_alone_is_refused_line_by_line(lines: list[str], told: str):
    with pytest.raises(Invalid) as refused:
        first_names_of(lines, pupils=2)
    assert refused.value.errors == {"names": told}


def test_a_pasted_column_may_end_with_empty_lines():
    assert first_names_of(["Inès", "", "  ", ""], pupils=1) == {1: "Inès"}


async def test_none_is_written_for_a_visit_that_has_ended(class_: Class):
    await choose(class_)
    await rows("UPDATE reservations SET state = 'cancelled_by_teacher'")
    with pytest.raises(VisitOver):
        await class_.write("Inès")
