"""What the person who installs Technilab decides, read once from the environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
THIS_MACHINE = (LOOPBACK, "localhost", "::1")
YES = {"1", "true", "yes", "oui"}
NO = {"", "0", "false", "no", "non"}
SHOWN = "public"
# RFC 1918, RFC 4193, and what a link gives itself: nobody reaches it from the internet.
PRIVATE = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"))
)
PLAIN_PORTS = {"https": 443, "http": 80}


class SettingsRefused(Exception):
    """The environment does not describe a Technilab that may start; the text says what to change."""


@dataclass(frozen=True)
class Settings:
    """One Technilab, as its environment describes it.

    `database_url` and `redis_url` are empty when the embedded engines are wanted: `booking.process.embedded` fills them
    in.
    `database_read_url` is a replica, for what decides nothing.
    `listen` is the address where pages are served, or `unix:` and the path of a socket.
    `imap_url` or `replies_dir` is where the answers to invitations arrive; without either, they are not read.
    `mail_rate` mails a minute leave, of those that waited for a server that was away.
    `reply_to` is the mailbox that a person reads: what people answer to a mail by hand arrives there.
    `one_of_several` web machines tells who shares requests out that it is about to stop.
    `standbys` are the database's that there should be: fewer that follow are told to whoever watches.
    `demo` is a trial; one that is `shown` to the public gives no key, tells no program, and begins anew each night.
    `metrics_token` opens /metrics, which is not there without it.
    `operator` names who answers for this Technilab and its data, `dpo` is the mail of its data protection officer.
    """

    database_url: str
    redis_url: str
    base_url: str
    secret_key: str
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
    metrics_token: str = ""
    log_format: str = "text"
    database_read_url: str = ""
    listen: str = LOOPBACK

    def trusts(self, peer: str) -> bool:
        """Whether this caller is one of ours that hands requests on: its address, or the socket (`unix`)."""
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
        return tuple(network for one in self.trusted_proxies if (network := network_of(one)) is not None)

    @cached_property
    def socket(self) -> Path | None:
        """The socket to serve on, where HOST names one instead of an address."""
        scheme, _, path = self.listen.partition(":")
        return Path(path).resolve() if scheme == "unix" else None

    @cached_property
    def secure(self) -> bool:
        """Whether people reach us by https, which decides the cookie's name and HSTS."""
        return self.base_url.startswith("https://")

    @cached_property
    def host(self) -> str:
        """The host name people see, which ends each calendar UID."""
        return urlsplit(self.base_url).hostname or "localhost"

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Every name that we answer under; the trial is opened on this machine by any of its own."""
        return frozenset({self.host, *(THIS_MACHINE if self.demo else ())})

    @cached_property
    def passkeys_at(self) -> str:
        """The origin at which passkeys are made and serve; empty where none can be.

        A passkey belongs to a name, never to an IP address (WebAuthn, 5.1.3): the trial's belong to localhost.
        """
        if _is_ip_address(self.host):
            return f"http://localhost:{self.port}" if self.demo else ""
        scheme, port = urlsplit(self.base_url).scheme, urlsplit(self.base_url).port
        shown = "" if port in {None, PLAIN_PORTS.get(scheme)} else f":{port}"
        return f"{scheme}://{self.host}{shown}"


def read_settings(environ: dict[str, str] | None = None) -> Settings:
    """Read the environment; raises SettingsRefused with a French sentence when production lacks something."""
    env = dict(os.environ) if environ is None else environ
    asked = env.get("DEMO", "").strip().lower()
    if asked not in YES | NO | {SHOWN}:
        raise SettingsRefused(
            f"Technilab ne démarre pas : DEMO est « 1 » pour un essai sur cette machine, « {SHOWN} » pour un essai que"
            f" l'on montre, ou absent ; pas « {env['DEMO']} »."
        )
    demo = asked not in NO
    port = _whole(env, "PORT", 8000)
    data_dir = data_folder(env)
    settings = Settings(
        database_url=env.get("DATABASE_URL", ""),
        database_read_url=env.get("DATABASE_READ_URL", ""),
        redis_url=env.get("REDIS_URL", ""),
        base_url=(env.get("BASE_URL") or (f"http://127.0.0.1:{port}" if demo else "")).rstrip("/"),
        secret_key=env.get("SECRET_KEY") or (_demo_secret(data_dir) if demo else ""),
        smtp_url=env.get("SMTP_URL", ""),
        mail_from=env.get("MAIL_FROM") or "technilab@example.org",
        mail_rate=_whole(env, "MAIL_RATE", 60),
        reply_to=env.get("REPLY_TO", "").strip(),
        data_dir=data_dir,
        port=port,
        listen=env.get("HOST") or LOOPBACK,
        workers=_whole(env, "WORKERS", 1),
        operator=" ".join(env.get("OPERATOR", "").split()),
        dpo=env.get("DPO", "").strip(),
        metrics_token=env.get("METRICS_TOKEN", "").strip(),
        log_format=env.get("LOG_FORMAT") or "text",
        demo=demo,
        shown=asked == SHOWN,
        one_of_several=env.get("ONE_OF_SEVERAL", "") in YES,
        standbys=_whole(env, "STANDBYS", 0),
        trusted_proxies=tuple(filter(None, (p.strip() for p in env.get("TRUSTED_PROXIES", "").split(",")))),
        imap_url=env.get("IMAP_URL", ""),
        replies_dir=Path(env["REPLIES_DIR"]).resolve() if env.get("REPLIES_DIR") else None,
    )
    _refuse_a_half_configured_production(settings)
    return settings


def data_folder(environ: dict[str, str] | None = None) -> Path:
    """Where the data of this Technilab lives, which a command may need before all the rest is set."""
    return Path((os.environ if environ is None else environ).get("DATA_DIR") or "var").resolve()


def _refuse_a_half_configured_production(settings: Settings) -> None:
    if settings.log_format not in {"text", "json"}:
        raise SettingsRefused("Technilab ne démarre pas : LOG_FORMAT est « text » ou « json ».")
    for one in settings.trusted_proxies:
        if one != "unix" and network_of(one) is None:
            raise SettingsRefused(
                f"Technilab ne démarre pas : TRUSTED_PROXIES contient « {one} », qui n'est ni une adresse, ni un réseau"
                " comme 10.0.0.0/24, ni « unix »."
            )
    if settings.mail_rate < 1:
        raise SettingsRefused("Technilab ne démarre pas : MAIL_RATE est au moins 1 mail par minute.")
    if settings.demo:
        _refuse_a_trial_for_everybody(settings)
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
    if not _is_address(settings.base_url) or not (settings.secure or _is_this_machine(settings.host)):
        raise SettingsRefused(
            "Technilab ne démarre pas : BASE_URL doit commencer par https:// et n'être qu'une adresse, comme"
            " https://technilab.exemple.fr."
        )


def network_of(proxy: str) -> IPv4Network | IPv6Network | None:
    """The addresses that a proxy has, one alone or those of a network (CIDR); None for what is neither."""
    try:
        return ip_network(proxy)
    except ValueError:
        return None


def _refuse_a_trial_for_everybody(settings: Settings) -> None:
    """The keys and the buttons of a trial are whoever's opens its pages: on this machine, or on this network."""
    if not _is_address(settings.base_url):
        raise SettingsRefused(
            "Technilab ne démarre pas : BASE_URL est une adresse entière, comme https://essai.exemple.fr."
        )
    if not settings.shown and not is_near(settings.host):
        raise SettingsRefused(
            f"Technilab ne démarre pas : DEMO=1 est pour cette machine ou ce réseau, et {settings.host} est public."
            f" Pour montrer un essai, dont toute la base est effacée chaque nuit, mettez DEMO={SHOWN} ; pour de vraies"
            " visites, enlevez DEMO."
        )


def is_near(host: str) -> bool:
    """Whether a host is this machine or of a private network; whatever is spelt otherwise is not."""
    if _is_this_machine(host):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address.version == one.version and address in one for one in PRIVATE)


def _is_this_machine(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _is_address(url: str) -> bool:
    """Whether it is https:// or http://, a host and perhaps a port, and nothing that one could take for the host."""
    try:
        told = urlsplit(url)
        plain = f"[{told.hostname}]" if ":" in (told.hostname or "") else told.hostname
        written = f"{plain}:{told.port}" if told.port is not None else plain
    except ValueError:
        return False
    return told.scheme in PLAIN_PORTS and bool(told.hostname) and url.lower() == f"{told.scheme}://{written}"


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _whole(env: dict[str, str], name: str, default: int) -> int:
    raw = env.get(name) or str(default)
    if not raw.isdigit():
        raise SettingsRefused(f"Technilab ne démarre pas : {name} doit être un nombre entier, pas « {raw} ».")
    return int(raw)


def _demo_secret(data_dir: Path) -> str:
    """A secret of this data folder's own, so that demo sessions survive a restart."""
    file = data_dir / "secret"
    if not file.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()
