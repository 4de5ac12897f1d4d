"""The environment: what production refuses to start with, and what it starts with and should not."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from booking.commands.check_deploy.finding import Finding, Rule
from booking.process.addresses import THIS_MACHINE, is_base_url, network_of
from booking.process.redis_url import NO_REDIS
from booking.process.settings import MAIL_FROM, Settings
from workshops.database.hosts import Hosts

SECRET_LEAST, TOKEN_LEAST = 32, 24
# A random secret in hexadecimal has nearly all sixteen digits.
DIFFERENT_LEAST = 10
KNOWN = re.compile(r"change.?me|changez|secret|example|exemple|password|motdepasse|azerty|qwerty|0123456789|technilab")
# A whole office is a /16; beyond, strangers stand in it too.
NARROWEST = {4: 16, 6: 48}
SAFE_TLS = {"require", "verify-ca", "verify-full"}
A_KEY = "openssl rand -hex 24 en donne une"


class Environment(Struct, frozen=True):
    """The settings as they were given, whether production would start with them or not."""

    settings: Settings
    migrate_url: str = ""


def trial(seen: Environment) -> Finding | None:
    if not seen.settings.demo:
        return None
    return Finding(
        "DEMO",
        "c'est un essai, dont les boutons ouvrent tous les comptes d'exemple",
        "Enlevez DEMO de l'environnement, puis lancez technilab forget-examples",
    )


def reload(seen: Environment) -> Finding | None:
    if not seen.settings.reload:
        return None
    return Finding("RELOAD", "les pages sont relues à chaque demande", "Enlevez RELOAD de l'environnement")


def secret_key(seen: Environment) -> Finding | None:
    key = seen.settings.secret_key
    if len(key) < SECRET_LEAST:
        return Finding("SECRET_KEY", f"moins de {SECRET_LEAST} caractères", A_KEY)
    if len(set(key)) < DIFFERENT_LEAST or KNOWN.search(key.lower()):
        return Finding("SECRET_KEY", "se devine : un exemple, ou toujours les mêmes caractères", A_KEY)
    return None


def base_url(seen: Environment) -> Finding | None:
    if seen.settings.secure and is_base_url(seen.settings.base_url):
        return None
    return Finding(
        "BASE_URL",
        "n'est pas une adresse en https, et rien après le nom",
        "Donnez celle que les gens voient : https://technilab.exemple.fr",
    )


def smtp(seen: Environment) -> Finding | None:
    url = seen.settings.smtp_url
    if not url:
        return Finding("SMTP_URL", "aucun mail ne part", "Donnez votre relais : smtps://compte:motdepasse@serveur")
    read = urlsplit(url)
    starttls = parse_qs(read.query).get("starttls", ["auto"])[-1]
    sure = read.scheme == "smtps" or starttls == "required" or (read.username and starttls == "auto")
    if sure or _is_here(read.hostname):
        return None
    return Finding(
        "SMTP_URL",
        "les mails et leurs liens de connexion passent en clair sur le réseau",
        "Écrivez smtps://…, ou ajoutez ?starttls=required",
    )


def mail_from(seen: Environment) -> Finding | None:
    if seen.settings.mail_from != MAIL_FROM:
        return None
    return Finding("MAIL_FROM", "les mails partent d'une adresse d'exemple", "Donnez la boîte qui envoie")


def replies(seen: Environment) -> Finding | None:
    if seen.settings.imap_url or seen.settings.replies_dir:
        return None
    return Finding(
        "IMAP_URL",
        "personne ne lit les mails qui reviennent : ils comptent comme envoyés",
        "Donnez la boîte de MAIL_FROM : imaps://compte:motdepasse@serveur/INBOX, ou REPLIES_DIR",
    )


def imap(seen: Environment) -> Finding | None:
    read = urlsplit(seen.settings.imap_url)
    plain = read.scheme == "imap" and parse_qs(read.query).get("starttls", [""])[-1] == "never"
    if not plain or _is_here(read.hostname):
        return None
    return Finding("IMAP_URL", "le mot de passe de la boîte passe en clair sur le réseau", "Écrivez imaps://…")


def proxies(seen: Environment) -> Finding | None:
    given = seen.settings.trusted_proxies
    if not given:
        return Finding(
            "TRUSTED_PROXIES",
            "tous les visiteurs ont l'adresse du serveur web : un essai de mot de passe les freine tous",
            "Donnez l'adresse de nginx ou de HAProxy, souvent 127.0.0.1",
        )
    unread = [one for one in given if one != "unix" and network_of(one) is None]
    if unread:
        return Finding("TRUSTED_PROXIES", f"« {unread[0]} » n'est pas une adresse", "Écrivez 10.0.0.21 ou 10.0.0.0/24")
    wide = [one for one in given if (net := network_of(one)) is not None and net.prefixlen < NARROWEST[net.version]]
    if not wide:
        return None
    return Finding(
        "TRUSTED_PROXIES",
        f"« {wide[0]} » laisse trop de monde dire l'adresse d'un visiteur",
        "Donnez l'adresse de nginx ou de HAProxy seule",
    )


def metrics_token(seen: Environment) -> Finding | None:
    token = seen.settings.metrics_token
    if len(token) >= TOKEN_LEAST:
        return None
    wrong = f"moins de {TOKEN_LEAST} caractères" if token else "manque : rien ne peut être surveillé"
    return Finding("METRICS_TOKEN", wrong, "openssl rand -hex 24 en donne un")


def log_format(seen: Environment) -> Finding | None:
    if seen.settings.log_format == "json":
        return None
    return Finding("LOG_FORMAT", "les journaux ne se lisent pas par un programme", "Mettez LOG_FORMAT=json")


def mail_rate(seen: Environment) -> Finding | None:
    return None if seen.settings.mail_rate else Finding("MAIL_RATE", "aucun mail en retard ne part", "Mettez 60")


def database_tls(seen: Environment) -> Finding | None:
    urls = {
        "DATABASE_URL": seen.settings.database_url,
        "DATABASE_READ_URL": seen.settings.database_read_url,
        "MIGRATE_URL": seen.migrate_url,
    }
    plain = [name for name, url in urls.items() if url and _crosses_in_clear(url)]
    if not plain:
        return None
    return Finding(
        ", ".join(plain),
        "la base est sur une autre machine, et ce qui passe entre les deux peut être en clair",
        "Ajoutez à l'adresse sslmode=verify-full et sslrootcert=/chemin/de/l'autorité",
    )


def queue(seen: Environment) -> Finding | None:
    url = seen.settings.redis_url
    read = urlsplit(url)
    if not url or url == NO_REDIS or read.scheme == "unix" or read.password:
        return None
    hosts = Hosts(f"postgresql://{read.netloc}/").hosts
    if all(_is_here(host) for host, _ in hosts):
        return None
    return Finding(
        "REDIS_URL",
        "la file d'attente est sur une autre machine, sans mot de passe",
        "Mettez requirepass dans valkey.conf, et redis://:motdepasse@serveur ici",
    )


RULES: tuple[Rule[Environment], ...] = (
    *(trial, reload, secret_key, base_url, smtp, mail_from, mail_rate, replies, imap, proxies, metrics_token),
    *(log_format, database_tls, queue),
)


def _is_here(host: str | None) -> bool:
    """Whether it is this machine: by a loopback address, or by a folder of sockets."""
    if not host or host in THIS_MACHINE or host.startswith("/"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _crosses_in_clear(url: str) -> bool:
    if all(_is_here(host) for host, _ in Hosts(url).hosts):
        return False
    return parse_qs(urlsplit(url).query).get("sslmode", ["prefer"])[-1] not in SAFE_TLS
