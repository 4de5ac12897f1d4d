from __future__ import annotations

from dataclasses import replace

import pytest

from booking.settings import read_settings


@pytest.mark.parametrize(
    ("base_url", "demo", "origin"),
    [
        ("https://technilab.example.org", False, "https://technilab.example.org"),
        ("https://Technilab.example.org:443", False, "https://technilab.example.org"),
        ("https://technilab.example.org:8443", False, "https://technilab.example.org:8443"),
        ("http://localhost:8000", True, "http://localhost:8000"),
        ("http://127.0.0.1:8000", True, "http://localhost:8000"),
        ("https://192.0.2.7", False, ""),
        ("https://[2001:db8::7]", False, ""),
    ],
)
def test_passkeys_belong_to_the_name_that_people_see_never_to_an_ip_address(base_url, demo, origin):
    assert replace(read_settings(), base_url=base_url, demo=demo, port=8000).passkeys_at == origin
