"""P-TECH and BTS+1 in the file for France 2030: what the pages say, and under the mask no count under five."""

from __future__ import annotations

from datetime import date

from booking.programme.report.rules import Figures, Paragraph
from booking.programme.report.tell_schemes import bts1_blocks, ptech_blocks
from workshops.programmes.bts1.follow_courses import CourseYear, StayYear
from workshops.programmes.bts1.queries import CourseCard
from workshops.programmes.bts1.rules import DatedStep, standing
from workshops.programmes.ptech.follow_leavers import Leavers, LeavingCohort, LeavingCohorts
from workshops.programmes.ptech.measure import Stage
from workshops.programmes.targets.queries import TargetCard
from workshops.results.measure import Progress
from workshops.results.totals import Beside

ON = date(2026, 12, 1)
STAGES = [
    Stage(1, 0, present=24, late=0, ever=24, left=0, ahead=False),
    Stage(2, 0, present=22, late=1, ever=25, left=3, ahead=False),
    *(Stage(year, 0, None, 0, 0, 0, True) for year in (3, 4, 5)),
]
COUNTS = {"bts_entered": 14, "studying": 6, "employed": 1, "other": 0, "unknown": 0, "too_many": 0}
NAMED = {"school": 1, "school_name": "Lycée Jules Haag", "commune": "Besançon", "scheme": 1, "scheme_title": "MEI"}
LEAVING = LeavingCohorts(
    [
        LeavingCohort(cohort=1, entry_year=2022, leavers=Leavers("juin 2025", 21, **COUNTS), **NAMED),
        LeavingCohort(
            cohort=2,
            entry_year=2023,
            leavers=Leavers("juin 2026", 20, **COUNTS | {"studying": 8, "too_many": 3}),
            **NAMED,
        ),
    ]
)
STEPS = (DatedStep("idee", date(2024, 1, 5), False), DatedStep("ouverte", date(2026, 9, 1), False))
CARD = CourseCard(
    **{"id": 1, "title": "Bachelor Bois", "field": "Bois", "note": "", "ects": 60, "language": "Français"},
    **{"example": False, "school": 1, "uai": "0250011B", "school_name": "Lycée Jules Haag", "commune": "Besançon"},
    **{"department": "25", "last_year": 2026, "last_places": 12, "last_enrolled": 3, "steps": STEPS},
    stands=standing(STEPS, today=ON),
)
AIM = TargetCard(1, "bts1", "courses", "Formations BTS+1", "formations", 10, date(2025, 9, 1), date(2028, 8, 31))
STAND = Progress(
    AIM, 1, 0, False, beside=Beside(2, "formation accompagnée", "formations accompagnées", "Accompagnées.")
)
YEAR = CourseYear(2025, 2, places=27, enrolled=23, completed=9, graduating=1, employed=6, answered=8)
STAYS = [StayYear(2025, "outgoing", 18, 2, timed=4, weeks=34), StayYear(2025, "incoming", 4, 1, timed=0, weeks=0)]


def lines(block: object) -> tuple[tuple[object, ...], ...]:
    assert isinstance(block, Figures)
    return block.lines


def test_the_funnel_and_what_became_of_the_leavers_are_said_as_the_page_says_them():
    funnel, became = ptech_blocks(STAGES, LEAVING, on=ON)
    assert lines(funnel)[:3] == (
        ("Seconde pro", 24, 24, 0),
        ("Première pro", 22, 25, 3),
        ("Terminale pro", None, None, None),
    )
    where = "Lycée Jules Haag, Besançon"
    assert lines(became) == (
        (f"MEI, rentrée 2022, {where}", "juin 2025", 21, 14, 6, 1, 0, 0),
        (f"MEI, rentrée 2023, {where}", "juin 2026", 20, 14, 8, 1, 0, 0),
        ("Toutes ces cohortes", "", 41, 28, 14, 2, 0, 0),
    )
    assert "MEI, rentrée 2023, " + where + " : Devenir noté de 23 élèves, pour 20 présents" in became.rule
    assert became.rule.endswith("État du mardi 1er décembre 2026.")


def test_under_the_mask_no_destination_of_few_is_told_nor_had_from_the_others():
    funnel, became = ptech_blocks(STAGES, LEAVING, on=ON, masked=True)
    first, second = lines(became)
    assert first[2:] == (21, 14, "masqué", "moins de 5", 0, 0)
    assert second[2:4] == ("masqué", 14)
    assert "Devenir noté" not in became.rule
    assert "moins de 5" in second
    assert lines(funnel)[1] == ("Première pro", 22, "masqué", "moins de 5")


def test_without_a_cohort_that_left_a_sentence_says_so():
    _, told = ptech_blocks(STAGES, LeavingCohorts([]), on=ON)
    assert told == Paragraph("Aucune cohorte n'est encore arrivée à la fin du bac professionnel.")


def test_both_counts_stand_against_the_target_and_each_course_says_what_it_gives():
    both, courses, years, stays = bts1_blocks(STAND, [CARD], [YEAR], STAYS, on=ON)
    assert lines(both) == (("Formations BTS+1", 1, 10), ("Formations accompagnées", 2, 10))
    assert both.rule.startswith("Formations de niveau bachelor, comptées à leur première rentrée. Accompagnées.")
    assert lines(courses) == (
        (
            *("Bachelor Bois", "Besançon", "Ouverte", "septembre 2026", 60, "Français"),
            3,
        ),
    )
    assert lines(years) == (("2025-2026", 2, 27, 23, 9, 1, 8, 6),)
    assert lines(stays) == (("2025-2026", "Sortante", 18, 2, "8,5"), ("2025-2026", "Entrante", 4, 1, ""))


def test_under_the_mask_no_few_students_are_told_nor_had_by_difference():
    _, courses, years, stays = bts1_blocks(STAND, [CARD], [YEAR], STAYS, on=ON, masked=True)
    assert lines(courses)[0][-1] == "moins de 5"
    # 9 graduates, 8 who answered, 6 in work: each would tell one or two people beside the one before.
    assert lines(years) == (("2025-2026", 2, 27, 23, 9, 1, "masqué", "masqué"),)
    assert [line[2] for line in lines(stays)] == [18, "moins de 5"]


def test_without_a_course_nor_a_target_a_sentence_says_so():
    assert bts1_blocks(None, [], [], [], on=ON) == (Paragraph("Aucune formation n'est notée."),)
