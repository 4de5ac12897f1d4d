from __future__ import annotations

import io
import zipfile
from datetime import date
from importlib.metadata import version

import pytest
from openpyxl import Workbook, load_workbook

from booking.process.version import VERSION
from booking.programme.records.export import export_records
from booking.programme.records.read_lines import SHEETS
from booking.programme.records.read_table import TOO_LARGE
from booking.programme.records.take_in import foresee, take_in
from tests import builders
from tests.booking.programme.records.story import HAAG, TABLES, a_lycee, sender
from tests.builders import NOW
from workshops.database import rows, value
from workshops.schools.rules import FileRefused
from workshops.scope import EVERYTHING

STORED = (
    *("ptech_schemes", "ptech_cohorts", "ptech_censuses", "ptech_mentors", "ptech_outcomes"),
    *("bts1_courses", "bts1_steps", "bts1_intakes", "bts1_mobilities", "bts1_partners", "bts1_feeders"),
    *("mentoring_actions", "notices"),
)


async def everything() -> dict[str, list[tuple[object, ...]]]:
    return {name: [tuple(one) for one in await rows(f"SELECT * FROM {name} ORDER BY id")] for name in STORED}


async def taken_in(*names: str) -> int:
    by = await builders.account()
    for name in names or TABLES:
        await take_in(TABLES[name].encode(), sender=sender(by), now=NOW)
    return by


async def refused(content: bytes) -> tuple[str, ...]:
    with pytest.raises(FileRefused) as no:
        await foresee(content, sender=sender(), now=NOW)
    return no.value.lines


def workbook(*lines: list[object]) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_is_given_out_and_taken_in_again_changes_nothing(db, name, form):
    await a_lycee()
    by = await taken_in()
    before = await everything()
    given = await export_records(SHEETS[name], form=form, by=by, now=NOW, scope=EVERYTHING)
    again = await foresee(given, sender=sender(), now=NOW)
    done = await take_in(given, sender=sender(by), now=NOW)
    assert again.lines == TABLES[name].count("\n") - 1
    assert [(one.added, one.changed, one.unchanged) for one in (again, done)] == [(0, 0, again.lines)] * 2
    assert await everything() == before


async def test_a_csv_is_given_out_as_it_was_taken_in(db):
    await a_lycee()
    by = await taken_in()
    for name, table in TABLES.items():
        given = (await export_records(SHEETS[name], form="csv", by=by, now=NOW, scope=EVERYTHING)).decode("utf-8-sig")
        told = [line.split(";") for line in given.splitlines()]
        kept = len(SHEETS[name].told)
        assert [line[:kept] for line in told] == [line.split(";") for line in table.splitlines()]


async def test_a_file_given_out_names_its_filter_its_date_and_its_version(db):
    await a_lycee()
    by = await taken_in("bts1-formations")
    about = [
        ["Nom", "Ce qu'il dit", "Règle de comptage"],
        ["Tableau", "Formations BTS+1", ""],
        ["Filtre", "tous les lycées", ""],
        ["Extrait le", "lundi 11 janvier 2027, 9 h 00", ""],
        ["Version", f"Technilab {version('technilab')}", ""],
        ["uai", "UAI : UAI du lycée", ""],
        ["formation", "texte", ""],
        ["domaine", "texte", ""],
        ["precisions", "précisions : texte ; facultatif", ""],
    ]
    csv, xlsx, dictionary = [
        await export_records(SHEETS["bts1-formations"], form=form, by=by, now=NOW, scope=EVERYTHING)
        for form in ("csv", "xlsx", "dictionnaire")
    ]
    assert len(csv.splitlines()) == 2
    assert [line.split(";") for line in dictionary.decode("utf-8-sig").replace('"', "").splitlines()[:5]] == about[:5]
    book = load_workbook(io.BytesIO(xlsx))
    assert book.sheetnames == ["Formations BTS+1", "À propos de ce fichier"]
    told = [[cell or "" for cell in line] for line in book.worksheets[1].iter_rows(values_only=True)]
    assert told[: len(about)] == about
    assert [line[0] for line in told[5:]] == [column.name for column in SHEETS["bts1-formations"].columns]
    assert [one["detail"] for one in await rows("SELECT detail FROM events ORDER BY id DESC LIMIT 2")] == [
        "Formations BTS+1, tous les lycées, xlsx",
        "Formations BTS+1, tous les lycées, csv",
    ]


async def test_a_file_of_before_that_said_what_it_was_under_its_lines_is_read_with_the_line_added_below(db):
    await a_lycee()
    by = await taken_in("bts1-formations")
    given = await export_records(SHEETS["bts1-formations"], form="csv", by=by, now=NOW, scope=EVERYTHING)
    before = "\r\nTableau;Formations BTS+1\r\nFiltre;tous les lycées\r\nExtrait le;lundi 11 janvier 2027, 9 h 00\r\n"
    added = given + f"{before}Version;Technilab {VERSION}\r\n{HAAG};Bachelor luthier;Lutherie;\r\n".encode()
    seen = await foresee(added, sender=sender(), now=NOW)
    assert (seen.added, seen.unchanged, seen.lines) == (1, 1, 2)


async def test_a_dry_run_says_what_would_change_and_keeps_nothing(db):
    await a_lycee()
    empty = await everything()
    told: list[tuple[int, int]] = []
    seen = await foresee(
        TABLES["ptech-cohortes"].encode(), sender=sender(), now=NOW, progress=lambda *at: told.append(at)
    )
    assert (seen.added, seen.changed, seen.unchanged, told) == (2, 0, 0, [(1, 2), (2, 2)])
    assert await everything() == empty
    assert await value("SELECT count(*) FROM events") == 0


async def test_a_line_that_says_otherwise_corrects_what_is_stored(db):
    await a_lycee()
    by = await taken_in()
    mended = TABLES["ptech-recensements"].replace("juin;23;6;1;1;1", "juin;24;7;1;1;0").encode("cp1252")
    seen = await take_in(mended, sender=sender(by), now=NOW)
    assert (seen.added, seen.changed, seen.unchanged) == (0, 1, 2)
    assert await value("SELECT girls FROM ptech_censuses WHERE term = 'june'") == 7
    assert await value("SELECT detail FROM events ORDER BY id DESC LIMIT 1") == (
        "Recensements P-TECH : 0 ajout, 1 correction"
    )


async def test_each_wrong_line_is_named_and_nothing_is_stored(db):
    await a_lycee()
    by = await taken_in("ptech-cohortes")
    table = TABLES["ptech-recensements"] + "\n".join(
        (
            f"{HAAG};P-TECH Microtechniques;2025;2026-2028;octobre;24;6;0;0;0;0;0;0;",
            "0250001Z;P-TECH Microtechniques;2025;2026-2027;juin;vingt;6;0;0;0;0;0;0;",
            f"{HAAG};P-TECH Microtechniques;2025;2025-2026;Juin;23;6;1;1;1;0;0;0;",
        )
    )
    assert await refused(table.encode()) == (
        "ligne 5 : année scolaire : « 2026-2028 » n'est pas une année scolaire (attendu : 2026-2027)",
        "ligne 6 : UAI : « 0250001Z » n'est pas un UAI (7 chiffres et leur clé)",
        "ligne 6 : présents : « vingt » n'est pas un nombre entier",
        "ligne 7 : la même chose est déjà dite ligne 3",
    )
    gap = TABLES["ptech-recensements"].replace("juin;23", "juin;22") + (
        f"{HAAG};P-TECH inconnu;2025;2025-2026;octobre;24;6;0;0;0;0;0;0;\n"
    )
    assert await refused(gap.encode()) == (
        "ligne 3 : il manque 1 élève : 24 en octobre 2025, 1 entré, 2 sortis, 22 en juin 2026. Corrigez, ou expliquez"
        " l'écart en une phrase",
        "ligne 5 : la cohorte 2025 de « P-TECH inconnu » n'existe pas : importez d'abord les cohortes",
    )
    # A line that does not read, and what the records refuse of the others, in one round.
    both = gap + "0250001Z;P-TECH Microtechniques;2025;2026-2027;juin;20;6;0;0;0;0;0;0;\n"
    assert [told.partition(" : ")[0] for told in await refused(both.encode())] == ["ligne 3", "ligne 5", "ligne 6"]
    for wrong in (gap, both):
        with pytest.raises(FileRefused):
            await take_in(wrong.encode(), sender=sender(by), now=NOW)
    assert await value("SELECT count(*) FROM ptech_censuses") == 0


async def test_lines_are_stored_by_steps_and_a_step_done_twice_counts_once(db):
    await a_lycee()
    by = await taken_in("ptech-cohortes")
    content = TABLES["ptech-recensements"].encode()
    first = await take_in(content, step=2, sender=sender(by), now=NOW)
    assert (first.upto, first.over, await value("SELECT count(*) FROM ptech_censuses")) == (2, False, 2)
    again = await take_in(content, step=2, sender=sender(by), now=NOW)
    assert (again.unchanged, again.upto) == (2, 2)
    last = await take_in(content, after=2, step=2, sender=sender(by), now=NOW)
    assert (last.upto, last.over, await value("SELECT count(*) FROM ptech_censuses")) == (3, True, 3)


async def test_a_workbook_holds_dates_and_numbers_of_its_own(db):
    await a_lycee()
    await taken_in("bts1-formations")
    header = ["uai", "Formation", "Étape", "le", "prévue"]
    content = workbook(header, [None] * 5, [HAAG, "Bachelor horloger", "idee", date(2025, 1, 10), False])
    seen = await take_in(content, sender=sender(), now=NOW)
    assert (seen.table, seen.added) == ("bts1-etapes", 1)
    assert await refused(workbook(header, [HAAG, "Bachelor horloger", "Idée", 1.5, "?"])) == (
        "ligne 2 : date : « 1.5 » n'est pas une date (attendu : 25/03/2027)",
        "ligne 2 : prévue : écrivez oui ou non",
    )


async def test_a_formula_given_out_is_text_and_comes_back_the_same(db):
    await a_lycee()
    by = await builders.account()
    content = TABLES["bts1-formations"].replace("Avec le CNAM", "=1+1").encode()
    await take_in(content, sender=sender(by), now=NOW)
    given = await export_records(SHEETS["bts1-formations"], form="csv", by=by, now=NOW, scope=EVERYTHING)
    assert b";'=1+1" in given
    assert (await foresee(given, sender=sender(), now=NOW)).unchanged == 1


async def test_a_file_that_is_no_table_of_ours_says_which_columns_lack(db):
    assert await refused(b"uai;formation;etape;le\n") == (
        "ligne 1 : colonnes absentes pour « Étapes des formations BTS+1 » (prévue) ; partez d'un modèle, séparé par"
        " des points-virgules",
    )
    assert await refused(b"%PDF-1.7 a letter\n") == (
        "ligne 1 : ces titres de colonnes ne sont ceux d'aucun tableau ; partez d'un tableau téléchargé ou d'un modèle",
    )
    picture = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    assert await refused(picture) == ("ce fichier n'est pas un tableau XLSX ou CSV",)
    assert await refused(b"\n\n") == ("le fichier est vide",)
    assert await refused(b"x" * 1_000_001) == ("le fichier dépasse 1 Mo",)
    too_many = "uai;formation;domaine;precisions\n" + f"{HAAG};a;b;\n" * 2001
    assert await refused(too_many.encode()) == ("le fichier dépasse 2\u202f000 lignes : importez-le en plusieurs fois",)
    assert await refused(b";" * 61 + b"x\n") == ("ligne 1 : plus de 60 colonnes",)


async def test_a_zip_bomb_or_a_damaged_workbook_is_refused_before_it_unfolds(db):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 31_000_000)
    assert len(bomb.getvalue()) < 100_000
    assert await refused(bomb.getvalue()) == (TOO_LARGE,)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as parts:
        for number in range(201):
            parts.writestr(f"part{number}", b"")
    assert await refused(many.getvalue()) == (TOO_LARGE,)
    unreadable = "le classeur ne se lit pas : enregistrez-le de nouveau au format XLSX, ou en CSV"
    assert await refused(b"PK\x03\x04 nothing") == (unreadable,)
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as parts:
        parts.writestr("readme.txt", b"no workbook")
    assert await refused(empty.getvalue()) == (unreadable,)


async def test_entities_of_a_workbook_are_not_unfolded(db):
    sheet = workbook(["uai", "formation", "domaine", "precisions"], [HAAG, "x", "y", "z"])
    evil = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet)) as source, zipfile.ZipFile(evil, "w") as target:
        for part in source.infolist():
            body = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                start = body.index(b"<worksheet")
                body = b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + body[start:]
            target.writestr(part.filename, body)
    assert await refused(evil.getvalue()) == (
        "le classeur ne se lit pas : enregistrez-le de nouveau au format XLSX, ou en CSV",
    )
