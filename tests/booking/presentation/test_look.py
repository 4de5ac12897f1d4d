"""A package of its own dresses the pages: its header, its footer, its colours; everything else stays as it is."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from booking.process.embedded.postgres import Postgres
from tests.booking.commands.conftest import migrated
from tests.command_line import data_folder, running, technilab


@pytest.fixture(scope="module")
def server():
    with data_folder() as home, migrated(home / "server") as server:
        yield home, server


def a_look(folder: Path, name: str, **files: str) -> Path:
    """A package as it stands once it is installed."""
    package, told = folder / name, folder / f"{name}-1.0.dist-info"
    for made in (package, told):
        made.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for file, content in files.items():
        (package / file.replace("__", ".")).write_text(content)
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(f"[technilab.look]\nstate = {name}\n")
    return folder


def test_a_look_that_is_installed_brings_its_header_its_footer_and_its_colours(server: tuple[Path, Postgres], tmp_path):
    home, postgres = server
    look = a_look(
        tmp_path,
        "state_look",
        _header__html="<header><p>Marque de l'État</p></header>",
        _footer__html="<footer><p>Mentions de l'État, {{ settings.base_url }}</p></footer>",
        palette__css=":root { --blue: #000091; }",
    )
    with running("web", home=home, DATABASE_URL=postgres.url(), PYTHONPATH=str(look)) as web:
        page = httpx.get(f"{web.url}/creneaux").text
        assert ("Marque de l'État" in page, f"Mentions de l'État, {web.url}" in page) == (True, True)
        assert ('<nav aria-label="Principale">' in page, 'id="contenu"' in page) == (False, True)
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page)
        assert [sheet.partition("-")[0] for sheet in sheets] == ["/static/site", "/static/palette"]
        colours = httpx.get(f"{web.url}{sheets[1]}")
        assert (colours.text, colours.headers["content-type"]) == (
            ":root { --blue: #000091; }",
            "text/css; charset=utf-8",
        )


def test_where_none_is_installed_the_pages_wear_ours(server: tuple[Path, Postgres]):
    home, postgres = server
    with running("web", home=home, DATABASE_URL=postgres.url()) as web:
        page = httpx.get(f"{web.url}/creneaux").text
        assert ('<nav aria-label="Principale">' in page, "/static/palette" in page) == (True, False)
        assert httpx.get(f"{web.url}/static/palette-0123456789.css").status_code == 404


def test_of_two_looks_none_is_chosen_and_the_start_says_so(server: tuple[Path, Postgres], tmp_path):
    home, postgres = server
    for name in ("state_look", "other_look"):
        a_look(tmp_path, name)
    refused = technilab("web", home=home, DEMO="1", DATABASE_URL=postgres.url(), PYTHONPATH=str(tmp_path))
    assert (refused.returncode, refused.stderr.strip()) == (
        2,
        "Technilab ne démarre pas : plusieurs habillages sont installés (other_look, state_look). Gardez-en un.",
    )
