"""What the command line offers. A command's file is read when it is asked for, so that each starts at once."""

from __future__ import annotations

import logging
from importlib import import_module

import click

from booking.commands.words import FrenchCommand

# In the order of a first day's work.
COMMANDS = {
    "run": "Lance tout : base, file d'attente, pages et travail de fond.",
    "web": "Sert les pages et l'API (WORKERS processus, à l'adresse HOST, port PORT).",
    "worker": "Envoie les mails et fait le travail de fond.",
    "migrate": "Met les tables à jour.",
    "upgrade": "Passe à cette version : sauvegarde, essai sur une copie, tables.",
    "demo": "Remplit une base vide d'exemples.",
    "forget-examples": "Enlève les exemples d'un essai et ce qu'eux seuls ont fait (--dry-run le dit seulement).",
    "import-schools": "Met à jour les établissements avec l'annuaire officiel (CSV).",
    "import-calendar": "Met à jour les vacances et les jours fériés avec le calendrier officiel (CSV).",
    "import-records": "Importe des données P-TECH ou BTS+1 (CSV ou XLSX), ou dit ce que ce serait (--dry-run).",
    "import-visits": "Importe les visites d'avant Technilab (CSV ou XLSX), ou dit ce que ce serait (--dry-run).",
    "invite": "Donne un rôle à une adresse, qui reçoit un mail.",
    "forget-phone": "Oublie le téléphone et les clés d'accès d'un compte, qui en enregistrera d'autres.",
    "token": "Affiche une nouvelle clé de l'API pour un compte ; elle n'est montrée qu'une fois.",
    "read-replies": "Lit les réponses des agendas aux invitations (dossier, ou boîte IMAP_URL).",
    "purge": "Efface ce qui a fait son temps, comme chaque nuit (--dry-run le compte seulement).",
    "close-year": "Clôt une année scolaire : fige ses chiffres, puis efface noms et pointages.",
    "reopen-year": "Rouvre les chiffres d'une année close, pour des visites reprises (--reason dit pourquoi).",
    "report": "Écrit le dossier France 2030 d'une année : PDF, DOCX et feuille du comité.",
    "recount": "Recompte toutes les visites closes et corrige les totaux du bilan.",
    "draw": "Refait le tirage d'une période, et dit s'il est le même (--dry-run en essaie un autre).",
    "backup": "Garde toute la base et les photos dans un FICHIER, ou chiffrées dans COPIES_DIR.",
    "restore": "Remet en place une sauvegarde faite par technilab backup.",
    "rehearse-restore": "Remet la dernière copie en place à côté, la vérifie, et en garde la date.",
    "security-log": "Montre qui est entré, a été refusé ou a changé un accès, sur cette machine.",
    "rotate-secret": "SECRET_KEY a changé : dit ce qui a encore besoin de celle d'avant, et jusqu'à quand.",
    "check": "Dit si la base, la file d'attente, le courrier et le travail de fond vont bien.",
}
SERVING = {"run", "web", "worker"}
# The others stand in a file of their own name.
ROOMS = {
    **{"invite": "accounts", "token": "accounts", "forget-phone": "accounts", "reopen-year": "close_year"},
    **{"recount": "close_year", "purge": "close_year", "forget-examples": "demo"},
    **{"import-schools": "import_official", "import-calendar": "import_official"},
}


class Menu(FrenchCommand, click.Group):
    """The commands and what each does."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"booking.commands.{ROOMS.get(cmd_name, name)}"), name)
        if cmd_name not in SERVING:
            from booking.outbox.journal.note_access import listen  # noqa: PLC0415 - not for the list of commands

            listen()
            # A command says in one sentence what goes wrong: nothing of it is written twice.
            logging.getLogger("technilab").addHandler(logging.NullHandler())
        command.help = COMMANDS[cmd_name]
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commandes"):
            formatter.write_dl(list(COMMANDS.items()))
        super().format_options(ctx, formatter)


@click.group(
    cls=Menu, invoke_without_command=True, subcommand_metavar="COMMANDE", context_settings={"max_content_width": 112}
)
@click.version_option(package_name="technilab", message="%(prog)s %(version)s", help="Affiche la version.")
@click.pass_context
def technilab(ctx: click.Context) -> None:
    """Réserver, accueillir et compter les visites TECHNILAB."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
