"""A run that finds something ends: in a report that says what, and with an error."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.command_line import ROOT, eventually
from tests.faults.client import Orders, Own, work
from tests.faults.crowd import Broken, Crowd
from tests.faults.history import read
from tests.faults.planted import UNDER_FAULTS

AT_MOST = 600.0  # seconds, beside all the other tests
HURT_BY = {
    "idempotency dropped": ("cut_answers", "kill_web"),
    "acknowledged before durable": ("crash_database", "kill_backend"),
}
SEEN = {
    "idempotency dropped": re.compile(r"^  Act\(.*act='book'.*answer='group-busy'", re.MULTILINE),
    "acknowledged before durable": re.compile(
        r"^- round 7\.0: (?:scan \w+ was \w+, and is not kept so|group \d+ was told|(?:badge|group|slot) )",
        re.MULTILINE,
    ),
}


def test_a_client_that_is_told_what_cannot_be_writes_it_down_and_goes_on(tmp_path: Path) -> None:
    """Whatever is asked is not there."""
    log, told = tmp_path / "log.jsonl", b'{"type": "/problems/not-found", "detail": "."}'

    async def not_there(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r\n")[0] or 0))
                writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: %d\r\n\r\n%b" % (len(told), told))

    async def lived() -> None:
        server = await asyncio.start_server(not_there, "127.0.0.1", 0)
        orders = Orders(
            **{"addresses": [server.sockets[0].getsockname()], "name": "technilab.example", "host": "k", "lycee": "0"},
            **{"hands": [Own(1, "k", [1, 2], [])], "slots": [7], "desk": 9, "badges": ["B1.A", "B1.B"], "seed": 1},
            **{
                "log": str(log),
                "rate": 500.0,
                "patience": 4.0,
                "acts": dict.fromkeys(("book", "read", "scan", "batch"), 1),
            },
        )
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(1.0, over.set)
        await work(orders, over)
        server.close()

    asyncio.run(lived())
    assert {(act.act, act.answer) for act in read(log)} == {(one, "not-found") for one in ("book", "read", "scan")}


def test_clients_that_fall_are_told_and_not_waited_for(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path, {})
    for code in ("pass", "import time; time.sleep(60)", "raise KeyError(3)"):
        with (tmp_path / f"client-{len(crowd._running)}.log").open("wb") as said:
            crowd._running.append(subprocess.Popen([sys.executable, "-c", code], stderr=said))
    with pytest.raises(Broken, match=r"^clients 2 ended with 1: KeyError: 3$"):
        eventually(lambda: crowd._running[2].poll() is not None, "it does not fall")
        crowd.refuse_the_fallen()
    with pytest.raises(Broken, match=r"^clients 1 ended with -9: $"):
        crowd.come_home(within=0.5)


@pytest.mark.parametrize("bug", UNDER_FAULTS)
def test_what_is_planted_and_seen_under_faults_alone_ends_in_a_report_and_an_error(bug: str, tmp_path: Path) -> None:
    words = ["--faults", "4", "--acts", "3000", "--rate", "300", "--seed", "7", "--planted", bug]
    words += [one for fault in HURT_BY[bug] for one in ("--only", fault)]
    page = tmp_path / "page.md"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.run", *words, "--folder", tmp_path / "kept", "--report", page],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=AT_MOST,
    )  # fmt: skip
    assert (ran.returncode, page.exists()) == (1, True), ran.stderr
    told = page.read_text()
    assert f"with a planted fault ({bug}), seed 7: 1 rounds, 4 faults" in told
    assert "it broke off" not in told
    assert SEEN[bug].search(told.partition("\n## What is wrong\n")[2]), told
