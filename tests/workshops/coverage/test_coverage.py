"""Of each collège's classes, how much was received: recounted here in plain Python from the visits themselves."""

from __future__ import annotations

import pytest

from tests import builders
from tests.builders import NOW
from tests.workshops.results.test_queries import play
from workshops.coverage.queries import coverage, coverage_by_area, years_counted
from workshops.coverage.rules import ClassCover, entered, together
from workshops.coverage.take_in import (
    CountedCollege,
    foresee_head_counts,
    keep_head_counts,
    read_head_counts,
    take_in_head_counts,
)
from workshops.database import rows
from workshops.schools.rules import FileRefused
from workshops.scope import EVERYTHING
from workshops.tallies.queries import wrong_sums

FILE = (
    "numero_college;patronyme;6eme_total;5eme_total;4eme_total;3eme_total\n"
    "0250009Z;STENDHAL;108;106;81;110\n"
    "0250012C;LUMIERE;133;110;;117\n"
)


def counted(uai: str, **pupils: int) -> CountedCollege:
    return CountedCollege(uai, {level.removeprefix("of_"): told for level, told in pupils.items()})


async def keep(year: int, *told: CountedCollege, example: bool = False) -> None:
    await keep_head_counts(list(told), school_year=year, by=None, now=NOW, example=example)


async def test_the_shares_are_those_of_a_recount_of_every_visit(db):
    seen = await play(seed=7)
    colleges = {one["name"]: one["uai"] for one in await rows("SELECT name, uai FROM schools WHERE kind = 'college'")}
    enrolled = {"5e": 90, "4e": 80, "3e": 70}
    told = [CountedCollege(uai, enrolled) for name, uai in colleges.items() if name.startswith("Collège ")]
    await keep(2026, *told)
    # Who is in 3e in 2026-2027 was in 4e the year before, in 5e the one before that.
    then = {"5e": {(2026, "5e")}, "4e": {(2026, "4e"), (2025, "5e")}, "3e": {(2026, "3e"), (2025, "4e"), (2024, "5e")}}
    expected = {
        uai: tuple(
            ClassCover(
                level,
                enrolled[level],
                sum(
                    one.counted
                    for one in seen
                    if one.college == uai and (int(one.school_year[:4]), one.level) in then[level]
                ),
            )
            for level in then
        )
        for uai in (one.uai for one in told)
    }
    found = {one.uai: one.cohorts for one in await coverage(2026, scope=EVERYTHING) if one.uai in expected}
    assert found == expected
    assert any(one.received for cohorts in found.values() for one in cohorts)
    assert await wrong_sums() == 0


async def test_a_departement_is_its_colleges_together(db):
    await play(seed=7)
    colleges = await rows("SELECT uai FROM schools WHERE kind = 'college' ORDER BY id")
    # One collège has fewer pupils than it sent, one has no head count.
    told = [CountedCollege(one["uai"], {"5e": 40, "4e": 30, "3e": 1 + 30 * n}) for n, one in enumerate(colleges[1:])]
    await keep(2026, *told)
    found = await coverage(2026, scope=EVERYTHING)
    areas = await coverage_by_area(2026)
    assert {one.code for one in areas} == {one.department for one in found}
    for area in areas:
        inside = [one for one in found if one.department == area.code]
        classes = [cohort for one in inside for cohort in one.cohorts]
        assert area.cohorts == tuple(together(classes, level=level) for level in ("5e", "4e", "3e"))
        assert (area.colleges, area.uncounted) == (len(inside), sum(one.leaving.enrolled is None for one in inside))
        assert area.leave == sum(bool(one.leaving.without) for one in inside)
    assert sum(one.uncounted for one in areas) > 0
    assert any(one.leaving.received > one.leaving.enrolled for one in found if one.leaving.enrolled)


async def test_what_is_kept_of_a_country_is_made_anew_after_new_head_counts(db):
    college = await builders.school(department="25")
    uai = (await rows("SELECT uai FROM schools WHERE id = $1", college))[0]["uai"]
    assert [one.leaving.enrolled for one in await coverage_by_area(2026)] == [None]
    for pupils in (90, 80):
        await keep(2026, CountedCollege(uai, {"3e": pupils}))
        assert [one.leaving.enrolled for one in await coverage_by_area(2026)] == [pupils]


async def test_a_share_is_rounded_down_and_never_over_100():
    assert [ClassCover("3e", 90, n).share for n in (0, 29, 30, 90, 200)] == [0, 32, 33, 100, 100]
    assert [ClassCover("3e", 90, n).without for n in (0, 30, 200)] == [90, 60, 0]


async def test_a_class_without_pupils_has_no_share():
    assert (ClassCover("3e", 0, 0).share, ClassCover("3e", 0, 0).without) == (None, 0)


async def test_a_visit_in_6e_is_none_of_those_that_the_ministry_asks_for(db):
    college = await builders.school(uai="0250009Z")
    slot = await builders.slot(starts_at=builders.paris("2026-10-08 09:00"), state="done")
    await builders.turnout(slot=slot, school=college, counted=20, level="6e")
    await keep(2027, counted("0250009Z", of_5e=100))
    (found,) = await coverage(2027, scope=EVERYTHING)
    assert found.cohorts[0] == ClassCover("5e", 100, 0)


async def test_a_missing_year_is_missing_never_carried_over(db):
    await builders.school(uai="0250009Z")
    await keep(2025, counted("0250009Z", of_5e=100, of_4e=100, of_3e=100))
    (found,) = await coverage(2026, scope=EVERYTHING)
    assert found.cohorts == tuple(ClassCover(level, None, 0) for level in ("5e", "4e", "3e"))
    assert (found.leaving.share, found.leaving.without) == (None, None)


async def test_the_colleges_that_leave_the_most_pupils_without_come_first_the_uncounted_last(db):
    for uai, name in (("0250009Z", "Un"), ("0250012C", "Deux"), ("0250003T", "Trois")):
        await builders.school(uai=uai, name=name)
    await keep(2026, counted("0250009Z", of_3e=40), counted("0250012C", of_3e=90))
    assert [one.name for one in await coverage(2026, scope=EVERYTHING)] == ["Deux", "Un", "Trois"]


async def test_what_one_college_receives_in_excess_does_not_make_up_for_another():
    both = [ClassCover("3e", 100, 150), ClassCover("3e", 100, 0), ClassCover("3e", None, 80), ClassCover("4e", 50, 50)]
    assert together(both, level="3e") == ClassCover("3e", 200, 100)
    assert together(both, level="5e") == ClassCover("5e", None, 0)


def test_a_cohort_is_named_by_the_year_of_its_6e():
    assert [entered(level, 2027) for level in ("5e", "4e", "3e")] == [2026, 2025, 2024]


def test_the_file_of_the_ministry_is_read_by_the_names_of_its_columns():
    assert read_head_counts(FILE.encode()) == [
        counted("0250009Z", of_6e=108, of_5e=106, of_4e=81, of_3e=110),
        counted("0250012C", of_6e=133, of_5e=110, of_3e=117),
    ]
    other = "Rentrée scolaire;Numéro du collège;3èmes total\n2021;0250009Z;110\n"
    assert read_head_counts(other.encode("cp1252")) == [counted("0250009Z", of_3e=110)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "colonne absente (numero_college)"),
        ("numero_college;nom\n0250009Z;X\n", "colonne absente (3eme_total)"),
        ("numero_college;3eme_total\n0250009A;110\n", "ligne 2 : « 0250009A » n'est pas un UAI"),
        ("numero_college;3eme_total\n0250009Z;beaucoup\n", "ligne 2 : « beaucoup » n'est pas un nombre d'élèves de 3e"),
        ("numero_college;3eme_total\n0250009Z;1\n0250009Z;2\n", "ligne 3 : 0250009Z a déjà une ligne"),
        ("numero_college;3eme_total\n", "le fichier ne contient aucun collège"),
    ],
)
def test_a_wrong_file_is_refused_line_by_line(content, said):
    with pytest.raises(FileRefused) as refused:
        read_head_counts(content.encode())
    assert refused.value.lines[0].startswith(said)


async def test_a_file_is_foreseen_then_kept_in_place_of_that_years_examples(db):
    await builders.school(uai="0250009Z")
    await keep(2026, counted("0250009Z", of_3e=99), example=True)
    foreseen = await foresee_head_counts(FILE.encode(), 2026)
    assert (foreseen.colleges, foreseen.pupils["3e"], foreseen.unknown) == (1, 110, ["0250012C"])
    assert (foreseen.replaced, foreseen.examples) == (1, True)
    assert await years_counted() == {2026: True}
    by = await builders.account()
    await take_in_head_counts(FILE.encode(), school_year=2026, by=by, now=NOW)
    assert await years_counted() == {2026: False}
    kept = await rows("SELECT level, pupils FROM head_counts ORDER BY level")
    assert [tuple(one) for one in kept] == [("3e", 110), ("4e", 81), ("5e", 106), ("6e", 108)]
    (told,) = await rows("SELECT act, by, detail FROM events")
    assert tuple(told) == ("head_counts_imported", by, "2026-2027")


async def test_only_one_departement_or_some_words(db):
    await builders.school(uai="0250009Z", name="Stendhal", department="25")
    await builders.school(uai="0390003U", name="Arbois", department="39")
    assert [one.name for one in await coverage(2026, scope=EVERYTHING, department="39")] == ["Arbois"]
    assert [one.name for one in await coverage(2026, scope=EVERYTHING, words="stend")] == ["Stendhal"]
