"""Every column of every table has a word for people, and a file may have it for its title."""

from __future__ import annotations

import pytest

from booking.programme.records.read_lines import COLUMN_WORDS, SHEETS, read_lines
from booking.programme.records.rules import plain
from booking.programme.records.sheet import RecordSheet

EXAMPLES = {
    "text": "Une chose",
    "country": "Suisse",
    "uai": "0250001R",
    "siret": "55208131766522",
    "year": "2026",
    "school_year": "2026-2027",
    "day": "2027-03-25",
    "hour": "14:30",
    "count": "3",
    "yes": "oui",
}


def test_every_column_of_every_table_has_its_word_and_no_two_share_one():
    columns = {column.name for sheet in SHEETS.values() for column in sheet.columns}
    assert columns == set(COLUMN_WORDS)
    assert len({plain(words) for words in COLUMN_WORDS.values()}) == len(COLUMN_WORDS)
    assert [words for words in COLUMN_WORDS.values() if "_" in words] == []


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_file_titled_with_the_words_is_read_as_the_same_table(sheet: RecordSheet):
    given = [column for column in sheet.columns if column.kind != "info"]
    line = ";".join(EXAMPLES.get(one.kind, "") if not one.choices else next(iter(one.choices)) for one in given)
    (by_words, _), (by_names, _) = (
        read_lines(f"{';'.join(titles)}\n{line}\n".encode())
        for titles in ([one.words for one in given], [one.name for one in given])
    )
    assert by_words == by_names
    assert by_words[0].sheet is sheet
