from __future__ import annotations

import re
from itertools import cycle

import pypdfium2
import pytest
from msgspec.structs import replace

from booking.day.badges.presets import PAGE, PRESETS, Preset, layout_of
from booking.day.badges.rules import PrintedBadge, PrintedDivider, PrintedGroup
from booking.day.badges.sheet import badge_sheet
from booking.visits.badge_codes.rules import shown_code
from booking.words.wording import MARKS
from tests.booking.day.badges.printing import (
    FINER,
    GROUP,
    as_filmed,
    fine,
    group_of,
    grown,
    ink_between,
    label,
    pages,
    read,
)
from workshops.refusals import Invalid

LABELS = PRESETS["avery-l4784"]
POINT = 25.4 / 72
every_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
POSTURES = ((0, 0), (12, 0.1), (-25, 0.15), (33, 0.2))  # Degrees turned, and how far askew.


def corners(pdf: bytes) -> list[tuple[float, float]]:
    """The top left of each badge, in millimetres from the top left of its page, in the order of drawing."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        for form in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_FORM], max_depth=1):
            x, y = form.get_matrix().get()[4:]
            found.append((x * POINT, PAGE[1] - y * POINT))
    return found


def words(pdf: bytes) -> list[list[str]]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded().splitlines() for page in document]


@every_preset
def test_every_badge_is_read_askew_and_out_of_focus(preset: Preset):
    badges = group_of(24, no_photo=True)
    printed = pages(badge_sheet(badges, preset=preset), fine(preset))
    labels = [label(page, preset, cell, fine(preset)) for page in printed for cell in range(preset.cells)]
    filmed = [
        as_filmed(one, turned=turned, tilted=tilted, smaller=FINER, blur=1.0)
        for one, (turned, tilted) in zip(labels, cycle(POSTURES), strict=False)
    ]
    assert [read(frame) for frame in filmed[:24]] == [[badge.token] for badge in badges]
    assert [read(frame) for frame in filmed[24:]] == [[]] * (len(filmed) - 24)


def test_a_whole_page_is_read_badge_by_badge():
    badges = group_of(10)
    page = pages(badge_sheet(badges, preset=LABELS), 4.0)[0]
    assert sorted(read(page)) == sorted(badge.token for badge in badges)


@every_preset
def test_nothing_enters_the_quiet_zone_nor_touches_the_label_s_edge(preset: Preset):
    long = replace(GROUP, label="Quatrième Wagner-Wittgenstein, groupe des makers WWW", place="Lycée " + "W" * 80)
    kinds = cycle(("pupil", "pupil", "adult", "spare", "company"))
    badges = [
        PrintedBadge("88", group_of(1)[0].token, "WWWWWW", replace(long, mark=mark), True, kind, name)
        for mark, kind, name in zip(MARKS, kinds, ("", "W" * 30, "", "", "", ""), strict=False)
    ]
    page = pages(badge_sheet(badges, preset=preset), 10)[0]
    layout = layout_of(preset)
    code = (layout.code_x, layout.code_y, layout.code_x + 25 * layout.module, layout.code_y + 25 * layout.module)
    zone = grown(code, 4 * layout.module)
    whole = (0, 0, preset.width, preset.height)
    for cell in range(len(badges)):
        badge = label(page, preset, cell, 10)
        assert ink_between(badge, grown(code, 0.1), grown(zone, -0.1), 10) is None
        assert ink_between(badge, grown(whole, -2.2), grown(whole, -1.1), 10) is None


def test_the_pdf_holds_the_number_the_group_the_short_code_the_place_the_day_and_no_other_word():
    badges = group_of(24)
    expected = [
        sorted(
            line
            for badge in badges[first : first + 10]
            for line in (badge.face, shown_code(badge.short_code), "4e B", GROUP.place, GROUP.day)
        )
        for first in (0, 10, 20)
    ]
    assert [sorted(page) for page in words(badge_sheet(badges, preset=LABELS))] == expected


def all_kinds(group: PrintedGroup = GROUP) -> list[PrintedBadge]:
    """An adult's, a spare one, a company's, and a pupil's with a first name."""
    adult, spare, company, named = group_of(4, group=group)
    return [
        replace(adult, kind="adult", face="A1"),
        replace(spare, kind="spare", face="R1"),
        replace(company, kind="company", face="E1", group=replace(group, label="Cristel SAS", mark=None)),
        replace(named, first_name="Marie-Amélie"),
    ]


@every_preset
def test_adults_spares_companies_and_first_names_are_read_askew_too(preset: Preset):
    badges = all_kinds()
    page = pages(badge_sheet(badges, preset=preset), fine(preset))[0]
    filmed = [
        as_filmed(label(page, preset, cell, fine(preset)), turned=turned, tilted=tilted, smaller=FINER, blur=1.0)
        for cell, (turned, tilted) in enumerate(POSTURES)
    ]
    assert [read(frame) for frame in filmed] == [[badge.token] for badge in badges]


def test_each_kind_says_in_a_word_whose_badge_it_is():
    codes = [shown_code(badge.short_code) for badge in all_kinds()]
    place, on = GROUP.place, GROUP.day
    (printed,) = words(badge_sheet(all_kinds(), preset=LABELS))
    assert sorted(printed) == sorted(
        [
            *("A1", "ADULTE", "4e B", codes[0], place, on),
            *("R1", "RÉSERVE", "4e B", codes[1], place, on),
            *("E1", "ENTREPRISE", "Cristel SAS", codes[2], place, on),
            *("4", "Marie-Amélie", codes[3], place, f"4e B · {on}"),
        ]
    )


def test_the_kinds_are_told_apart_without_colour_nor_number():
    one = replace(group_of(1)[0], face="A1")
    drawn = {
        pages(badge_sheet([replace(one, kind=kind)], preset=LABELS), 4)[0].tobytes()
        for kind in ("pupil", "adult", "spare", "company")
    }
    assert len(drawn) == 4


@every_preset
def test_a_divider_has_no_code_and_stays_on_its_label(preset: Preset):
    divider = PrintedDivider(replace(GROUP, label="W" * 60), "9 h à 12 h", "W" * 90, "W" * 90, "24 élèves, 2 adultes")
    page = pages(badge_sheet([divider, *group_of(1)], preset=preset), 10)[0]
    whole = (0, 0, preset.width, preset.height)
    assert read(label(page, preset, 0, 10)) == []
    assert ink_between(label(page, preset, 0, 10), grown(whole, -2.2), grown(whole, -1.1), 10) is None


@every_preset
def test_badges_lie_on_the_labels(preset: Preset):
    found = corners(badge_sheet(group_of(preset.cells), preset=preset))
    expected = [(left, top + preset.height) for left, top in map(preset.corner, range(preset.cells))]
    assert [tuple(round(edge, 3) for edge in corner) for corner in found] == [
        tuple(round(edge, 3) for edge in corner) for corner in expected
    ]


@pytest.mark.parametrize(("dx_mm", "dy_mm"), [(1.5, -2.0), (-0.5, 0.25), (10, 10)])
def test_an_offset_moves_every_badge_by_exactly_that(dx_mm: float, dy_mm: float):
    plain = corners(badge_sheet(group_of(10), preset=LABELS))
    moved = corners(badge_sheet(group_of(10), preset=LABELS, dx_mm=dx_mm, dy_mm=dy_mm))
    shifts = {
        (round(right - left, 3), round(lower - upper, 3))
        for (left, upper), (right, lower) in zip(plain, moved, strict=True)
    }
    assert shifts == {(dx_mm, dy_mm)}


def test_a_sheet_already_begun_is_continued_and_the_next_one_begins_at_its_first_label():
    fresh = corners(badge_sheet(group_of(10), preset=LABELS))
    begun = corners(badge_sheet(group_of(5), preset=LABELS, start=8))
    assert begun == [*fresh[7:], *fresh[:2]]


def test_a_start_outside_the_sheet_is_refused():
    with pytest.raises(Invalid):
        badge_sheet(group_of(1), preset=PRESETS["avery-l7160"], start=22)


def test_a_day_s_groups_share_a_document_each_with_its_mark():
    second = replace(GROUP, label="3e SEGPA", mark=MARKS[4])
    pdf = badge_sheet([*group_of(2), *group_of(2, group=second)], preset=LABELS)
    assert sorted(words(pdf)[0]).count("3e SEGPA") == 2
    assert [sorted(page).count("4e B") for page in words(pdf)] == [2]


def test_six_marks_are_told_apart_without_their_colour():
    black = [replace(mark, hex="#000000") for mark in MARKS]
    badge = group_of(1)[0]
    drawn = {
        pages(badge_sheet([replace(badge, group=replace(GROUP, mark=mark))], preset=LABELS), 4)[0].tobytes()
        for mark in black
    }
    assert len(drawn) == 6


def test_the_no_photo_sign_changes_the_badge_and_adds_no_word():
    with_sign, without = (badge_sheet(group_of(1, no_photo=sign), preset=LABELS) for sign in (True, False))
    assert pages(with_sign, 4)[0].tobytes() != pages(without, 4)[0].tobytes()
    assert words(with_sign) == words(without)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("4e Été – l’Œuvre", "4e Été – l’Œuvre"),
        ("4e  Łódź\n\x07", "4e ódz"),
        ("4e 🚀 B", "4e B"),
        ("<b>4e</b> & 3e", "<b>4e</b> & 3e"),
        ("4e\u202fB", "4e B"),
    ],
)
def test_a_label_is_printed_as_the_font_can_write_it(typed: str, printed: str):
    badge = group_of(1, group=replace(GROUP, label=typed))[0]
    others = {badge.face, shown_code(badge.short_code), GROUP.place, GROUP.day}
    lines = words(badge_sheet([badge], preset=LABELS))[0]
    assert " ".join(line for line in lines if line not in others) == printed


def test_the_same_badges_are_the_same_bytes():
    assert badge_sheet(group_of(24), preset=LABELS) == badge_sheet(group_of(24), preset=LABELS)


def test_a_sheet_of_24_is_light_and_drawn_in_vectors():
    pdf = badge_sheet(group_of(24), preset=LABELS)
    assert len(pdf) < 20_000
    assert re.findall(rb"/Subtype /Image|/FontFile", pdf) == []


def test_the_document_says_its_title_its_language_and_to_print_it_at_its_true_size():
    document = pypdfium2.PdfDocument(badge_sheet(group_of(1), preset=LABELS, title="Badges, 4e B, jeudi 25 mars 2027"))
    about = document.get_metadata_dict(skip_empty=True)
    assert (about["Title"], about["Author"]) == ("Badges, 4e B, jeudi 25 mars 2027", "Technilab")
    pdf = badge_sheet(group_of(1), preset=LABELS)
    assert (pdf.count(b"/Lang (fr)"), pdf.count(b"/PrintScaling /None")) == (1, 1)
