"""technilab check: say in words whether each part is fine."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
from asyncpg.exceptions import InsufficientPrivilegeError, PostgresError
from msgspec import Struct

from booking.commands.migrate import NewerTables, pending
from booking.commands.pages_here import pages_soon
from booking.commands.words import FrenchCommand, counted
from booking.outbox.copies.queries import copies
from booking.outbox.copies.rules import judged
from booking.outbox.notices.beat import machine
from booking.outbox.notices.mail_files import MAIL_FOLDER
from booking.outbox.notices.mailer import mailer_of
from booking.outbox.notices.rules import ServerUnreachable, worker_silent
from booking.outbox.notices.smtp import SmtpMailer
from booking.outbox.watch.queries import Standing, disk_free, last_beat, queue_answers, standing
from booking.outbox.watch.rules import DISK_ROOM, LAG_MOST, OUTBOX_LATE
from booking.people.accounts.trial import examples_standing
from booking.process.embedded.provide import provide
from booking.process.redis_url import NO_REDIS
from booking.process.settings import SettingsRefused, data_folder, read_settings
from workshops.database import value
from workshops.database.hosts import UNREACHABLE, Hosts
from workshops.events.carry_on import must_carry_on
from workshops.refusals import Refusal
from workshops.tallies.queries import wrong_sums

VERSION = "SHOW server_version"
PATIENCE = 5.0
OTHER_WAYS = {"MIGRATE_URL": "Accès direct", "DATABASE_READ_URL": "Base de lecture"}


class Finding(Struct, frozen=True):
    """One part, whether it is fine, and what to do when it is not."""

    part: str
    fine: bool
    sentence: str


class NotFine(Refusal):
    kind = "not-fine"


@click.command(cls=FrenchCommand)
@click.option("--worker", is_flag=True, help="Le travail de fond de cette machine seulement.")
@click.option("--web", is_flag=True, help="Les pages de cette machine seulement, attendues une minute.")
@click.option("--deploy", is_flag=True, help="Ce qui manque ou n'est pas sûr avant que des inconnus viennent.")
@click.option(
    "--address", default="", metavar="HÔTE:PORT", help="Avec --deploy : où mène le nom de BASE_URL, vu d'ici."
)
@click.option("--plain", default="", metavar="HÔTE:PORT", help="Avec --deploy : où est son port 80, s'il est ailleurs.")
@click.option("--etcd", multiple=True, metavar="HÔTE:PORT", help="Avec --deploy : un etcd (plusieurs fois).")
@click.option("--patroni", multiple=True, metavar="HÔTE:PORT", help="Avec --deploy : un Patroni (plusieurs fois).")
@click.option("--door", multiple=True, metavar="HÔTE:PORT", help="Avec --deploy : un nginx (plusieurs fois).")
@click.option(
    "--env-file",
    metavar="FICHIER",
    type=click.Path(path_type=Path),
    help="Avec --deploy : le fichier qui tient SECRET_KEY et le reste.",
)
def check(worker: bool, web: bool, deploy: bool, env_file: Path | None, **told: Any) -> None:
    """Print a line per part; a part that is not fine makes the exit code 2."""
    if deploy:
        from booking.commands.check_deploy.say import say  # noqa: PLC0415 - a worker is asked every minute

        say(env_file=env_file, **told)
        return
    if web:
        asyncio.run(_say(_web_here()))
        return
    provide(data_folder())
    now = datetime.now(UTC)
    asyncio.run(_say(_worker_here(now) if worker else examine(now=now)))


async def _say(findings: AsyncIterator[Finding]) -> None:
    wrong = []
    async for found in findings:
        click.echo(f"{'oui' if found.fine else 'NON'}  {found.part} : {found.sentence}")
        if not found.fine:
            wrong.append(found.part)
    if wrong:
        raise NotFine(f"À reprendre : {', '.join(wrong)}.")


async def examine(*, now: datetime) -> AsyncIterator[Finding]:
    """Look at each part in turn; a database that does not answer ends the visit with its own error."""
    version = str(await value(VERSION)).split()[0]
    yield Finding("Base de données", True, f"PostgreSQL {version} répond")
    tables, readable = await _tables()
    yield tables
    for name, part in OTHER_WAYS.items():
        if url := os.environ.get(name):
            yield await _way(part, name, url)
    yield await _queue(os.environ["REDIS_URL"])
    yield _disk(data_folder())
    yield await _mail()
    async for found in _replies():
        yield found
    if readable:
        if invented := await examples_standing():
            yield _examples(invented)
        yield await _sums()
        stands = await standing()
        if (standbys := _standbys()) or stands.lag is not None:
            yield _replicas(stands, standbys)
        async for found in _copies(now):
            yield found
        yield _worker(stands, now)


async def _copies(now: datetime) -> AsyncIterator[Finding]:
    """A trial that nobody copies lacks nothing."""
    found = await copies()
    with suppress(SettingsRefused):  # told above
        if not found and read_settings().demo:
            return
    for one in judged(found, now=now):
        yield Finding(one.part, one.fine, one.sentence)


async def _tables() -> tuple[Finding, bool]:
    """Whether they are this version's, and whether what they hold can be read: that of a newer version can, which is
    how it is while machines are upgraded one by one, and after going back."""
    try:
        late = sum(len(names) for names in (await pending()).values())
        came = not late and await must_carry_on()
    except Refusal as refused:
        return Finding("Tables", False, refused.sentence.rstrip(".")), isinstance(refused, NewerTables)
    except InsufficientPrivilegeError:
        came = True
    if came:
        return Finding("Tables", False, "remises en place sans technilab restore : lancez technilab migrate"), False
    told = f"à mettre à jour ({late}), avec technilab migrate" if late else "à jour"
    return Finding("Tables", not late, told), not late


def _examples(standing: int) -> Finding:
    """Invented people open the doors of a trial, and of nothing else."""
    told = counted(standing, "compte d'exemple", "comptes d'exemple")
    with suppress(SettingsRefused):  # told above
        if read_settings().demo:
            return Finding("Exemples", True, f"{told} : c'est un essai")
    return Finding("Exemples", False, f"{told} parmi de vraies données : lancez technilab forget-examples")


async def _way(part: str, name: str, url: str) -> Finding:
    try:
        line = await Hosts(url).connect(timeout=PATIENCE)
    except (*UNREACHABLE, PostgresError, ValueError):
        return Finding(part, False, f"ne répond pas à l'adresse de {name}")
    await line.close()
    return Finding(part, True, "répond")


async def _queue(redis_url: str) -> Finding:
    if await queue_answers(redis_url):
        return Finding("File d'attente", True, "répond" if redis_url != NO_REDIS else "tenue par la base, sans Redis")
    return Finding("File d'attente", False, "ne répond pas à l'adresse de REDIS_URL, les mails prennent du retard")


def _disk(data_dir: Path) -> Finding:
    free = disk_free(data_dir)
    told = f"{free // 1_000_000} Mo libres dans {data_dir}"
    return Finding("Disque", free >= DISK_ROOM, told if free >= DISK_ROOM else f"{told} : faites de la place")


async def _mail() -> Finding:
    try:
        settings = read_settings()
        async with mailer_of(settings) as mailer:
            if not isinstance(mailer, SmtpMailer):
                return Finding("Courrier", True, f"déposé dans {settings.data_dir / MAIL_FOLDER}")
            await mailer.greet()
    except SettingsRefused as refused:
        return Finding("Réglages", False, str(refused))
    except ServerUnreachable as error:
        return Finding("Courrier", False, f"le serveur de SMTP_URL ne répond pas ({error})")
    return Finding("Courrier", True, "le serveur de SMTP_URL répond")


async def _replies() -> AsyncIterator[Finding]:
    """Where agendas answer, if anywhere: whether it opens, and what a person should look at there."""
    with suppress(SettingsRefused):  # told above
        settings = read_settings()
        if settings.replies_dir:
            from booking.calendar.replies.mailbox import aside_in_folder  # noqa: PLC0415 few have one

            yield await _aside(partial(aside_in_folder, settings.replies_dir))
        if settings.imap_url:
            from booking.calendar.replies.mailbox import aside_in_mailbox  # noqa: PLC0415 as above

            yield await _aside(partial(aside_in_mailbox, settings.imap_url))


async def _aside(count: Callable[[], int]) -> Finding:
    try:
        aside = await asyncio.to_thread(count)
    except (Refusal, SettingsRefused) as refused:
        return Finding("Réponses", False, str(refused))
    told = f"{counted(aside, 'mail illisible mis', 'mails illisibles mis')} de côté" if aside else "rien de côté"
    return Finding("Réponses", True, told)


async def _sums() -> Finding:
    wrong = await wrong_sums()
    told = f"{counted(wrong, 'total faux', 'totaux faux')} : lancez technilab recount"
    return Finding("Bilan", not wrong, told if wrong else "les totaux sont ceux des visites closes")


def _standbys() -> int:
    with suppress(SettingsRefused):  # told above
        return read_settings().standbys
    return 0


def _replicas(stands: Standing, standbys: int) -> Finding:
    follow = f"{stands.streaming} sur {standbys}" if standbys else str(stands.streaming)
    told = f"{follow} {'suivent' if stands.streaming > 1 else 'suit'}"
    if stands.lag is not None:
        told += f", la plus lente a {stands.lag:.1f} s de retard".replace(".", ",")
    return Finding("Répliques", stands.streaming >= standbys and (stands.lag or 0) <= LAG_MOST, told)


async def _worker_here(now: datetime) -> AsyncIterator[Finding]:
    """What is asked of one that is watched over: what else is wrong is no reason to start it again."""
    silent = worker_silent(await last_beat(machine()), now)
    yield Finding("Travail de fond", not silent, "ne donne plus signe de vie" if silent else "tourne")


async def _web_here() -> AsyncIterator[Finding]:
    """What whoever restarts machines one by one waits for before the next one's turn."""
    yield Finding("Pages", *await asyncio.to_thread(pages_soon, read_settings()))


def _worker(box: Standing, now: datetime) -> Finding:
    age = now - box.oldest_at if box.oldest_at else timedelta()
    hours, minutes = divmod(age // timedelta(minutes=1), 60)
    late = age > OUTBOX_LATE
    since = f", le plus ancien depuis {f'{hours} h {minutes:02}' if hours else f'{minutes} min'}" if late else ""
    waiting = f", {counted(box.waiting, 'mail en attente', 'mails en attente')}{since}" if box.waiting else ""
    if worker_silent(box.beat_at, now):
        return Finding("Travail de fond", False, f"ne tourne pas{waiting} : lancez technilab worker")
    failed = f", {counted(box.failed, 'mail en échec', 'mails en échec')} à relancer" if box.failed else ""
    return Finding("Travail de fond", not box.failed and not late, f"tourne{waiting}{failed}")
