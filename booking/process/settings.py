"""Configuration, read once from the environment variables."""

from __future__ import annotations

import os
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from msgspec import Struct

from booking.process.addresses import (
    DEFAULT_PORTS,
    LOOPBACK,
    THIS_MACHINE,
    is_base_url,
    is_ip_address,
    is_private_host,
    is_this_machine,
    network_of,
)
from booking.process.secret_key import SecretKey, before_of, demo_secret, listed

MAIL_FROM = "technilab@example.org"
SECURITY_LOG_DAYS = 183  # six months
YES = {"1", "true", "yes", "oui"}
NO = {"", "0", "false", "no", "non"}
SHOWN = "public"


class SettingsRefused(Exception):
    """The configuration is invalid; the message says what to change."""


class Settings(Struct, frozen=True, dict=True):
    """The configuration of one installation.

    `database_url` and `redis_url` are empty when the embedded engines are to be used: `booking.process.embedded` fills
    them in.
    `secret_key` also knows the keys that were before it, of which what they made is still read.
    `database_read_url` is a replica, for reads on which no write depends.
    `listen` is the IP address to serve pages on, or `unix:` and the path of a socket.
    `imap_url` or `replies_dir` is where the replies to invitations arrive; without either, they are not read.
    `mail_rate` is the number of mails sent per minute, of those that waited for a mail server that was unavailable.
    `reply_to` is a mailbox that a person reads: it receives what people reply to a mail by hand.
    `one_of_several`: this web machine drains before it stops, since a load balancer routes to several.
    `standbys` is the expected number of database standbys: monitoring reports when fewer of them stream.
    `demo` is a trial; one that is `shown` to the public issues no API key, calls no webhook, and is reset each night.
    `reload` is for development: templates are read again when they change, and no page is cached.
    `metrics_token` gives access to /metrics, which does not exist without it.
    `security_log_days` is how long the security log is kept (`booking.process.security_log`).
    `operator` names who is responsible for this installation and its data, `dpo` is the mail of its data protection
    officer.
    """

    database_url: str
    redis_url: str
    base_url: str
    secret_key: SecretKey
    smtp_url: str
    mail_from: str
    data_dir: Path
    port: int
    workers: int
    demo: bool
    shown: bool = False
    one_of_several: bool = False
    standbys: int = 0
    trusted_proxies: tuple[str, ...] = ()
    mail_rate: int = 60
    reply_to: str = ""
    imap_url: str = ""
    replies_dir: Path | None = None
    operator: str = ""
    dpo: str = ""
    reload: bool = False
    metrics_token: str = ""
    worker_metrics: str = ""
    log_format: str = "text"
    database_read_url: str = ""
    listen: str = LOOPBACK
    security_log_days: int = SECURITY_LOG_DAYS

    def trusts(self, peer: str) -> bool:
        """Whether this peer is a trusted proxy: by its IP address, or by the socket (`unix`)."""
        if not self.trusted_proxies:
            return False
        if peer in self.trusted_proxies:
            return True
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._proxies)

    @cached_property
    def _proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(network for proxy in self.trusted_proxies if (network := network_of(proxy)) is not None)

    @cached_property
    def socket(self) -> Path | None:
        """The Unix socket to serve on, when HOST names one instead of an IP address."""
        scheme, _, path = self.listen.partition(":")
        return Path(path).resolve() if scheme == "unix" else None

    @cached_property
    def secure(self) -> bool:
        """Whether the public URL is https, which decides the cookies' names and HSTS."""
        return self.base_url.startswith("https://")

    @cached_property
    def host(self) -> str:
        """The public host name, which also ends each calendar UID."""
        return urlsplit(self.base_url).hostname or "localhost"

    def new_uid(self) -> str:
        """Of an entry in an agenda, for good: of this site as it is named today (RFC 5545, 3.8.4.7)."""
        return f"{uuid4()}@{self.host}"

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The allowed Host headers; a trial is also reachable by any name of this machine."""
        return frozenset({self.host, *(THIS_MACHINE if self.demo else ())})

    @cached_property
    def passkeys_at(self) -> str:
        """The origin at which passkeys are created and used; empty when they are impossible.

        A passkey belongs to a domain name, never to an IP address (WebAuthn, 5.1.3): the trial's belong to localhost.
        """
        if is_ip_address(self.host):
            return f"http://localhost:{self.port}" if self.demo else ""
        scheme, port = urlsplit(self.base_url).scheme, urlsplit(self.base_url).port
        port_suffix = "" if port in {None, DEFAULT_PORTS.get(scheme)} else f":{port}"
        return f"{scheme}://{self.host}{port_suffix}"


def read_settings(environ: dict[str, str] | None = None) -> Settings:
    """Read the environment; raises SettingsRefused, with a French message, when the configuration is invalid."""
    settings = given_settings(environ)
    _refuse_incomplete_production(settings)
    return settings


def given_settings(environ: dict[str, str] | None = None) -> Settings:
    """The environment as it is, for what looks at it before anything would start with it; raises SettingsRefused for
    what cannot be read at all."""
    env = dict(os.environ) if environ is None else environ
    demo_value = env.get("DEMO", "").strip().lower()
    if demo_value not in YES | NO | {SHOWN}:
        raise SettingsRefused(
            f"Technilab ne démarre pas : DEMO est « 1 » pour un essai sur cette machine, « {SHOWN} » pour un essai que"
            f" l'on montre, ou absent ; pas « {env['DEMO']} »."
        )
    demo = demo_value not in NO
    port = _whole_number(env, "PORT", 8000)
    data_dir = data_folder(env)
    return Settings(
        database_url=env.get("DATABASE_URL", ""),
        database_read_url=env.get("DATABASE_READ_URL", ""),
        redis_url=env.get("REDIS_URL", ""),
        base_url=(env.get("BASE_URL") or (f"http://127.0.0.1:{port}" if demo else "")).rstrip("/"),
        secret_key=SecretKey(
            env.get("SECRET_KEY") or (demo_secret(data_dir) if demo else ""),
            before=listed(env.get("SECRET_KEY_BEFORE")),
        ),
        smtp_url=env.get("SMTP_URL", ""),
        mail_from=env.get("MAIL_FROM") or MAIL_FROM,
        mail_rate=_whole_number(env, "MAIL_RATE", 60),
        reply_to=env.get("REPLY_TO", "").strip(),
        data_dir=data_dir,
        port=port,
        listen=env.get("HOST") or LOOPBACK,
        workers=_whole_number(env, "WORKERS", 1),
        operator=" ".join(env.get("OPERATOR", "").split()),
        dpo=env.get("DPO", "").strip(),
        metrics_token=env.get("METRICS_TOKEN", "").strip(),
        worker_metrics=env.get("WORKER_METRICS", "").strip(),
        log_format=env.get("LOG_FORMAT") or "text",
        demo=demo,
        shown=demo_value == SHOWN,
        one_of_several=env.get("ONE_OF_SEVERAL", "") in YES,
        reload=env.get("RELOAD", "") in YES,
        standbys=_whole_number(env, "STANDBYS", 0),
        trusted_proxies=listed(env.get("TRUSTED_PROXIES")),
        imap_url=env.get("IMAP_URL", ""),
        replies_dir=Path(env["REPLIES_DIR"]).resolve() if env.get("REPLIES_DIR") else None,
        security_log_days=_whole_number(env, "SECURITY_LOG_DAYS", SECURITY_LOG_DAYS),
    )


def new_uid() -> str:
    """The same for what ends many acts, none of which knows the settings: a place that comes free is offered."""
    return read_settings().new_uid()


def data_folder(environ: dict[str, str] | None = None) -> Path:
    """The data folder, which a command may need before the rest of the configuration is complete."""
    return Path((os.environ if environ is None else environ).get("DATA_DIR") or "var").resolve()


def _refuse_incomplete_production(settings: Settings) -> None:
    if settings.log_format not in {"text", "json"}:
        raise SettingsRefused("Technilab ne démarre pas : LOG_FORMAT est « text » ou « json ».")
    for proxy in settings.trusted_proxies:
        if proxy != "unix" and network_of(proxy) is None:
            raise SettingsRefused(
                f"Technilab ne démarre pas : TRUSTED_PROXIES contient « {proxy} », qui n'est ni une adresse, ni un"
                " réseau comme 10.0.0.0/24, ni « unix »."
            )
    if settings.mail_rate < 1:
        raise SettingsRefused("Technilab ne démarre pas : MAIL_RATE est au moins 1 mail par minute.")
    if not 1 <= settings.security_log_days <= 366:
        raise SettingsRefused("Technilab ne démarre pas : SECURITY_LOG_DAYS va de 1 à 366 jours.")
    if settings.demo:
        _refuse_public_trial(settings)
        return
    missing = [
        name
        for name, value in (
            ("SECRET_KEY", settings.secret_key),
            ("BASE_URL", settings.base_url),
            ("SMTP_URL", settings.smtp_url),
        )
        if not value
    ]
    if missing:
        raise SettingsRefused(
            f"Technilab ne démarre pas : il manque {', '.join(missing)} dans l'environnement."
            " Pour un essai sur cette machine, utilisez DEMO=1."
        )
    if len(settings.secret_key) < 32:
        raise SettingsRefused("Technilab ne démarre pas : SECRET_KEY doit compter au moins 32 caractères.")
    if settings.secret_key in before_of(settings.secret_key):
        raise SettingsRefused(
            "Technilab ne démarre pas : SECRET_KEY est aussi dans SECRET_KEY_BEFORE. Donnez une clé nouvelle à"
            " SECRET_KEY, ou enlevez-la de SECRET_KEY_BEFORE."
        )
    if not is_base_url(settings.base_url) or not (settings.secure or is_this_machine(settings.host)):
        raise SettingsRefused(
            "Technilab ne démarre pas : BASE_URL doit commencer par https:// et n'être qu'une adresse, comme"
            " https://technilab.exemple.fr."
        )


def _refuse_public_trial(settings: Settings) -> None:
    """Whoever opens a trial's pages can use its accounts and keys: only this machine or this network may reach it."""
    if not is_base_url(settings.base_url):
        raise SettingsRefused(
            "Technilab ne démarre pas : BASE_URL est une adresse entière, comme https://essai.exemple.fr."
        )
    if not settings.shown and not is_private_host(settings.host):
        raise SettingsRefused(
            f"Technilab ne démarre pas : DEMO=1 est pour cette machine ou ce réseau, et {settings.host} est public."
            f" Pour montrer un essai, dont toute la base est effacée chaque nuit, mettez DEMO={SHOWN} ; pour de vraies"
            " visites, enlevez DEMO."
        )


def _whole_number(env: dict[str, str], name: str, default: int) -> int:
    raw = env.get(name) or str(default)
    if not raw.isdigit():
        raise SettingsRefused(f"Technilab ne démarre pas : {name} doit être un nombre entier, pas « {raw} ».")
    return int(raw)
