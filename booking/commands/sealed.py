"""A file that only its key opens, in the form that `openssl enc -aes-256-cbc -pbkdf2 -iter 600000` writes and reads.

Whoever has the key opens it in ten years too, without anything of ours. That it was not altered is told by what is in
it: a backup's manifest has the SHA-256 of everything.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

MARKER = b"Salted__"
ROUNDS = 600_000
BLOCK = 16
AT_ONCE = 1 << 20


class NotOpened(Exception):
    """The key is not this file's, or the file is damaged: nobody can tell which."""


class Sealing(io.RawIOBase):
    """What is written to it goes to a file, closed with a key."""

    def __init__(self, file: IO[bytes], key: str) -> None:
        super().__init__()
        salt = os.urandom(8)
        self._file, self._padding = file, PKCS7(8 * BLOCK).padder()
        self._cipher = _cipher(key, salt).encryptor()
        file.write(MARKER + salt)

    def write(self, some: bytes) -> int:  # type: ignore[override]
        """As a file does."""
        self._file.write(self._cipher.update(self._padding.update(some)))
        return len(some)

    def finish(self) -> None:
        """Without its end nothing opens it."""
        self._file.write(self._cipher.update(self._padding.finalize()) + self._cipher.finalize())


def is_sealed(file: Path) -> bool:
    """Whether a key is needed to read it."""
    with file.open("rb") as start:
        return start.read(len(MARKER)) == MARKER


@contextmanager
def unsealed(file: Path, key: str) -> Iterator[IO[bytes]]:
    """What is in it, at any place of it, without writing it down in the clear. Raises NotOpened."""
    with file.open("rb") as closed, io.BufferedReader(_Unsealed(closed, key), AT_ONCE) as opened:
        yield opened


class _Unsealed(io.RawIOBase):
    """A block opens with the one before it: reading may begin anywhere."""

    def __init__(self, file: IO[bytes], key: str) -> None:
        super().__init__()
        self._file, self._at = file, 0
        head = file.read(len(MARKER) + 8)
        self._starts = len(head)
        content = file.seek(0, os.SEEK_END) - self._starts
        if content <= 0 or content % BLOCK:
            raise NotOpened
        self._secret, self._first = _derived(key, head[len(MARKER) :])
        last = self._blocks(content // BLOCK - 1, 1)
        unpadding = PKCS7(8 * BLOCK).unpadder()
        try:
            self._size = content - BLOCK + len(unpadding.update(last) + unpadding.finalize())
        except ValueError:
            raise NotOpened from None

    def _blocks(self, first: int, count: int) -> bytes:
        self._file.seek(self._starts + (first - 1) * BLOCK if first else self._starts)
        before = self._file.read(BLOCK) if first else self._first
        opening = Cipher(algorithms.AES(self._secret), modes.CBC(before)).decryptor()
        return opening.update(self._file.read(count * BLOCK))

    def readinto(self, place: memoryview) -> int:  # type: ignore[override]
        """As much as there is room for."""
        wanted = min(len(place), self._size - self._at)
        if wanted <= 0:
            return 0
        first, into = divmod(self._at, BLOCK)
        some = self._blocks(first, -(-(into + wanted) // BLOCK))[into : into + wanted]
        place[: len(some)] = some
        self._at += len(some)
        return len(some)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As a file does."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def _derived(key: str, salt: bytes) -> tuple[bytes, bytes]:
    made = hashlib.pbkdf2_hmac("sha256", key.encode(), salt, ROUNDS, 32 + BLOCK)
    return made[:32], made[32:]


def _cipher(key: str, salt: bytes) -> Cipher[modes.CBC]:
    secret, first = _derived(key, salt)
    return Cipher(algorithms.AES(secret), modes.CBC(first))
