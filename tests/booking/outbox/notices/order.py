"""Two workers that write the same mails wait for each other; written in two orders, each would wait for the other."""

from __future__ import annotations

from workshops.database import rows


async def in_the_order_of_their_keys() -> None:
    written = [one["once"] for one in await rows("SELECT once FROM notices ORDER BY id")]
    assert written == [one["once"] for one in await rows("SELECT once FROM notices ORDER BY once")]
