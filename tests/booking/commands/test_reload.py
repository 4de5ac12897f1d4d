"""make dev: what is changed in the code is seen in the browser, without a command more."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from booking.commands.reload import ROOT, Steps, steps_for
from tests.command_line import data_folder, eventually, processes_of, running

CODE = ("booking", "workshops", "piccolo_migrations", "templates")


@pytest.fixture
def tree() -> Iterator[Path]:
    """A copy of the code, to be changed."""
    with data_folder() as folder:
        for name in CODE:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "package.json").symlink_to(ROOT / "package.json")
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        yield folder


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert text.count(before) == 1
    file.write_text(text.replace(before, after))


@pytest.mark.parametrize(
    ("changed", "steps"),
    [
        (["booking/words/wording.py"], Steps(build=False, restart=True)),
        (["booking/static/drawings.toml", "workshops/acts/files/sante.txt"], Steps(build=False, restart=True)),
        (["templates/base.html"], Steps(build=True, restart=False)),
        (["booking/static/css/type.css", "booking/static/js/page.js"], Steps(build=True, restart=False)),
        (["booking/static/build.mjs"], Steps(build=True, restart=False)),
        (["templates/base.html", "booking/app.py"], Steps(build=True, restart=True)),
    ],
)
def test_what_is_changed_is_built_or_starts_the_processes_anew(changed: list[str], steps: Steps) -> None:
    assert steps_for(ROOT / one for one in changed) == steps


def test_a_change_of_a_template_a_style_sheet_or_python_is_in_the_page(tree: Path, home: Path) -> None:
    with running(home=home, module="booking.commands.reload", tree=tree) as dev:
        address = f"{dev.url}/creneaux"

        def page() -> str:
            answered = httpx.get(address, timeout=60)
            assert answered.status_code == 200
            return answered.text

        def sheet() -> str:
            return re.findall(r"/static/site-\w+\.css", page())[0]

        before, (server,) = sheet(), dev.children("booking.commands.serve")
        change(tree / "templates" / "base.html", "</body>", "<p>Un gabarit.</p></body>")
        assert "<p>Un gabarit.</p>" in page()
        assert dev.children("booking.commands.serve") == [server]

        def answered(seen: Callable[[], bool]) -> Callable[[], bool]:
            def asks() -> bool:
                # Whoever stands in the queue of the old process in the instant in which it ends is sent away.
                with suppress(httpx.TransportError):
                    return seen()
                return False

            return asks

        (tree / "booking/static/css/type.css").open("a").write(".une-feuille { color: #010203 }\n")
        eventually(answered(lambda: sheet() != before), "the style sheet was not built")
        eventually(answered(lambda: ".une-feuille" in httpx.get(dev.url + sheet()).text), "the sheet is not served")
        change(tree / "booking/words/flash_messages.py", "DONE = {", "DONE = {\n    'un-module': 'Un module.',")
        said = f"{address}?fait=un-module"
        eventually(answered(lambda: "Un module." in httpx.get(said, timeout=60).text), "no restart")
    assert processes_of(home) == []
