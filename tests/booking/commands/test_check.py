"""technilab check says what is fine, and what to do about the rest."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from booking.commands.pages_here import pages_here
from booking.outbox.notices.beat import beat, worker_name
from booking.process.settings import read_settings
from booking.process.version import VERSION
from tests import builders
from tests.booking.calendar.replies.mails import by_google
from tests.booking.commands.test_year import asked
from tests.command_line import PATIENCE, Running, eventually, free_port, technilab
from tests.imap import post_box
from tests.smtp import post_office

PRODUCTION = {"SECRET_KEY": "s" * 40, "BASE_URL": "https://technilab.example"}


def test_a_new_folder_lacks_its_tables(empty: Path) -> None:
    said = technilab("check", home=empty, DEMO="1")
    lines = said.stdout.splitlines()
    assert lines[0].startswith("oui  Base de données : PostgreSQL ")
    assert lines[1].startswith("NON  Tables : à mettre à jour (")
    assert lines[2] == "oui  File d'attente : répond"
    assert re.fullmatch(rf"oui  Disque : \d+ Mo libres dans {empty}", lines[3])
    assert lines[4:] == [f"oui  Courrier : déposé dans {empty / 'mail'}"]
    assert (said.returncode, said.stderr) == (2, "À reprendre : Tables.\n")


def test_without_a_worker_it_says_which_command_is_missing(home: Path) -> None:
    said = technilab("check", home=home, DEMO="1")
    # How old it is is told after a while: on a slow machine these tests take one.
    waits = r"1 mail en attente(, le plus ancien depuis \d+ min)?"
    assert re.fullmatch(
        rf"NON  Travail de fond : ne tourne pas, {waits} : lancez technilab worker", said.stdout.splitlines()[-1]
    )
    assert (said.returncode, said.stderr) == (2, "À reprendre : Travail de fond.\n")


def test_a_mail_server_that_does_not_answer_is_named(home: Path) -> None:
    said = technilab("check", home=home, SMTP_URL=f"smtp://127.0.0.1:{free_port()}", **PRODUCTION)
    assert said.stdout.splitlines()[4].startswith("NON  Courrier : le serveur de SMTP_URL ne répond pas (")


def test_settings_that_production_lacks_do_not_hide_the_rest(home: Path) -> None:
    said = technilab("check", home=home)
    parts = [line.partition(" : ")[0] for line in said.stdout.splitlines()]
    assert parts == [
        *("oui  Base de données", "oui  Tables", "oui  File d'attente", "oui  Disque", "NON  Réglages"),
        *("oui  Bilan", "NON  Copies", "NON  Travail de fond"),
    ]


def test_a_queue_that_does_not_answer_is_no_reason_to_stop_booking(home: Path) -> None:
    said = technilab("check", home=home, DEMO="1", REDIS_URL=f"redis://127.0.0.1:{free_port()}")
    assert said.stdout.splitlines()[2] == (
        "NON  File d'attente : ne répond pas à l'adresse de REDIS_URL, les mails prennent du retard"
    )


def test_the_other_ways_to_the_database_are_looked_at_where_there_are_any(home: Path) -> None:
    nobody = f"postgresql://127.0.0.1:{free_port()}/technilab"
    said = technilab("check", home=home, DEMO="1", MIGRATE_URL=nobody, DATABASE_READ_URL=nobody, STANDBYS="2")
    assert "NON  Répliques : 0 sur 2 suit" in said.stdout.splitlines()
    assert said.stdout.splitlines()[2:4] == [
        "NON  Accès direct : ne répond pas à l'adresse de MIGRATE_URL",
        "NON  Base de lecture : ne répond pas à l'adresse de DATABASE_READ_URL",
    ]


def test_the_worker_of_a_machine_is_asked_alone(home: Path) -> None:
    away = {"SMTP_URL": f"smtp://127.0.0.1:{free_port()}", **PRODUCTION}
    silent = technilab("check", "--worker", home=home, **away)
    assert (silent.returncode, silent.stdout) == (2, "NON  Travail de fond : ne donne plus signe de vie\n")
    worker = Running("worker", home=home, port=free_port())
    eventually(
        lambda: technilab("check", "--worker", home=home, **away).stdout == "oui  Travail de fond : tourne\n",
        "the worker is not seen",
    )
    assert technilab("check", home=home, **away).returncode == 2
    assert worker.stop() == 0


def test_the_pages_of_a_machine_are_waited_for_and_their_version_is_said(home: Path) -> None:
    port = free_port()
    asked = {"DEMO": "1", "PORT": str(port)}
    waits = Running("check", "--web", home=home, port=port)
    site = Running("web", home=home, port=port)
    assert waits.process.wait(timeout=PATIENCE) == 0
    assert waits.said() == f"oui  Pages : servies par la version {VERSION}\n"
    assert technilab("check", "--web", home=home, **asked).returncode == 0
    assert site.stop() == 0


def test_the_pages_of_a_machine_are_asked_for_at_its_socket_too(home: Path, tmp_path: Path) -> None:
    place = {"HOST": f"unix:{tmp_path}/pages", "DEMO": "1"}
    site = Running("web", home=home, port=free_port(), **place)
    told = technilab("check", "--web", home=home, **place)
    assert (told.returncode, told.stdout) == (0, f"oui  Pages : servies par la version {VERSION}\n")
    assert site.stop() == 0


SAID_OF_ITSELF = {
    '{"state": "ready", "version": "0.9.0"}': f"servies par la version 0.9.0, et non {VERSION} : relancez"
    " technilab-web",
    '{"state": "leaving", "version": "0.9.0"}': "la version 0.9.0 s'arrête",
    '{"state": "not ready", "version": "1.0.0", "degraded": ["database", "queue"]}': (
        "la version 1.0.0 ne peut pas les servir (database, queue)"
    ),
    "<html>": "Technilab ne répond pas à http://127.0.0.1:{port} : lancez technilab-web",
    "": "Technilab ne répond pas à http://127.0.0.1:{port} : lancez technilab-web",
}


@pytest.mark.parametrize("told", SAID_OF_ITSELF, ids=["another version", "leaving", "not ready", "another's", "nobody"])
def test_pages_that_this_version_does_not_serve_are_told_apart(told: str) -> None:
    port = free_port()
    settings = read_settings({"DEMO": "1", "SECRET_KEY": "s" * 40, "PORT": str(port)})
    with answering(port, told.encode()) if told else nullcontext():
        assert pages_here(settings) == (False, SAID_OF_ITSELF[told].format(port=port))


@contextmanager
def answering(port: int, body: bytes) -> Iterator[None]:
    """A web process of another version, or another program, at that port: it answers one request with these words."""
    with socket.create_server(("127.0.0.1", port)) as door:

        def answer() -> None:
            line, _ = door.accept()
            with line:
                line.recv(4096)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

        with ThreadPoolExecutor(1) as beside:
            beside.submit(answer)
            yield


def test_sums_that_are_right_are_left_alone(home: Path) -> None:
    said = technilab("recount", home=home)
    assert said.stdout == "0 total corrigé : le bilan est celui des visites closes.\n"
    assert (said.returncode, said.stderr) == (0, "")


def test_mails_of_strangers_that_were_set_aside_are_counted_in_the_folder_and_the_mailbox(
    home: Path, tmp_path: Path
) -> None:
    twisted = by_google(uid="r-1\x00@technilab.example")
    folder = tmp_path / "replies"
    folder.mkdir()
    (folder / "1.eml").write_bytes(twisted)
    with post_box(tmp_path / "box") as box:
        box.put(twisted, twisted)
        places = {"DEMO": "1", "IMAP_URL": box.url, "REPLIES_DIR": str(folder)}
        said = technilab("read-replies", "--folder", str(folder), home=home)
        assert said.stdout.endswith(", 0 mail ignoré, 1 mail mis de côté.\n")
        assert technilab("read-replies", home=home, **places).returncode == 0
        told = technilab("check", home=home, **places).stdout.splitlines()
    assert [line for line in told if "Réponses" in line] == [
        "oui  Réponses : 1 mail illisible mis de côté",
        "oui  Réponses : 2 mails illisibles mis de côté",
    ]
    told = technilab("check", home=home, DEMO="1", IMAP_URL=box.url).stdout
    assert "NON  Réponses : La boîte des réponses ne s'ouvre pas" in told


AGED = """UPDATE notices SET state = 'queued', created_at = now() - interval '3 hours',
next_try_at = now() + interval '1 hour' RETURNING state"""


def test_mails_that_wait_are_told_by_their_age_whenever_they_are_tried_next(home: Path) -> None:
    assert asked(AGED, home) == "queued"
    told = technilab("check", home=home, DEMO="1").stdout.splitlines()[-1]
    assert re.fullmatch(r"NON  Travail de fond : .*1 mail en attente, le plus ancien depuis 3 h 0\d.*", told)


@pytest.mark.parametrize(
    ("told", "said", "ended"),
    [
        ({"DEMO": "1"}, "oui  Exemples : 2 comptes d'exemple : c'est un essai", (0, "")),
        (
            PRODUCTION,
            "NON  Exemples : 2 comptes d'exemple parmi de vraies données : lancez technilab forget-examples",
            (2, "À reprendre : Exemples, Copies.\n"),
        ),
    ],
    ids=["trial", "production"],
)
async def test_invented_people_are_fine_in_a_trial_and_among_real_data_it_says_what_to_do(
    db, empty: Path, told, said, ended
) -> None:
    await beat(worker_name(), now=datetime.now(UTC))
    for example in (True, False):
        await builders.person("coordinator", example=example)
        await builders.person("teacher", school=await builders.school(), example=example)
    async with post_office() as office:
        place = {"DATABASE_URL": os.environ["DATABASE_URL"], "REDIS_URL": "none", "SMTP_URL": office.url}
        seen = await asyncio.to_thread(technilab, "check", home=empty, **place, **told)
    assert [line for line in seen.stdout.splitlines() if "Exemples" in line] == [said]
    assert (seen.returncode, seen.stderr) == ended
