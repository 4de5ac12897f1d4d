"""What a phone keeps of the desk's program: all of it, the same for everybody."""

from __future__ import annotations

import json
import re

from booking.presentation.assets import asset
from tests.booking.day.checkin.day import NINE_FOUR
from tests.browsing import Browser


def kept_by(worker: str) -> list[str]:
    found = re.search(r"^const FILES = (\[.*\]);$", worker, re.MULTILINE)
    files: list[str] = json.loads(found[1])
    return files


async def test_the_worker_keeps_files_that_are_all_there(app):
    visitor = Browser(app)
    worker = await visitor.get("/accueil/travailleur.js")
    files = kept_by(worker.text)
    assert {path: (await visitor.get(path)).status_code for path in files} == dict.fromkeys(files, 200)
    ours = {asset(name) for name in ("desk.css", "desk.js", "favicon.svg", "reader.js", "zxing_reader.wasm")}
    assert set(files) == ours | {"/accueil/hors-ligne", "/accueil/manifeste.webmanifest"}


async def test_the_shell_and_the_worker_are_the_same_for_a_host_and_for_nobody(app, day):
    app.state.clock = lambda: NINE_FOUR
    host, nobody = await Browser(app, now=NINE_FOUR).sign_in(day.host), Browser(app)
    for path in ("/accueil/hors-ligne", "/accueil/travailleur.js", "/accueil/manifeste.webmanifest"):
        seen, public = await host.get(path), await nobody.get(path)
        assert (seen.text, seen.headers["cache-control"]) == (public.text, "no-store")


async def test_the_manifest_names_an_application_of_its_own(app):
    told = (await Browser(app).get("/accueil/manifeste.webmanifest")).json()
    assert (told["scope"], told["start_url"], told["display"]) == ("/accueil/", "/accueil/hors-ligne", "standalone")
    assert [one["sizes"] for one in told["icons"]] == ["any", "192x192", "512x512"]
