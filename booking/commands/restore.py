"""technilab restore: put a kept database and its photos back."""

from __future__ import annotations

import asyncio
import subprocess
import tarfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from booking.commands.archive import BASE, Archive, BackupRefused, Damaged, opened
from booking.commands.backup import launch, tables, what_is_wrong
from booking.commands.direct import go_straight
from booking.commands.migrate import bring_up_to_date
from booking.commands.words import A_FILE, FrenchCommand, Progress, counted, progress
from booking.day.checkin.keep_photo import FOLDER
from booking.embedded.programs import program, run
from booking.outbox.notices.beat import forget_all
from booking.settings import data_folder

MARKER = b"PGDMP"
# One transaction: a file that turns out to be damaged leaves the database as it was.
EMPTY_FIRST = b"SET client_min_messages = warning; BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"
UNKNOWN_BEFORE_POSTGRESQL_17 = b"SET transaction_timeout"


class DatabaseNotEmpty(BackupRefused):
    sentence = "Cette base contient déjà des données : ajoutez --replace pour les remplacer par celles du fichier."


@click.command(cls=FrenchCommand)
@A_FILE
@click.option("--replace", is_flag=True, help="Remplace ce que la base contient.")
def restore(file: Path, replace: bool) -> None:
    """Put a file's database back, then bring its tables up to this version."""
    if _is_of_before(file):
        url = _ready_to_take(replace)
        with progress("Restauration") as tell:
            put_back(file, url=url, tell=tell)
        asyncio.run(_make_it_ours())
        click.echo(f"La base contient ce que contenait {file}, qui ne gardait pas les photos.")
        return
    with opened(file) as archive:
        with progress("Vérification") as tell:
            archive.verify(tell)
        url = _ready_to_take(replace)
        _put_photos_back(archive, data_folder() / FOLDER)
        with TemporaryDirectory(prefix="restore-", dir=data_folder()) as aside, progress("Restauration") as tell:
            base = Path(aside) / BASE
            archive.take_out(BASE, base)
            put_back(base, url=url, tell=tell, called=file)
    asyncio.run(_make_it_ours())
    click.echo(f"La base et {counted(len(archive.photos), 'photo', 'photos')} sont celles de {file}.")


def _is_of_before(file: Path) -> bool:
    """Whether it is a bare database, as backups were before they held photos. Raises BackupRefused for neither."""
    with file.open("rb") as start:
        begins = start.read(tarfile.BLOCKSIZE)
    if begins.startswith(MARKER):
        return True
    if not begins.startswith(BASE.encode()):
        raise BackupRefused(f"{file} n'est pas une sauvegarde faite par technilab backup.")
    return False


def _ready_to_take(replace: bool) -> str:
    url = go_straight()
    if asyncio.run(tables()) and not replace:
        raise DatabaseNotEmpty()
    return url


def _put_photos_back(archive: Archive, folder: Path) -> None:
    """Before the rows that show them; those that no row shows are erased at night."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name in archive.photos:
            archive.take_out(name, folder / Path(name).name)
    except OSError as error:
        raise BackupRefused(what_is_wrong(folder / "photo", error)) from None


async def _make_it_ours() -> None:
    """The tables of this version, and no sign of life of the workers that lived where the file was made."""
    await bring_up_to_date()
    await forget_all()


def put_back(file: Path, *, url: str, tell: Progress, called: Path | None = None) -> None:
    """Put the file's tables in place of all that the database holds; raises BackupRefused, with nothing changed."""
    reading = [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    writing = [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"]
    try:
        total = run([program("pg_restore"), "--list", str(file)]).count(" TABLE DATA ")
    except subprocess.CalledProcessError:
        raise Damaged(called or file) from None
    with (
        launch(reading, url, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader,
        launch(writing, url, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as writer,
    ):
        assert reader.stdout and writer.stdin and writer.stderr  # noqa: S101 they are pipes
        done = 0
        try:
            writer.stdin.write(EMPTY_FIRST)
            for line in reader.stdout:
                if line.startswith(b"COPY public."):
                    done += 1
                    tell(min(done, total), total)
                if not line.startswith(UNKNOWN_BEFORE_POSTGRESQL_17):
                    writer.stdin.write(line)
            if reader.wait() == 0:
                writer.stdin.write(b"COMMIT;\n")
            writer.stdin.close()
        except BrokenPipeError:
            reader.kill()
            with suppress(BrokenPipeError):
                writer.stdin.close()
        complaint = writer.stderr.read().decode(errors="replace").strip().partition("\n")[0].rpartition("ERROR:  ")[2]
    if writer.returncode != 0 or reader.returncode != 0:
        if not complaint:
            raise Damaged(called or file)
        raise BackupRefused(f"Rien n'a été changé : {complaint}.")
