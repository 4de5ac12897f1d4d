"""The site's secret key, and those that it had before: what they made is known until it has served.

Everything that is derived from the key takes it as one text. What is made anew is made with that text; what comes back
is compared with each of `keys_of`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from pathlib import Path

NONCE = 12


class SecretKey(str):
    """SECRET_KEY, which also knows SECRET_KEY_BEFORE."""

    before: tuple[str, ...]

    def __new__(cls, key: str, before: tuple[str, ...] = ()) -> SecretKey:
        made = super().__new__(cls, key)
        made.before = before
        return made


def keys_of(secret_key: str) -> tuple[str, ...]:
    """The key, then those before it, the latest first."""
    return (str(secret_key), *before_of(secret_key))


def before_of(secret_key: str) -> tuple[str, ...]:
    """The keys before it, the latest first; none for a plain text."""
    return secret_key.before if isinstance(secret_key, SecretKey) else ()


def is_ours(given: bytes, secret_key: str, make: Callable[[str], bytes]) -> bool:
    """Whether the site made this itself, with its key or with one of those before it."""
    return any(hmac.compare_digest(given, make(key)) for key in keys_of(secret_key))


def print_of(key: str) -> str:
    """By what the database remembers since when a key is the site's; it tells nothing of it."""
    return hmac.digest(key.encode(), b"technilab key print 1", "sha256")[:12].hex()


def sealed(plain: bytes, *, purpose: str, secret_key: str) -> bytes:
    """A secret as the database keeps it: readable with the site's key alone, and for this purpose."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - keeps the start light

    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_cipher_key(str(secret_key), purpose)).encrypt(nonce, plain, purpose.encode())


def unsealed(kept: bytes, *, purpose: str, secret_key: str) -> tuple[bytes, str] | None:
    """The secret again, and which of the keys it was sealed with; None where no key opens it."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    for key in keys_of(secret_key):
        try:
            plain = AESGCM(_cipher_key(key, purpose)).decrypt(kept[:NONCE], kept[NONCE:], purpose.encode())
        except InvalidTag:
            continue
        return plain, key
    return None


def _cipher_key(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), b"technilab sealed 1:" + purpose.encode(), "sha256")


def listed(told: str | None) -> tuple[str, ...]:
    """What is told one after the other, separated by commas."""
    return tuple(filter(None, (part.strip() for part in (told or "").split(","))))


def demo_secret(data_dir: Path) -> str:
    """A secret stored in the data folder, so that the sessions of a trial survive a restart."""
    file = data_dir / "secret"
    if not file.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()
