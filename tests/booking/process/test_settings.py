from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from booking.process.settings import SettingsRefused, read_settings


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


NEAR = (
    "http://localhost:8000",
    "http://LOCALHOST",
    "http://127.0.0.1:8110",
    "http://127.8.9.10",
    "http://[::1]:8000",
    "http://[::ffff:127.0.0.1]",
    "http://10.1.2.3",
    "http://172.31.0.1:8000",
    "http://192.168.1.20:8000",
    "http://[fd12::1]",
    "http://[::ffff:192.168.1.20]",
)
PUBLIC = (
    "https://technilab.example.org",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://8.8.8.8",
    "http://172.32.0.1",
    "http://0.0.0.0:8000",
    "http://[2001:4860::1]",
    "http://[::ffff:8.8.8.8]",
    "http://2130706433",
    "http://0x7f000001",
    "http://localhost.",
)
NO_ADDRESS = (
    "http://localhost@evil.example",
    "http://localhost:8000@evil.example",
    "http://evil.example@localhost",
    "http://localhost\\@evil.example",
    "http://evil.example#@localhost",
    "http://localhost/?@evil.example",
    "http://localhost:99999",
    "http://[::1",
    "localhost:8000",
    "ftp://localhost",
    "http://",
)


@pytest.mark.parametrize("base_url", NEAR)
def test_a_trial_with_its_keys_starts_on_this_machine_and_on_this_network(base_url, tmp_path):
    assert read_settings({"DEMO": "1", "BASE_URL": base_url, "DATA_DIR": str(tmp_path)}).demo


@pytest.mark.parametrize("base_url", PUBLIC)
def test_a_trial_with_its_keys_does_not_start_where_everybody_comes(base_url, tmp_path):
    with pytest.raises(SettingsRefused) as no:
        read_settings({"DEMO": "1", "BASE_URL": base_url, "DATA_DIR": str(tmp_path)})
    assert str(no.value) == (
        f"Technilab ne démarre pas : DEMO=1 est pour cette machine ou ce réseau, et {urlsplit(base_url).hostname} est"
        " public. Pour montrer un essai, dont toute la base est effacée chaque nuit, mettez DEMO=public ; pour de"
        " vraies visites, enlevez DEMO."
    )
    shown = read_settings({"DEMO": "public", "BASE_URL": base_url, "DATA_DIR": str(tmp_path)})
    assert (shown.demo, shown.shown) == (True, True)


@pytest.mark.parametrize("demo", ["1", "public"])
@pytest.mark.parametrize("base_url", NO_ADDRESS)
def test_a_trial_does_not_start_at_what_is_no_plain_address(base_url, demo, tmp_path):
    with pytest.raises(SettingsRefused, match="BASE_URL est une adresse entière"):
        read_settings({"DEMO": demo, "BASE_URL": base_url, "DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize("base_url", [*PUBLIC[1:], *NO_ADDRESS, *NEAR[6:]])
def test_production_starts_by_https_or_on_this_machine_alone(base_url, tmp_path):
    environ = {"SECRET_KEY": "s" * 40, "SMTP_URL": "smtp://localhost", "DATA_DIR": str(tmp_path)}
    with pytest.raises(SettingsRefused, match="BASE_URL doit commencer par https://"):
        read_settings({**environ, "BASE_URL": base_url.replace("[::ffff:127.0.0.1]", "10.0.0.1")})
    for fine in ("https://technilab.example.org", "https://technilab.example.org:8443", *NEAR[:5]):
        assert not read_settings({**environ, "BASE_URL": fine}).demo


@pytest.mark.parametrize("demo", ["pubic", "2", "on"])
def test_a_misspelt_demo_is_said_rather_than_taken_for_production(demo, tmp_path):
    with pytest.raises(SettingsRefused, match="DEMO est « 1 »"):
        read_settings({"DEMO": demo, "DATA_DIR": str(tmp_path)})


def test_how_many_mails_that_waited_leave_a_minute_is_read_and_is_at_least_one(tmp_path):
    environ = {"DEMO": "1", "DATA_DIR": str(tmp_path)}
    assert [read_settings(environ | rate).mail_rate for rate in ({}, {"MAIL_RATE": "7"})] == [60, 7]
    for wrong, why in (
        ("0", "MAIL_RATE est au moins 1 mail par minute."),
        ("-1", "MAIL_RATE doit être un nombre entier, pas « -1 »."),
    ):
        with pytest.raises(SettingsRefused) as no:
            read_settings(environ | {"MAIL_RATE": wrong})
        assert str(no.value) == f"Technilab ne démarre pas : {why}"
