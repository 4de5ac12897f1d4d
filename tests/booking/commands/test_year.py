"""The end of a year and of a duration, from the command line.

Passkeys are in a backup, and are forgotten with a lost phone.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.booking.commands.conftest import ADA
from tests.command_line import python, technilab

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


def test_the_file_of_a_year_is_written_as_three_files_or_refused_in_one_sentence(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "dossiers" / "2026"
    said = technilab("report", "2026-2027", "--folder", str(folder), "--show-small", home=home)
    assert (said.returncode, said.stderr) == (0, "")
    written = sorted(folder.iterdir())
    assert [one.name for one in written] == [
        "technilab-dossier-france-2030-2026-2027-brouillon-petits-effectifs.docx",
        "technilab-dossier-france-2030-2026-2027-brouillon-petits-effectifs.pdf",
        "technilab-feuille-france-2030-2026-2027-brouillon-petits-effectifs.pdf",
    ]
    assert [one.read_bytes()[:2] for one in written] == [b"PK", b"%P", b"%P"]
    for year, sentence in (
        ("2026", "Écrivez l'année scolaire ainsi : 2026-2027."),
        (
            "2090-2091",
            "L'année 2090-2091 n'a pas de dossier : aucun objectif n'en parle et aucune visite n'y est comptée.",
        ),
    ):
        refused = technilab("report", year, "--folder", str(folder), home=home)
        assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", f"{sentence}\n")
    (tmp_path / "un fichier").write_text("")
    taken = technilab("report", "2026-2027", "--folder", str(tmp_path / "un fichier"), home=home)
    assert (taken.returncode, taken.stderr.count("\n")) == (2, 1)


CONNECTED = """
import asyncio, asyncpg
from booking.commands.direct import go_straight

async def ask(sql):
    connection = await asyncpg.connect(go_straight())
    print(await connection.fetchval(sql))
    await connection.close()

asyncio.run(ask(\"\"\"{sql}\"\"\"))
"""
KEEP = """INSERT INTO passkeys (account, credential_id, public_key, label, created_at)
SELECT id, 'a number', 'a key', 'Téléphone d''Ada', now() FROM accounts RETURNING label"""
KEPT = "SELECT string_agg(label || ' ' || encode(public_key, 'escape'), ' ') FROM passkeys"


def asked(sql: str, home: Path) -> str:
    """One value of the database of a data folder."""
    return python(CONNECTED.format(sql=sql), home).communicate()[0].strip()


def test_a_backup_keeps_passkeys_and_a_lost_phone_takes_them_away(home: Path, empty: Path, tmp_path: Path) -> None:
    none = technilab("forget-phone", ADA, home=home)
    assert (none.returncode, none.stderr) == (2, "Ce compte n'a ni téléphone ni clé d'accès.\n")
    assert asked(KEEP, home) == "Téléphone d'Ada"
    file = tmp_path / "technilab.backup"
    technilab("backup", str(file), home=home)
    assert technilab("restore", str(file), home=empty).stderr == ""
    assert asked(KEPT, empty) == "Téléphone d'Ada a key"
    forgotten = technilab("forget-phone", ADA, home=empty)
    assert (forgotten.stderr, forgotten.stdout) == (
        "",
        f"Le téléphone, les clés d'accès et les codes de secours de {ADA} sont oubliés.\n"
        "À sa prochaine connexion, cette personne en enregistre d'autres.\n",
    )
    assert asked(KEPT, empty) == "None"


def test_nobody_s_phone_is_not_forgotten(home: Path) -> None:
    said = technilab("forget-phone", "nobody@ac-besancon.fr", home=home)
    assert (said.returncode, said.stderr) == (2, "Aucun compte ne porte cette adresse.\n")
