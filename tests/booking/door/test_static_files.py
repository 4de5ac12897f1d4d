"""What a phone keeps of our files: for ever under an address that names the content, else asked for again."""

from __future__ import annotations

import pytest

from booking.door.static_files import STATIC
from booking.templating import asset
from tests.browsing import Browser

FOR_EVER = "public, max-age=31536000, immutable"
SCRIPTS = sorted(f"js/{file.name}" for file in (STATIC / "js").glob("*.js"))


@pytest.mark.parametrize("path", ["css/palette.css", "js/desk.js", "img/favicon.svg"])
async def test_a_page_s_own_files_are_kept_for_ever(app, path):
    answer = await Browser(app).get(asset(path))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_EVER)
    assert answer.headers["etag"] == f'"{asset(path).split("?v=")[1]}"'


@pytest.mark.parametrize("path", SCRIPTS)
async def test_a_script_that_another_imports_is_asked_for_again_and_sent_once(app, path):
    phone = Browser(app)
    first = await phone.get(f"/static/{path}")
    again = await phone.get(f"/static/{path}", headers={"If-None-Match": f"W/{first.headers['etag']}"})
    other = await phone.get(f"/static/{path}", headers={"If-None-Match": '"0123456789"'})
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize("asked", ["?v=0123456789", "?v=", "?v={mark}&x=1", "?x={mark}"])
async def test_an_address_that_does_not_name_this_very_content_is_not_kept(app, asked):
    mark = asset("js/desk.js").split("?v=")[1]
    answer = await Browser(app).get("/static/js/desk.js" + asked.format(mark=mark))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["js/nothing.js", "css", "%2e%2e/app.py", "..%2fapp.py", "js/%00", "/etc/passwd"])
async def test_what_is_not_a_file_of_ours_is_not_found(app, path):
    answer = await Browser(app).get(f"/static/{path}", headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-cache")
