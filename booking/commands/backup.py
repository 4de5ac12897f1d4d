"""technilab backup: the whole database in one file."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import click

from booking.commands.direct import go_straight, refuse_a_pooler
from booking.commands.words import A_FILE, FrenchCommand, Progress, progress
from booking.day.checkin.keep_photo import FOLDER
from booking.embedded.programs import program
from booking.settings import data_folder
from workshops.database import value
from workshops.refusals import Refusal
from workshops.servers import Servers

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
NO_SPACE = "No space left on device"
FULL = "Le disque de {} est plein : faites de la place, ou donnez un autre chemin."
ONE_MORE_TABLE = "pg_dump: dumping contents of table"


class BackupRefused(Refusal):
    kind = "backup-refused"
    title = "Sauvegarde impossible"


@click.command(cls=FrenchCommand)
@A_FILE
def backup(file: Path) -> None:
    """Keep the whole database; the file holds personal data, and not the photos of objects."""
    refuse_a_bad_place(file)
    url = go_straight()
    total = asyncio.run(tables())
    with progress("Sauvegarde") as tell:
        keep(file, url=url, total=total, tell=tell)
    click.echo(f"La base est gardée dans {file} ({max(1, file.stat().st_size // 1000)} ko).")
    photos = data_folder() / FOLDER
    if photos.is_dir() and any(photos.iterdir()):
        click.echo(f"Les photos des objets n'y sont pas : copiez aussi le dossier {photos}.")


def refuse_a_bad_place(file: Path) -> None:
    """Raise BackupRefused, in words, where no file can be written: said before an hour of work, not after."""
    if file.is_dir():
        raise BackupRefused(f"{file} est un dossier : donnez le nom d'un fichier.")
    trial = file.with_name(f"{file.name}.part")
    try:
        trial.touch(0o600)
        trial.unlink()
    except OSError as error:
        raise BackupRefused(what_is_wrong(file, error)) from None


def what_is_wrong(file: Path, error: OSError) -> str:
    """Why a file cannot be written there, and what to do."""
    match error.errno:
        case errno.ENOENT:
            return f"Le dossier {file.parent} n'existe pas : créez-le, ou donnez un autre chemin."
        case errno.ENOTDIR:
            return f"{file.parent} n'est pas un dossier : donnez un autre chemin."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"Votre compte ne peut pas écrire dans le dossier {file.parent} : donnez un autre chemin."
        case errno.ENOSPC | errno.EDQUOT:
            return FULL.format(file.parent)
    return f"{file} ne peut pas être écrit ({error.strerror}) : donnez un autre chemin."


async def tables() -> int:
    """How many tables the database holds; raises SettingsRefused where it is not asked directly."""
    await refuse_a_pooler()
    return int(await value(TABLES))


def keep(file: Path, *, url: str, total: int, tell: Progress) -> None:
    """Write every table to `file`; raises BackupRefused, and leaves the file that was there."""
    building = file.with_name(f"{file.name}.part")
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--verbose"]
    complaint, done = "", 0
    try:
        building.touch(0o600)
        with launch([*command, f"--file={building}"], url) as dump:
            for line in dump.stderr or ():
                complaint = line.decode(errors="replace").strip()
                if complaint.startswith(ONE_MORE_TABLE):
                    done += 1
                    tell(min(done, total), total)
        if dump.returncode != 0 and NO_SPACE in complaint:
            raise BackupRefused(FULL.format(file.parent))
        if dump.returncode != 0:
            raise BackupRefused(f"La sauvegarde a échoué : {complaint}.")
        building.replace(file)
    finally:
        building.unlink(missing_ok=True)


def launch(command: list[str], url: str, **pipes: Any) -> subprocess.Popen[bytes]:
    """Start one of PostgreSQL's own programs on the database."""
    return subprocess.Popen(command, env=environ_of(url), **{"stderr": subprocess.PIPE, **pipes})  # noqa: S603 our own


def environ_of(url: str) -> dict[str, str]:
    """The address in variables: everyone on the machine could read a password on the command line."""
    servers, read = Servers(url), urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(read.query).items()}
    told = {
        "PGHOST": ",".join(host for host, _ in servers.hosts),
        "PGPORT": ",".join(str(port) for _, port in servers.hosts),
        "PGTARGETSESSIONATTRS": servers.wanted,
        "PGUSER": unquote(read.username or "postgres"),
        "PGPASSWORD": unquote(read.password or ""),
        "PGDATABASE": unquote(read.path.lstrip("/")) or "postgres",
        "PGSSLMODE": asked.get("sslmode", ""),
        "PGSSLROOTCERT": asked.get("sslrootcert", ""),
        "PGCONNECT_TIMEOUT": "10",
        "LC_ALL": "C",
    }
    return {**os.environ, **{name: value for name, value in told.items() if value}}
