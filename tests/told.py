"""What was said of the acts of a test, in their order."""

from __future__ import annotations

from workshops.database import rows


async def told() -> list[tuple[object, ...]]:
    """(act, by, about_kind, about, detail) of each event."""
    return [tuple(one) for one in await rows("SELECT act, by, about_kind, about, detail FROM events ORDER BY id")]
