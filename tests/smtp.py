"""A real SMTP server for the tests: it keeps what it is given, and can answer what it is told to answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass(frozen=True)
class Taken:
    """A mail as it came over the wire."""

    sender: str
    to: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)

    def part(self, kind: str) -> EmailMessage:
        """The one part of this type."""
        found = [part for part in self.message.walk() if part.get_content_type() == kind]
        assert len(found) == 1, [part.get_content_type() for part in self.message.walk()]
        return found[0]


@dataclass
class PostOffice:
    """`answers` are given to RCPT, one after the other, then 250; `seconds` is how long it takes over a mail,
    `busy` is set once it holds one."""

    answers: list[str] = field(default_factory=list)
    seconds: float = 0
    mails: list[Taken] = field(default_factory=list)
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    url: str = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.busy.set()
        await asyncio.sleep(self.seconds)
        self.mails.append(Taken(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 OK"


@asynccontextmanager
async def post_office(*answers: str, seconds: float = 0, **asked: Any) -> AsyncIterator[PostOffice]:
    """A server on a free port of this machine; `asked` goes to aiosmtpd (a password, TLS)."""
    office = PostOffice(answers=list(answers), seconds=seconds)

    def greet() -> SMTP:
        office.connections += 1
        return SMTP(office, enable_SMTPUTF8=False, hostname="post.example", **asked)

    server = await asyncio.get_running_loop().create_server(greet, host="127.0.0.1", port=0)
    office.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield office
    finally:
        server.close()
