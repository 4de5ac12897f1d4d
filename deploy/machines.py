#!/usr/bin/env python3
"""What each machine of the cluster gets: the settings and secrets that its own files name, and its certificates.

    deploy/machines.py /root/cluster/cluster.env /root/cluster

makes the folders /root/cluster/db1 to db3, web1 and web2, each to be copied to /etc/technilab of its machine, and the
cluster's own authority, whose key (/root/cluster/authority.key) no machine needs. Called again, it renews what ends
within 60 days or lacks an address, and leaves the rest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from deploy.cluster.layout import FILES, PROGRAMS
from deploy.fill import HOLE, SettingMissing, read

DAYS, AUTHORITY_DAYS = 365, 3650
RENEWED_BEFORE = 60 * 24 * 3600
# Who is asked, and who asks too: etcd and Patroni let in whoever shows a certificate that may ask.
ASKED, ASKS = "serverAuth", "serverAuth,clientAuth"
MACHINES = {"db": 3, "web": 2}
RUNS = {"db": ("etcd", "patroni", "valkey", "sentinel"), "web": ("haproxy", "pgbouncer", "nginx", "keepalived")}
# By machine: the account's name, what its certificate is for, and the doors behind which it is asked.
CERTIFICATES = {
    "db": (
        ("etcd", ASKS, ("ETCD#", "ETCD_PEER#")),
        ("postgres", ASKS, ("PATRONI#", "POSTGRES#", "WRITE1", "WRITE2", "READ1", "READ2")),
    ),
    "web": (("pgbouncer", ASKED, ("PGBOUNCER#",)),),
}
REQUEST = """[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = {name}
[extensions]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
{extensions}
"""
AUTHORITY = "basicConstraints = critical, CA:true\nkeyUsage = critical, keyCertSign, cRLSign"
MEMBER = """basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = {purpose}
subjectAltName = {places}"""


@dataclass(frozen=True)
class Certificate:
    """One that a process of a machine shows, for the hosts at which it is asked."""

    name: str
    purpose: str
    hosts: tuple[str, ...]


def prepare(settings: Mapping[str, str], folder: Path) -> list[Path]:
    """Make or bring up to date the folder of each machine; returns the certificates that were made."""
    before = os.umask(0o077)
    try:
        return list(_made(settings, folder))
    finally:
        os.umask(before)


def _made(settings: Mapping[str, str], folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    authority = folder / "authority"
    if not authority.with_suffix(".crt").exists():
        _request(authority, name="Technilab", extensions=AUTHORITY, days=AUTHORITY_DAYS)
        yield authority.with_suffix(".crt")
    for kind, count in MACHINES.items():
        for number in range(1, count + 1):
            machine = folder / f"{kind}{number}"
            machine.mkdir(exist_ok=True)
            _write(machine / "cluster.env", _lines(own(settings, kind, number)))
            _write(machine / "ca.crt", authority.with_suffix(".crt").read_text(), mode=0o644)
            for certificate in certificates(settings, kind, number):
                place = machine / certificate.name
                if not _lasts(place.with_suffix(".crt"), certificate.hosts):
                    _sign(place, certificate, authority, machine=machine.name)
                    yield place.with_suffix(".crt")


def own(settings: Mapping[str, str], kind: str, number: int) -> dict[str, str]:
    """The settings that the files of such a machine name, and no other: a secret is where it is needed."""
    named = {"NUMBER"}
    for file in files(kind, number):
        for name, which, _ in HOLE.findall((FILES / file).read_text()):
            named.add(f"{name}{number}" if which == "#" else f"{name}{which}")
    return {name: told for name, told in settings.items() if name in named} | {"NUMBER": str(number)}


def files(kind: str, number: int) -> list[str]:
    """The files of deploy/ that are filled in on that machine; the first of the pages copies photos for both."""
    of_programs = [file for role in RUNS[kind] for file in PROGRAMS[role][1].split()]
    if kind == "db":
        return [*of_programs, "pgbackrest/rehearse.env"]
    return [*of_programs, "technilab.env", *["copies.env"] * (number == 1)]


def certificates(settings: Mapping[str, str], kind: str, number: int) -> Iterator[Certificate]:
    """Those of one machine; raises SettingMissing."""
    for name, purpose, doors in CERTIFICATES[kind]:
        places = [door.replace("#", str(number)) for door in doors]
        if lacking := [place for place in places if not settings.get(place)]:
            raise SettingMissing(f"Il manque {lacking[0]} dans les réglages de la grappe.")
        hosts = dict.fromkeys(settings[place].rpartition(":")[0].strip("[]") for place in places)
        if "127.0.0.1" in hosts:
            hosts["localhost"] = None
        yield Certificate(name, purpose, tuple(hosts))


def _sign(place: Path, certificate: Certificate, authority: Path, *, machine: str) -> None:
    places = ",".join(f"{'IP' if _is_address(host) else 'DNS'}:{host}" for host in certificate.hosts)
    _request(
        place,
        *("-CA", str(authority.with_suffix(".crt")), "-CAkey", str(authority.with_suffix(".key"))),
        name=f"{certificate.name} {machine}",
        extensions=MEMBER.format(purpose=certificate.purpose, places=places),
        days=DAYS,
    )


def _request(place: Path, *words: str, name: str, extensions: str, days: int) -> None:
    """A new key and its certificate, in the place of those before at once."""
    key, crt = place.with_suffix(".key"), place.with_suffix(".crt")
    beside = key.with_suffix(".key.new"), crt.with_suffix(".crt.new")
    command = "openssl req -x509 -config /dev/stdin -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc"
    subprocess.run(
        [*command.split(), "-days", str(days), *words, "-keyout", str(beside[0]), "-out", str(beside[1])],
        input=REQUEST.format(name=name, extensions=extensions),
        capture_output=True,
        text=True,
        check=True,
    )
    beside[1].chmod(0o644)
    beside[0].replace(key)
    beside[1].replace(crt)


def _lasts(crt: Path, hosts: Iterable[str]) -> bool:
    """Whether it is good for a while yet, and for all these hosts."""
    asked = ["openssl", "x509", "-noout", "-in", str(crt)]
    if (
        not crt.exists()
        or subprocess.run([*asked, "-checkend", str(RENEWED_BEFORE)], capture_output=True, check=False).returncode
    ):
        return False
    told = subprocess.run([*asked, "-ext", "subjectAltName"], capture_output=True, text=True, check=True).stdout
    named = {word.strip().partition(":")[2] for word in told.partition("\n")[2].replace("\n", ",").split(",")}
    return {_plain(host) for host in hosts} <= {_plain(host) for host in named}


def _plain(host: str) -> str:
    return str(ip_address(host)) if _is_address(host) else host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _lines(settings: Mapping[str, str]) -> str:
    return "".join(f"{name}={told}\n" for name, told in settings.items())


def _write(file: Path, text: str, *, mode: int = 0o600) -> None:
    file.touch(mode=mode)
    file.chmod(mode)
    file.write_text(text)


if __name__ == "__main__":
    try:
        for new in prepare(read(Path(sys.argv[1])), Path(sys.argv[2])):
            sys.stdout.write(f"{new}\n")
    except (SettingMissing, OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
