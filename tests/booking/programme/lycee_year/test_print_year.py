"""The year on paper: one page, and no count under 5 on it, nor one by which such a count could be had."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from PIL import Image
from pypdfium2 import PdfDocument

from booking.day.photos.keep_photo import FOLDER
from booking.programme.contributions.rules import OwnHours, OwnLine
from booking.programme.lycee_year.draw_year import draw_year
from booking.programme.lycee_year.mask import PupilsTold, pupils_told
from booking.programme.lycee_year.print_year import year_pdf
from booking.programme.lycee_year.queries import Brought, CompanyGave, ObjectMade, lycee_year
from booking.programme.lycee_year.rules import CollegeCame, Share, YearCounts
from tests import builders
from tests.booking.programme.lycee_year.world import two_years
from tests.builders import NOW
from tests.workshops.september_hands.world import count
from workshops.database import rows
from workshops.programmes.targets.queries import TargetCard


def words_of(pdf: bytes) -> str:
    (page,) = PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_bounded().split())


def counts(pupils: int, apart: int = 0, girls: int = 0) -> YearCounts:
    return YearCounts(2, 3, pupils, apart, girls, 2, 1, 1, timedelta(hours=3))


async def test_it_says_on_one_page_what_the_host_reads(db, tmp_path):
    world = await two_years()
    await builders.target(target=3650, from_on=date(2026, 8, 1), to_on=date(2028, 7, 30))
    words = words_of(await year_pdf(world.haag, 2026, data_dir=tmp_path, now=NOW))
    for part in (
        "Année 2026-2027",
        "Lycée Jules Haag, Besançon",
        "3 visites, 3 groupes 1 l'an dernier 62 élèves, dont 20 filles sur 42 comptés à part 21 l'an dernier",
        "2 collèges, 1 en éducation prioritaire",
        "12 h 00 données par 2 entreprises",
        "Visites closes au lundi 11 janvier 2027. L'an dernier : à la même date.",
        "62 élèves sur 912 attendus ; il en faudrait 410 aujourd'hui, soit 15 classes de plus.",
        "Lampe : 44 terminés",
        "Collège Stendhal, Besançon (REP) : 2 groupes Collège Maryse Bastié, Dole : 1 groupe",
        "Zénith Montres : 9 h 00, 2 visites Forges du Doubs : 3 h 00, 1 visite",
        "Groupes qui ne sont pas venus : 1 sur 4",
    ):
        assert part in words.replace("\u202f", " "), part
    assert "Faure" not in words


async def test_a_photo_of_an_object_stands_in_the_place_of_its_drawing(db, tmp_path):
    world = await two_years()
    drawn = await year_pdf(world.haag, 2026, data_dir=tmp_path, now=NOW)
    await rows("UPDATE builds SET photo = 'lampe.jpg' WHERE slot = $1", world.slots[0])
    (tmp_path / FOLDER).mkdir()
    shown = io.BytesIO()
    Image.effect_noise((1600, 1200), 80).convert("RGB").save(shown, "JPEG")
    (tmp_path / FOLDER / "lampe.jpg").write_bytes(shown.getvalue())
    pictured = await year_pdf(world.haag, 2026, data_dir=tmp_path, now=NOW)
    assert [b"/DCTDecode" in pdf for pdf in (drawn, pictured)] == [False, True]
    # As light as its place on the page: mailboxes refuse what is heavy.
    assert len(pictured) < 250_000 < len(shown.getvalue())
    (tmp_path / FOLDER / "lampe.jpg").unlink()
    assert await year_pdf(world.haag, 2026, data_dir=tmp_path, now=NOW) == drawn


@pytest.mark.parametrize(
    ("years", "masked"),
    [
        ([counts(62, 42, 20)], [PupilsTold(62, 20, 42)]),
        ([counts(62)], [PupilsTold(62, None, None)]),
        # Two girls, or two boys, are nobody's to read.
        ([counts(24, 24, 2)], [PupilsTold(24, None, None)]),
        ([counts(24, 24, 22)], [PupilsTold(24, None, None)]),
        # Of three pupils nobody counted the girls apart: those counted apart would tell how many they are.
        ([counts(24, 21, 10)], [PupilsTold(24, None, None)]),
        ([counts(3, 3, 1)], [PupilsTold(None, None, None)]),
        ([counts(30, 30, 14), counts(4)], [PupilsTold(30, 14, 30), PupilsTold(None, None, None)]),
    ],
)
def test_no_count_under_five_is_told_nor_can_be_had(years, masked):
    assert pupils_told(years) == masked


async def test_a_year_of_three_pupils_says_neither_how_many_nor_what_is_missing(db, tmp_path):
    lycee, college = await builders.school(kind="lycee"), await builders.school()
    lamp = await builders.tech_object(name="Lampe")
    slot = await builders.slot(host=lycee, starts_at=NOW - timedelta(days=30), state="done")
    await builders.turnout(slot=slot, school=college, counted=3, girls=1, group_ref=7)
    await builders.build(slot=slot, tech_object=lamp, group_ref=7, made=3)
    await builders.target()
    words = words_of(await year_pdf(lycee, 2026, data_dir=tmp_path, now=NOW))
    assert "masqué élève" in words
    assert "Lampe : moins de 5 terminés" in words
    assert ("attendus" in words, "fille" in words) == (False, False)


@pytest.mark.parametrize(
    ("present", "hands", "told"),
    [
        (40, 12, "12 des 40 nouveaux élèves présents disent être venus."),
        (40, 4, "masqué"),
        (40, 36, "masqué"),
        (40, 0, "Aucun des 40 nouveaux élèves présents ne dit être venu."),
    ],
)
async def test_the_hands_of_september_are_one_line_and_a_few_are_not_told(db, tmp_path, present, hands, told):
    lycee, other = await builders.school(kind="lycee"), await builders.school(kind="lycee")
    await count(lycee, ("2de MTNE", present, hands), ("2de MRC", None, None))
    await count(other, ("2de MTNE", 30, 9))
    words = words_of(await year_pdf(lycee, 2026, data_dir=tmp_path, now=NOW))
    assert f"Main levée de septembre : {told}" in words.replace("\u202f", " ")
    assert "Main levée" not in words_of(await year_pdf(lycee, 2025, data_dir=tmp_path, now=NOW))


async def test_a_lycee_that_received_all_year_still_fits_on_one_page(db):
    world = await two_years()
    year = await lycee_year(world.haag, 2026, now=NOW)
    college = CollegeCame(
        1, "Collège Jean-Jacques Rousseau-Voujeaucourt", "Villers-le-Lac", "25", "REP+", 47.06, 6.6, 12, 240
    )
    made = ObjectMade(1, "Lampe à détection de mouvement rechargeable", 240, 230, 12, None, "")
    target = TargetCard(1, "ptech", "schemes", "Lycéens en parcours P-TECH", "lycéens", 1800, NOW.date(), NOW.date())
    full = replace(
        year,
        colleges=[college] * 40,
        objects=[made] * 12,
        companies=[CompanyGave("Découpage et emboutissage du Haut-Doubs", 12, timedelta(hours=36))] * 30,
        share=Share(312, 700, 364, 15),
        gave=OwnHours(51, (OwnLine("Lycéens", "1 260 h 30", "dit pour 40 sur 51 visites closes"),) * 3),
        brought=[Brought(target, 3, people=True)] * 6,
    )
    for lines in range(1, 40):
        longer = replace(year, brought=[Brought(target, 3, people=True)] * lines)
        assert f"Année {year.words}" in words_of(draw_year(longer, {}, on=NOW.date()))
    words = words_of(draw_year(full, {}, on=NOW.date()))
    assert "Autres objectifs, depuis le début" in words
    assert "Ce que le lycée a donné Lycéens : 1 260 h 30 (dit pour 40 sur 51 visites closes)" in words
    assert ("et 32 autres collèges" in words, "et 22 autres entreprises" in words) == (True, True)
    assert "Lycéens en parcours P-TECH : moins de 5 sur 1 800" in words.replace("\u202f", " ")
