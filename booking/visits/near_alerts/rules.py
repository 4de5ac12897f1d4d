"""Among which distances a company chooses, when it is told, and the link that stops it. Pure."""

from __future__ import annotations

import hmac
from datetime import date, datetime, time

from booking.words.wording import paris
from workshops.refusals import Refusal

NEAR_KM = (10, 20, 40, 80)
"""The distances among which a company chooses."""
LEAVES_AT = time(17, 0)
PROOF_BYTES = 16


class PlaceUnknown(Refusal):
    kind = "place-unknown"
    status = 422
    title = "Où êtes-vous ?"
    sentence = "Votre commune n'est pas connue ici. Donnez-la à la coordination, puis demandez l'alerte."


def near_day_of(now: datetime) -> date | None:
    """The day whose mail about the slots near by is due: from 17 h 00 in Paris until midnight."""
    here = paris(now)
    return here.date() if here.time() >= LEAVES_AT else None


def stop_token(alert: int, secret_key: str) -> str:
    """The end of the address by which the mail of an alert is stopped: without the site's key nobody makes one."""
    proof = hmac.digest(secret_key.encode(), f"near alert:{alert}".encode(), "sha256")
    return f"{alert}-{proof[:PROOF_BYTES].hex()}"


def alert_of(token: str, secret_key: str) -> int | None:
    """The alert that a link stops; None for a link that this site never wrote."""
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdigit()):
        return None
    return int(number) if hmac.compare_digest(token.encode(), stop_token(int(number), secret_key).encode()) else None
