"""A workbook made to be dear to read is refused before it is."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from booking.programme.records.read_table import read_table
from workshops.schools.rules import FileRefused

SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def a_workbook(*lines: list[str]) -> bytes:
    book, kept = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(kept)
    return kept.getvalue()


def with_part(name: str, make: Callable[[bytes], bytes]) -> bytes:
    """A small workbook one of whose parts is another, or one more."""
    small, made = zipfile.ZipFile(io.BytesIO(a_workbook(["Date"], ["x"]))), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for one in {*small.namelist(), name}:
            held = small.read(one) if one in small.namelist() else b""
            written.writestr(one, make(held) if one == name else held)
    return made.getvalue()


DEAR = {
    "styles": with_part(
        "xl/styles.xml", lambda told: told.replace(b"</cellXfs>", b'<xf numFmtId="0"/>' * 400_000 + b"</cellXfs>")
    ),
    "strings": with_part("xl/sharedStrings.xml", lambda _: STRINGS + b"<si><t>a</t></si>" * 900_000 + b"</sst>"),
    "cells": with_part(
        "xl/worksheets/sheet1.xml", lambda _: SHEET + b"<row>" + b"<c/>" * 900_000 + b"</row></sheetData></worksheet>"
    ),
    "lines": with_part(
        "xl/worksheets/sheet1.xml", lambda _: SHEET + b"<row></row>" * 900_000 + b"</sheetData></worksheet>"
    ),
    "a theme": with_part("xl/theme/theme1.xml", lambda _: b"<a>" * 400_000 + b"</a>" * 400_000),
}


@pytest.mark.parametrize("name", DEAR)
def test_a_workbook_that_unfolds_to_much_is_refused_at_the_limit(name):
    assert len(DEAR[name]) < 90_000
    began = time.process_time()
    with pytest.raises(FileRefused, match="trop volumineux une fois ouvert"):
        read_table(DEAR[name])
    assert time.process_time() - began < 0.5


def test_as_many_lines_as_are_taken_are_read():
    header, line = [f"Colonne {n}" for n in range(20)], ["Collège Stendhal, Besançon"] * 20
    assert len(read_table(a_workbook(header, *[line] * 2000), bytes_most=2_000_000).lines) == 2000
    with pytest.raises(FileRefused, match="dépasse"):
        read_table(a_workbook(header, *[line] * 2001), bytes_most=2_000_000)


def test_a_workbook_whose_part_is_cut_is_told_in_words():
    whole = bytearray(a_workbook(["Date"], ["2024-03-14"]))
    whole[60:90] = bytes(30)
    with pytest.raises(FileRefused):
        read_table(bytes(whole))
