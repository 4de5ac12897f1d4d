"""What a phone keeps of the desk's program: all of it, the same for everybody."""

from __future__ import annotations

import json
import re

from booking.commands.slim_styles import read_by_ours, slim, words_of_the_desk
from booking.templating import STATIC
from booking.web.desk.offline import code, code_files, code_version
from tests.booking.day.checkin.day import NINE_FOUR, a_day
from tests.booking.web.desk.test_desk import host_of
from tests.browsing import Browser


def kept_by(worker: str) -> list[str]:
    found = re.search(r"^const FILES = (\[.*\]);$", worker, re.MULTILINE)
    assert found is not None
    files: list[str] = json.loads(found[1])
    return files


async def test_the_worker_keeps_files_that_are_all_there(app):
    visitor = Browser(app)
    worker = await visitor.get("/accueil/travailleur.js")
    files = kept_by(worker.text)
    assert {path: (await visitor.get(path)).status_code for path in files} == dict.fromkeys(files, 200)
    own = {f"/accueil/code/{code_version()}/{name}" for name in code_files()}
    assert own <= set(files) and "/accueil/hors-ligne" in files


async def test_the_shell_and_the_worker_are_the_same_for_a_host_and_for_nobody(app):
    app.state.clock = lambda: NINE_FOUR
    day = await a_day()
    host, nobody = await Browser(app, now=NINE_FOUR).sign_in(day.host), Browser(app)
    for path in ("/accueil/hors-ligne", "/accueil/travailleur.js", "/accueil/manifeste.webmanifest"):
        seen, public = await host.get(path), await nobody.get(path)
        assert (seen.text, seen.headers["cache-control"]) == (public.text, "no-cache")


async def test_a_module_is_kept_for_ever_under_its_version_only(app):
    visitor = Browser(app)
    now = await visitor.get(f"/accueil/code/{code_version()}/desk.js")
    before = await visitor.get("/accueil/code/another/desk.js")
    assert (now.headers["cache-control"], before.headers["cache-control"]) == (
        "public, max-age=31536000, immutable",
        "no-cache",
    )
    assert now.content == before.content
    assert (await visitor.get(f"/accueil/code/{code_version()}/page.js")).status_code == 404


async def test_a_module_goes_without_what_only_people_read(app):
    visitor = Browser(app)
    for name, file in code_files().items():
        if file.suffix == ".js":
            written, sent = file.read_text(), (await visitor.get(code(name))).text
            kept = [line.strip() for line in written.splitlines()]
            assert [line.rstrip() for line in sent.splitlines()] == [one for one in kept if not one.startswith("//")]
            # A text of several lines would lose its indentation.
            assert [line for line in written.splitlines() if line.count("`") % 2] == []


async def test_the_manifest_names_an_application_of_its_own(app):
    told = (await Browser(app).get("/accueil/manifeste.webmanifest")).json()
    assert (told["scope"], told["start_url"], told["display"]) == ("/accueil/", "/accueil/hors-ligne", "standalone")
    assert [one["sizes"] for one in told["icons"]] == ["any", "192x192", "512x512"]


def test_bootstrap_is_cut_to_the_rules_that_name_our_classes():
    css = '@charset "UTF-8";.btn,.card{color:red}.card:hover{x:y}@media print{.btn{a:b}}'
    css += "@media (hover){.btn:not(.off){c:d}}"
    assert slim(css, {"btn"}) == ".btn{color:red}@media (hover){.btn:not(.off){c:d}}"
    css = ":root{--a:1;--b:var(--a);--c:2;--d:3}.btn{--e:4;--f:5;x:var(--b) var(--e)}.card{y:var(--c)}"
    assert slim(css, {"btn"}, read={"--d"}) == ":root{--a:1;--b:var(--a);--d:3}.btn{--e:4;x:var(--b) var(--e)}"


def test_the_desk_s_bootstrap_is_that_of_today_s_templates():
    vendor = STATIC / "vendor"
    cut = slim((vendor / "bootstrap.min.css").read_text(), words_of_the_desk(), read=read_by_ours())
    assert (vendor / "bootstrap.desk.css").read_text() == cut, "make setup cuts it anew"


async def test_the_desk_asks_for_all_its_modules_at_once(app):
    day = await a_day()
    browser = await host_of(app, day)
    page = await browser.get(f"/accueil/{day.slot}")
    asked = set(re.findall(r'<link rel="modulepreload" href="([^"]+)">', page.text))
    found, to_read = set(), [code("desk.js")]
    while to_read:
        text = (await browser.get(to_read.pop())).text
        imported = {code(name) for name in re.findall(r'(?:from |import\()"\./(desk\w+\.js)"', text)}
        to_read += imported - found
        found |= imported
    # Lamp, zoom and other cameras come with the first camera that has them.
    assert asked == found - {code("desk_lens.js")}
