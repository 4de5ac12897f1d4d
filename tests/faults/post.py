"""A mail server that can stall: `python -m tests.faults.post LOG < orders`, one line a mail in its log.

Each line of its orders is `open` or `still`: while it is still, it takes a mail and does not say so before it is open
again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP


class Post:
    """What came, by its Message-ID and its recipients: the same pair twice is one mail sent twice."""

    def __init__(self, log: int) -> None:
        self._log = log
        self.opens = asyncio.Event()
        self.opens.set()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await self.opens.wait()
        name = message_from_bytes(envelope.content)["Message-ID"]
        os.write(self._log, (json.dumps({"mail": name, "to": envelope.rcpt_tos}) + "\n").encode())
        return "250 OK"


async def main(log: str) -> None:
    post = Post(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(post, hostname="post.example"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        (post.opens.set if line.strip() == b"open" else post.opens.clear)()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
