"""What a backup is: one tar of the database, the photos, and a manifest that says what each should be."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from booking.commands.sealed import NotOpened, Sealing, is_sealed, unsealed
from booking.day.photos.keep_photo import FOLDER
from booking.outbox.watch.migrations import Descent, descent
from booking.process.version import VERSION
from workshops.refusals import Refusal

FORMAT = 1
Writable = IO[bytes] | Sealing
BASE, MANIFEST = "base.dump", "manifest.json"
MANIFEST_SAYS = ("format", "technilab", "made_at", "migrations", "files")
AT_ONCE = 1 << 20
# What ends the name of the base while it waits to be put among the rest.
IN_THE_CLEAR = ".base.part"


class BackupRefused(Refusal):
    kind = "backup-refused"
    title = "Sauvegarde impossible"


class Damaged(BackupRefused):
    def __init__(self, file: Path) -> None:
        super().__init__(f"La sauvegarde {file} est abîmée : rien n'a été changé.")


class Newer(BackupRefused):
    def __init__(self, file: Path) -> None:
        super().__init__(
            f"La sauvegarde {file} vient d'une version plus récente de Technilab : mettez d'abord cette machine à"
            " jour. Rien n'a été changé."
        )


class Older(BackupRefused):
    def __init__(self, file: Path) -> None:
        super().__init__(
            f"La sauvegarde {file} est d'avant le 29 novembre 2026, et trop ancienne pour être reprise : remettez-la en"
            " place avec la version qui l'a faite. Rien n'a été changé."
        )


class Closed(BackupRefused):
    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} est chiffré : donnez sa clé dans COPIES_KEY. Rien n'a été changé.")


class WrongKey(BackupRefused):
    def __init__(self, file: Path) -> None:
        super().__init__(f"La clé COPIES_KEY n'ouvre pas {file}, ou il est abîmé : rien n'a été changé.")


class NotOurs(BackupRefused):
    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} n'est pas une sauvegarde faite par technilab backup.")


def refuse_descent(file: Path, what: Descent) -> None:
    """Raise Newer or Older where this version cannot take on a file whose base is that to it."""
    match what:
        case Descent.NEWER:
            raise Newer(file)
        case Descent.OLDER:
            raise Older(file)


def write(archive: Writable, *, base: Path, photos: Iterable[Path], migrations: Iterable[str], made_at: str) -> int:
    """Put all in `archive`, the manifest last; returns how many photos were still there."""
    told: dict[str, dict[str, Any]] = {}
    with tarfile.open(fileobj=archive, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        with base.open("rb") as content:
            told[BASE] = _add(tar, BASE, content, base.stat().st_size)
        for photo in photos:
            with suppress(FileNotFoundError):  # erased meanwhile
                content_of = photo.read_bytes()
                name = f"{FOLDER}/{photo.name}"
                told[name] = _add(tar, name, io.BytesIO(content_of), len(content_of))
        manifest = {
            "format": FORMAT,
            "technilab": VERSION,
            "made_at": made_at,
            "migrations": sorted(migrations),
            "files": told,
        }
        words = json.dumps(manifest, indent=1).encode()
        _add(tar, MANIFEST, io.BytesIO(words), len(words))
    return len(told) - 1


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> dict[str, Any]:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    hashed = _Hashed(content)
    tar.addfile(member, hashed)
    return {"bytes": size, "sha256": hashed.sha256.hexdigest()}


class _Hashed:
    """What is read, hashed as it goes by."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content, self.sha256 = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        some = self._content.read(size)
        self.sha256.update(some)
        return some


@contextmanager
def opened(file: Path, key: str = "") -> Iterator[Archive]:
    """A backup whose manifest can be read. Raises Closed, WrongKey, Damaged, Newer, Older."""
    try:
        with _content(file, key) as content, tarfile.open(fileobj=content, mode="r:") as tar:
            if not tar.getmembers() or content.seek(0, os.SEEK_END) != _whole_size(tar):
                raise Damaged(file)
            yield Archive(file, tar)
    except (tarfile.TarError, EOFError):
        raise Damaged(file) from None


@contextmanager
def _content(file: Path, key: str) -> Iterator[IO[bytes]]:
    if not is_sealed(file):
        with file.open("rb") as content:
            yield content
        return
    if not key:
        raise Closed(file)
    with suppress(NotOpened), unsealed(file, key) as content:
        if content.read(len(BASE)) == BASE.encode():
            content.seek(0)
            yield content
            return
    raise WrongKey(file)


def _whole_size(tar: tarfile.TarFile) -> int:
    """A tar ends with two empty blocks and on a whole record: what was cut in its padding alone is cut."""
    last = tar.getmembers()[-1]
    content = math.ceil(last.size / tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    return math.ceil((last.offset_data + content + 2 * tarfile.BLOCKSIZE) / tarfile.RECORDSIZE) * tarfile.RECORDSIZE


class Archive:
    """An opened backup."""

    def __init__(self, file: Path, tar: tarfile.TarFile) -> None:
        self._file, self._tar = file, tar
        self._members = {one.name: one for one in tar.getmembers()}
        told = self._manifest()
        if told["format"] > FORMAT:
            raise Newer(file)
        refuse_descent(file, descent(told["migrations"]))
        self.made_at = datetime.fromisoformat(told["made_at"])
        self._told: dict[str, dict[str, Any]] = told["files"]
        self.bytes = sum(one["bytes"] for one in self._told.values())
        self.photos = sorted(set(self._told) - {BASE})

    def verify(self, tell: Callable[[int, int], None]) -> None:
        """Read every byte. Raises Damaged when anything is missing, too much, or not what the manifest says."""
        names = [one for one in self._members if one != MANIFEST]
        if sorted(names) != sorted(self._told) or any(not self._is_ours(name) for name in names):
            raise Damaged(self._file)
        read = 0
        for name in names:
            sha256 = hashlib.sha256()
            for some in self._content(name):
                sha256.update(some)
                tell(read := read + len(some), self.bytes)
            if (self._members[name].size, sha256.hexdigest()) != (
                self._told[name]["bytes"],
                self._told[name]["sha256"],
            ):
                raise Damaged(self._file)

    def take_out(self, name: str, to: Path) -> None:
        """Write one of its files, whole or not at all, for the owner alone."""
        building = to.with_name(f".{to.name}.part")
        building.touch(0o600)
        try:
            with building.open("wb") as written:
                for some in self._content(name):
                    written.write(some)
            building.replace(to)
        finally:
            building.unlink(missing_ok=True)

    def _manifest(self) -> dict[str, Any]:
        try:
            told = json.loads(b"".join(self._content(MANIFEST)))
            return {name: told[name] for name in MANIFEST_SAYS}
        except (KeyError, TypeError, ValueError):
            raise Damaged(self._file) from None

    def _is_ours(self, name: str) -> bool:
        """The database, or a photo by its bare name: nothing is ever written elsewhere."""
        photo = name == f"{FOLDER}/{Path(name).name}" and Path(name).name not in {"", ".", ".."}
        return self._members[name].isreg() and (name == BASE or photo)

    def _content(self, name: str) -> Iterator[bytes]:
        content = self._tar.extractfile(self._members[name])
        while some := content.read(AT_ONCE) if content else b"":
            yield some
