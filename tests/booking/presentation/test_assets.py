"""The files of the pages, as set-up builds them."""

from __future__ import annotations

import pytest

from booking.presentation import assets
from booking.process.settings import SettingsRefused


def test_the_address_of_a_file_changes_with_its_content():
    address = assets.asset("site.css")
    stem, print_of_it = address.removesuffix(".css").split("-")
    assert (stem, len(print_of_it)) == ("/static/site", 10)
    assert assets.asset("desk.css").split("-")[1] != f"{print_of_it}.css"


def test_a_page_that_names_no_file_of_ours_crashes():
    with pytest.raises(KeyError):
        assets.asset("css/type.css")


def test_a_file_that_set_up_did_not_build_is_missing_for_itself_alone(tmp_path, monkeypatch):
    (tmp_path / "manifest.json").write_text('{"aide-host-1.webp": "aide-host-1-0123456789.webp"}')
    monkeypatch.setattr(assets, "BUILT", tmp_path)
    assets.names.cache_clear()
    try:
        assert assets.built_file("aide-host-1-0123456789.webp") is None
        assert [assets.is_built(name) for name in ("aide-host-1.webp", "aide-host-2.webp")] == [False, False]
        (tmp_path / "aide-host-1-0123456789.webp").write_bytes(b"")
        assert assets.is_built("aide-host-1.webp")
    finally:
        assets.names.cache_clear()


def test_without_set_up_nothing_starts_and_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "BUILT", tmp_path)
    assets.names.cache_clear()
    with pytest.raises(SettingsRefused) as no:
        assets.names()
    assert str(no.value) == (
        "Technilab ne démarre pas : ses feuilles de style et ses scripts ne sont pas construits. Lancez make setup."
    )
