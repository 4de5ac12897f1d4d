"""The database: who Technilab is to it, whether it keeps what it confirms, whether its tables are of this version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from booking.commands.check_deploy.finding import Finding, Rule
from booking.commands.rights import may_too_much
from booking.outbox.watch.migrations import Descent, descent, ours
from workshops.database import row

OLDEST = 15  # the oldest PostgreSQL that its project still repairs
CLOCK_MOST = timedelta(seconds=2)
CATALOGUE = """SELECT current_setting('server_version_num')::int / 10000 AS version,
  (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
  EXISTS (SELECT FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    AND pg_has_role(current_user, c.relowner, 'USAGE')) AS owns,
  current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on' AS keeps,
  current_setting('synchronous_commit') AS commits,
  archived.last_archived_time AS archived_at, archived.last_failed_time AS archive_failed_at,
  (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming') AS following,
  ARRAY(SELECT m.name::text FROM migration m) AS ran,
  clock_timestamp() AS now
FROM pg_stat_archiver archived"""


class Catalogue(Struct, frozen=True):
    """What PostgreSQL says of itself and of the account that asks.

    `owns`: it owns tables or may become who does; `beyond`: what else it may do that no act needs; `following` standbys
    are connected, of the `standbys` that there should be; `clock_off`: how far its clock is from this machine's, ahead
    or behind; `migrates_apart`: MIGRATE_URL is given.
    """

    version: int
    superuser: bool
    owns: bool
    beyond: tuple[str, ...]
    keeps: bool
    commits: str
    archived_at: datetime | None
    archive_failed_at: datetime | None
    following: int
    ran: tuple[str, ...]
    clock_off: timedelta
    standbys: int
    migrates_apart: bool


async def look(*, standbys: int, migrates_apart: bool) -> Catalogue:
    """Raises what asyncpg raises where the database is away or has no tables."""
    await row("SELECT 1")  # the connection is made: what comes next is one round trip
    before = datetime.now(UTC)
    found = await row(CATALOGUE)
    after = datetime.now(UTC)
    assert found is not None  # noqa: S101 - the statement always gives a row
    told = dict(found)
    now = told.pop("now")
    return Catalogue(
        **told | {"ran": tuple(told["ran"])},
        beyond=tuple(one.what for one in await may_too_much()),
        clock_off=max(before - now, now - after, timedelta()),
        standbys=standbys,
        migrates_apart=migrates_apart,
    )


def version(seen: Catalogue) -> Finding | None:
    if seen.version >= OLDEST:
        return None
    return Finding(
        "PostgreSQL",
        f"la version {seen.version} n'est plus corrigée par ses auteurs",
        f"Passez à la {OLDEST} ou plus, avec technilab backup et technilab restore",
    )


def superuser(seen: Catalogue) -> Finding | None:
    if not seen.superuser:
        return None
    return Finding(
        "Compte de la base",
        "DATABASE_URL est celle d'un superutilisateur, qui peut tout sur le serveur",
        "CREATE ROLE technilab LOGIN, et donnez ce compte dans DATABASE_URL",
    )


def owner(seen: Catalogue) -> Finding | None:
    """One account for both: whoever takes the site over can empty its journal and undo its guards."""
    if seen.superuser:
        return None
    if seen.owns:
        return Finding(
            "Compte de la base",
            "celui qui sert les pages possède les tables : qui le prend efface le journal et ôte ses gardes",
            "Donnez au propriétaire MIGRATE_URL, et à DATABASE_URL un compte qui agit seulement",
        )
    if seen.beyond:
        return Finding(
            "Compte de la base",
            f"celui de DATABASE_URL peut plus qu'agir : {', '.join(seen.beyond)}",
            "technilab migrate lui rend les droits qu'il lui faut, et ceux-là seuls",
        )
    if not seen.migrates_apart:
        return Finding(
            "MIGRATE_URL",
            "manque : le compte de DATABASE_URL ne peut pas mettre les tables à jour",
            "Donnez l'adresse de la base avec le compte qui possède les tables",
        )
    return None


def durable(seen: Catalogue) -> Finding | None:
    if seen.keeps:
        return None
    return Finding(
        "fsync",
        "fsync ou full_page_writes est coupé : une panne de courant perd ou abîme des visites",
        "ALTER SYSTEM RESET fsync; ALTER SYSTEM RESET full_page_writes; SELECT pg_reload_conf()",
    )


def commits(seen: Catalogue) -> Finding | None:
    weak = {"off": "PostgreSQL répond avant d'avoir écrit"}
    if seen.standbys:
        weak["local"] = "PostgreSQL répond avant qu'une deuxième machine ait écrit"
    if seen.commits not in weak:
        return None
    return Finding(
        "synchronous_commit",
        f"{weak[seen.commits]} : une panne perd ce qui était confirmé",
        "ALTER SYSTEM RESET synchronous_commit; SELECT pg_reload_conf(), et pareil sur la base et le compte",
    )


def archive(seen: Catalogue) -> Finding | None:
    failed, done = seen.archive_failed_at, seen.archived_at
    if failed is None or (done is not None and done >= failed):
        return None
    return Finding(
        "Archivage",
        f"archive_command échoue depuis le {failed:%d/%m/%Y à %H:%M} UTC : le disque de la base se remplit",
        "runuser -u postgres -- pgbackrest --stanza=technilab check dit pourquoi",
    )


def following(seen: Catalogue) -> Finding | None:
    if seen.following < seen.standbys:
        return Finding(
            "STANDBYS",
            f"{seen.following} sur {seen.standbys} copies de la base suivent",
            "patronictl -c /etc/patroni/config.yml list dit laquelle manque",
        )
    if seen.following > seen.standbys:
        return Finding(
            "STANDBYS",
            f"{seen.following} copies suivent pour {seen.standbys} attendues : la perte d'une ne se dira pas",
            f"Mettez STANDBYS={seen.following}",
        )
    return None


def tables(seen: Catalogue) -> Finding | None:
    match descent(seen.ran):
        case Descent.NEWER:
            return Finding(
                "Tables",
                "une version plus récente de Technilab les a écrites",
                "Mettez cette machine à la même version",
            )
        case Descent.OLDER:
            return Finding("Tables", "elles sont d'un temps que rien ne reprend", "Voyez docs/operating.md, point 12")
        case Descent.OURS:
            late = {name for names in ours().values() for name in names} - set(seen.ran)
            return Finding("Tables", f"{len(late)} à mettre à jour", "technilab migrate") if late else None


def clock(seen: Catalogue) -> Finding | None:
    if seen.clock_off <= CLOCK_MOST:
        return None
    return Finding(
        "Horloge",
        f"celle de la base et celle de cette machine diffèrent de {seen.clock_off.total_seconds():.0f} s",
        "timedatectl set-ntp true sur les deux",
    )


RULES: tuple[Rule[Catalogue], ...] = (
    *(version, superuser, owner, durable, commits, archive, following, tables, clock),
)
