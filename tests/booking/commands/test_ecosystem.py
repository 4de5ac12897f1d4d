"""What people of the ecosystem type works too, with nothing but a data folder.

Whatever goes wrong at the command line is one French sentence and exit code 2.

Where nothing may be written, as an installed Technilab, a start finds its modules and templates compiled.

One web machine of several fails its readiness check before it stops.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from booking.process.version import VERSION
from tests.command_line import PATIENCE, ROOT, environ, eventually, free_port, processes_of, running, technilab

BIN = Path(sys.executable).parent


def test_piccolo_tells_that_every_migration_has_run(home: Path) -> None:
    told = environ(home, PICCOLO_CONF="booking.piccolo_conf", COLUMNS="200")
    said = subprocess.check_output([BIN / "piccolo", "migrations", "check"], env=told, cwd=ROOT, text=True)
    ran = [line.rsplit("|", 1)[1].strip() for line in said.splitlines() if " | 20" in line]
    assert ran == ["True"] * len(list(ROOT.glob("piccolo_migrations/*/*_[0-9]*.py")))
    assert processes_of(home) == []


def test_litestar_serves_the_application(home: Path) -> None:
    port = free_port()
    command = [BIN / "litestar", "--app", "booking.app:create_app", "run", "--port", str(port)]
    server = subprocess.Popen(command, env=environ(home, DEMO="1"), cwd=ROOT, stdout=subprocess.DEVNULL)
    eventually(lambda: _state(port) == "ready", "litestar serves nothing")
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=PATIENCE) == 0
    assert processes_of(home) == []


def test_arq_runs_the_worker(home: Path) -> None:
    command = [BIN / "arq", "booking.worker.WorkerSettings"]
    worker = subprocess.Popen(command, env=environ(home, DEMO="1"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert worker.stderr is not None
    assert worker.stderr.readline().partition(": ")[2].startswith("Starting worker for ")
    eventually(lambda: list(home.glob("mail/*.eml")) != [], "arq sent no mail")
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=PATIENCE)
    assert processes_of(home) == []


def _state(port: int) -> str:
    try:
        return str(httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).json()["state"])
    except httpx.TransportError:
        return ""


NO_SERVER = f"postgresql://technilab:secret@127.0.0.1:{free_port()}/technilab"
WRONG = [
    (["nada"], "La commande « nada » n'existe pas : technilab --help les montre toutes."),
    (["token"], "Il manque EMAIL : ajoutez --help pour voir ce qui est attendu."),
    (["token", "a@b.fr", "c@d.fr"], "Cette commande ne se comprend pas : ajoutez --help pour voir ce qui est attendu."),
    (["token", "--now", "a@b.fr"], "L'option --now n'existe pas : ajoutez --help pour voir celles qui existent."),
    (["token", "a@b.fr", "--days", "999"], "--days attend un nombre de 1 à 365."),
    (["invite", "a@b.fr"], "Il manque --role : ajoutez --help pour voir ce qui est attendu."),
    (["invite", "a@b.fr", "--role"], "L'option --role attend une valeur."),
    (
        ["invite", "a@b.fr", "--role", "boss"],
        "--role attend company, consortium, coordinator, host, inspector, principal, teacher.",
    ),
    (["import-schools", "nowhere.csv"], "Le fichier nowhere.csv n'existe pas."),
    (["import-calendar", "tests"], "tests est un dossier, pas un fichier."),
    (["restore", "pyproject.toml"], "pyproject.toml n'est pas une sauvegarde faite par technilab backup."),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_a_wrong_command_is_told_in_one_sentence(words: list[str], sentence: str, tmp_path: Path) -> None:
    said = technilab(*words, home=tmp_path)
    assert (said.returncode, said.stdout, said.stderr) == (2, "", f"{sentence}\n")


@pytest.mark.parametrize("command", ["migrate", "check", "token"])
def test_a_database_that_does_not_answer_is_told_in_one_sentence(command: str, tmp_path: Path) -> None:
    words = [command, "a@b.fr"] if command == "token" else [command]
    said = technilab(*words, home=tmp_path, DATABASE_URL=NO_SERVER, REDIS_URL="redis://127.0.0.1:1")
    assert said.stderr == "La base de données ne répond pas à l'adresse que donne DATABASE_URL.\n"
    assert said.returncode == 2


@pytest.mark.parametrize("command", ["run", "web", "worker"])
def test_production_does_not_start_half_configured(command: str, tmp_path: Path) -> None:
    said = technilab(command, home=tmp_path, SECRET_KEY="x" * 40, SMTP_URL="smtp://mail.example")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == (
        "Technilab ne démarre pas : il manque BASE_URL dans l'environnement."
        " Pour un essai sur cette machine, utilisez DEMO=1.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_command_before_the_tables_exist_says_what_to_run(empty: Path) -> None:
    said = technilab("token", "a@b.fr", home=empty)
    assert said.stderr == "Les tables ne sont pas à jour : lancez technilab migrate, puis recommencez.\n"
    assert said.returncode == 2


def test_an_unforeseen_error_leaves_its_trace_in_a_file(tmp_path: Path) -> None:
    told = {"DATABASE_URL": "postgresql://localhost:port/x", "REDIS_URL": "redis://127.0.0.1:1"}
    said = technilab("migrate", home=tmp_path, **told)
    trace = tmp_path / "erreur.txt"
    assert said.stderr == f"Technilab a rencontré une erreur imprévue ; elle est décrite dans {trace}.\n"
    assert trace.read_text().splitlines()[1] == "Traceback (most recent call last):"


def test_the_menu_shows_every_command_in_french(tmp_path: Path) -> None:
    said = technilab(home=tmp_path, COLUMNS="120")
    lines = [line.split("  ")[1].strip() for line in said.stdout.splitlines() if line.startswith("  ")]
    assert said.returncode == 0
    assert lines[1:] == [
        *("run", "web", "worker", "migrate", "upgrade", "demo", "forget-examples", "import-schools", "import-calendar"),
        *("import-records", "import-visits", "invite", "forget-phone", "token", "read-replies", "purge"),
        *("close-year", "reopen-year", "report", "recount", "draw", "backup", "restore", "rehearse-restore"),
        *("security-log", "rotate-secret", "check", "--version"),
        "--help",
    ]


def test_the_installed_command_makes_the_tables_from_any_folder(tmp_path: Path) -> None:
    command = [Path(sys.executable).with_name("technilab"), "migrate"]
    env = {"PATH": os.environ["PATH"], "DEMO": "1", "DATA_DIR": str(tmp_path / "data")}
    said = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    every = len(list(ROOT.glob("piccolo_migrations/*/*_[0-9]*.py")))
    assert (said.returncode, said.stdout) == (0, f"{every} étapes appliquées : les tables sont à jour.\n"), said.stderr


LEAVING = {"state": "leaving", "version": VERSION}
SERVED = """
import sys
from booking.commands.menu import technilab

compiled = []

def heard(event, told):
    if event == "compile" and str(told[1]).startswith(sys.argv[1]):
        compiled.append(str(told[1]))

sys.addaudithook(heard)
technilab.get_command(technilab.make_context("technilab", ["web"]), "web")
from booking.commands.serve import build_app

app = build_app()
for name in ("public/home.html", "public/offer.html", "school/after.html"):
    app.template_engine.get_template(name)
print(sorted(set(compiled)))
"""


def test_an_installed_technilab_compiles_nothing_when_it_starts(tmp_path):
    for folder in ("booking", "workshops", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    env = {**os.environ, "DEMO": "1"}

    def run(*words: str, **told: str) -> str:
        command = [sys.executable, *words]
        ran = subprocess.run(command, cwd=tmp_path, env=env | told, capture_output=True, text=True, check=True)
        return ran.stdout

    def compiled() -> str:
        return run("-c", SERVED, str(tmp_path), PYTHONDONTWRITEBYTECODE="1")

    run("-m", "compileall", "-q", "booking", "workshops")
    run("-m", "booking.commands.compile_templates")
    assert compiled() == "[]\n"
    home = tmp_path / "templates" / "public" / "home.html"
    home.write_text(f"{home.read_text()} ")
    assert compiled() == f"{[str(home)]}\n"


def test_it_is_not_ready_first_and_still_serves_meanwhile(home: Path) -> None:
    with running("web", home=home, ONE_OF_SEVERAL="1") as web:
        assert httpx.get(f"{web.url}/health/ready").json()["state"] == "ready"
        web.process.terminate()
        eventually(lambda: httpx.get(f"{web.url}/health/ready").json() == LEAVING, "it is still ready")
        assert httpx.get(f"{web.url}/health/ready").status_code == 503
        assert httpx.get(f"{web.url}/health/live").status_code == 200
        assert web.process.wait(timeout=30) == 0
