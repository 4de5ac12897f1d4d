"""technilab restore: put a kept database and its photos back.

The file is rehearsed first: in a throw-away PostgreSQL of our own beside the data it is loaded, brought up to this
version and looked at. What comes out of it is what one transaction then puts in place of the base: until its last word
the base is the one of before, after it the one of the file, whatever happens to us meanwhile.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import click

from booking.commands.archive import BASE, Archive, BackupRefused, Damaged, NotOurs, opened, refuse_descent
from booking.commands.backup import dump_into, environ_of, launch, tables, what_is_wrong
from booking.commands.copies import copies_seen
from booking.commands.direct import go_straight
from booking.commands.migrate import migrations_run
from booking.commands.rehearse import Rehearsed
from booking.commands.rights import acting_user, granting
from booking.commands.sealed import MARKER as SEALED
from booking.commands.words import A_FILE, FrenchCommand, Progress, counted, progress
from booking.day.photos.keep_photo import FOLDER
from booking.outbox.copies.record import REMEMBER_COPIES, known_again
from booking.outbox.watch.migrations import Descent
from booking.process.copies import copies_key
from booking.process.embedded.postgres import Postgres
from booking.process.embedded.programs import change_owner, owner_of, program, run
from booking.process.settings import data_folder
from workshops.events.carry_on import CARRY_ON

MARKER = b"PGDMP"
READY = "ready.dump"
ASIDE = "restore-"
# One transaction: a file that turns out to be damaged leaves the database as it was.
EMPTY_FIRST = f"""SET client_min_messages = warning; BEGIN;
{REMEMBER_COPIES}
DROP SCHEMA public CASCADE; CREATE SCHEMA public;
""".encode()
ALL_IS_IN = b"all is in\n"
SAY_WHEN_ALL_IS_IN = b"\\warn " + ALL_IS_IN
# What only some servers know: a setting since PostgreSQL 17, and a mark that Debian's 15 keeps with its columns, which
# it takes from nobody.
NOT_FOR_EVERY_SERVER = re.compile(
    rb"SET transaction_timeout|ALTER TABLE ONLY \S+ ALTER COLUMN \S+ SET \(pg_attver=\d+\);"
)
# Whoever rehearses may be killed: what it has begun, which holds personal data, ends with it. $1 is the folder. What
# had just been started may make the folder once more: it has to stay away for three seconds.
ENDS_WITH_US = """read -r word && [ "$word" = done ] && exit
tries=0 away=0
until [ $away -ge 10 ] || [ $tries -ge 200 ]; do
    kill -QUIT "$(head -n 1 "$1/postgres/postmaster.pid" 2>/dev/null)" 2>/dev/null && sleep 0.3
    rm -rf "$1"
    if [ -e "$1" ]; then away=0; else away=$((away + 1)); fi
    sleep 0.3
    tries=$((tries + 1))
done"""


class DatabaseNotEmpty(BackupRefused):
    sentence = "Cette base contient déjà des données : ajoutez --replace pour les remplacer par celles du fichier."


@click.command(cls=FrenchCommand)
@A_FILE
@click.option("--replace", is_flag=True, help="Remplace ce que la base contient.")
def restore(file: Path, replace: bool) -> None:
    """Rehearse a file's database, then put it and its photos in place."""
    if not is_of_before(file):
        with opened(file, copies_key()) as archive:
            with progress("Vérification") as tell:
                archive.verify(tell)
            found = _rehearsed_and_put_back(file, archive, replace)
            kept = counted(len(archive.photos), "photo", "photos")
        click.echo(f"La base et {kept} sont celles de {file}.")
    else:
        found = _rehearsed_and_put_back(file, None, replace)
        click.echo(f"La base contient ce que contenait {file}, qui ne gardait pas les photos.")
    if found.wrong:
        told = counted(found.wrong, "total du bilan est faux", "totaux du bilan sont faux")
        click.echo(f"{told}, comme dans le fichier : lancez technilab recount.")


def is_of_before(file: Path) -> bool:
    """Whether it is a bare database, as backups were before they held photos. Raises BackupRefused for neither."""
    with file.open("rb") as start:
        begins = start.read(512)
    if begins.startswith(MARKER):
        return True
    if begins.startswith(SEALED):
        return False
    if not begins.startswith(BASE.encode()):
        raise NotOurs(file)
    return False


def _rehearsed_and_put_back(file: Path, archive: Archive | None, replace: bool) -> Rehearsed:
    acting, started = acting_user(), time.monotonic()
    url = go_straight()
    asyncio.run(_refuse_what_is_not_to_be_replaced(replace))
    with room_aside() as aside:
        base = file
        if archive is not None:
            base = aside / BASE
            archive.take_out(BASE, base)
        with progress("Répétition") as tell:
            found = rehearsed(base, aside, tell=tell, called=file, ready=aside / READY)
        tried = archive.made_at if archive is not None and not found.wrong else None
        seen = copies_seen(tried, seconds=round(time.monotonic() - started), now=datetime.now(UTC))
        with _photos_of(archive, aside) as put_photos_in, progress("Restauration") as tell:
            ready, known = aside / READY, known_again(seen)
            put_back(ready, url=url, tell=tell, called=file, acting=acting, known=known, last=put_photos_in)
    return found


async def _refuse_what_is_not_to_be_replaced(replace: bool) -> None:
    """Raise ForeignTables for what is not ours to replace, DatabaseNotEmpty for what nobody said should be."""
    await migrations_run()
    if await tables() and not replace:
        raise DatabaseNotEmpty()


@contextmanager
def room_aside() -> Iterator[Path]:
    """A folder of the data folder, gone afterwards with all that runs in it, however this process ends.

    Raises BackupRefused where another restoration is under way.
    """
    data = data_folder()
    data.mkdir(parents=True, exist_ok=True)
    with (data / "restore.lock").open("w") as alone:
        try:
            fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused("Une restauration est déjà en cours : attendez sa fin. Rien n'a été changé.") from None
        yield from _aside_in(data)


def _aside_in(data: Path) -> Iterator[Path]:
    for left in data.glob(f"{ASIDE}*"):
        _let_go(left)
    aside = data / f"{ASIDE}{token_hex(8)}"
    # Before there is anything to take away: this process may be killed as soon as there is.
    command = ["/bin/sh", "-c", ENDS_WITH_US, "sh", str(aside)]
    ends_with_us = subprocess.Popen(  # noqa: S603 our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        aside.mkdir(mode=0o700)
        # PostgreSQL, which refuses to be root, walks to its own folder in it as another account.
        change_owner(data, owner_of(aside / "pg"))
        yield aside
    finally:
        _let_go(aside)
        ends_with_us.communicate(b"" if aside.exists() else b"done\n")


def _let_go(aside: Path) -> None:
    Postgres(aside).stop()
    shutil.rmtree(aside, ignore_errors=True)


def rehearsed(base: Path, aside: Path, *, tell: Progress, called: Path, ready: Path | None = None) -> Rehearsed:
    """Load the base into a PostgreSQL of its own, bring it up to this version, look at it, and keep it as `ready`.

    Raises BackupRefused: the file is damaged, of another version or another program's, or cannot be carried on.
    """
    server = Postgres(aside, ephemeral=True)
    server.start()
    try:
        put_back(base, url=server.url(), tell=tell, called=called)
        found = looked_at_by(server.url())
        if not found.descent:
            raise NotOurs(called)
        refuse_descent(called, Descent[found.descent])
        if found.refused:
            raise BackupRefused(f"{called} ne peut pas être repris : {found.refused} Rien n'a été changé.")
        if ready is not None:
            ready.touch(0o600)
            run(dump_into(ready, "--compress=1"), environ_of(server.url()))
        return found
    finally:
        server.stop()


def looked_at_by(url: str, *words: str) -> Rehearsed:
    """What a process of its own finds in a base: this one asks another."""
    mine = {name: told for name, told in os.environ.items() if name not in {"MIGRATE_URL", "DATABASE_READ_URL"}}
    command = [sys.executable, "-m", "booking.commands.rehearse", *words]
    return Rehearsed(**json.loads(run(command, mine | {"DATABASE_URL": url})))


@contextmanager
def _photos_of(archive: Archive | None, aside: Path) -> Iterator[Callable[[], None]]:
    """The file's photos, written aside; what is yielded puts them among those that are shown.

    That is the last thing done before the base changes: each photo bears a name that was drawn for it alone, so that
    those that no row shows yet harm nobody, and are taken away again where the base stays as it was.
    """
    folder, photos, added = data_folder() / FOLDER, aside / FOLDER, list[Path]()
    photos.mkdir()

    def put_in() -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for photo in photos.iterdir():
            place, arriving = folder / photo.name, folder / f".{photo.name}.part"
            if not place.exists():
                added.append(place)
            shutil.move(photo, arriving)
            arriving.replace(place)

    try:
        if archive is not None:
            for name in archive.photos:
                archive.take_out(name, photos / Path(name).name)
        yield put_in
    except (BackupRefused, OSError) as error:
        # Of a server that went away with the last word, nobody knows whether it has heard it.
        for place in [] if isinstance(error, Damaged) else added:
            place.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BackupRefused(what_is_wrong(folder / "photo", error)) from None
        raise


def put_back(
    file: Path,
    *,
    url: str,
    tell: Progress,
    called: Path,
    acting: str = "",
    known: str = "",
    last: Callable[[], None] = lambda: None,
) -> None:
    """Put the file's tables in place of all that the database holds; raises BackupRefused, with nothing changed.

    The `acting` user has its rights on them as soon as they are seen; `known` is said in the same transaction, SQL of
    what the database knows beside the file. `last` is called when all is in place but nobody
    sees it yet.
    """
    reading = [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    writing = [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"]
    try:
        total = run([program("pg_restore"), "--list", str(file)]).count(" TABLE DATA ")
    except subprocess.CalledProcessError:
        raise Damaged(called) from None
    with (
        launch(reading, url, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader,
        launch(writing, url, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as writer,
    ):
        assert reader.stdout and writer.stdin and writer.stderr  # noqa: S101 they are pipes
        done, said = 0, b""
        try:
            writer.stdin.write(EMPTY_FIRST)
            for line in reader.stdout:
                if line.startswith(b"COPY public."):
                    done += 1
                    tell(min(done, total), total)
                if NOT_FOR_EVERY_SERVER.match(line) is None:
                    writer.stdin.write(line)
            if reader.wait() == 0:
                writer.stdin.write(f"{CARRY_ON}\n{known}\n".encode())
                if acting:
                    writer.stdin.write(f"{granting(acting)};\n".encode())
                writer.stdin.write(SAY_WHEN_ALL_IS_IN)
                writer.stdin.flush()
                for line in writer.stderr:
                    if line == ALL_IS_IN:
                        last()
                        writer.stdin.write(b"COMMIT;\n")
                        break
                    said += line
            writer.stdin.close()
        except BrokenPipeError:
            reader.kill()
            with suppress(BrokenPipeError):
                writer.stdin.close()
        said += writer.stderr.read()
        complaint = said.decode(errors="replace").strip().partition("\n")[0].rpartition("ERROR:  ")[2]
    if writer.returncode != 0 or reader.returncode != 0:
        if not complaint:
            raise Damaged(called)
        raise BackupRefused(f"Rien n'a été changé : {complaint}.")
