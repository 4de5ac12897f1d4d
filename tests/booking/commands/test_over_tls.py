"""A database that is rented hears nobody without TLS: PostgreSQL's own programs, which a command starts, reach it."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import database
from tests.authority import Authority
from tests.command_line import data_folder, free_port, technilab
from tests.deploy.bare.provider import Provider, programs

MARKED = """INSERT INTO schools (uai, kind, name, commune) VALUES ('0250001R', 'lycee', 'Lycée de loin', 'Besançon')"""


@pytest.fixture(scope="module")
def rented() -> Iterator[tuple[Provider, str]]:
    """Such a server, and the address of its owner's database as a provider gives it."""
    if programs() is None or os.geteuid() != 0:
        pytest.skip("no PostgreSQL of Debian here that speaks TLS, or nobody who may run it as postgres (make engines)")
    folder, port = Path(tempfile.mkdtemp(prefix="technilab-rented-")), free_port()
    folder.chmod(0o755)
    server = Provider(folder, name="localhost", port=port)
    server.start()
    url = (
        f"postgresql://technilab:password@localhost:{port}/technilab?sslmode=verify-full&sslrootcert={server.authority}"
    )
    try:
        yield server, url
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def home(rented: tuple[Provider, str]) -> Iterator[Path]:
    """Where the copies lie; the rented database is put in place by one of a base beside."""
    name = f"rented_{uuid4().hex[:12]}"
    with data_folder() as folder:
        told = {"REDIS_URL": "none", "DEMO": "1"}
        url = database.clone(name)
        asyncio.run(database.run(url, MARKED))
        try:
            kept = technilab("backup", str(folder / "first.tar"), home=folder, DATABASE_URL=url, **told)
            assert (kept.returncode, kept.stderr) == (0, "")
        finally:
            database.drop(name)
        back = technilab("restore", str(folder / "first.tar"), home=folder, DATABASE_URL=rented[1], **told)
        assert (back.returncode, back.stderr) == (0, "")
        yield folder


def test_a_copy_is_put_in_place_by_tls(rented: tuple[Provider, str], home: Path) -> None:
    assert rented[0].ask("SELECT name FROM schools WHERE uai = '0250001R'", "technilab") == "Lycée de loin"


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca", "require", "prefer"])
def test_a_copy_is_made_however_an_address_asks_for_tls(mode: str, rented: tuple[Provider, str], home: Path) -> None:
    url = rented[1].replace("verify-full", mode)
    kept = technilab("backup", str(home / "copy.tar"), home=home, DATABASE_URL=url, REDIS_URL="none", DEMO="1")
    assert (kept.returncode, kept.stderr) == (0, "")


def test_a_server_whose_certificate_is_of_nobody_known_is_not_given_the_data(
    rented: tuple[Provider, str], home: Path, tmp_path: Path
) -> None:
    strange = rented[1].partition("sslrootcert=")[0] + f"sslrootcert={Authority(tmp_path).file}"
    refused = technilab("backup", str(home / "no.tar"), home=home, DATABASE_URL=strange, REDIS_URL="none", DEMO="1")
    assert refused.returncode == 2
    assert not (home / "no.tar").exists()
