"""Doors between clients, web processes and servers that can be shut: `python -m tests.faults.gate < orders`.

The first line of its orders is `[{"name", "at": [address, …], "port", "to": [address, port]}, …]`; each further line
is `NAME STATE`. A door that is `open` hands everything on. One that is `cut` hands on what is asked and drops the
answer with the connection, so that nobody knows what was done. One that is `still` hands on nothing and says nothing.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from typing import Any


class Door:
    """One way from a port to another."""

    def __init__(self, name: str, at: list[str], port: int, to: tuple[str, int]) -> None:
        self.name, self.at, self.port, self.to = name, at, port, to
        self.state = "open"
        self._opens = asyncio.Event()
        self._opens.set()

    def turn(self, state: str) -> None:
        self.state = state
        if state == "still":
            self._opens.clear()
        else:
            self._opens.set()

    async def serve(self) -> None:
        for address in self.at:
            await asyncio.start_server(self._pass, address, self.port)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._opens.wait()
            far_reader, far_writer = await asyncio.open_connection(*self.to)
        except OSError:
            writer.transport.abort()
            return
        asked = asyncio.create_task(self._hand_on(reader, far_writer, answers=False))
        answered = asyncio.create_task(self._hand_on(far_reader, writer, answers=True))
        await asyncio.wait({asked, answered}, return_when=asyncio.FIRST_COMPLETED)
        # What ends on one side ends on the other, and not by a goodbye.
        for task, end in ((asked, writer), (answered, far_writer)):
            task.cancel()
            end.transport.abort()

    async def _hand_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool) -> None:
        with suppress(OSError):
            while read := await source.read(65536):
                await self._opens.wait()
                if answers and self.state == "cut":
                    return
                sink.write(read)
                await sink.drain()


async def main() -> None:
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    asked: list[dict[str, Any]] = json.loads(await lines.readline())
    doors = {one["name"]: Door(one["name"], one["at"], one["port"], tuple(one["to"])) for one in asked}
    for door in doors.values():
        await door.serve()
    print("open", flush=True)
    while line := await lines.readline():
        name, state = line.decode().split()
        doors[name].turn(state)


if __name__ == "__main__":
    asyncio.run(main())
