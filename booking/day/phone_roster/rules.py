"""The key that opens one badge's line in a phone's roster: derived from the badge itself.

What a lost phone reveals. The phone keeps, for each badge, the SHA-256 of its token (to find the line) and the line
sealed by AES-GCM under HKDF(token): 128 random bits that are printed on the badge and kept nowhere on the phone. A line
holds the badge's number and the key of its group; the group's line (label, sign, college, numbers) is sealed under that
key. So without a badge of the group, the phone's files tell how many badges and groups are expected, which of these
anonymous lines came in and when, and what anybody reads on /creneaux (workshop, hours); with one badge, what that badge
and its group already show. A page opened without network therefore shows a group's numbers once one of its badges has
been scanned.

The short code (23^5 = 6 436 343 values) opens nothing: whatever the iterations of a PBKDF2, a laptop would try them
all in hours, so no line is sealed under it. A typed code is checked by its check character, compared with the groups
that are open, and else kept for the server to answer.

A device key that scripts cannot export (CryptoKey, extractable false) was refused: the browser writes its bytes in the
same files as what it would seal.
"""

from __future__ import annotations

import hmac

INFO = b"technilab roster 1"


def key_of(token: str, *, slot: int) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of a badge's token, 32 bytes; another slot's line has another key."""
    drawn = hmac.digest(str(slot).encode(), token.encode(), "sha256")
    return hmac.digest(drawn, INFO + b"\x01", "sha256")
