"""An opaque token for the camera, a short code for the hand. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from booking.process.secret_key import keys_of

PREFIX = "B1."
HASH_PREFIX = "H1."
ALPHABET = "23456789CDFGHJKMNPQRTWX"  # No pair that looks alike (0 O, 1 I L, 2 Z, 5 S, 8 B, U V), no vowel: no word.
BASE = len(ALPHABET)  # 23, a prime: the check character depends on it.
CODE_LENGTH = 6
WEIGHTS = (6, 5, 4, 3, 2, 1)  # All different, so that two swapped characters never balance.
# Two characters at once, of a code with what they add to its check, and of base32 (RFC 4648): a class is 29 badges.
TWO = BASE * BASE
FIRST, THEN = (
    [(ALPHABET[one % BASE] + ALPHABET[one // BASE], a * (one % BASE) + b * (one // BASE)) for one in range(TWO)]
    for a, b in (WEIGHTS[:2], WEIGHTS[2:4])
)
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
PAIRS = [one + other for one in BASE32 for other in BASE32]
SHIFTS = range(120, -1, -10)
VALUES = {character: value for value, character in enumerate(ALPHABET)}
SEPARATORS = frozenset(" \t\r\n\u00a0\u202f-\u2010\u2011\u2012\u2013\u2212")
SMALL_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class BadgeKind(StrEnum):
    """Who wears a badge; a spare one is for whoever was not announced."""

    PUPIL = "pupil"
    ADULT = "adult"
    SPARE = "spare"
    COMPANY = "company"


def token_of(secret_key: str, salt: UUID, kind: str, number: int) -> str:
    """What the badge's QR code says: 29 characters that mean nothing without a host's session.

    Nothing else than the secret key and the reservation's salt is needed to print the same badge again.
    """
    return _token(_sealed(secret_key, salt), kind, number)


def known_token(token_hash: bytes, secret_key: str, salt: UUID, kind: str, number: int) -> str | None:
    """The token of a badge that was issued, whichever of the site's keys made it; None where none of them did."""
    tokens = (token_of(key, salt, kind, number) for key in keys_of(secret_key))
    return next((token for token in tokens if hash_of(token) == token_hash), None)


def hash_of(token: str) -> bytes:
    """What the database keeps of a token: its SHA-256. Any text is accepted, a scanner reads anything."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def short_code_of(token: str) -> str:
    """The code typed when the camera cannot read: 5 characters drawn from the token's hash and a check character.

    Two badges of one group never share a code: `issue_places` draws again. The badge's row says which code is printed.
    """
    return _drawn(hash_of(token), 0)


def spares_for(pupils: int) -> int:
    """How many spare badges a group carries: one for ten pupils, two at least."""
    return max(2, -(-pupils // 10))


def places_of(pupils: int, adults: int) -> tuple[list[str], list[int]]:
    """The columns `kind` and `number` of all the badges of a group: its pupils, its adults, its spare ones."""
    counts = (("pupil", pupils), ("adult", adults), ("spare", spares_for(pupils)))
    return (
        [kind for kind, count in counts for _ in range(count)],
        [number for _, count in counts for number in range(1, count + 1)],
    )


def issue_rows(secret_key: str, salt: UUID, kind: str, numbers: Iterable[int]) -> tuple[list[bytes], list[str]]:
    """The columns `token_hash` and `short_code` of new badges of one kind, in the order of `numbers`."""
    numbers = list(numbers)
    return issue_places(secret_key, salt, [kind] * len(numbers), numbers)


def issue_places(
    secret_key: str, salt: UUID, kinds: Iterable[str], numbers: Iterable[int], *, taken: Iterable[str] = ()
) -> tuple[list[bytes], list[str]]:
    """The same columns for badges of several kinds, none of which shares its code with another, nor with those `taken`
    by the badges that the group has already."""
    sealed = _sealed(secret_key, salt)
    hashes = [hash_of(_token(sealed, kind, number)) for kind, number in zip(kinds, numbers, strict=True)]
    codes = dict.fromkeys(taken)
    had = len(codes)
    for digest in hashes:
        codes.setdefault(next(code for turn in range(4) if (code := _drawn(digest, turn)) not in codes))
    return hashes, list(codes)[had:]


def shown_code(code: str) -> str:
    """« K7Q-2MD », as it is printed."""
    return f"{code[:3]}-{code[3:]}"


def normalize_code(text: str) -> str:
    """A typed code without its spaces and dashes, in capitals. No character is replaced by one that it resembles."""
    return "".join(character for character in text if character not in SEPARATORS).translate(SMALL_LETTERS)


def is_short_code(text: str) -> bool:
    """Whether a normalized text is a code that can exist: one wrong character or two swapped ones are seen."""
    if len(text) != CODE_LENGTH or not VALUES.keys() >= set(text):
        return False
    return sum(weight * VALUES[character] for weight, character in zip(WEIGHTS, text, strict=True)) % BASE == 0


def _sealed(secret_key: str, salt: UUID) -> hmac.HMAC:
    """What all the tokens of one visit begin with: a copy for each costs less than beginning anew."""
    badge_key = hmac.digest(secret_key.encode(), b"technilab badges 1", "sha256")
    return hmac.new(badge_key, salt.bytes, "sha256")


def _token(sealed: hmac.HMAC, kind: str, number: int) -> str:
    own = sealed.copy()
    own.update(f"{kind}:{number}".encode())
    bits = int.from_bytes(own.digest()[:16], "big") << 2
    return PREFIX + "".join([PAIRS[bits >> shift & 1023] for shift in SHIFTS])


def _drawn(digest: bytes, turn: int) -> str:
    """The code of a hash; each of the 4 turns reads another quarter of it."""
    left, one = divmod(int.from_bytes(digest[8 * turn : 8 * turn + 8], "big"), TWO)
    left, two = divmod(left, TWO)
    (first, some), (then, more), fifth = FIRST[one], THEN[two], left % BASE
    return f"{first}{then}{ALPHABET[fifth]}{ALPHABET[-(some + more + WEIGHTS[4] * fifth) % BASE]}"
