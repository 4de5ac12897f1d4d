"""The nightly copy of one machine, and the rehearsal of the last one: closed with a key, kept so many days, watched."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from booking.commands.archive import opened
from booking.commands.copies import NAME, WRITTEN, copies_in, let_go
from booking.commands.sealed import Sealing, unsealed
from booking.process.copies import CopiesPlace, copies_place
from booking.process.settings import SettingsRefused
from tests import database
from tests.command_line import data_folder, running, technilab

KEY = "0123456789abcdef" * 3
PRODUCTION = {
    "SECRET_KEY": "s" * 40,
    "BASE_URL": "https://technilab.example",
    "SMTP_URL": "smtp://127.0.0.1:1",
    "REDIS_URL": "none",
}
NAMED = "ada@ac-besancon.fr"


@pytest.fixture
def base() -> Iterator[str]:
    """A base with one coordinator in it."""
    name = f"copied_{uuid4().hex[:12]}"
    url = database.clone(name)
    yield url
    database.drop(name)


@pytest.fixture
def home() -> Iterator[Path]:
    with data_folder() as folder:
        (folder / "objets").mkdir()
        (folder / "objets" / "one.jpg").write_bytes(b"a photo" * 1000)
        yield folder


@pytest.fixture
def told(base: str, home: Path, tmp_path: Path) -> dict[str, str]:
    """What the unit of the nightly copy is told."""
    (tmp_path / "copies").mkdir()
    copies = {"COPIES_DIR": str(tmp_path / "copies"), "COPIES_KEY": KEY, "COPIES_DAYS": "5"}
    assert technilab("invite", NAMED, "--role", "coordinator", home=home, DATABASE_URL=base).stderr == ""
    return PRODUCTION | copies | {"DATABASE_URL": base}


def kept(url: str) -> dict[tuple[str, str], dict[str, Any]]:
    async def ask() -> list[Any]:
        line = await asyncpg.connect(url)
        try:
            return list(await line.fetch("SELECT * FROM copies"))
        finally:
            await line.close()

    return {(one["act"], one["way"]): dict(one) for one in asyncio.run(ask())}


def made(told: dict[str, str]) -> list[Path]:
    return [one for _, one in copies_in(Path(told["COPIES_DIR"]))]


def lines(home: Path, told: dict[str, str]) -> list[str]:
    said = technilab("check", home=home, **told).stdout.splitlines()
    return [one for one in said if "Copies" in one or "Répétition" in one]


def test_a_copy_is_closed_with_the_key_and_comes_back_with_it(home: Path, told: dict[str, str]) -> None:
    said = technilab("backup", home=home, **told)
    [copy] = made(told)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(f"La base et 1 photo sont gardées dans {copy} (")
    assert said.stdout.endswith(" 0 copie de plus de 5 jours est effacée.\n")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert b"base.dump" not in copy.read_bytes()[:2000] and b"a photo" not in copy.read_bytes()
    assert [one.name for one in home.iterdir() if one.name.endswith(".part")] == []
    asyncio.run(database.run(told["DATABASE_URL"], "UPDATE accounts SET name = 'Changed since'"))
    back = technilab("restore", "--replace", str(copy), home=home, **told)
    assert (back.returncode, back.stderr) == (0, ""), back.stderr
    assert names(told["DATABASE_URL"]) == ["ada"]


def names(url: str) -> list[str]:
    async def ask() -> list[str]:
        line = await asyncpg.connect(url)
        try:
            return [one["name"] for one in await line.fetch("SELECT name FROM accounts")]
        finally:
            await line.close()

    return asyncio.run(ask())


def test_whoever_has_openssl_and_the_key_opens_a_copy_without_technilab(
    home: Path, told: dict[str, str], tmp_path: Path
) -> None:
    assert technilab("backup", home=home, **told).returncode == 0
    [copy] = made(told)
    plain = tmp_path / "technilab.backup"
    words = ["openssl", "enc", "-d", "-aes-256-cbc", "-pbkdf2", "-iter", "600000", "-pass", "env:COPIES_KEY", "-in"]
    subprocess.run([*words, copy, "-out", plain], check=True, env={**os.environ, "COPIES_KEY": KEY})
    with opened(plain) as archive:
        archive.verify(lambda done, total: None)
        assert archive.photos == ["objets/one.jpg"]
    listed = subprocess.run(["tar", "-tf", plain], check=True, capture_output=True, text=True).stdout
    assert listed.split() == ["base.dump", "objets/one.jpg", "manifest.json"]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("", "{} est chiffré : donnez sa clé dans COPIES_KEY. Rien n'a été changé."),
        (
            "another key of forty characters, or so!!",
            "La clé COPIES_KEY n'ouvre pas {}, ou il est abîmé : rien n'a été",
        ),
    ],
)
def test_without_its_key_a_copy_changes_nothing(key: str, sentence: str, home: Path, told: dict[str, str]) -> None:
    assert technilab("backup", home=home, **told).returncode == 0
    [copy] = made(told)
    refused = technilab("restore", "--replace", str(copy), home=home, **told | {"COPIES_KEY": key})
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(sentence.format(copy))


def test_a_copy_that_was_altered_is_never_put_back(home: Path, told: dict[str, str]) -> None:
    assert technilab("backup", home=home, **told).returncode == 0
    [copy] = made(told)
    whole = bytearray(copy.read_bytes())
    for at, length in ((len(whole) // 2, len(whole)), (0, len(whole) - 16), (0, len(whole) - 5)):
        altered = bytearray(whole[:length])
        if at:
            altered[at] ^= 1
        copy.write_bytes(altered)
        refused = technilab("rehearse-restore", home=home, **told)
        assert refused.returncode == 2
        assert "abîmé" in refused.stderr, refused.stderr
        assert technilab("restore", "--replace", str(copy), home=home, **told).returncode == 2


def test_a_copy_is_kept_so_many_days_and_then_goes(tmp_path: Path) -> None:
    now = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)  # the night on which clocks are put forward
    place = CopiesPlace(tmp_path, KEY, 5)
    for days in range(60):
        made_at = now + timedelta(days=days)
        (tmp_path / f"technilab-{made_at:{WRITTEN}}.backup.enc").touch()
        let_go(place, now=made_at)
        every = copies_in(tmp_path)
        assert [at.date() for at, _ in every] == [
            (made_at - timedelta(days=back)).date() for back in range(min(days, 4), -1, -1)
        ]
    (tmp_path / "notes.txt").touch()
    (tmp_path / "technilab-1999-01-01.backup").touch()
    let_go(place, now=now + timedelta(days=400))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["notes.txt", "technilab-1999-01-01.backup"]


def test_the_oldest_go_once_the_new_one_is_there_and_stay_when_it_fails(home: Path, told: dict[str, str]) -> None:
    folder, before = Path(told["COPIES_DIR"]), datetime.now(UTC) - timedelta(days=5, minutes=5)
    old, young = (
        folder / f"technilab-{at:{WRITTEN}}.backup.enc" for at in (before, before + timedelta(days=1, minutes=5))
    )
    old.touch()
    young.touch()
    away = told | {"DATABASE_URL": "postgresql://127.0.0.1:1/technilab"}
    assert technilab("backup", home=home, **away).returncode == 2
    assert made(told) == [old, young]
    said = technilab("backup", home=home, **told)
    assert said.stdout.endswith(" 1 copie de plus de 5 jours est effacée.\n")
    assert made(told)[0] == young and len(made(told)) == 2 and NAME.fullmatch(made(told)[1].name)


def test_what_became_of_copies_is_said_by_check(home: Path, told: dict[str, str]) -> None:
    assert lines(home, told) == ["NON  Copies : aucune copie n'a encore été faite : suivez docs/copies.md"]
    assert lines(home, {**told, "DEMO": "1", "SMTP_URL": "", "BASE_URL": ""}) == []
    assert technilab("backup", home=home, **told).returncode == 0
    assert lines(home, told) == [
        "oui  Copies : la dernière en fichier a 0 min",
        "NON  Répétition : aucune en fichier ; lancez technilab rehearse-restore",
    ]
    assert kept(told["DATABASE_URL"])["copy", "file"]["kept_days"] == 5
    said = technilab("rehearse-restore", home=home, **told)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(f"{made(told)[0]}, qui a 0 min, se remet en place en ")
    assert said.stdout.endswith(" s : la base, 1 photo.\n")
    rehearsal = lines(home, told)[1]
    assert rehearsal.startswith("oui  Répétition : la dernière en fichier a 0 min : une copie qui avait 0 min, en ")
    assert [one for one in home.iterdir() if one.name.startswith("restore-")] == []


def without_number(url: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {which: {name: told for name, told in one.items() if name != "id"} for which, one in kept(url).items()}


PGBACKREST = """INSERT INTO copies (act, way, done_at, seconds, kept_days)
VALUES ('copy', 'pgbackrest', '2026-11-30 03:00+01', 40, 22)"""


def test_what_was_known_of_copies_is_known_after_one_of_them_is_put_in_place(home: Path, told: dict[str, str]) -> None:
    url = told["DATABASE_URL"]
    assert technilab("backup", home=home, **told).returncode == 0
    first = made(told)[0]
    assert technilab("rehearse-restore", home=home, **told).returncode == 0
    time.sleep(1.1)  # a copy is named by its second
    assert technilab("backup", home=home, **told | {"COPIES_DAYS": "9"}).returncode == 0
    assert technilab("backup", home=home, **told | {"COPIES_DIR": "/srv/not mounted"}).returncode == 2
    asyncio.run(database.run(url, PGBACKREST, "UPDATE accounts SET name = 'Changed since'"))
    before, began = without_number(url), datetime.now(UTC)
    back = technilab("restore", "--replace", str(first), home=home, **told)
    assert (back.returncode, back.stderr, names(url)) == (0, "", ["ada"])
    after = without_number(url)
    tried = after.pop(("rehearsal", "file"))
    # The copies are those of before, the failure of the last one too; what was put in place is tried by that.
    assert after == {which: one for which, one in before.items() if which != ("rehearsal", "file")}
    assert after["copy", "file"]["kept_days"] == 9
    assert tried["done_at"] > began > tried["copied_at"]
    with opened(first, KEY) as archive:
        assert tried["copied_at"] == archive.made_at
    [copies, rehearsal] = [one for one in lines(home, told) if "pgBackRest" not in one]
    assert copies.startswith("NON  Copies : échec il y a 0 min : Le dossier /srv/not mounted n'existe pas")
    assert rehearsal.startswith("oui  Répétition : la dernière en fichier a 0 min : une copie qui avait 0 min, en ")


def test_on_another_machine_the_last_copy_of_its_folder_is_known_and_the_one_put_in_place_is_tried(
    home: Path, told: dict[str, str]
) -> None:
    assert technilab("backup", home=home, **told).returncode == 0
    [copy] = made(told)
    later = copy.with_name(f"technilab-{datetime.now(UTC) + timedelta(seconds=2):{WRITTEN}}.backup.enc")
    shutil.copy(copy, later)
    name = f"copied_{uuid4().hex[:12]}"
    url = database.empty(name)
    there = told | {"DATABASE_URL": url}
    try:
        with data_folder() as new:
            back = technilab("restore", str(copy), home=new, **there)
            assert (back.returncode, back.stderr) == (0, ""), back.stderr
            assert [one.partition(" : ")[0] for one in lines(new, there)] == ["oui  Copies", "oui  Répétition"]
        known = kept(url)
        last = copies_in(later.parent)[-1][0]
        assert (known["copy", "file"]["done_at"], known["copy", "file"]["kept_days"]) == (last, 5)
    finally:
        database.drop(name)


def test_where_no_copies_are_made_a_restoration_says_nothing_of_them(
    home: Path, told: dict[str, str], tmp_path: Path
) -> None:
    file, url = tmp_path / "by hand.backup", told["DATABASE_URL"]
    by_hand = {name: said for name, said in told.items() if not name.startswith("COPIES_")}
    assert technilab("backup", str(file), home=home, **by_hand).returncode == 0
    # One of a time that knew of no copies is replaced too.
    asyncio.run(database.run(url, "DROP TABLE copies"))
    assert technilab("restore", "--replace", str(file), home=home, **by_hand).stderr == ""
    assert kept(url) == {}


def test_a_copy_and_a_rehearsal_that_fail_are_kept_with_the_reason(home: Path, told: dict[str, str]) -> None:
    assert technilab("backup", home=home, **told).returncode == 0
    away = told | {"COPIES_DIR": "/srv/not mounted"}
    assert technilab("backup", home=home, **away).returncode == 2
    [copy] = made(told)
    copy.write_bytes(copy.read_bytes()[:-1600])
    assert technilab("rehearse-restore", home=home, **told).returncode == 2
    [copies, rehearsal] = lines(home, told)
    assert copies.startswith("NON  Copies : échec il y a 0 min : Le dossier /srv/not mounted n'existe pas")
    assert rehearsal.startswith(f"NON  Répétition : échec il y a 0 min : La clé COPIES_KEY n'ouvre pas {copy}, ou il")
    assert rehearsal.endswith(" ; aucune en fichier ; lancez technilab rehearse-restore")
    shutil.rmtree(told["COPIES_DIR"])
    Path(told["COPIES_DIR"]).mkdir()
    refused = technilab("rehearse-restore", home=home, **told)
    assert refused.stderr == f"Aucune copie dans {told['COPIES_DIR']} : lancez technilab backup.\n"


def test_prometheus_reads_how_old_the_last_copy_is_and_whether_it_failed(home: Path, told: dict[str, str]) -> None:
    site = {"DATABASE_URL": told["DATABASE_URL"], "REDIS_URL": "none", "METRICS_TOKEN": "t" * 40}
    with running("web", home=home, **site) as web:
        key = {"Authorization": f"Bearer {site['METRICS_TOKEN']}"}

        def figures() -> dict[str, float]:
            lines = httpx.get(f"{web.url}/metrics", headers=key).text.splitlines()
            found = (line.split() for line in lines if line.startswith(("technilab_copy", "technilab_rehearsal")))
            return {name: float(figure) for name, figure in found}

        assert figures() == {}
        assert technilab("backup", home=home, **told).returncode == 0
        assert technilab("rehearse-restore", home=home, **told).returncode == 0
        seen = figures()
        assert sorted(seen) == sorted(
            f'technilab_{act}_{figure}{{way="file"}}'
            for act in ("copy", "rehearsal")
            for figure in ("age_seconds", "duration_seconds", "failed")
        )
        assert 0 <= seen['technilab_copy_age_seconds{way="file"}'] < 60
        assert seen['technilab_copy_failed{way="file"}'] == 0
        assert technilab("backup", home=home, **told | {"COPIES_DIR": "/srv/not mounted"}).returncode == 2
        assert figures()['technilab_copy_failed{way="file"}'] == 1


def test_a_base_whose_sums_are_wrong_does_not_pass_for_whole(home: Path, told: dict[str, str]) -> None:
    wrong = (
        """INSERT INTO tallies (span, begins, by, visits, pupils) VALUES ('ever', date '2000-01-01', 'all', 7, 70)"""
    )
    asyncio.run(database.run(told["DATABASE_URL"], wrong))
    assert technilab("backup", home=home, **told).returncode == 0
    refused = technilab("rehearse-restore", home=home, **told)
    assert refused.returncode == 2
    assert "total du bilan est faux : lancez technilab recount, puis une nouvelle copie." in refused.stderr
    assert kept(told["DATABASE_URL"])["rehearsal", "file"]["done_at"] is None


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"COPIES_DIR": "/srv", "COPIES_KEY": "short"}, "Les copies de COPIES_DIR sont chiffrées"),
        ({"COPIES_DIR": "/srv", "COPIES_KEY": KEY, "COPIES_DAYS": "0"}, "COPIES_DAYS est un nombre de jours"),
        ({"COPIES_DIR": "/srv", "COPIES_KEY": KEY, "COPIES_DAYS": "un mois"}, "COPIES_DAYS est un nombre de jours"),
    ],
)
def test_settings_that_keep_nothing_are_refused(told: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsRefused, match=f"^{sentence}"):
        copies_place(told)


def test_without_a_place_for_copies_it_is_said_how_to_name_one(home: Path, base: str) -> None:
    for words in (["backup"], ["rehearse-restore"]):
        refused = technilab(*words, home=home, DATABASE_URL=base)
        sentence = "Donnez un FICHIER, ou dans COPIES_DIR le dossier des copies (docs/copies.md).\n"
        assert (refused.returncode, refused.stderr) == (2, sentence)


def test_any_part_of_what_is_closed_can_be_read(tmp_path: Path) -> None:
    file, content = tmp_path / "closed", os.urandom(100_003)
    with file.open("wb") as out:
        sealing = Sealing(out, KEY)
        for at in range(0, len(content), 7_001):
            sealing.write(content[at : at + 7_001])
        sealing.finish()
    with unsealed(file, KEY) as plain:
        assert plain.read() == content
        assert plain.seek(0, os.SEEK_END) == len(content)
        for at, length in ((0, 1), (15, 2), (16, 16), (99_990, 100), (5_000, 65_536), (100_003, 4)):
            plain.seek(at)
            assert plain.read(length) == content[at : at + length]
