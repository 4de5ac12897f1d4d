"""BASE_URL, TRUSTED_PROXIES: compared whole, and refused in words where they are not what they look like."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from booking.door.http.head import request_id_of
from booking.door.rights.session import address_of
from booking.process.settings import SettingsRefused, read_settings

PRODUCTION = {"SECRET_KEY": "k" * 40, "SMTP_URL": "smtp://mail.example.org:25", "BASE_URL": "https://technilab.example"}


@pytest.mark.parametrize(
    "base_url",
    [
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
        "http://127.0.0.1:80@evil.example",
        "http://localhostevil",
        "http://technilab.example",
        "https://",
        "https://:443",
        "https://user@technilab.example",
        "https://technilab.example/sous-dossier",
        "https://technilab.example?x=1",
        "https://technilab.example:port",
        "httpsx://technilab.example",
        "technilab.example",
    ],
)
def test_an_address_that_only_begins_like_a_good_one_starts_nothing(base_url):
    with pytest.raises(SettingsRefused, match="BASE_URL"):
        read_settings(PRODUCTION | {"BASE_URL": base_url})


@pytest.mark.parametrize(
    "base_url",
    [
        "https://technilab.example",
        "https://technilab.example:8443/",
        "http://localhost:8000",
        "http://127.0.0.1",
        "http://[::1]:8000",
    ],
)
def test_https_or_this_machine_alone_starts(base_url):
    assert read_settings(PRODUCTION | {"BASE_URL": base_url}).base_url == base_url.rstrip("/")


def the_caller(peer: str, forwarded: str, proxies: str) -> str:
    settings = read_settings(PRODUCTION | {"TRUSTED_PROXIES": proxies})
    client = SimpleNamespace(host=peer) if peer else None
    return address_of(SimpleNamespace(client=client, headers={"x-forwarded-for": forwarded}), settings)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "caller"),
    [
        ("10.0.0.7", "203.0.113.9", "10.0.0.0/24", "203.0.113.9"),
        ("10.0.0.7", "203.0.113.9, 10.0.0.8", "10.0.0.0/24", "203.0.113.9"),
        ("10.0.1.7", "203.0.113.9", "10.0.0.0/24", "10.0.1.7"),
        ("2001:db8::7", "203.0.113.9", "2001:db8::/64, 10.0.0.0/8", "203.0.113.9"),
        ("::ffff:10.0.0.7", "203.0.113.9", "10.0.0.0/24", "203.0.113.9"),
        ("10.0.0.7", "203.0.113.9", "10.0.0.7", "203.0.113.9"),
        ("10.0.0.70", "203.0.113.9", "10.0.0.7", "10.0.0.70"),
        ("", "203.0.113.9", "unix", "203.0.113.9"),
        ("", "203.0.113.9", "10.0.0.0/8", "unix"),
    ],
)
def test_who_asks_is_told_by_the_proxies_of_a_network(peer, forwarded, proxies, caller):
    assert the_caller(peer, forwarded, proxies) == caller


def test_a_proxy_of_a_network_gives_its_number_to_a_request():
    settings = read_settings(PRODUCTION | {"TRUSTED_PROXIES": "10.0.0.0/24"})
    headers = [(b"x-request-id", b"0123456789abcdef")]
    ids = {
        peer: request_id_of({"client": (peer, 1), "headers": headers}, settings) for peer in ("10.0.0.7", "10.0.1.7")
    }
    assert (ids["10.0.0.7"], ids["10.0.1.7"] == "0123456789abcdef") == ("0123456789abcdef", False)


@pytest.mark.parametrize("proxies", ["10.0.0.0/33", "10.0.0.7/24", "proxy.example", "10.0.0", "10.0.0.7;10.0.0.8", "*"])
def test_what_is_no_address_and_no_network_starts_nothing(proxies):
    with pytest.raises(SettingsRefused, match="TRUSTED_PROXIES contient"):
        read_settings(PRODUCTION | {"TRUSTED_PROXIES": proxies})
