"""What the dictionary says of one figure. Pure."""

from __future__ import annotations

from msgspec import Struct

CLOSING = "À la clôture de la visite par le lycée. La coordination peut la rouvrir ; le journal le dit."
NEVER = "Jamais : c'est l'état du jour."
PERIOD = "À la clôture de chaque année ; ensuite, une correction dit sa raison, à côté du chiffre."
KEPT_OPEN = "À la clôture de chaque année ; ensuite, une correction dit sa raison, sur la fiche."


class Definition(Struct, frozen=True):
    """One figure in words; `shown`: the other words under which pages show it, or with which they begin."""

    name: str
    words: str
    source: str
    rule: str
    freezes: str
    shown: tuple[str, ...] = ()
