"""What somebody else cares for, beside the machine: a PostgreSQL over TLS, and whoever takes the mails.

The database's user owns its database and has no other right; the server hears nobody without TLS and a password.
"""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.authority import Authority
from tests.command_line import eventually

DATABASE, MAILS, SITE = "db.example.org", "smtp.example.org", "technilab.example.org"
HBA = "local all all peer\nhostssl all all 127.0.0.1/32 scram-sha-256\n"


def programs() -> Path | None:
    """The folder of Debian's newest PostgreSQL, 15 or newer."""
    every = {int(one.parents[1].name): one.parent for one in Path("/usr/lib/postgresql").glob("[0-9]*/bin/postgres")}
    return every[max(every)] if every and max(every) >= 15 else None


class Provider:
    """`authority` is the file of whoever signs the certificates of both; `mails` are those that were taken."""

    def __init__(self, folder: Path, *, name: str = DATABASE, port: int = 5432) -> None:
        found = programs()
        assert found is not None
        self._programs, self._folder = found, folder
        self._data, self._name, self._port = folder / "data", name, port
        self._signs = Authority(folder)
        self.authority = self._signs.file
        self.mails: list[tuple[str, str]] = []

    def _as_postgres(self, *words: str | Path, told: str | None = None) -> str:
        command = ["runuser", "-u", "postgres", "--", *map(str, words)]
        ran = subprocess.run(command, input=told, capture_output=True, text=True, check=False, cwd="/")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def ask(self, sql: str, database: str = "postgres") -> str:
        """As whoever runs the server."""
        psql = (
            self._programs / "psql",
            "-h",
            self._folder,
            "-p",
            str(self._port),
            "-qAtX",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
        )
        return self._as_postgres(*psql, told=sql).strip()

    def start(self) -> None:
        shutil.chown(self._folder, "postgres", "postgres")
        how = ("--auth-local=peer", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8")
        self._as_postgres(self._programs / "initdb", "-D", self._data, *how)
        self._certify(self._data, self._name)
        for file in ("technilab.crt", "technilab.key"):
            shutil.chown(self._data / file, "postgres", "postgres")
        (self._data / "pg_hba.conf").write_text(HBA)
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self._port} -c unix_socket_directories={self._folder}"
            " -c ssl=on -c ssl_cert_file=technilab.crt -c ssl_key_file=technilab.key"
        )
        self._as_postgres(
            self._programs / "pg_ctl", "-D", self._data, "-w", "-l", self._data / "log", "-o", options, "start"
        )
        self.ask("CREATE ROLE technilab LOGIN PASSWORD 'password'")
        self.ask("CREATE DATABASE technilab OWNER technilab")

    def stop(self) -> None:
        self._as_postgres(self._programs / "pg_ctl", "-D", self._data, "-w", "-m", "fast", "stop")

    def _certify(self, folder: Path, name: str) -> None:
        self._signs.certify(folder, name)
        (folder / "technilab.key").chmod(0o600)

    @contextmanager
    def takes_mails(self) -> Iterator[None]:
        """On port 587, by STARTTLS and the password of the guide."""
        folder = self._folder / "mails"
        folder.mkdir()
        self._certify(folder, MAILS)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "technilab.crt", folder / "technilab.key")
        known = lambda *given: AuthResult(success=bytes(given[-1].password) == b"password")  # noqa: E731
        door = Controller(
            self, hostname="127.0.0.1", port=587, tls_context=context, require_starttls=True,
            authenticator=known, auth_required=True,
        )  # fmt: skip
        door.start()
        try:
            yield
        finally:
            door.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=default)
        text = mail.get_body(("plain",))
        self.mails += [(to, text.get_content() if text else "") for to in envelope.rcpt_tos]
        return "250 OK"

    def link(self, to: str, begins: str) -> str:
        """The newest link so begun in what this address was sent, once it is there."""

        def found() -> list[str]:
            texts = [text for who, text in self.mails if who == to]
            return [one for text in texts for one in re.findall(rf"{re.escape(begins)}\S+", text)]

        eventually(lambda: bool(found()), f"no mail to {to} holds {begins}")
        return found()[-1]


@contextmanager
def provider() -> Iterator[Provider]:
    """Both, until the end."""
    folder = Path(tempfile.mkdtemp(prefix="technilab-provider-"))
    folder.chmod(0o755)
    beside = Provider(folder)
    beside.start()
    try:
        with beside.takes_mails():
            yield beside
    finally:
        beside.stop()
        shutil.rmtree(folder)
