from __future__ import annotations

import pytest

from booking.presentation.spreadsheet import csv_of, harmless


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_compute_is_text(start):
    assert harmless(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize(("cell", "kept"), [("Lycée", "Lycée"), ("3e - A", "3e - A"), (-3, -3), (None, ""), ("", "")])
def test_other_cells_stay_as_they_are(cell, kept):
    assert harmless(cell) == kept


def test_french_spreadsheets_open_the_file_with_its_accents():
    written = csv_of([("Lycée", "Élèves"), ("Victor ; Hugo", 24)])
    assert written == '\ufeffLycée;Élèves\r\n"Victor ; Hugo";24\r\n'.encode()
