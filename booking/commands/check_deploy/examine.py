"""Everything that is looked at, in its order, and what nobody can see from here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from asyncpg.exceptions import PostgresError, UndefinedColumnError, UndefinedTableError
from msgspec import Struct

from booking.commands.check_deploy import (
    of_cluster,
    of_copies,
    of_database,
    of_doors,
    of_machine,
    of_people,
    of_settings,
    of_site,
)
from booking.commands.check_deploy.finding import Finding, judged
from booking.process.settings import Settings
from workshops.database.hosts import UNREACHABLE

NO_DATABASE = Finding(
    "Base de données",
    "elle ne répond pas à l'adresse de DATABASE_URL, ou refuse ce compte",
    "technilab check dit lequel",
)
NO_TABLES = Finding("Tables", "il en manque", "technilab migrate")
# What would have to be asked elsewhere, or of somebody.
UNSEEN = (
    "Le pare-feu : quels ports s'ouvrent du dehors, et du réseau des autres machines",
    "pg_hba.conf, et les autres comptes de la base",
    "Les autres machines : leur disque, leur horloge, les droits de leurs fichiers",
    "L'adresse que Technilab voit d'un visiteur : connectez-vous, puis technilab security-log la montre",
    "SPF, DKIM et DMARC du domaine de MAIL_FROM, et ce que le relais fait des mails",
    "Où est gardée la copie de SECRET_KEY, et si quelqu'un reçoit les alertes",
)
NO_ETCD = "etcd : donnez son adresse par --etcd 10.0.0.11:2379, une fois par machine"
NO_PATRONI = "Patroni : donnez son adresse par --patroni 10.0.0.11:8008, une fois par machine"
NO_DOORS = "Les deux portes : donnez celle de chaque machine des pages par --door 10.0.0.21:443"
NO_ENV_FILE = "Le fichier qui tient les secrets : donnez-le par --env-file"
NO_SITE = "Le site vu du dehors : BASE_URL n'est pas en https"


class Where(Struct, frozen=True):
    """What the command was told: where BASE_URL's name leads, where its port 80 is, whom else to ask."""

    address: str = ""
    plain: str = ""
    etcd: Sequence[str] = ()
    patroni: Sequence[str] = ()
    doors: Sequence[str] = ()
    secret_files: Sequence[Path] = of_machine.SECRET_FILES


class Seen(Struct, frozen=True):
    """What is to be changed, and what was not looked at."""

    findings: list[Finding]
    unseen: list[str]


async def examine(
    settings: Settings,
    machine: of_machine.Machine,
    where: Where,
    *,
    migrate_url: str,
    now: datetime,
) -> Seen:
    """Look at each subject in turn, whatever became of the one before."""
    findings = judged(of_settings.RULES, of_settings.Environment(settings, migrate_url))
    findings += judged(of_machine.RULES, machine)
    unseen = [*UNSEEN, *_not_told(where)]
    try:
        catalogue = await of_database.look(standbys=settings.standbys, migrates_apart=bool(migrate_url))
        findings += judged(of_database.RULES, catalogue)
        findings += judged(of_people.RULES, await of_people.look(settings, now=now))
        findings += judged(of_copies.RULES, await of_copies.look(now=now))
    except (UndefinedTableError, UndefinedColumnError):
        findings.append(NO_TABLES)
    except (*UNREACHABLE, PostgresError):
        findings.append(NO_DATABASE)
    if settings.secure:
        findings += judged(of_site.RULES, await of_site.look(settings, address=where.address, plain=where.plain))
        doors = await of_doors.look(settings, doors=where.doors, address=where.address)
        findings += judged(of_doors.RULES, doors)
        unseen += [NO_DOORS] if settings.one_of_several and not doors.seen else []
    else:
        unseen.append(NO_SITE)
    findings += judged(of_cluster.RULES, await of_cluster.look(etcd=where.etcd, patroni=where.patroni))
    return Seen(findings, unseen)


def _not_told(where: Where) -> list[str]:
    lacking = {NO_ETCD: not where.etcd, NO_PATRONI: not where.patroni}
    lacking[NO_ENV_FILE] = not any(map(of_machine.is_seen, where.secret_files))
    return [sentence for sentence, lacks in lacking.items() if lacks]
