"""The site as strangers meet it: by its own name, by another, without TLS, past the door."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from msgspec import Struct

from booking.commands.check_deploy.finding import Finding, Rule
from booking.process.addresses import DEFAULT_PORTS
from booking.process.settings import Settings
from booking.process.version import VERSION

PATIENCE = 10.0
ENDS_SOON = timedelta(days=14)
# An answer's date has whole seconds, and the road takes some of one.
CLOCK_MOST = timedelta(seconds=5)
YEAR = 31_536_000
OTHER_NAME = "autre.example"
# What a browser is told to refuse; a proxy may have taken it away.
HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy")
TRIAL_PAGES = ("/demo/comptes.json", "/demo/courrier")
MOVED = (301, 302, 307, 308)

Address = tuple[str, int]


class Answer(Struct, frozen=True):
    """What was answered; `location` is where it sends, `ends_at` when the certificate does."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    ends_at: datetime | None = None


class Site(Struct, frozen=True):
    """What a stranger sees. `home` is None where nothing answered, for the reason `away`; `untrusted` is what is wrong
    with the certificate. The others are None where nothing listens. `in_clear` is what port 80 says, `direct` what
    Technilab's own port says past the proxy; `seen_at` is when `home` was answered."""

    base_url: str
    port: int
    home: Answer | None = None
    away: str = ""
    untrusted: str = ""
    other_name: Answer | None = None
    metrics: Answer | None = None
    trial: Answer | None = None
    ready: Answer | None = None
    in_clear: Answer | None = None
    direct: Answer | None = None
    seen_at: datetime | None = None


class _Line(http.client.HTTPSConnection):
    """To the site's name, at another address where one is given."""

    def __init__(self, host: str, at: Address) -> None:
        super().__init__(host, at[1], timeout=PATIENCE, context=ssl.create_default_context())
        self.at = at

    def connect(self) -> None:
        line = socket.create_connection(self.at, timeout=PATIENCE)
        self.sock = ssl.create_default_context().wrap_socket(line, server_hostname=self.host)


async def look(settings: Settings, *, address: str = "", plain: str = "") -> Site:
    """Knock at each door; `address` is where BASE_URL's name leads, `plain` where its port 80 is."""
    return await asyncio.to_thread(_look, settings, address, plain)


def _look(settings: Settings, address: str, plain: str) -> Site:
    parts = urlsplit(settings.base_url)
    host = parts.hostname or ""
    at = _address(address, default=(host, parts.port or DEFAULT_PORTS["https"]))
    in_clear = _in_clear(_address(plain, default=(at[0], DEFAULT_PORTS["http"])), parts.netloc, "/")
    direct = _in_clear((at[0], settings.port), parts.netloc, "/health/live") if settings.port != at[1] else None
    try:
        home = _secured(host, at, parts.netloc, "/")
    except ssl.SSLCertVerificationError as error:
        return Site(settings.base_url, settings.port, untrusted=error.verify_message, in_clear=in_clear, direct=direct)
    except (OSError, http.client.HTTPException) as error:
        return Site(settings.base_url, settings.port, away=str(error), in_clear=in_clear, direct=direct)
    seen_at = datetime.now(UTC)

    def asked(path: str, name: str = parts.netloc) -> Answer | None:
        with suppress(OSError, http.client.HTTPException):
            return _secured(host, at, name, path)
        return None

    open_trial = (found for page in TRIAL_PAGES if (found := asked(page)) is not None and found.status == 200)
    return Site(
        settings.base_url,
        settings.port,
        home=home,
        other_name=asked("/", OTHER_NAME),
        metrics=asked("/metrics"),
        trial=next(open_trial, None),
        ready=asked("/health/ready"),
        in_clear=in_clear,
        direct=direct,
        seen_at=seen_at,
    )


def served_at(settings: Settings, door: str) -> str:
    """Why the site is not served at this address, as a browser would be told; empty where it is."""
    parts = urlsplit(settings.base_url)
    try:
        answer = _secured(parts.hostname or "", _address(door, default=("", DEFAULT_PORTS["https"])), parts.netloc, "/")
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    return "" if answer.status < 500 else f"réponse {answer.status}"


def _address(given: str, *, default: Address) -> Address:
    host, _, port = given.rpartition(":")
    return (host.strip("[]"), int(port)) if host else (given or default[0], default[1])


def _secured(host: str, at: Address, name: str, path: str) -> Answer:
    line = _Line(host, at)
    try:
        line.connect()
        certificate = line.sock.getpeercert() or {}
        ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
        return _answer(line, name, path, ends_at=datetime.fromtimestamp(ends, UTC))
    finally:
        line.close()


def _in_clear(at: Address, name: str, path: str) -> Answer | None:
    line = http.client.HTTPConnection(*at, timeout=PATIENCE)
    with suppress(OSError, http.client.HTTPException):
        return _answer(line, name, path)
    return None


def _answer(line: http.client.HTTPConnection, name: str, path: str, ends_at: datetime | None = None) -> Answer:
    try:
        line.putrequest("GET", path, skip_host=True)
        line.putheader("Host", name)
        line.endheaders()
        answer = line.getresponse()
        headers = {key.lower(): value for key, value in answer.getheaders()}
        return Answer(answer.status, headers, answer.read(1_000_000), ends_at)
    finally:
        line.close()


def answers(seen: Site) -> Finding | None:
    if seen.home is not None and seen.home.status < 500:
        return None
    if seen.untrusted:
        return Finding(
            "Certificat",
            f"un navigateur le refuse ({seen.untrusted})",
            "Renouvelez-le (docs/what_to_do.md), puis systemctl reload nginx",
        )
    why = seen.away or f"réponse {seen.home.status if seen.home else ''}"
    return Finding(
        "Site",
        f"{seen.base_url} ne répond pas d'ici ({why})",
        "systemctl status nginx technilab-web, ou --address si ce nom mène ailleurs vu d'ici",
    )


def certificate(seen: Site) -> Finding | None:
    if seen.home is None or seen.home.ends_at is None or seen.seen_at is None:
        return None
    left = seen.home.ends_at - seen.seen_at
    if left >= ENDS_SOON:
        return None
    return Finding(
        "Certificat",
        f"finit dans {left.days} jours, le {seen.home.ends_at:%d/%m/%Y}",
        "Renouvelez-le (docs/what_to_do.md), puis systemctl reload nginx",
    )


def headers(seen: Site) -> Finding | None:
    lacking = [name for name in HEADERS if name not in _headers(seen)] if seen.home else []
    if not lacking:
        return None
    return Finding(
        "En-têtes",
        f"le serveur web ôte {', '.join(lacking)}",
        "Enlevez proxy_hide_header et add_header de sa configuration (deploy/nginx/technilab.conf)",
    )


def https_only(seen: Site) -> Finding | None:
    if seen.home is None:
        return None
    words = _headers(seen).get("strict-transport-security", "").replace(" ", "").split(";")
    lasts = next((word.partition("=")[2] for word in words if word.startswith("max-age=")), "0")
    if lasts.isdigit() and int(lasts) >= YEAR:
        return None
    return Finding(
        "HSTS",
        "les navigateurs ne retiennent pas que ce site est en https seul",
        "Donnez à BASE_URL l'adresse en https, et n'ôtez pas Strict-Transport-Security au serveur web",
    )


def other_name(seen: Site) -> Finding | None:
    if seen.other_name is None or seen.other_name.status >= 400:
        return None
    return Finding(
        "Host",
        f"le site répond aussi sous le nom {OTHER_NAME}",
        "Passez Host tel qu'il vient (proxy_set_header Host $http_host), et ne servez rien d'autre par défaut",
    )


def metrics(seen: Site) -> Finding | None:
    if seen.metrics is None or seen.metrics.status != 200:
        return None
    return Finding("/metrics", "s'ouvre sans METRICS_TOKEN", "Ne le servez pas par un autre programme au même nom")


def trial(seen: Site) -> Finding | None:
    if seen.trial is None:
        return None
    return Finding(
        "/demo",
        "le site montre les comptes ou les mails d'un essai",
        "Enlevez DEMO de l'environnement de technilab-web, puis systemctl restart technilab-web",
    )


def in_clear(seen: Site) -> Finding | None:
    answer = seen.in_clear
    if answer is None or (answer.status in MOVED and answer.headers.get("location", "").startswith("https://")):
        return None
    return Finding(
        "http",
        f"le port 80 répond {answer.status} au lieu d'envoyer vers https",
        "N'y écoutez que de cette machine, ou répondez return 301 https://$host$request_uri",
    )


def direct(seen: Site) -> Finding | None:
    if seen.direct is None:
        return None
    return Finding(
        "HOST",
        f"les pages se lisent sans https au port {seen.port}, à côté du serveur web",
        "Mettez HOST=127.0.0.1 ou un socket, ou fermez ce port au pare-feu",
    )


def clock(seen: Site) -> Finding | None:
    if seen.home is None or seen.seen_at is None or "date" not in seen.home.headers:
        return None
    off = abs(seen.seen_at - parsedate_to_datetime(seen.home.headers["date"]))
    if off <= CLOCK_MOST:
        return None
    return Finding(
        "Horloge du site",
        f"diffère de celle de cette machine de {off.total_seconds():.0f} s",
        "timedatectl set-ntp true sur les deux",
    )


def served(seen: Site) -> Finding | None:
    """Where the site says its version."""
    told: object = {}
    with suppress(ValueError):
        told = json.loads(seen.ready.body) if seen.ready else {}
    there = told.get("version", VERSION) if isinstance(told, dict) else VERSION
    if there == VERSION:
        return None
    return Finding("Version", f"le site sert la {there}, ici c'est la {VERSION}", "systemctl restart technilab-web")


def _headers(seen: Site) -> Mapping[str, str]:
    return seen.home.headers if seen.home else {}


RULES: tuple[Rule[Site], ...] = (
    *(answers, certificate, headers, https_only, other_name, metrics, trial, in_clear, direct, clock, served),
)
