"""Which pages are compressed: never one that holds a secret, for a request that another site may have triggered."""

from __future__ import annotations

import pytest

from booking.day.desk_links.give import give_link
from booking.door.http.compression import preferred_encoding
from booking.people.accounts.sign_in import ask_link
from tests import builders
from tests.booking.day.checkin.day import NINE_FOUR, a_day
from tests.browsing import Browser, Machine
from workshops.database import value

BOTH = ("br", "gzip")


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("BR", "br"),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("identity", ""),
        ("", ""),
        ("deflate", ""),
        ("gzip;q=many", ""),
        ("gzip; q=0.3", "gzip"),
    ],
)
def test_the_content_encoding_is_one_that_the_browser_accepts(accepted, sent):
    assert preferred_encoding(accepted, BOTH) == sent


async def encoding_of(browser: Browser, path: str, *, site: str | None = "same-origin", accepted: str = "gzip") -> str:
    headers = {"Accept-Encoding": accepted} | ({"Sec-Fetch-Site": site} if site is not None else {})
    answer = await browser.get(path, headers=headers)
    assert answer.headers.get("vary", "").partition(",")[0] == "Accept-Encoding", path
    return answer.headers.get("content-encoding", "")


@pytest.mark.parametrize("path", ["/", "/creneaux", "/creneaux?eleves=24", "/programme", "/accueil/hors-ligne"])
@pytest.mark.parametrize("site", ["same-origin", "cross-site", "none", None])
async def test_a_page_that_everybody_may_read_is_compressed_for_everybody(app, path, site):
    assert await encoding_of(Browser(app), path, site=site) == "gzip"
    assert await encoding_of(Browser(app), path, site=site, accepted="identity") == ""


@pytest.mark.parametrize(
    ("site", "encoding"),
    [("same-origin", "gzip"), ("none", "gzip"), ("same-site", ""), ("cross-site", ""), ("", ""), (None, "")],
)
async def test_a_page_with_a_form_s_token_is_compressed_only_when_our_own_pages_ask(app, site, encoding):
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    claire = await Browser(app).sign_in(account)
    assert [await encoding_of(claire, path, site=site) for path in ("/mes-visites", "/creneaux")] == [encoding] * 2


async def test_a_page_behind_a_link_that_opens_something_is_not_compressed_for_another_site(app):
    now = await value("SELECT now()")
    await builders.account("claire@example.org")
    await ask_link("claire@example.org", token="un-lien", next_path="/", address="192.0.2.1", now=now)
    visitor = Browser(app)
    encodings = [await encoding_of(visitor, "/connexion/un-lien", site=site) for site in ("cross-site", "none")]
    assert encodings == ["", "gzip"]


async def test_a_helper_s_desk_is_not_compressed_for_another_site(app):
    app.state.clock = lambda: NINE_FOUR
    day = await a_day()
    host = await value("SELECT school FROM memberships WHERE account = $1", day.host)
    await give_link(day.slot, token="a desk link", account=day.host, school=host, now=NINE_FOUR)
    helper = Browser(app)
    helper.client.cookies.set("technilab-accueil", "a desk link")
    encodings = [await encoding_of(helper, f"/accueil/{day.slot}", site=site) for site in ("cross-site", "same-origin")]
    assert encodings == ["", "gzip"]


async def test_a_page_kept_for_many_is_the_same_compressed_or_not(app):
    await builders.slot()
    visitor = Browser(app)
    plain = await visitor.get("/creneaux", headers={"Accept-Encoding": "identity"})
    for _ in range(2):
        compressed = await visitor.get("/creneaux", headers={"Accept-Encoding": "gzip"})
        assert (compressed.headers["content-encoding"], compressed.text) == ("gzip", plain.text)
        assert int(compressed.headers["content-length"]) < len(plain.content) / 2


async def test_what_is_small_and_what_programs_read_leave_as_they_are(app):
    await builders.slot()
    listed = await Machine(app, "").get("/slots", headers={"Accept-Encoding": "gzip"})
    moved = await Browser(app).get("/gestion", headers={"Accept-Encoding": "gzip"})
    assert [answer.headers.get("content-encoding") for answer in (listed, moved)] == [None, None]
