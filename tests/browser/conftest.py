"""A real server, a real Chromium: `site` serves this worker's own database, `browse` opens pages on it.

    async def test_a_teacher_finds_a_visit(db, browse):
        page = await browse("/creneaux", width=390, signed_in=claire)

Every page that `browse` opened is judged when the test ends: it asked nothing of another origin, and the browser
had nothing to complain of.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from booking.people.accounts.sign_in import open_session
from tests.browser.film import Camera
from tests.command_line import free_port

START_SECONDS = 60
LAST_CHARACTERS = 20_000
# Milliseconds until what is expected shows: two cores, and the rest of the tests beside.
expect.set_options(timeout=30_000)
ALLOWED = ("data:", "blob:", "about:")
# No script is compiled for long work: a page never lives long enough to win it back, but where a camera reads.
SHORT_LIVED = ["--no-sandbox", "--js-flags=--no-opt,--no-maglev"]


@dataclass(frozen=True)
class Site:
    """A running Technilab; `data_dir` holds its mails."""

    url: str
    data_dir: Path
    web: subprocess.Popen[bytes]

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def last_lines(self) -> str:
        """What the server wrote last, where a page complains of it."""
        return (self.data_dir / "web.log").read_text()[-LAST_CHARACTERS:]


def _environment(url: str, port: int) -> dict[str, str]:
    return {**os.environ, "PORT": str(port), "BASE_URL": url, "WORKERS": "1", "DEMO": "1"}


def _start(command: str, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "booking", command],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(url: str, web: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert web.poll() is None, log.read_text()
        try:
            if httpx.get(f"{url}/health/live", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the site did not start: {log.read_text()}")


@pytest.fixture(scope="session")
def site():
    """The pages and the API of this worker's database, on a free port; its Valkey is the embedded one."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    data_dir = Path(os.environ["DATA_DIR"])
    log = data_dir / "web.log"
    web = _start("web", _environment(url, port), log)
    _wait_for(url, web, log)
    yield Site(url=url, data_dir=data_dir, web=web)
    _stop(web)


@pytest.fixture(scope="session")
def worker(site):
    """The process that sends the mails of `site`, into its `data_dir / "mail"`."""
    process = _start("worker", _environment(site.url, int(site.url.rsplit(":", 1)[1])), site.data_dir / "worker.log")
    yield process
    _stop(process)


def _chromium() -> str | None:
    """The machine's own Chromium; None lets Playwright take the one that it installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _shell() -> str | None:
    return shutil.which("chromium-headless-shell") or _chromium()


@pytest.fixture(scope="session")
async def playwright():
    async with async_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
async def whole(playwright):
    """Debian's Chromium, or Playwright's own."""
    browser = await playwright.chromium.launch(executable_path=_chromium(), args=SHORT_LIVED)
    yield browser
    await browser.close()


@pytest.fixture(scope="session")
async def shell(playwright):
    """Its pages without its window: a new person's first page is a fifth of the work."""
    browser = await playwright.chromium.launch(executable_path=_shell(), args=SHORT_LIVED)
    yield browser
    await browser.close()


@pytest.fixture
def chromium(request):
    """Its shell; the whole of it for what a window alone does: the icon of a page, a screen that stays on."""
    return request.getfixturevalue("whole" if request.node.get_closest_marker("window") else "shell")


class Browse:
    """Opens pages as one person or another; remembers what each page asked of whom, and what went wrong."""

    permitted: tuple[str, ...] = ()

    def __init__(self, chromium, site: Site) -> None:
        self.chromium = chromium
        self.site = site
        self.contexts: list[BrowserContext] = []
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []

    async def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        javascript: bool = True,
        touch: bool = False,
        signed_in: int | None = None,
    ) -> Page:
        """A page of a browser of its own; `signed_in` is an account's number."""
        context = await self.chromium.new_context(
            base_url=self.site.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=javascript,
            has_touch=touch,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            permissions=self.permitted or None,
        )
        self.contexts.append(context)
        if signed_in is not None:
            await self.sign_in(context, signed_in)
        page = await context.new_page()
        page.on("request", self._note_request)
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await self._serves(context)
        await page.goto(path)
        return page

    async def _serves(self, context: BrowserContext) -> None:
        """The site looks at its tables each second: a test before may have shown it some that were put back by hand."""
        for _ in range(150):
            if (await context.request.get("/problems")).status != 503:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(self.site.last_lines())

    async def sign_in(self, context: BrowserContext, account: int) -> None:
        session_id = secrets.token_urlsafe(32)
        await open_session(account, session_id=session_id, browser="test", now=datetime.now(UTC))
        await context.add_cookies([{"name": "technilab", "value": session_id, "url": self.site.url}])

    def _note_request(self, request) -> None:
        if not request.url.startswith(ALLOWED) and urlsplit(request.url).netloc != self.site.host:
            self.elsewhere.append(request.url)


@pytest.fixture
async def browse(chromium, site):
    opened = Browse(chromium, site)
    yield opened
    for context in opened.contexts:
        await context.close()
    assert opened.elsewhere == []
    assert opened.complaints == [], site.last_lines()


async def _with_camera(playwright, film: Path, *, cameras: int = 1):
    """Where there are several, they see a pattern, and the shell names one only."""
    seen = [f"--use-file-for-fake-video-capture={film}"] if cameras == 1 else []
    return await playwright.chromium.launch(
        executable_path=_shell() if cameras == 1 else _chromium(),
        args=[
            "--no-sandbox",
            f"--use-fake-device-for-media-stream=device-count={cameras}",
            "--use-fake-ui-for-media-stream",
            *seen,
        ],
    )


@pytest.fixture(scope="session")
async def _camera(playwright, site, tmp_path_factory):
    camera = Camera(tmp_path_factory.mktemp("camera") / "film.y4m")
    browser = await _with_camera(playwright, camera.file)
    yield browser, site, camera
    await browser.close()


class Filmed(Browse):
    """The same, in a Chromium whose camera sees what a test holds up: `browse.sees(picture)`."""

    permitted = ("camera",)

    def __init__(self, chromium, site: Site, camera: Camera) -> None:
        super().__init__(chromium, site)
        self.sees = camera.sees


@pytest.fixture
async def filmed(playwright, site, _camera, tmp_path):
    """`browse = await filmed(picture)`, in a Chromium that other tests have used, or of its own when `alone`."""
    own, opened = [], []

    async def start(picture: Image.Image, *, alone: bool = False, cameras: int = 1) -> Filmed:
        if alone or cameras > 1:
            camera = Camera(tmp_path / "film.y4m")
            own.append(await _with_camera(playwright, camera.file, cameras=cameras))
            opened.append(Filmed(own[-1], site, camera))
        else:
            opened.append(Filmed(*_camera))
        opened[-1].sees(picture)
        return opened[-1]

    yield start
    for browse in opened:
        for context in browse.contexts:
            await context.close()
    for browser in own:
        await browser.close()
    assert [url for browse in opened for url in browse.elsewhere] == []
    complaints = [text for browse in opened for text in browse.complaints if "ERR_INTERNET_DISCONNECTED" not in text]
    assert complaints == [], site.last_lines()
