"""BASE_URL, TRUSTED_PROXIES: compared whole, and refused in words where they are not what they look like.

Redis under Sentinels: the master dies, acts go on, and each mail leaves once.
"""

from __future__ import annotations

import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from booking.door.http.head import request_id_of
from booking.door.rights.session import address_of
from booking.outbox.notices.mail_files import demo_mails
from booking.process import wake_worker
from booking.process.redis_url import is_reachable, sentinel_master
from booking.process.settings import SettingsRefused, read_settings
from booking.process.wake_worker import wake
from tests.booking.test_worker import invited, nothing_waits, until, worker
from tests.command_line import eventually
from tests.sentinels import sentinels


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


@pytest.mark.parametrize(
    ("url", "hosts", "master", "number", "password"),
    [
        ("redis+sentinel://h1:26379,h2:26380/mymaster/0", [("h1", 26379), ("h2", 26380)], "mymaster", 0, None),
        ("redis+sentinel://:p%40s@h1,h2/technilab/3", [("h1", 26379), ("h2", 26379)], "technilab", 3, "p@s"),
        ("rediss+sentinel://h1", [("h1", 26379)], "mymaster", 0, None),
    ],
)
def test_a_url_names_the_sentinels_and_their_master(url, hosts, master, number, password):
    target = sentinel_master(url)
    assert (target.sentinels, target.name, target.options["db"], target.options["password"]) == (
        hosts,
        master,
        number,
        password,
    )
    assert target.options.get("ssl", False) is url.startswith("rediss")
    assert sentinel_master("redis://h1:6379/0") is None


async def test_the_master_dies_and_every_mail_leaves_once(db, tmp_path):
    with sentinels() as site:
        first = site.master()
        async with worker(site.url, tmp_path), wake_worker.connected(site.url):
            await invited()
            await wake()
            assert await until(nothing_waits) < 15
            site.kill_the_master()
            began = time.monotonic()
            await invited(number=20, beginning=100)
            await wake()
            assert time.monotonic() - began < 5
            await until(nothing_waits, seconds=60)
            eventually(lambda: site.master() not in {0, first}, "no other master")
        assert await is_reachable(site.url, within=10)
    recipients = [mail.to for mail in demo_mails(tmp_path)]
    assert (len(recipients), len(set(recipients))) == (21, 21)
