"""What a phone keeps of our files: for ever under an address that names the content, else asked for again."""

from __future__ import annotations

import gzip
import json

import pytest

from booking.presentation.assets import BUILT, asset
from tests.browsing import Browser

FOR_EVER = "public, max-age=31536000, immutable"
NAMES = sorted(json.loads((BUILT / "manifest.json").read_text()))
PACKED = [name for name in NAMES if not name.endswith((".png", ".webp"))]


async def asked(app, address: str, *, coding: str, **more: str):
    return await Browser(app).get(address, headers={"Accept-Encoding": coding, **more})


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_is_kept_for_ever_and_asked_for_once(app, name):
    first = await asked(app, asset(name), coding="identity")
    headers = {one: first.headers[one] for one in ("cache-control", "vary", "etag", "content-length")}
    file = BUILT / asset(name).removeprefix("/static/")
    assert (first.status_code, first.content) == (200, file.read_bytes())
    assert headers == {
        "cache-control": FOR_EVER,
        "vary": "Accept-Encoding",
        "etag": f'"{file.name}"',
        "content-length": str(file.stat().st_size),
    }
    for held in (first.headers["etag"], f"W/{first.headers['etag']}", '"other", ' + first.headers["etag"], "*"):
        again = await asked(app, asset(name), coding="identity", **{"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = await asked(app, asset(name), coding="identity", **{"If-None-Match": '"0123456789"'})
    assert (other.status_code, other.content) == (200, first.content)


async def test_a_file_says_what_it_is(app):
    kinds = {name: (await Browser(app).get(asset(name))).headers["content-type"].split(";")[0] for name in NAMES}
    screens = {name: "image/webp" for name in NAMES if name.startswith("aide-")}
    assert kinds == screens | {
        "departements.json": "application/json",
        "desk-192.png": "image/png",
        "desk-512.png": "image/png",
        "desk.css": "text/css",
        "desk.js": "text/javascript",
        "favicon.svg": "image/svg+xml",
        "licences.txt": "text/plain",
        "reader.js": "text/javascript",
        "site.css": "text/css",
        "site.js": "text/javascript",
        "worker.js": "text/javascript",
        "zxing_reader.wasm": "application/wasm",
    }


@pytest.mark.parametrize("name", PACKED)
async def test_a_file_comes_compressed_to_who_can_read_it(app, name):
    plain = await asked(app, asset(name), coding="identity")
    brotli = await asked(app, asset(name), coding="gzip, deflate, br, zstd")
    packed = await asked(app, asset(name), coding="gzip")
    told = [(one.headers["content-encoding"], one.headers["vary"]) for one in (brotli, packed)]
    assert told == [("br", "Accept-Encoding"), ("gzip", "Accept-Encoding")]
    assert packed.content == plain.content
    assert int(brotli.headers["content-length"]) < int(packed.headers["content-length"]) < len(plain.content)
    # Each form has its own mark: none is taken for another (RFC 9110, 8.8.3.3).
    assert len({one.headers["etag"] for one in (plain, brotli, packed)}) == 3


def test_the_compressed_forms_hold_the_file():
    for file in BUILT.glob("*.gz"):
        assert gzip.decompress(file.read_bytes()) == file.with_suffix("").read_bytes()


@pytest.mark.parametrize("address", ["/static/site-0123456789.css", "/static/site-00000000ff.css"])
async def test_an_address_of_another_day_gets_today_s_file_and_keeps_it_for_no_day(app, address):
    today, before = await Browser(app).get(asset("site.css")), await Browser(app).get(address)
    assert (before.status_code, before.content, before.headers["cache-control"]) == (200, today.content, "no-cache")


@pytest.mark.parametrize(
    "path",
    ["nothing-0123456789.js", "site.css", "site-01.css", "manifest.json", "css", "%2e%2e/app.py", "..%2fapp.py", "%00"],
)
async def test_what_is_not_a_file_of_ours_is_not_found(app, path):
    answer = await Browser(app).get(f"/static/{path}", headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
