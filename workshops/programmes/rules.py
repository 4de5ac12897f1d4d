"""Which targets count the same thing in two units. Pure."""

from __future__ import annotations

# Of each set one target is official, the others stand beside it.
UNITS = (("ptech", ("pupils", "entrants")),)


def other_units(programme: str, metric: str) -> list[str]:
    """The other ways to count what this target counts: P-TECH's lycéens by school year or by entry."""
    for owner, metrics in UNITS:
        if owner == programme and metric in metrics:
            return [one for one in metrics if one != metric]
    return []
