"""A form whose file weighs too much comes back as it was typed, as far as one reads: also without JavaScript."""

from __future__ import annotations

import re

import pytest

from booking.door.forms.read import FILE_READ
from booking.door.rights.guards import routes_of
from tests import builders
from tests.browsing import Browser, read
from tests.builders import NOW
from tests.command_line import ROOT
from workshops.database import value

TAKING_A_FILE = {
    "/accueil/{slot:int}/fabrications/{build:int}/photo": 8_000_000,
    "/gestion/jalons/{number:int}/preuves": 10_000_000,
    "/gestion/reglages/marques": 2_000_000,
    "/lycee/ateliers/{number:int}/image": 8_000_000,
}


def test_each_form_that_takes_a_file_says_how_much_it_may_weigh(app):
    found = {path: opt["file_most"] for _, path, opt in routes_of(app) if "file_most" in opt}
    assert found == TAKING_A_FILE


def test_the_server_in_front_lets_through_what_a_form_reads():
    conf = (ROOT / "deploy/nginx/technilab.conf").read_text()
    (most,) = re.findall(r"client_max_body_size (\d+)m;", conf)
    assert FILE_READ <= int(most) * 1024 * 1024 < FILE_READ * 1.1


@pytest.fixture
def now_app(app):
    app.state.clock = lambda: NOW
    return app


async def test_a_lycee_that_sends_too_heavy_an_image_keeps_what_it_wrote_of_it(now_app):
    lycee = await builders.school(kind="lycee")
    host = await Browser(now_app, now=NOW).sign_in(await builders.person("host", school=lycee))
    path = f"/lycee/ateliers/{await builders.workshop(host=lycee)}/image"
    typed = {"alt": "Horloge en laiton sur son socle", "nobody": "oui"}
    for heavy in (8_000_001, 20_000_000):
        sent = await host.post(path, typed, files={"image": ("a.jpg", b"\xff\xd8" + b"x" * heavy, "image/jpeg")})
        assert (sent.status_code, "pèse plus de 8 Mo" in read(sent)) == (422, True)
        assert 'value="Horloge en laiton sur son socle"' in sent.text
        assert re.search(r'name="nobody"[^>]* checked', sent.text)
        assert 'id="image-erreur"' in sent.text
    assert await value("SELECT count(*) FROM workshop_pictures") == 0


async def test_the_coordination_that_sends_too_heavy_a_mark_keeps_what_it_wrote_of_it(now_app):
    office = await Browser(now_app, now=NOW).sign_in(await builders.person("coordinator", "nadia@example.org"))
    which = await _first_mark(office)
    file = {"image": ("a.png", b"\x89PNG" + b"x" * 15_000_000, "image/png")}
    sent = await office.post("/gestion/reglages/marques", {"which": which, "alternative": "Région du Jura"}, files=file)
    assert (sent.status_code, "pèse plus de 2 Mo" in read(sent)) == (422, True)
    assert 'value="Région du Jura"' in sent.text


async def _first_mark(office: Browser) -> str:
    page = (await office.get("/gestion/reglages/marques")).text
    found = re.search(r'<select[^>]*name="which".*?<option value="(\w+)"', page, re.DOTALL)
    assert found is not None
    return found[1]
