"""Clients that book, cancel and scan at a steady rate, whatever happens to the machines, and write down each answer.

An act whose answer was lost is sent again under the same key until somebody answers it. The log is theirs, outside the
cluster: what it holds a 201 of was acknowledged.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults import history as histories

RATE = 300
CLIENTS = 60
PUPILS = 24
ANSWERED_IN = 15.0
AGAIN_AFTER = 0.1
# Not an answer to the act: the site is not there for now.
AWAY = {0, 500, 502, 503, 504}


@dataclass(frozen=True)
class Act:
    """What is asked, under the key that makes asking twice harmless."""

    client: int
    what: str
    path: str
    key: str
    body: dict[str, Any]
    slot: int = 0
    group: int = 0
    badge: str = ""


@dataclass
class Log:
    """One line an answer, appended at once: when it came, to which act, what it said."""

    file: Path
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open = self.file.open("a", buffering=1)

    def write(self, act: Act, sent: float, status: int, said: dict[str, Any]) -> None:
        line = {"at": time.time(), "sent": sent, "status": status, "said": said, **asdict(act)}
        self.lines.append(line)
        self._open.write(json.dumps(line) + "\n")


class Clients:
    """Sixty people at one site; `run` goes on until `stop()`."""

    def __init__(self, port: int, world: dict[str, Any], log: Log, *, rate: int = RATE) -> None:
        self._port, self._world, self._log, self._rate = port, world, log, rate
        self._stopping = False
        pairs = [(slot, group) for slot in world["slots"] for group in world["groups"]]
        self._asked = iter(pairs)
        self._badges = itertools.cycle(world["badges"])

    def stop(self) -> None:
        self._stopping = True

    async def run(self) -> None:
        async with asyncio.TaskGroup() as together:
            for number in range(CLIENTS):
                together.create_task(self._one(number))

    async def _one(self, number: int) -> None:
        line = _Line(self._port)
        pause = CLIENTS / self._rate
        due = time.monotonic() + pause * number / CLIENTS
        booked: list[tuple[int, int, int]] = []
        for what in self._turns():
            due = max(due + pause, time.monotonic() - pause)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if self._stopping:
                break
            act = self._act(number, what, booked)
            if act is None:
                continue
            status, said = await self._until_answered(line, act)
            if act.what == "booking" and status == 201:
                booked.append((said["id"], act.slot, act.group))
        line.close()

    def _turns(self) -> Iterator[str]:
        return itertools.cycle(("booking", "scan", "booking", "scan", "cancellation"))

    def _act(self, client: int, what: str, booked: list[tuple[int, int, int]]) -> Act | None:
        key = str(uuid.uuid4())
        if what == "cancellation" and booked:
            visit, slot, group = booked.pop()
            path = f"/api/v1/reservations/{visit}/cancellation"
            return Act(client, what, path, key, {"reason": "Sortie annulée"}, slot, group)
        if what == "scan":
            badge = next(self._badges)
            scan = {"scan_id": key, "slot_id": self._world["desk"], "badge": badge}
            body = {"scans": [scan | {"scanned_at": datetime.now(UTC).isoformat()}]}
            return Act(client, what, "/api/v1/checkins", key, body, badge=badge)
        with suppress(StopIteration):
            slot, group = next(self._asked)
            body = {"slot_id": slot, "group_id": group, "pupils": PUPILS, "adults": 2}
            return Act(client, "booking", "/api/v1/reservations", key, body, slot, group)
        return None

    async def _until_answered(self, line: _Line, act: Act) -> tuple[int, dict[str, Any]]:
        key = self._world["host" if act.what == "scan" else "teacher"]
        while True:
            sent = time.time()
            status, said = await line.ask(act, key)
            self._log.write(act, sent, status, said)
            if status not in AWAY:
                return status, said
            await asyncio.sleep(AGAIN_AFTER)


class _Line:
    """One kept connection; a cut is status 0, and the next act opens another."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, act: Act, token: str) -> tuple[int, dict[str, Any]]:
        body = json.dumps(act.body).encode()
        head = (
            f"POST {act.path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {act.key}\r\n\r\n"
        )
        try:
            async with asyncio.timeout(ANSWERED_IN):
                if self._open is None:
                    self._open = await asyncio.open_connection("127.0.0.1", self._port)
                reader, writer = self._open
                writer.write(head.encode() + body)
                return await self._answer(reader)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            self.close()
            return 0, {"lost": repr(error)}

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await reader.readline(), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
        else:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.close()
        said = json.loads(body) if "json" in headers.get("content-type", "") else {}
        return int(head[9:12]), said if isinstance(said, dict) else {}

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


def acknowledged_bookings(lines: Iterable[dict[str, Any]], *, after: float) -> list[float]:
    """When each booking was acknowledged, from a moment on."""
    told = (line["at"] for line in lines if line["what"] == "booking" and line["status"] == 201)
    return sorted(at for at in told if at > after)


def history(lines: Iterable[dict[str, Any]]) -> list[histories.Act]:
    """The acts as the checker of histories reads them: from the first sending to the answer, whatever was lost between.

    A cancellation that was sent twice may be refused because it was done: what the refusal says is nothing.
    """
    sendings: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        sendings.setdefault(line["key"], []).append(line)
    return [_act_of(every) for every in sendings.values()]


def _act_of(sendings: list[dict[str, Any]]) -> histories.Act:
    first, last = sendings[0], sendings[-1]
    words = {"booking": "book", "cancellation": "cancel", "scan": "scan"}
    answer = ""
    if last["what"] == "scan" and last["status"] == 200:
        answer = last["said"]["results"][0]["result"]
    elif last["status"] == 201:
        answer = "done"
    elif last["status"] not in AWAY and len(sendings) == 1:
        answer = last["said"]["type"].rpartition("/")[2]
    return histories.Act(
        **{"client": first["client"], "act": words[first["what"]], "began": first["sent"]},
        **{"ended": last["at"] if answer else None, "answer": answer, "slot": first["slot"], "group": first["group"]},
        **{"pupils": PUPILS, "badge": first["badge"]},
    )
