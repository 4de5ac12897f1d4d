"""What docs/following.md tells to type is typed as it stands there, against a server that answers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn

from tests import builders
from tests.booking.api.test_events import settled
from tests.booking.api.test_host_slots import APP, a_host
from tests.booking.mails.webhooks.told import BOOKED, a_visit, booked, tell_programs
from tests.builders import NOW
from workshops.database import rows, value

GUIDE = Path(__file__).parents[3] / "docs" / "following.md"
BLOCK = re.compile(r"(?:^    .*\n(?:\n(?=    ))?)+", re.MULTILINE)


def blocks() -> list[str]:
    return [textwrap.dedent(block) for block in BLOCK.findall(GUIDE.read_text())]


def shell() -> list[str]:
    """The blocks that are typed in a shell, in their order."""
    return [block for block in blocks() if re.match(r"export|CURSOR=|ask|SEEN=", block)]


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(APP, port=0, lifespan="off", log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


async def typed(lines: str, **told: str) -> list[str]:
    """What a shell prints that is told these lines."""
    program = await asyncio.create_subprocess_exec(
        *("bash", "-eu"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **told},
    )
    out, _ = await program.communicate(lines.encode())
    assert program.returncode == 0, out.decode()
    return out.decode().splitlines()


async def test_each_line_of_the_guide_is_answered_as_it_says(db):
    college, _ = await a_host("teacher")
    visit = await a_visit(lycee=await builders.school(kind="lycee"), college=college)
    await rows("UPDATE reservations SET changed_at = $1", NOW)
    first = await booked(visit)
    await tell_programs()
    webhook = await builders.webhook(
        membership=await value("SELECT id FROM memberships"), url="http://127.0.0.1:9/", acts=BOOKED
    )
    start, follow, changed, etag, once, resumed = shell()
    async with served() as address:
        start = start.replace("https://technilab.example.org", address)
        start = start.replace("the-key-that-the-page-showed-once", f"token-{college}")
        said = await typed(start + follow + changed)
        reservations, events, confirmed, slots = (json.loads(line) for line in said)
        assert [one["id"] for one in reservations["items"]] == [visit]
        assert (events["items"], events["more"]) == ([], False)
        assert [one["id"] for one in confirmed["items"]] == [visit]
        assert slots["items"] == []
        assert await typed(start + etag) == ["304"]
        made = json.loads("".join(await typed(start + once)))
        assert await value("SELECT id FROM groups WHERE name = '4e B' AND pupils = 24") == made["id"]
        said = await typed(start + resumed, WEBHOOK=str(webhook), EVENT=str(first))
        assert [json.loads(one)["id"] for one in said] == [webhook, webhook]


async def test_the_program_of_the_guide_follows_and_goes_on_where_it_was(db, tmp_path):
    lycee, _ = await a_host()
    visit = await a_visit(lycee=lycee)
    (program,) = [block for block in blocks() if block.startswith("import json")]
    async with served() as address:
        told = {"TECHNILAB": address, "KEY": f"token-{lycee}", "PATH": os.environ["PATH"]}

        async def followed(until: int) -> list[str]:
            """So many lines of the program, or none within its first look."""
            await settled()
            running = await asyncio.create_subprocess_exec(
                *("python3", "-c", program), cwd=tmp_path, env=told, stdout=subprocess.PIPE
            )
            lines = []
            kept = tmp_path / "cursor.txt"
            async with asyncio.timeout(60):
                while len(lines) < until:
                    lines.append((await running.stdout.readline()).decode().strip())
                while not kept.exists():  # noqa: ASYNC110 - the file of another program
                    await asyncio.sleep(0.02)
            await asyncio.sleep(0.2)
            running.kill()
            await running.wait()
            return lines

        assert await followed(0) == []
        await booked(visit)
        await booked(visit, "reservation_moved")
        here = f"http://127.0.0.1:8000/api/v1/reservations/{visit}"
        assert await followed(2) == [f"reservation_booked {here}", f"reservation_moved {here}"]
        await booked(visit, "reservation_headcount")
        assert await followed(1) == [f"reservation_headcount {here}"]
