"""The public list of a draw: what anybody downloads, to find her number in it and to draw again.

JSON. It names no collège, and says of no demand what it asked for, how many it is, or where it comes: only what of each
slot was left. Lists of draws held when each demand was for one slot say that slot, and nothing of files or places.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from booking.visits.draws.queries import DrawLine, DrawSeen, SlotAfterDraw


class ListedDemand(Struct, frozen=True):
    """A demand; without a `rank` before the draw, or when it was withdrawn. `beyond` and `digest` come when entries
    end."""

    number: str
    weight: int
    rank: int | None
    result: str | None = None
    beyond: bool | None = None
    digest: str | None = None
    slot_id: int | None = None


class ListedPlaces(Struct, frozen=True):
    """What the draw left of a slot."""

    slot_id: int
    seats_left: int
    groups_left: int


class PublicDrawList(Struct, frozen=True):
    """A draw: its seed's `digest` from the beginning; from the end of entries on the `file_digest` of all that decides;
    then the `seed` and the `places_left`."""

    digest: str
    seed: str | None
    demands: tuple[ListedDemand, ...]
    id: int = 0
    file_digest: str | None = None
    places_left: tuple[ListedPlaces, ...] | None = None


def listed(draw: DrawSeen, lines: Sequence[DrawLine], left: Sequence[SlotAfterDraw]) -> PublicDrawList:
    """The list of a draw as it stands."""
    return PublicDrawList(
        id=draw.id,
        digest=draw.digest,
        file_digest=draw.file_digest,
        seed=draw.seed,
        demands=tuple(
            ListedDemand(
                number=line.number,
                weight=line.weight,
                beyond=line.beyond,
                slot_id=line.slot,
                rank=line.rank,
                result=line.result or None,
                digest=line.digest,
            )
            for line in lines
        ),
        places_left=tuple(ListedPlaces(slot.slot, slot.seats, slot.groups) for slot in left)
        if draw.left_told
        else None,
    )


def list_in(content: bytes) -> PublicDrawList:
    """The list that a file holds. Raises msgspec.DecodeError for any other file."""
    return msgspec.json.decode(content, type=PublicDrawList)
