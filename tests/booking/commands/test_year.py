"""The end of a year and of a duration, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import technilab

REFUSED = [
    ("2026", "Écrivez l'année scolaire ainsi : 2026-2027."),
    ("2026-2028", "Écrivez l'année scolaire ainsi : 2026-2027."),
    ("2098-2099", "L'année 2098-2099 n'est pas finie : elle se clôt à partir du 1er août 2099."),
]


@pytest.mark.parametrize(("year", "sentence"), REFUSED)
def test_a_year_that_cannot_be_closed_is_refused_in_one_sentence(home: Path, year: str, sentence: str) -> None:
    said = technilab("close-year", year, home=home)
    assert (said.returncode, said.stdout, said.stderr) == (2, "", f"{sentence}\n")


def test_a_year_is_rehearsed_then_closed_and_told_again(home: Path) -> None:
    rehearsed = technilab("close-year", "2020-2021", "--dry-run", home=home)
    assert rehearsed.stdout.splitlines()[:3] == [
        "L'année 2020-2021 serait close ainsi :",
        "Figé",
        "        0  Visites où un groupe est venu",
    ]
    closed, again = [technilab("close-year", "2020-2021", home=home) for _ in range(2)]
    assert closed.stdout.startswith("L'année 2020-2021 est close depuis ")
    assert (again.stdout, again.stderr) == (closed.stdout, "")


def test_a_purge_says_what_goes_and_the_second_finds_nothing(home: Path) -> None:
    for words in (("purge", "--dry-run"), ("purge",)):
        said = technilab(*words, home=home)
        assert (said.stdout, said.stderr) == ("Rien n'est arrivé au bout de sa durée.\n", "")
