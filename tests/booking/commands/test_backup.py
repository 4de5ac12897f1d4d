"""A backup holds everything, and putting it back is all or nothing."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from booking.commands.backup import what_is_wrong
from tests.booking.commands.conftest import ADA
from tests.command_line import python, technilab


def test_a_backup_put_back_elsewhere_holds_the_same_people(home: Path, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "technilab.backup"
    kept = technilab("backup", str(file), home=home)
    assert kept.stderr == ""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    back = technilab("restore", str(file), home=empty)
    assert (back.stdout, back.stderr) == (f"La base contient ce que contenait {file}.\n", "")
    assert technilab("token", ADA, home=empty).returncode == 0
    assert technilab("migrate", home=empty).stdout == "0 étape appliquée : les tables sont à jour.\n"


def test_a_base_with_data_is_replaced_only_when_asked(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "technilab.backup"
    technilab("backup", str(file), home=home)
    technilab("invite", "late@ac-besancon.fr", "--role", "coordinator", home=home)
    refused = technilab("restore", str(file), home=home)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "Cette base contient déjà des données : ajoutez --replace pour les remplacer par celles du fichier.\n"
    )
    assert technilab("token", "late@ac-besancon.fr", home=home).returncode == 0
    assert technilab("restore", "--replace", str(file), home=home).returncode == 0
    assert technilab("token", "late@ac-besancon.fr", home=home).stderr == "Aucun compte ne porte cette adresse.\n"
    assert technilab("token", ADA, home=home).returncode == 0


def test_a_backup_says_that_photos_are_kept_apart(home: Path, tmp_path: Path) -> None:
    photos = home / "objets"
    told = technilab("backup", str(tmp_path / "one.backup"), home=home).stdout
    assert len(told.splitlines()) == 1
    photos.mkdir()
    (photos / "a.jpg").touch()
    told = technilab("backup", str(tmp_path / "two.backup"), home=home).stdout
    assert told.splitlines()[1] == f"Les photos des objets n'y sont pas : copiez aussi le dossier {photos}."


def cut(content: bytes) -> bytes:
    return content[: len(content) - 2000]


def spoiled(content: bytes) -> bytes:
    """The same with a few wrong bytes in the rows of one table, which begin as zlib's streams do."""
    start = content.index(b"x\x9c") + 2
    return content[:start] + bytes(8) + content[start + 8 :]


@pytest.mark.parametrize("damage", [cut, spoiled])
def test_a_damaged_backup_changes_nothing(damage: Callable[[bytes], bytes], home: Path, tmp_path: Path) -> None:
    file = tmp_path / "technilab.backup"
    technilab("backup", str(file), home=home)
    file.write_bytes(damage(file.read_bytes()))
    refused = technilab("restore", "--replace", str(file), home=home)
    assert (refused.returncode, refused.stderr) == (2, f"La sauvegarde {file} est abîmée : rien n'a été changé.\n")
    assert technilab("token", ADA, home=home).returncode == 0


def test_a_backup_that_fails_leaves_the_earlier_one(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "technilab.backup"
    technilab("backup", str(file), home=home)
    earlier = file.read_bytes()
    told = {"DATABASE_URL": "postgresql://127.0.0.1:1/technilab", "REDIS_URL": "redis://127.0.0.1:1"}
    assert technilab("backup", str(file), home=home, **told).returncode == 2
    assert (file.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (earlier, [file.name])


def test_a_place_where_no_backup_can_be_written_is_said_before_anything_is_done(home: Path, tmp_path: Path) -> None:
    absent, file = tmp_path / "absent", tmp_path / "a-file"
    file.touch()
    for place, sentence in (
        (absent / "one.backup", f"Le dossier {absent} n'existe pas : créez-le, ou donnez un autre chemin."),
        (tmp_path, f"{tmp_path} est un dossier : donnez le nom d'un fichier."),
        (file / "one.backup", f"{file} n'est pas un dossier : donnez un autre chemin."),
    ):
        told = technilab("backup", str(place), home=home)
        assert (told.returncode, told.stdout, told.stderr) == (2, "", f"{sentence}\n")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a-file"]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "Votre compte ne peut pas écrire dans le dossier /srv : donnez un autre chemin."),
        (errno.EROFS, "Votre compte ne peut pas écrire dans le dossier /srv : donnez un autre chemin."),
        (errno.ENOSPC, "Le disque de /srv est plein : faites de la place, ou donnez un autre chemin."),
        (errno.EIO, "/srv/one.backup ne peut pas être écrit (Input/output error) : donnez un autre chemin."),
    ],
)
def test_each_reason_of_the_system_has_its_sentence(number: int, sentence: str) -> None:
    assert what_is_wrong(Path("/srv/one.backup"), OSError(number, os.strerror(number))) == sentence


def test_a_restored_database_has_no_worker_that_lived_where_it_was_made(
    home: Path, empty: Path, tmp_path: Path
) -> None:
    file = tmp_path / "technilab.backup"
    alive = "import asyncio; from datetime import *; from booking.outbox.notices.beat import beat; asyncio.run({})"
    beaten = python(alive.format('beat("a worker", now=datetime.now(UTC))'), home)
    assert beaten.wait(timeout=60) == 0
    assert "oui  Travail de fond : tourne" in technilab("check", home=home, DEMO="1").stdout
    assert technilab("backup", str(file), home=home).returncode == 0
    assert technilab("restore", str(file), home=empty).returncode == 0
    assert "NON  Travail de fond : ne tourne pas" in technilab("check", home=empty, DEMO="1").stdout
