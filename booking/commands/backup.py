"""technilab backup: the whole database and the photos in one file, of somebody's name or among the nightly copies."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import click

from booking.commands.archive import IN_THE_CLEAR, BackupRefused, Writable, write
from booking.commands.copies import keep_one_more
from booking.commands.direct import go_straight, refuse_a_pooler
from booking.commands.sealed import Sealing
from booking.commands.words import A_FILE_OR_COPIES, FrenchCommand, Progress, counted, progress
from booking.day.photos.keep_photo import FOLDER
from booking.process.embedded.over_tls import asks_for_tls, over_tls
from booking.process.embedded.programs import program
from booking.process.settings import data_folder
from workshops.database import rows, value
from workshops.database.hosts import Hosts

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
RAN = "SELECT name FROM migration"
NO_SPACE = "No space left on device"
FULL = "Le disque de {} est plein : faites de la place, ou donnez un autre chemin."
UNREAD = "Le certificat qui est nommé dans l'adresse de la base ne se lit pas : {}."
ONE_MORE_TABLE = "pg_dump: dumping contents of table"


@click.command(cls=FrenchCommand)
@A_FILE_OR_COPIES
def backup(file: Path | None) -> None:
    """Keep the whole database and the photos: in a file that somebody names, or closed with a key among the copies of
    COPIES_DIR, of which the oldest go."""
    if file is not None:
        click.echo(_kept_in(file))
        return
    click.echo(keep_one_more(_kept_in))


def _kept_in(file: Path, key: str = "") -> str:
    """Write that file, closed with a key where there is one; what to say of it."""
    refuse_a_bad_place(file)
    url = go_straight()
    total, migrations = asyncio.run(_told_of_the_base())
    with progress("Sauvegarde") as tell:
        photos = data_folder() / FOLDER
        kept = keep(file, url=url, total=total, migrations=migrations, photos=photos, tell=tell, key=key)
    size = max(1, file.stat().st_size // 1000)
    return f"La base et {counted(kept, 'photo', 'photos')} sont gardées dans {file} ({size} ko)."


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


async def _told_of_the_base() -> tuple[int, list[str]]:
    total = await tables()
    return total, [one["name"] for one in await rows(RAN)] if total else []


def keep(
    file: Path, *, url: str, total: int, migrations: list[str], photos: Path, tell: Progress, key: str = ""
) -> int:
    """Write every table and photo to `file`, and how many photos; raises BackupRefused, and leaves the former file.

    A photo is a file before it is a row: those of every row that is dumped are there when they are read. What a key
    closes never lies open where it goes: perhaps on another machine.
    """
    building = file.with_name(f"{file.name}.part")
    base = (data_folder() if key else file.parent) / f"{file.name}{IN_THE_CLEAR}"
    try:
        _dump(base, file, url=url, total=total, tell=tell)
        building.touch(0o600)
        found = sorted(photos.iterdir()) if photos.is_dir() else []
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        with building.open("wb") as out:
            archive: Writable = Sealing(out, key) if key else out
            kept = write(
                archive,
                base=base,
                photos=(one for one in found if one.is_file() and not one.name.startswith(".")),
                migrations=migrations,
                made_at=made_at,
            )
            if isinstance(archive, Sealing):
                archive.finish()
            out.flush()
            os.fsync(out.fileno())
        building.replace(file)
        return kept
    except OSError as error:
        raise BackupRefused(what_is_wrong(file, error)) from None
    finally:
        building.unlink(missing_ok=True)
        base.unlink(missing_ok=True)


def _dump(building: Path, file: Path, *, url: str, total: int, tell: Progress) -> None:
    complaint, done = "", 0
    building.touch(0o600)
    with launch(dump_into(building, "--verbose"), url) as dump:
        for line in dump.stderr or ():
            complaint = line.decode(errors="replace").strip()
            if complaint.startswith(ONE_MORE_TABLE):
                done += 1
                tell(min(done, total), total)
    if dump.returncode != 0 and NO_SPACE in complaint:
        raise BackupRefused(FULL.format(file.parent))
    if dump.returncode != 0:
        raise BackupRefused(f"La sauvegarde a échoué : {complaint}.")


def dump_into(file: Path, *more: str) -> list[str]:
    """What writes the database to a file, and takes no owner and no right along."""
    return [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={file}", *more]


@contextmanager
def launch(command: list[str], url: str, **pipes: Any) -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's own programs, started on the database, by TLS where its server is on a network; ended when
    this is left."""
    hosts, options, variables = Hosts(url).hosts, _options_of(url), environ_of(url)
    with ExitStack() as ending:
        if asks_for_tls(hosts, options):
            try:
                folders, port = ending.enter_context(over_tls(hosts, options))
            except OSError as error:
                raise BackupRefused(UNREAD.format(error)) from None
            variables |= {"PGHOST": ",".join(folders), "PGPORT": port}
        yield ending.enter_context(
            subprocess.Popen(command, env=variables, **{"stderr": subprocess.PIPE, **pipes})  # noqa: S603 our own
        )


def _options_of(url: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


def environ_of(url: str) -> dict[str, str]:
    """The address in variables: everyone on the machine could read a password on the command line."""
    database, parts = Hosts(url), urlsplit(url)
    variables = {
        "PGHOST": ",".join(host for host, _ in database.hosts),
        "PGPORT": ",".join(str(port) for _, port in database.hosts),
        "PGTARGETSESSIONATTRS": database.session_attrs,
        "PGUSER": unquote(parts.username or "postgres"),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")) or "postgres",
        "PGCONNECT_TIMEOUT": "10",
        "LC_ALL": "C",
    }
    return {**os.environ, **{name: value for name, value in variables.items() if value}}
