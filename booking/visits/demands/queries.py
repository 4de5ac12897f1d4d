"""Who got nothing in a draw, and may have what it leaves before all others."""

from __future__ import annotations

from collections.abc import Collection

from workshops.database import rows

GOT_NOTHING = """EXISTS (SELECT FROM demands nothing WHERE nothing.opening = {opening} AND nothing."group" = {group}
    AND nothing.result IN ('waits', 'out'))"""
"""SQL: whether a group was in the draw of an opening, and has no place of it."""
FOLLOWED_BY = """coalesce((SELECT follows.booked_by FROM reservations follows WHERE follows.demand = d.id
    ORDER BY follows.id DESC LIMIT 1), d.asked_by)"""
"""SQL: who follows a demand `d`: whoever follows its lines, after a handover too."""
FOR_THEM = f"""SELECT g.id FROM groups g JOIN openings o ON o.id = $1
WHERE g.id = ANY ($2::int[]) AND {GOT_NOTHING.format(opening="o.id", group="g.id")}"""  # noqa: S608 - constants only


async def without_a_place(opening: int | None, groups: Collection[int]) -> set[int]:
    """Those of these groups that got nothing in the draw of an opening."""
    return {group["id"] for group in await rows(FOR_THEM, opening, list(groups))}
