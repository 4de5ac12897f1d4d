"""How a draft is sealed, to whom it belongs, and how long it lasts. Pure."""

from __future__ import annotations

import hmac
import secrets
import zlib
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field

from booking.process.secret_key import is_ours, keys_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TYPED_LASTS = timedelta(hours=1)
PAGE_LASTS = timedelta(minutes=15)
DRAFTS_MOST = 10
TYPED_MOST = 64_000
PAGE_MOST = 400_000
NONCE = 12


class Content(Struct, frozen=True):
    """A draft's own: `where` is the page of the form and `action` the address that it is sent to.

    Either what was `typed`, by the names of the fields, or the `page` to show again with its `status`.
    """

    where: str
    action: str
    typed: dict[str, list[str]] = field(default_factory=dict)
    page: str = ""
    status: int = 200


def too_long(content: Content) -> bool:
    """Whether it is more than a form of ours holds."""
    typed = sum(len(name) + sum(map(len, values)) for name, values in content.typed.items())
    return typed > TYPED_MOST or len(content.page) > PAGE_MOST


def sealed(content: Content, *, key: str, account: int, secret_key: str) -> bytes:
    """The draft as it is kept: readable with this browser's key and the site's, for this account alone."""
    nonce = secrets.token_bytes(NONCE)
    plain = zlib.compress(msgspec.json.encode(content), level=1)
    return nonce + _cipher(key, secret_key).encrypt(nonce, plain, str(account).encode())


def opened(kept: bytes, *, key: str, account: int, secret_key: str) -> Content | None:
    """The draft again; None with another key, or for another account."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as below

    for site in keys_of(secret_key):
        with suppress(InvalidTag):
            plain = _cipher(key, site).decrypt(kept[:NONCE], kept[NONCE:], str(account).encode())
            return msgspec.json.decode(zlib.decompress(plain), type=Content)
    return None


def _cipher(key: str, secret_key: str) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - keeps the start light

    return AESGCM(hmac.digest(secret_key.encode(), b"draft:" + key.encode(), "sha256"))


def drawn_for(account: int, secret_key: str) -> str:
    """What a form carries to say for whom it was drawn, once the session that drew it is over."""
    return f"{account}.{_proof(str(account), secret_key)}"


def account_of(mark: str, secret_key: str) -> int | None:
    """Whom a form was drawn for; None for a mark that this site never wrote."""
    account, _, proof = mark.partition(".")
    if not (account.isascii() and account.isdigit()):
        return None
    known = is_ours(proof.encode(), secret_key, lambda key: _proof(account, key).encode())
    return int(account) if known else None


def _proof(account: str, secret_key: str) -> str:
    return hmac.digest(secret_key.encode(), b"drawn for:" + account.encode(), "sha256").hex()[:32]
