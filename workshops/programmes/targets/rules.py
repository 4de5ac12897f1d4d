"""What the programme is made of."""

from __future__ import annotations

from enum import StrEnum


class Programme(StrEnum):
    """What France 2030 pays for: visits, P-TECH schemes, BTS+1 courses."""

    TECHNILAB = "technilab"
    PTECH = "ptech"
    BTS1 = "bts1"
