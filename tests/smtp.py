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
    """A mail as it came over the wire; `asked` is what MAIL FROM said of delivery reports."""

    sender: str
    to: list[str]
    raw: bytes
    asked: str = ""

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
    senders: tuple[str, ...] = ()

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], *(["250-DSN"] if isinstance(server, Reporting) else []), *responses[1:]]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.senders and address not in self.senders:
            return "553 5.7.1 Sender address rejected: not owned by user"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.busy.set()
        await asyncio.sleep(self.seconds)
        asked = getattr(server, "asked", "")
        self.mails.append(Taken(envelope.mail_from, list(envelope.rcpt_tos), envelope.content, asked))
        return "250 OK"


class Reporting(SMTP):
    """A server that offers delivery reports (RFC 3461), which aiosmtpd alone does not."""

    asked = ""

    async def smtp_MAIL(self, arg: str | None) -> None:
        bare, _, options = (arg or "").partition(" RET=")
        self.asked = options and f"RET={options}"
        await super().smtp_MAIL(bare)

    async def smtp_RCPT(self, arg: str | None) -> None:
        await super().smtp_RCPT((arg or "").partition(" NOTIFY=")[0])


@asynccontextmanager
async def post_office(
    *answers: str, seconds: float = 0, reports: bool = False, senders: tuple[str, ...] = (), **asked: Any
) -> AsyncIterator[PostOffice]:
    """A server on a free port of this machine; `reports`: it offers delivery reports; `senders` are the only addresses
    that it takes mails from. `asked` goes to aiosmtpd (a password, TLS)."""
    office = PostOffice(answers=list(answers), seconds=seconds, senders=senders)

    def greet() -> SMTP:
        office.connections += 1
        return (Reporting if reports else SMTP)(office, enable_SMTPUTF8=False, hostname="post.example", **asked)

    server = await asyncio.get_running_loop().create_server(greet, host="127.0.0.1", port=0)
    office.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield office
    finally:
        server.close()
