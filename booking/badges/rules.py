"""What a badge says: an opaque token for the camera, a short code for the hand, a number for the eye."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from booking.wording import Mark
from workshops.refusals import Invalid, Refusal

PREFIX = "B1."
ALPHABET = "23456789CDFGHJKMNPQRTWX"  # No pair that looks alike (0 O, 1 I L, 2 Z, 5 S, 8 B, U V), no vowel: no word.
BASE = len(ALPHABET)  # 23, a prime: the check character depends on it.
CODE_LENGTH = 6
WEIGHTS = (6, 5, 4, 3, 2, 1)  # All different, so that two swapped characters never balance.
VALUES = {character: value for value, character in enumerate(ALPHABET)}
SEPARATORS = frozenset(" \t\r\n\u00a0\u202f-\u2010\u2011\u2012\u2013\u2212")
SMALL_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
LARGEST_SHIFT = 10
PRINTABLE = frozenset({"confirmed", "locked", "attended"})


class NoBadges(Refusal):
    """A visit that is not confirmed, or no longer, has nothing to print."""

    kind = "no-badges"
    title = "Pas de badges à imprimer"
    sentence = "Les badges s'impriment quand la visite est confirmée. Celle-ci ne l'est pas."


class ModuleTooSmall(Refusal):
    """Labels on which the code would be too small for a phone."""

    kind = "labels-too-small"
    status = 422
    title = "Étiquettes trop petites"

    def __init__(self, labels: str) -> None:
        super().__init__(
            f"{labels} : le code y serait trop petit pour un téléphone. Choisissez des étiquettes plus grandes."
        )


class SecretChanged(Refusal):
    """The badges were issued under another SECRET_KEY: printed now, no desk would know them."""

    kind = "badges-of-another-key"
    title = "Badges à créer de nouveau"
    sentence = (
        "Ces badges ont été créés avec une autre clé que celle du site : imprimés, ils ne seraient pas reconnus"
        " à l'accueil. Prévenez la coordination."
    )


@dataclass(frozen=True)
class PrintedGroup:
    """What every badge of a group shows: its label, its mark, where and when it is expected."""

    label: str
    mark: Mark
    place: str
    day: str


@dataclass(frozen=True)
class PrintedBadge:
    """One badge on paper. `face` is the big number (see `face_of`); no field can hold a name."""

    face: str
    token: str
    short_code: str
    group: PrintedGroup
    no_photo: bool = False


def check_placing(*, start: int, cells: int, dx_mm: float, dy_mm: float) -> None:
    """Refuse a first label outside the sheet, or an offset that is no printer's; raises Invalid."""
    wrong = {}
    if not 1 <= start <= cells:
        wrong["start"] = f"Cette planche a {cells} étiquettes : indiquez la première de libre, de 1 à {cells}."
    for name, shift in (("dx_mm", dx_mm), ("dy_mm", dy_mm)):
        if not -LARGEST_SHIFT <= shift <= LARGEST_SHIFT:
            wrong[name] = f"Un décalage va de -{LARGEST_SHIFT} à {LARGEST_SHIFT} mm."
    if wrong:
        raise Invalid(wrong)


def may_print(state: str) -> bool:
    """Whether a reservation in this state has badges to print."""
    return state in PRINTABLE


def face_of(kind: str, number: int) -> str:
    """The number in large: 17 for a pupil, A1 for an adult, R1 for a spare badge (« réserve »)."""
    return {"pupil": "", "adult": "A", "spare": "R"}[kind] + str(number)


def token_of(secret_key: str, salt: UUID, kind: str, number: int) -> str:
    """What the badge's QR code says: 29 characters that mean nothing without a host's session.

    Nothing else than the secret key and the reservation's salt is needed to print the same badge again.
    """
    return _token(_badge_key(secret_key), salt, kind, number)


def hash_of(token: str) -> bytes:
    """What the database keeps of a token: its SHA-256. Any text is accepted, a scanner reads anything."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def short_code_of(token: str) -> str:
    """The code typed when the camera cannot read: 5 characters drawn from the token's hash and a check character.

    Two badges of one group never share a code: `issue_rows` draws again. The badge's row says which code is printed.
    """
    return _drawn(hash_of(token), 0)


def issue_rows(secret_key: str, salt: UUID, kind: str, numbers: Iterable[int]) -> tuple[list[bytes], list[str]]:
    """The columns `token_hash` and `short_code` of a group's new badges, in the order of `numbers`."""
    key = _badge_key(secret_key)
    hashes = [hash_of(_token(key, salt, kind, number)) for number in numbers]
    codes: dict[str, None] = {}
    for digest in hashes:
        codes.setdefault(next(code for turn in range(4) if (code := _drawn(digest, turn)) not in codes))
    return hashes, list(codes)


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


def _badge_key(secret_key: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"technilab badges 1", "sha256")


def _token(key: bytes, salt: UUID, kind: str, number: int) -> str:
    digest = hmac.digest(key, salt.bytes + f"{kind}:{number}".encode(), "sha256")
    return PREFIX + b32encode(digest[:16]).decode().rstrip("=")


def _drawn(digest: bytes, turn: int) -> str:
    """The code of a hash; each of the 4 turns reads another quarter of it."""
    left = int.from_bytes(digest[8 * turn : 8 * turn + 8], "big")
    code, total = "", 0
    for weight in WEIGHTS[:-1]:
        left, value = divmod(left, BASE)
        code += ALPHABET[value]
        total += weight * value
    return code + ALPHABET[-total % BASE]
