"""A real IMAP server for the tests (pymap), on a mailbox of its own: what is put there, and what became of it."""

from __future__ import annotations

import mailbox
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pysasl.hashing import BuiltinHash

from tests.command_line import free_port

PYMAP = Path(sys.executable).parent / "pymap"
SEEN = "S"
ASTERISK = "F"  # « flagged », which mail programs show as a star
READ_BY_US = "a"  # the letter of the one keyword that the server knows


@dataclass(frozen=True)
class PostBox:
    """`url` is what IMAP_URL takes; the user is « réponses@example.org » and has a password to escape."""

    url: str
    folder: Path

    def put(self, *mails: bytes) -> None:
        """Mails arrive, in this order."""
        box = mailbox.Maildir(self.folder / "box", create=False)
        for mail in mails:
            box.add(mail)
            time.sleep(0.01)  # a maildir is ordered by arrival

    def flags(self) -> list[str]:
        """The flags of each mail, sorted."""
        box = mailbox.Maildir(self.folder / "box", create=False)
        return sorted(mail.get_flags() for mail in box)


@contextmanager
def post_box(folder: Path, *, keywords: bool = True, options: str = "?starttls=never") -> Iterator[PostBox]:
    """A server on a free port of this machine, which keeps a keyword or only the flags of old."""
    folder.mkdir(exist_ok=True)
    mailbox.Maildir(folder / "box")
    (folder / "pymap-etc-passwd").write_text("replies:x::::box:\n")
    (folder / "pymap-etc-shadow").write_text(f"replies:{BuiltinHash(rounds=1000).hash('a/b c')}:::::::\n")
    if keywords:
        (folder / "box" / "dovecot-keywords").write_text("0 Technilab\n")
    port = free_port()
    server = subprocess.Popen(
        [str(PYMAP), "--host", "127.0.0.1", "--port", str(port), "--no-tls", "maildir", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "pymap.log").open("wb"),
    )
    try:
        _wait_for(port, server, folder / "pymap.log")
        yield PostBox(f"imap://replies:a%2Fb%20c@127.0.0.1:{port}/INBOX{options}", folder)
    finally:
        server.kill()
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"pymap does not answer: {log.read_text()}")
