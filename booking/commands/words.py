"""How commands speak: in French, in one sentence, with a bar for long work on the terminal."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from booking.process.embedded.programs import EngineRefused
from booking.process.settings import SettingsRefused, data_folder
from workshops.refusals import Invalid, Refusal

A_FILE = click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
A_FILE_OR_COPIES = click.argument("file", metavar="[FICHIER]", type=click.Path(path_type=Path), required=False)
Progress = Callable[[int, int], None]
NO_RIGHT = (
    "Le compte de DATABASE_URL n'a pas ce droit sur les tables : donnez dans MIGRATE_URL l'adresse de celui qui les"
    " possède, ou rendez au premier ses droits avec technilab migrate."
)


class FrenchCommand(click.Command):
    """A command whose help has French headings."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Usage : ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = (one.get_help_record(ctx) for one in self.get_params(ctx) if isinstance(one, click.Option))
        with formatter.section("Options"):
            formatter.write_dl(
                [(one, what.replace("[required]", "(obligatoire)")) for one, what in filter(None, options)]
            )

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Affiche cette aide."
        return option


def counted(number: int, one: str, several: str) -> str:
    """« 0 ligne », « 1 ligne », « 2 lignes »."""
    return f"{number} {several if number > 1 else one}"


def usage_sentence(error: click.ClickException) -> str:
    """What is wrong in the words that were typed."""
    match error:
        case click.exceptions.NoSuchCommand():
            return f"La commande « {error.command_name} » n'existe pas : technilab --help les montre toutes."
        case click.NoSuchOption():
            return f"L'option {error.option_name} n'existe pas : ajoutez --help pour voir celles qui existent."
        case click.MissingParameter() if error.param is not None:
            missing = error.param.opts[0] if isinstance(error.param, click.Option) else _metavar(error)
            return f"Il manque {missing} : ajoutez --help pour voir ce qui est attendu."
        case click.BadParameter() if error.param is not None and (wanted := _wanted(error.param.type)):
            return f"{error.param.opts[0]} attend {wanted}."
        case click.BadOptionUsage():
            return f"L'option {error.option_name} attend une valeur."
    return "Cette commande ne se comprend pas : ajoutez --help pour voir ce qui est attendu."


def sentence_of(error: Exception) -> str:
    """What went wrong and what to do, in one sentence; an unforeseen error leaves its trace in a file."""
    match error:
        case click.ClickException():
            return usage_sentence(error)
        case Invalid():
            return " ".join(error.errors.values())
        case Refusal():
            return error.sentence
        case SettingsRefused() | EngineRefused():
            return str(error)
    return _database_sentence(error) or _file_sentence(error) or _unforeseen(error)


def _wanted(kind: click.ParamType[Any]) -> str:
    match kind:
        case click.Choice():
            return ", ".join(kind.choices)
        case click.IntRange():
            return f"un nombre de {kind.min} à {kind.max}"
    return ""


def _metavar(error: click.MissingParameter) -> str:
    return error.param.make_metavar(error.ctx) if error.param and error.ctx else ""


def _database_sentence(error: Exception) -> str:
    import asyncpg  # noqa: PLC0415 only once something has failed

    sentence = ""
    match error:
        case asyncpg.InsufficientPrivilegeError():
            sentence = NO_RIGHT
        case asyncpg.InvalidCatalogNameError():
            sentence = "La base de données que nomme DATABASE_URL n'existe pas : créez-la, puis recommencez."
        case asyncpg.InvalidAuthorizationSpecificationError():
            sentence = "La base de données refuse le compte ou le mot de passe de DATABASE_URL."
        case asyncpg.UndefinedTableError() | asyncpg.UndefinedColumnError():
            sentence = "Les tables ne sont pas à jour : lancez technilab migrate, puis recommencez."
        case asyncpg.CannotConnectNowError() | asyncpg.TooManyConnectionsError():
            sentence = "La base de données ne prend pas de connexion pour l'instant : recommencez dans un moment."
        case OSError() if not error.filename:
            sentence = "La base de données ne répond pas à l'adresse que donne DATABASE_URL."
    return sentence


def _file_sentence(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return f"Le fichier {error.filename} n'existe pas."
        case IsADirectoryError():
            return f"{error.filename} est un dossier, pas un fichier."
        case PermissionError():
            return f"{error.filename} n'est pas ouvert à votre compte."
        case OSError():
            return f"{error.filename} ne peut pas être lu ou écrit ({error.strerror})."
    return ""


def _unforeseen(error: Exception) -> str:
    trace = data_folder() / "erreur.txt"
    trace.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    trace.touch(mode=0o600)
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    trace.write_text(f"{when}\n{''.join(traceback.format_exception(error))}")
    return f"Technilab a rencontré une erreur imprévue ; elle est décrite dans {Path(trace)}."


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Give the work a function to tell how much is done, out of how much."""
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield tell
