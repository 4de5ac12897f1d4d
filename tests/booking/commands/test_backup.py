"""A backup holds everything, and putting it back is all or nothing."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from booking.commands.archive import write
from booking.commands.backup import what_is_wrong
from booking.outbox.watch.migrations import ours
from tests.booking.commands.conftest import ADA
from tests.command_line import data_folder, python, technilab

ALIVE = """
import asyncio
from datetime import UTC, datetime
from booking.outbox.notices.beat import beat
asyncio.run(beat("a worker", now=datetime.now(UTC)))
"""

PROVE = """
import asyncio
from datetime import UTC, date, datetime
from workshops.milestones.plan import PlanMilestone, plan_milestone
from workshops.milestones.prove import AddProof, add_proof
from workshops.milestones.rules import LookedInto, Media

async def prove(now):
    number = await plan_milestone(PlanMilestone(title="Convention", due_on=date(2027, 3, 1)), by=None, now=now)
    file = LookedInto(Media.PDF, b"%PDF-1.4 a signature")
    await add_proof(number, AddProof(label="Signature"), file=file, by=None, now=now)
asyncio.run(prove(datetime.now(UTC)))
"""
PROVED = """
import asyncio
from workshops.milestones.queries import proof_content
print(asyncio.run(proof_content(1, 1)).content.decode())
"""


@pytest.fixture(scope="module")
def kept(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of one coordinator, one photo, a milestone that is proved and a worker that lived."""
    file = tmp_path_factory.mktemp("kept") / "technilab.backup"
    (home / "objets").mkdir()
    (home / "objets" / "a.jpg").write_bytes(b"a photo")
    assert [python(script, home).wait(timeout=60) for script in (ALIVE, PROVE)] == [0, 0]
    said = technilab("backup", str(file), home=home)
    assert said.stderr == ""
    assert said.stdout.startswith(f"La base et 1 photo sont gardées dans {file} (")
    return file


@pytest.fixture(scope="module")
def elsewhere(kept: Path) -> Iterator[Path]:
    """A folder where nothing had run, with what the backup holds."""
    with data_folder() as folder:
        back = technilab("restore", str(kept), home=folder)
        assert (back.stdout, back.stderr) == (f"La base et 1 photo sont celles de {kept}.\n", "")
        yield folder


def test_a_backup_put_back_elsewhere_holds_the_same_people(kept: Path, elsewhere: Path) -> None:
    assert [one.name for one in kept.parent.iterdir()] == [kept.name]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (elsewhere / "objets" / "a.jpg").read_bytes() == b"a photo"
    assert technilab("token", ADA, home=elsewhere).returncode == 0
    assert technilab("migrate", home=elsewhere).stdout == "0 étape appliquée : les tables sont à jour.\n"


def test_what_proves_a_milestone_comes_back_with_the_database(elsewhere: Path) -> None:
    assert python(PROVED, elsewhere).communicate(timeout=60)[0] == "%PDF-1.4 a signature\n"


def test_a_restored_database_has_no_worker_that_lived_where_it_was_made(home: Path, elsewhere: Path) -> None:
    assert "oui  Travail de fond : tourne" in technilab("check", home=home, DEMO="1").stdout
    assert "NON  Travail de fond : ne tourne pas" in technilab("check", home=elsewhere, DEMO="1").stdout


def test_a_base_with_data_is_replaced_only_when_asked(home: Path, kept: Path) -> None:
    technilab("invite", "late@ac-besancon.fr", "--role", "coordinator", home=home)
    refused = technilab("restore", str(kept), home=home)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "Cette base contient déjà des données : ajoutez --replace pour les remplacer par celles du fichier.\n"
    )
    assert technilab("token", "late@ac-besancon.fr", home=home).returncode == 0
    assert technilab("restore", "--replace", str(kept), home=home).returncode == 0
    assert technilab("token", "late@ac-besancon.fr", home=home).stderr == "Aucun compte ne porte cette adresse.\n"
    assert technilab("token", ADA, home=home).returncode == 0


def test_its_manifest_says_what_each_file_should_be(kept: Path) -> None:
    with tarfile.open(kept) as tar:
        held = {one.name: tar.extractfile(one).read() for one in tar.getmembers()}
    manifest = json.loads(held.pop("manifest.json"))
    assert manifest["files"] == {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in held.items()
    }
    assert manifest["migrations"] == sorted(name for names in ours().values() for name in names)
    assert held["base.dump"].startswith(b"PGDMP")


def test_a_bare_dump_of_before_is_still_put_back(kept: Path, empty: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.backup"
    with tarfile.open(kept) as tar:
        before.write_bytes(tar.extractfile("base.dump").read())
    back = technilab("restore", str(before), home=empty)
    assert (back.stdout, back.stderr) == (
        f"La base contient ce que contenait {before}, qui ne gardait pas les photos.\n",
        "",
    )
    assert technilab("token", ADA, home=empty).returncode == 0


def test_a_backup_of_a_newer_technilab_is_refused(home: Path, tmp_path: Path) -> None:
    file, base = tmp_path / "newer.backup", tmp_path / "base"
    base.write_bytes(b"PGDMP")
    made = {"migrations": ["2099-01-01T00:00:00:000000"], "made_at": "2099-01-01T00:00:00+00:00"}
    with file.open("wb") as out:
        write(out, base=base, photos=[], **made)
    refused = technilab("restore", "--replace", str(file), home=home)
    assert (refused.returncode, refused.stderr) == (
        2,
        f"La sauvegarde {file} vient d'une version plus récente de Technilab : mettez d'abord cette machine à jour."
        " Rien n'a été changé.\n",
    )


def test_a_file_that_is_no_backup_is_named(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"\xff\xd8")
    refused = technilab("restore", "--replace", str(file), home=home)
    assert (refused.returncode, refused.stderr) == (
        2,
        f"{file} n'est pas une sauvegarde faite par technilab backup.\n",
    )


def cut(content: bytes) -> bytes:
    return content[: len(content) - 2000]


def cut_short(content: bytes) -> bytes:
    """A whole record less: the manifest is gone with it."""
    return content[:-10240]


def cut_in_two(content: bytes) -> bytes:
    return content[: len(content) // 20480 * 10240]


def added_to(content: bytes) -> bytes:
    """A photo that the manifest does not know, out of the folder of photos."""
    made = io.BytesIO(content)
    with tarfile.open(fileobj=made, mode="a") as tar:
        tar.addfile(tarfile.TarInfo("../settings"))
    return made.getvalue()


def spoiled(content: bytes) -> bytes:
    """The same with a few wrong bytes in the rows of one table, which begin as zlib's streams do."""
    start = content.index(b"x\x9c") + 2
    return content[:start] + bytes(8) + content[start + 8 :]


@pytest.mark.parametrize("damage", [cut, cut_short, cut_in_two, added_to, spoiled])
def test_a_damaged_backup_changes_nothing(
    damage: Callable[[bytes], bytes], home: Path, kept: Path, tmp_path: Path
) -> None:
    file = tmp_path / "technilab.backup"
    file.write_bytes(damage(kept.read_bytes()))
    refused = technilab("restore", "--replace", str(file), home=home)
    assert (refused.returncode, refused.stderr) == (2, f"La sauvegarde {file} est abîmée : rien n'a été changé.\n")
    assert technilab("token", ADA, home=home).returncode == 0
    assert [one for one in home.iterdir() if one.name.startswith("restore-")] == []


def test_a_backup_that_fails_leaves_the_earlier_one(home: Path, kept: Path) -> None:
    earlier = kept.read_bytes()
    told = {"DATABASE_URL": "postgresql://127.0.0.1:1/technilab", "REDIS_URL": "redis://127.0.0.1:1"}
    assert technilab("backup", str(kept), home=home, **told).returncode == 2
    assert (kept.read_bytes(), [one.name for one in kept.parent.iterdir()]) == (earlier, [kept.name])


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
