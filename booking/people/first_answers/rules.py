"""Whether two demands under one key are the same. Pure."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import msgspec

KEY_MOST = 80


def readable(key: str) -> bool:
    """Whether a key can be kept: not empty, not longer than it may be, without a character that nobody can read."""
    return 0 < len(key) <= KEY_MOST and key.isprintable()


def key_of(program: int | None, key: str) -> str:
    """A key as it is kept: a person's own as she wrote it, a program's apart from all others."""
    return key if program is None else f"program {hashlib.sha256(f'{program}:{key}'.encode()).hexdigest()}"


def asked_print(address: str, membership: int, body: bytes) -> bytes:
    """A hash of what is asked, in which role: the same for the same values, however their JSON is written."""
    with suppress(msgspec.DecodeError, RecursionError, UnicodeDecodeError):  # a file stays as it is
        body = msgspec.json.encode(msgspec.json.decode(body), order="sorted")
    return hashlib.sha256(b"\0".join((address.encode(), str(membership).encode(), body))).digest()
