"""Who is on the network without a secret of the cluster is let in nowhere; its certificates are renewed as it runs."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import subprocess
import time
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from tests.command_line import ROOT, eventually
from tests.faults.cluster import Cluster

CHANGED = {"loop_wait": 5}  # as it is


@pytest.fixture(scope="module")
def shown(cluster: Cluster):
    """Somebody who trusts the cluster and shows a certificate of one of its machines, or none."""

    def somebody(*certificate: str) -> httpx.Client:
        context = ssl.create_default_context(cafile=cluster.folder / "machines" / "authority.crt")
        if certificate:
            machine, name = certificate
            place = cluster.folder / "machines" / machine / name
            context.load_cert_chain(place.with_suffix(".crt"), place.with_suffix(".key"))
        return httpx.Client(verify=context, timeout=20)

    return somebody


def test_whoever_has_no_secret_changes_nothing_of_patroni_and_sees_who_leads(whole: Cluster, shown):
    settings = whole.told()["settings"]
    config = f"https://{settings['PATRONI1']}/config"
    password = ("patroni", settings["PATRONI_PASSWORD"])
    assert shown().patch(config, json=CHANGED).status_code == 403
    assert shown().patch(config, json=CHANGED, auth=password).status_code == 403
    assert shown("db2", "postgres").patch(config, json=CHANGED).status_code == 401
    assert shown("db2", "postgres").patch(config, json=CHANGED, auth=password).status_code == 200
    with pytest.raises(httpx.TransportError):
        shown("web1", "pgbouncer").patch(config, json=CHANGED, auth=password)
    assert shown().post(f"https://{settings['PATRONI1']}/restart", json={}).status_code == 403
    leader = settings[f"PATRONI{whole.leader()}"]
    assert shown().get(f"https://{leader}/primary").status_code == 200


def test_etcd_hears_nobody_without_a_certificate_of_a_database_machine(whole: Cluster, shown):
    settings = whole.told()["settings"]
    for door in ("ETCD1", "ETCD2", "ETCD3"):
        for asks in (shown(), shown("web1", "pgbouncer")):
            for scheme in ("http", "https"):
                with pytest.raises(httpx.TransportError):
                    asks.get(f"{scheme}://{settings[door]}/v3/kv/range")
                with pytest.raises(httpx.TransportError):
                    asks.get(f"{scheme}://{settings[door]}/version")
        assert shown("db2", "postgres").get(f"https://{settings[door]}/version").status_code == 200
    peer = f"https://{settings['ETCD_PEER1']}/members"
    with pytest.raises(httpx.TransportError):
        shown().get(peer)
    assert "etcd_server_has_leader 1" in httpx.get(f"http://{settings['ETCD_METRICS1']}/metrics").text


@pytest.mark.parametrize("door", ["POSTGRES1", "POSTGRES2", "WRITE1", "READ2", "PGBOUNCER1", "PGBOUNCER2"])
async def test_no_database_takes_a_password_in_clear_and_each_shows_who_it_is(whole: Cluster, door: str):
    settings = whole.told()["settings"]
    host, _, port = settings[door].rpartition(":")
    # A PgBouncer knows the user who acts alone.
    user, named = ("technilab_acts", "ACTING") if door.startswith("PGBOUNCER") else ("technilab", "TECHNILAB")
    told = {"user": user, "password": settings[f"{named}_PASSWORD"], "database": "technilab"}
    told |= {"host": host, "port": int(port), "timeout": 20}
    with pytest.raises((asyncpg.PostgresError, ConnectionError, asyncpg.InterfaceError)):
        await asyncpg.connect(**told, ssl=False)
    sealed = ssl.create_default_context(cafile=whole.folder / "machines" / "authority.crt")
    connection = await asyncpg.connect(**told, ssl=sealed)
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()


async def test_what_stands_between_a_web_process_and_its_database_is_sealed_to_the_end(whole: Cluster):
    connection = await asyncpg.connect(**whole.superuser(whole.leader()))
    open_still = await connection.fetch(
        "SELECT usename, client_addr FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
        " WHERE client_addr IS NOT NULL AND NOT ssl"
    )
    technilab = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND usename = 'technilab_acts'"
    )
    await connection.close()
    assert (open_still, technilab > 0) == ([], True)


@pytest.mark.skipif(os.geteuid() != 0, reason="whoever is not root starts no process as root")
def test_haproxy_is_not_root_and_says_who_comes_and_goes(whole: Cluster):
    for number in (1, 2):
        assert psutil.Process(whole.pid(f"haproxy{number}")).username() == "haproxy"
        said = (whole.folder / f"haproxy{number}.log").read_text()
        assert "Server write/db" in said
        assert "GET" not in said


def test_no_file_of_a_process_is_read_by_another_account(whole: Cluster):
    folders = [place for place in whole.folder.iterdir() if place.is_dir() and place.name not in {"files", "backups"}]
    filled = [
        file for folder in folders for file in folder.glob("*.*") if file.suffix in {".yml", ".ini", ".conf", ".cfg"}
    ]
    filled += list((whole.folder / "machines").rglob("*.key"))
    assert len(filled) > 20
    # Sentinel writes its own anew, in a folder that is closed.
    assert {file for file in filled if file.stat().st_mode & 0o077 and file.parent.stat().st_mode & 0o077} == set()


def test_certificates_are_renewed_and_nobody_restarts(whole: Cluster, tmp_path: Path):
    if not shutil.which("faketime"):
        pytest.skip("no faketime here: nobody can be told that ten months have passed")
    processes = {one["name"]: one["pid"] for one in whole.told()["processes"]}
    age(whole, tmp_path)
    eventually(lambda: all(30 < days < 40 for days in lasting(whole).values()), "the old ones are not shown")
    whole.say("renew")
    eventually(lambda: all(days > 360 for days in lasting(whole).values()), "the new ones are not shown")
    assert {one["name"]: one["pid"] for one in whole.told()["processes"]} == processes
    assert whole.whole()
    assert httpx.get(f"http://127.0.0.1:{whole.port}/health/ready", timeout=30).status_code == 200


def age(cluster: Cluster, folder: Path) -> None:
    """Let all certificates be those of ten months ago, and have them shown."""
    settings = folder / "cluster.env"
    settings.write_text("".join(f"{name}={told}\n" for name, told in cluster.told()["settings"].items()))
    machines = cluster.folder / "machines"
    for place in machines.glob("*/*.key"):
        owner = place.stat()
        place.with_suffix(".crt").unlink()
        place.with_suffix(".owner").write_text(f"{owner.st_uid}:{owner.st_gid}")
    words = ["faketime", "-f", "-330d", ROOT / "deploy" / "machines.py", settings, machines]
    subprocess.run(words, check=True, capture_output=True)
    for place in machines.glob("*/*.owner"):
        user, group = map(int, place.read_text().split(":"))
        os.chown(place.with_suffix(".key"), user, group)
        place.unlink()
        place.parent.chmod(0o711)
    for one in cluster.told()["processes"]:
        if one["role"] in {"patroni", "pgbouncer"}:
            psutil.Process(one["pid"]).send_signal(signal.SIGHUP)


def lasting(cluster: Cluster) -> dict[str, float]:
    """For how many days each process's certificate is good still, as it shows it to whoever connects."""
    settings = cluster.told()["settings"]
    doors = [f"{door}{n}" for door in ("ETCD", "ETCD_PEER", "PATRONI") for n in (1, 2, 3)]
    sealed = [f"{door}{n}" for door, last in (("POSTGRES", 3), ("PGBOUNCER", 2)) for n in range(1, last + 1)]
    return {door: _lasts(cluster, settings[door], postgres=door in sealed) for door in (*doors, *sealed)}


def _lasts(cluster: Cluster, address: str, *, postgres: bool) -> float:
    words = ["openssl", "s_client", "-connect", address, *(["-starttls", "postgres"] if postgres else [])]
    shown = subprocess.run(words, input=b"", capture_output=True, check=False).stdout
    asked = ["openssl", "x509", "-noout", "-enddate"]
    told = subprocess.run(asked, input=shown, capture_output=True, check=False).stdout.decode()
    if not told:  # it is reading them
        return 0.0
    return (ssl.cert_time_to_seconds(told.strip().partition("=")[2]) - time.time()) / 86400
