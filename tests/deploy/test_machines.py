"""What each machine of a cluster is given: what its own programs need, and certificates that are renewed in time."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.fill import read
from tests.command_line import ROOT

DEPLOY = ROOT / "deploy"
MACHINES = {"db1", "db2", "db3", "web1", "web2"}
KEYS = {"db": {"etcd.key", "postgres.key"}, "web": {"pgbouncer.key"}}
# Who may act as whom: what each machine holds that opens something.
SECRETS = {
    "db": {
        *("PATRONI_PASSWORD", "SUPERUSER_PASSWORD", "REPLICATION_PASSWORD", "REWIND_PASSWORD"),
        *("TECHNILAB_PASSWORD", "ACTING_PASSWORD", "VALKEY_PASSWORD", "REPOSITORY_KEY"),
    },
    "web": {
        *("SECRET_KEY", "SECRET_KEY_BEFORE", "METRICS_TOKEN", "TECHNILAB_PASSWORD", "ACTING_PASSWORD"),
        *("VALKEY_PASSWORD", "SMTP_URL", "IMAP_URL"),
    },
}

# The first copies the photos for both.
COPIED, NONE = {"web1": {"COPIES_DIR", "COPIES_KEY"}}, set[str]()

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl here")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """cluster.env as somebody has filled it in, each secret another word."""
    text = re.sub(r"^([A-Z_0-9]+)=$", r"\1=secret-\1", (DEPLOY / "cluster.env").read_text(), flags=re.MULTILINE)
    file = tmp_path / "cluster.env"
    file.write_text(text)
    return file


def test_each_machine_gets_its_own_secrets_and_no_account_but_root_reads_them(settings: Path, tmp_path: Path):
    prepared(settings, tmp_path / "all")
    folders = {place.name: place for place in (tmp_path / "all").iterdir() if place.is_dir()}
    assert folders.keys() == MACHINES
    for name, folder in folders.items():
        told = read(folder / "cluster.env")
        secret = {setting for setting, value in told.items() if value.startswith("secret-")}
        assert secret - {"BASE_URL", "MAIL_FROM", "REPLIES_DIR", "MAIL_RATE"} == SECRETS[name[:-1]] | COPIED.get(
            name, set()
        )
        assert told["NUMBER"] == name[-1]
        assert {key.name for key in folder.glob("*.key")} == KEYS[name[:-1]]
        closed = {file.name for file in folder.iterdir() if file.stat().st_mode & 0o777 == 0o600}
        assert closed == {"cluster.env"} | KEYS[name[:-1]]


def test_a_folder_is_all_that_the_files_of_its_machine_ask_for(settings: Path, tmp_path: Path):
    prepared(settings, tmp_path / "all")
    guide = (ROOT / "docs" / "running.md").read_text()
    by_machine = re.split(r"On the (database|application) machines[:,]", guide)[1:]
    for machine, text in zip(("db2", "web2"), (by_machine[1], by_machine[3]), strict=True):
        for file in re.findall(r"deploy/fill\.py \S+ (deploy/\S+) /", text):
            words = [DEPLOY / "fill.py", tmp_path / "all" / machine / "cluster.env", ROOT / file]
            assert subprocess.run(words, capture_output=True, text=True, check=False).stderr == "", file


def test_what_lasts_is_left_and_what_ends_soon_or_lacks_an_address_is_made_anew(settings: Path, tmp_path: Path):
    if not shutil.which("faketime"):
        pytest.skip("no faketime here: nobody can be told that ten months have passed")
    folder = tmp_path / "all"
    assert len(prepared(settings, folder, "-280d")) == 9
    assert prepared(settings, folder) == []
    settings.write_text(settings.read_text().replace("PGBOUNCER2=10.0.0.22", "PGBOUNCER2=10.0.0.32"))
    assert prepared(settings, folder) == ["web2/pgbouncer.crt"]
    before = {crt: ends(crt) for crt in folder.glob("*/*.crt")}
    renewed = prepared(settings, folder, "+30d")
    assert sorted(renewed) == sorted(
        [f"db{n}/{name}.crt" for n in (1, 2, 3) for name in ("etcd", "postgres")] + ["web1/pgbouncer.crt"]
    )
    assert {str(crt.relative_to(folder)) for crt, end in before.items() if ends(crt) > end} == set(renewed)
    for crt in folder.glob("*/*.crt"):
        checked = ["openssl", "verify", "-x509_strict", "-attime", "1800000000", "-CAfile", crt.parent / "ca.crt", crt]
        assert subprocess.run(checked, capture_output=True, check=False).returncode == 0


def test_an_address_that_nobody_gave_is_refused_by_its_name(settings: Path, tmp_path: Path):
    settings.write_text(re.sub(r"^ETCD_PEER2=.*$", "", settings.read_text(), flags=re.MULTILINE))
    done = subprocess.run(
        [DEPLOY / "machines.py", settings, tmp_path / "all"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "Il manque ETCD_PEER2 dans les réglages de la grappe.\n")


def prepared(settings: Path, folder: Path, moved: str = "") -> list[str]:
    """The certificates that the command says it made, on a day so far from today."""
    when = ["faketime", "-f", moved] if moved else []
    done = subprocess.run(
        [*when, DEPLOY / "machines.py", settings, folder], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [str(Path(line).relative_to(folder)) for line in done.stdout.splitlines()]


def ends(crt: Path) -> datetime:
    """When a certificate ends."""
    told = subprocess.run(
        ["openssl", "x509", "-noout", "-enddate", "-in", crt], capture_output=True, text=True, check=True
    )
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(told.stdout.strip().partition("=")[2]), UTC)
