"""The cache in front: Debian's nginx under deploy/nginx/technilab.conf, before one web machine.

with front(before=8000) as there:
    httpx.get(there.url + "/creneaux").headers["X-Cache"]
"""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.command_line import data_folder, eventually, free_port

SITE = Path(__file__).parent.parent / "deploy" / "nginx" / "technilab.conf"
AROUND = """
daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000;
    {temporary}
    include {folder}/technilab.conf;
}}
"""
CERTIFICATE = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
    *("-subj", "/CN=127.0.0.1"),
)


@dataclass(frozen=True)
class Front:
    url: str
    tls: str
    folder: Path

    def holds(self, word: str) -> bool:
        """Whether anything that is kept holds this word; what is kept is read uncompressed, as it was asked for."""
        return any(word.encode() in one.read_bytes() for one in (self.folder / "cache").rglob("*") if one.is_file())


def nginx() -> str | None:
    """The program, which Debian keeps where only root looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def self_signed(folder: Path) -> None:
    """A certificate of this machine's address that no browser trusts."""
    key = ("-keyout", str(folder / "technilab.key"), "-out", str(folder / "technilab.crt"))
    subprocess.run([*CERTIFICATE, *key], check=True, capture_output=True)


@contextmanager
def front(
    *,
    before: int,
    port: int | None = None,
    workers: int = 1,
    at: str = "127.0.0.1",
    certify: Callable[[Path], object] = self_signed,
) -> Iterator[Front]:
    """Started and answering; stopped and forgotten at the end. `certify` puts its key and certificate in a folder."""
    program, entry, tls = nginx(), port or free_port(), free_port()
    assert program is not None
    with data_folder() as folder:
        certify(folder)
        told = {
            "@PAGES1@": f"127.0.0.1:{before}",
            "    server @PAGES2@ max_fails=1 fail_timeout=1s;\n": "",
            "@NGINX_DIR@": str(folder),
            "@TLS_DIR@": str(folder),
            "@ENTRY_TLS@": f"{at}:{tls}",
            "@ENTRY@": f"{at}:{entry}",
        }
        site = SITE.read_text()
        for word, meant in told.items():
            site = site.replace(word, meant)
        (folder / "technilab.conf").write_text(site)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
        own = "user root;" if Path("/proc/self").stat().st_uid == 0 else ""
        around = AROUND.format(folder=folder, temporary=temporary, user=own, workers=workers)
        (folder / "nginx.conf").write_text(around)
        process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
        there = Front(f"http://{at}:{entry}", f"https://{at}:{tls}", folder)
        try:
            _wait_for((at, entry), process)
            yield there
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(where: tuple[str, int], process: subprocess.Popen[bytes]) -> None:
    def listens() -> bool:
        assert process.poll() is None, "nginx does not start"
        with socket.socket() as line:
            return line.connect_ex(where) == 0

    eventually(listens, "nginx does not listen")
