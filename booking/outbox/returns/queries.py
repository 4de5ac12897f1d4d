"""Which addresses are doubtful, and which mails came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Doubt:
    """Since when mails to an address come back, and the server's word."""

    since: datetime
    said: str
