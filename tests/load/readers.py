"""Visitors who look at the list of slots while others ask for them, and how long answers take."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.load.client import answer, request

BROKEN = "no answer"


@dataclass
class Took:
    """Seconds that answers took, and what they said."""

    seconds: list[float] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)

    def share(self, part: float) -> float:
        return sorted(self.seconds)[min(int(part * len(self.seconds)), len(self.seconds) - 1)] if self.seconds else 0.0


async def reads(
    slots: Sequence[int], port: int, over: asyncio.Event, *, readers: int, looks: tuple[float, float]
) -> Took:
    """Each on her own connection looks at the list, at a slot now and then, and `looks` so many seconds at a page."""
    took, chance = Took(), random.Random(3)

    async def look_on() -> None:
        await asyncio.sleep(chance.random() * looks[1])
        while not over.is_set():
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                try:
                    await look(reader, writer)
                finally:
                    writer.close()
            except (OSError, asyncio.IncompleteReadError):
                took.said[BROKEN] += 1
                await asyncio.sleep(1)

    async def look(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept = True
        while kept and not over.is_set():
            path = "/creneaux" if chance.random() < 0.7 else f"/creneaux/{chance.choice(slots)}"
            began = time.perf_counter()
            writer.write(request("GET", path, port=port))
            status, kept = await answer(reader)
            took.said[str(status)] += 1
            took.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(chance.uniform(*looks))

    await asyncio.gather(*(look_on() for _ in range(readers)))
    return took


def counted(said: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {what}" for what, n in sorted(said.items()))


def times(took: Took) -> str:
    return " / ".join(f"{1000 * took.share(part):.0f} ms" for part in (0.5, 0.95, 0.99, 1.0))
