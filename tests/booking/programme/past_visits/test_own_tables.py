"""A file of visits as people keep it: titles above, cells joined, another sheet, sums, other columns and encodings."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from booking.programme.past_visits.find_table import FileSays, TableRefused
from booking.programme.past_visits.foresee import Foreseen, Limits, foresee
from booking.programme.past_visits.remember_columns import remember_columns
from booking.programme.past_visits.take_in import take_in
from tests import builders
from tests.booking.programme.past_visits.files import DIDEROT, FIRST, HAAG, HEADER, SECOND, Place, a_place, file_of
from tests.builders import NOW
from workshops.database import rows, value
from workshops.schools.rules import FileRefused
from workshops.tallies.queries import wrong_sums

TITLES = ["Date", "Lycée", "Collège", "Classe", "Élèves", "Source"]
SOURCE = "Suivi du rectorat"


def saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def a_workbook(*lines: list[object], name: str = "Feuil1") -> Workbook:
    book = Workbook()
    book.active.title = name
    for line in lines:
        book.active.append(line)
    return book


async def seen(content: bytes, **says: object) -> Foreseen:
    return await foresee(content, says=FileSays(**({"source": "suivi"} | says)), now=NOW)


def told(done: Foreseen) -> list[tuple[object, ...]]:
    sketches = [(one.number, one.weighed.step.sketch) for one in done.lines]
    return [(number, it.held_on, it.lycee, it.college, it.level, it.group_label, it.pupils) for number, it in sketches]


def left_out(done: Foreseen) -> list[str]:
    return [one.words for one in done.table.left_out]


async def two_lycees() -> tuple[Place, int]:
    place = await a_place()
    return place, await builders.school(kind="lycee", uai=builders.uai(9), name="Lycée Edgar Faure", commune="Morteau")


def kept_by_a_lycee() -> Workbook:
    """Three lines of titles, each lycée joined over its visits, sums under each and below all."""
    book = a_workbook(
        ["Suivi des visites TECHNILAB"],
        ["Académie de Besançon, année 2023-2024"],
        [],
        ["Date", "Lycée", "Collège", "Groupe", "Élèves"],
        *([f"{day}/03/2024", "Lycée Jules Haag" if day == 11 else None, DIDEROT, f"4e {name}", 20 + day]
          for day, name in zip(range(11, 16), "ABCDE", strict=True)),
        ["Sous-total", None, None, None, "=SUM(E5:E9)"],
        ["18/03/2024", "Lycée Edgar Faure", DIDEROT, "5e A", 24],
        ["TOTAL 2024", None, None, None, "=SUM(E5:E11)"],
    )  # fmt: skip
    book.active.merge_cells("A1:E1")
    book.active.merge_cells("B5:B9")
    return book


async def test_titles_above_joined_cells_and_sums_are_no_trouble_and_what_is_left_out_is_said(db):
    place, faure = await two_lycees()
    content = saved(kept_by_a_lycee())
    done = await seen(content)
    assert done.table.where == "titres ligne 4"
    assert told(done) == [
        (number, date(2024, 3, number + 6), place.lycee, place.diderot, "4e", f"4e {name}", number + 26)
        for number, name in zip(range(5, 10), "ABCDE", strict=True)
    ] + [(11, date(2024, 3, 18), faure, place.diderot, "5e", "5e A", 24)]
    assert left_out(done) == [
        "ligne 10 : « Sous-total », laissée de côté",
        "ligne 12 : « TOTAL 2024 », laissée de côté",
    ]
    kept = await take_in(content, says=FileSays(source="suivi"), by=None, now=NOW)
    assert (kept.moves, left_out(kept), await wrong_sums()) == (6, left_out(done), 0)
    assert await value("SELECT array_agg(DISTINCT source::text) FROM past_visits") == ["suivi"]
    assert (await seen(content)).moves == 0


async def test_a_cell_is_repeated_over_the_lines_that_it_is_joined_over_and_no_further(db):
    await two_lycees()
    book = kept_by_a_lycee()
    book.active["B11"] = None
    with pytest.raises(TableRefused) as no:
        await seen(saved(book))
    assert no.value.lines == ("ligne 11 : lycée : à remplir",)


async def test_the_sheet_that_holds_the_visits_is_found_behind_a_cover_or_is_chosen(db):
    place = await a_place()
    book = a_workbook(["TECHNILAB"], ["Document de travail"], ["Rempli par", "Mme Faivre"], name="Couverture")
    for name, day in (("Feuil2", "14/03/2024"), ("2022", "16/03/2023")):
        sheet = book.create_sheet(name)
        sheet.append(TITLES)
        sheet.append([day, HAAG, DIDEROT, "4e B", 24, SOURCE])
    says = {"columns": {"groupe": "classe"}}
    found = await seen(saved(book), **says)
    assert (found.table.sheet, found.table.others) == ("Feuil2", ("Couverture", "2022"))
    assert found.table.where == "feuille « Feuil2 »"
    assert told(found) == [(2, date(2024, 3, 14), place.lycee, place.diderot, "4e", "4e B", 24)]
    assert told(await seen(saved(book), sheet="2022", **says))[0][1] == date(2023, 3, 16)
    book.create_sheet("Large").append([f"Colonne {number}" for number in range(80)])
    assert (await seen(saved(book), **says)).table.sheet == "Feuil2"
    for sheet, why in (
        ("Large", "ligne 1 : plus de 60 colonnes"),
        ("Feuil3", "le classeur n'a pas de feuille « Feuil3 »"),
        ("Couverture", "aucune ligne ne nomme les colonnes (date, lycée, collège, élèves…) : partez du modèle"),
    ):
        with pytest.raises(FileRefused) as no:
            await seen(saved(book), sheet=sheet)
        assert no.value.lines == (why,)


async def test_days_are_read_as_spreadsheets_and_people_write_them(db):
    await a_place()
    days = {
        45567: date(2024, 10, 2),
        45567.375: date(2024, 10, 2),
        "45567": date(2024, 10, 2),
        datetime(2024, 10, 3, 9, 0): date(2024, 10, 3),  # noqa: DTZ001 - a spreadsheet knows no zone
        "4/10/24": date(2024, 10, 4),
        "07.10.2024": date(2024, 10, 7),
        "2024-10-08 09:00:00": date(2024, 10, 8),
    }
    lines = [[day, HAAG, DIDEROT, f"4e {number}", 24, SOURCE] for number, day in enumerate(days)]
    says = {"columns": {"groupe": "classe"}}
    assert [line[1] for line in told(await seen(saved(a_workbook(TITLES, *lines)), **says))] == [*days.values()]
    on_a_mac = a_workbook(TITLES, [45567 - 1462, *lines[0][1:]])
    on_a_mac.epoch = CALENDAR_MAC_1904
    assert told(await seen(saved(on_a_mac), **says))[0][1] == date(2024, 10, 2)


async def test_text_is_read_with_semicolons_tabs_or_commas_in_the_encodings_that_spreadsheets_write(db):
    await a_place()
    lines = (FIRST.replace(";24;11;", ";24,0;11 filles;"), SECOND.replace(";20;", ";20 élèves;"))
    text = "\n".join(("Visites reçues", "", HEADER, *lines, ""))
    tabs = text.replace(";", "\t").replace("\n", "\r\n")
    files = {
        "semicolons": text.encode("cp1252"),
        "Texte Unicode": b"\xff\xfe" + tabs.encode("utf-16-le"),
        "the other way round": b"\xfe\xff" + tabs.encode("utf-16-be"),
        "tabs": tabs.encode(),
    }
    found = {name: await seen(content) for name, content in files.items()}
    assert {name: [line[-1] for line in told(done)] for name, done in found.items()} == {
        name: [24, 20] for name in files
    }
    assert {tuple(told(done)) for done in found.values()} == {tuple(told(found["semicolons"]))}
    assert {done.lines[0].weighed.step.sketch.girls for done in found.values()} == {11}
    with pytest.raises(FileRefused) as no:
        await seen(b"\xff\xfe\x00\xd8" + tabs.encode("utf-16-le"))
    assert no.value.lines == ("le fichier n'est ni en UTF-8 ni en Windows-1252",)


async def test_a_line_that_is_no_visit_is_left_out_and_one_that_may_be_is_not(db):
    place = await a_place()
    await builders.company(name="Total Mécanique", siret=builders.siret(9))
    company = FIRST.replace("Horlogerie du Doubs", "Total Mécanique")
    titles, remark = HEADER, "Lycée Jules Haag;;;;;;;;;;"
    done = await seen(file_of(remark, company, titles, SECOND, ";;;;;44;;;;;", "Total général;;;;;44;;;;Tableau;"))
    assert [line[0] for line in told(done)] == [3, 5]
    assert left_out(done) == [
        "ligne 2 : « Lycée Jules Haag » seul, laissée de côté",
        "ligne 4 : les titres répétés, laissée de côté",
        "ligne 6 : « 44 » seul, laissée de côté",
        "ligne 7 : « Total général », laissée de côté",
    ]
    assert done.lines[0].weighed.step.sketch.companies == (builders.siret(9),)
    assert left_out(await seen(file_of(FIRST, ";;;;;44;20;;;;"))) == [
        "ligne 3 : ni date, ni établissement, ni classe, laissée de côté"
    ]
    with pytest.raises(TableRefused) as no:
        await seen(file_of(FIRST, ";;;4e;4e C;20;;;;Tableau;"))
    assert no.value.lines[0] == "ligne 3 : date : à remplir"
    assert place.lycee == done.lines[0].weighed.step.sketch.lycee


UNLIKE = "Jour;Établissement d'accueil;Provenance;Classe;Nb;Remarques\n14/03/2024;{0};{1};4e B;24;beau temps\n"


async def test_columns_that_nobody_knows_are_proposed_chosen_once_and_remembered_by_their_headings(db):
    place = await a_place()
    content = UNLIKE.format(HAAG, DIDEROT).encode()
    with pytest.raises(TableRefused) as no:
        await seen(content)
    table = no.value.table
    assert table.missing == ("date", "lycee", "college", "niveau", "eleves")
    assert no.value.lines == (
        "ligne 1 : colonnes non reconnues (date, lycée, collège, niveau, élèves), parmi Jour, Établissement d'accueil,"
        " Provenance, Classe, Nb, Remarques",
    )
    assert [one.words for one in table.columns][4] == "colonne E « Nb » : 24"
    chosen = dict(table.proposed)
    assert chosen == {
        "date": "jour",
        "lycee": "etablissement d'accueil",
        "college": "provenance",
        "niveau": "classe",
        "groupe": "classe",
        "eleves": "nb",
    }
    await remember_columns(chosen, table.headings)
    read = [(2, date(2024, 3, 14), place.lycee, place.diderot, "4e", "4e B", 24)]
    done = await seen(content)
    assert (told(done), done.table.unread) == (read, ["Remarques"])
    assert told(await seen(content.replace(b"Jour;", b"Remarque;JOUR ;").replace(b"\n14", b"\n;14"))) == read
    again = UNLIKE.replace("Nb;", "Nb;Nb;").replace(";24;", ";30;24;").format(HAAG, DIDEROT).encode()
    twice = await seen(again)
    assert (told(twice)[0][-1], [one.heading for one in twice.table.columns][4:6]) == (30, ["nb", "nb (f)"])
    await remember_columns(chosen | {"eleves": "nb (f)"}, twice.table.headings)
    assert told(await seen(again)) == read
    with pytest.raises(TableRefused) as no:
        await seen(content)
    assert no.value.table.missing == ("eleves",)


async def test_a_heading_says_nothing_any_more_once_another_was_chosen_for_it(db):
    await a_place()
    header = HEADER.replace("Élèves", "Élèves;Venus")
    content = file_of(FIRST.replace(";24;", ";30;24;"), header=header)
    assert told(await seen(content))[0][-1] == 30
    table = (await seen(content)).table
    await remember_columns(dict(table.chosen) | {"eleves": "venus"}, table.headings)
    done = await seen(content)
    assert (told(done)[0][-1], done.table.unread) == (24, ["Élèves"])
    assert told(await seen(file_of(SECOND, header=HEADER.replace("Élèves", "Venus"))))[0][-1] == 20
    assert [
        tuple(one) for one in await rows("SELECT heading, cell FROM visit_columns WHERE heading LIKE '%e%ves'")
    ] == [("eleves", "")]


@pytest.mark.parametrize("name", ["4ème B", "4B", "4e 2", "4 e B", "4eme SEGPA", "4e B12"])
async def test_a_level_is_read_from_the_name_of_a_class(db, name):
    await a_place()
    content = file_of(
        f"14/03/2024;{HAAG};{DIDEROT};{name};24;Tableau", header=";".join(TITLES).replace("Classe", "Groupe")
    )
    if name == "4e B12":
        with pytest.raises(TableRefused) as no:
            await seen(content)
        assert "« 4e B12 » n'est pas un niveau de collège" in no.value.lines[0]
    else:
        assert told(await seen(content))[0][4:6] == ("4e", name)


@pytest.mark.parametrize("group", ["4e/3e", "4e 3e", "42", "2nde 4"])
async def test_two_levels_are_none(db, group):
    await a_place()
    with pytest.raises(TableRefused):
        await seen(file_of(FIRST.replace(";4e;4e B;", f";{group};;")))


async def test_a_formula_that_was_never_computed_says_so_where_it_is_needed(db):
    await a_place()
    book = a_workbook(
        ["Date", "Lycée", "Collège", "Groupe", "Élèves", "Autre"],
        ["14/03/2024", HAAG, DIDEROT, "4e B", "=10+14", "=1+1"],
        ["15/03/2024", HAAG, DIDEROT, "4e C", 20, "=2+2"],
        ["Total", None, None, None, "=SUM(E2:E3)"],
    )
    with pytest.raises(TableRefused) as no:
        await seen(saved(book))
    assert no.value.lines == (
        "ligne 2 : élèves : la formule n'a pas de résultat : ouvrez le classeur dans un tableur, enregistrez-le, puis"
        " envoyez-le de nouveau",
    )


async def test_what_is_too_large_or_of_another_kind_is_told_in_a_sentence_and_soon(db):
    await a_place()
    line = "<row>" + '<c t="inlineStr"><is><t>4e B</t></is></c>' * 6 + "</row>"
    small, long = zipfile.ZipFile(io.BytesIO(saved(a_workbook(TITLES)))), io.BytesIO()
    with zipfile.ZipFile(long, "w", zipfile.ZIP_DEFLATED) as written:
        for name in small.namelist():
            told_before = small.read(name).decode()
            written.writestr(name, told_before.replace("</sheetData>", line * 100_000 + "</sheetData>"))
    began = time.process_time()
    big = Limits(bytes_most=50_000_000, rows_most=100_000)
    with pytest.raises(FileRefused) as no:
        await foresee(long.getvalue(), limits=big, now=NOW)
    assert no.value.lines == (
        "le classeur est trop volumineux une fois ouvert : gardez-en la feuille utile, ou un CSV",
    )
    assert time.process_time() - began < 2
    with pytest.raises(FileRefused) as no:
        await seen(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    assert no.value.lines == (
        "c'est un ancien classeur (.xls), ou un classeur protégé par un mot de passe : enregistrez-le au format XLSX,"
        " sans mot de passe",
    )
