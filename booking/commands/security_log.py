"""technilab security-log: who came in, was refused, or changed an access, on this machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import click

from booking.commands.words import FrenchCommand
from booking.process.security_log import read
from booking.process.settings import data_folder
from booking.words.acts import ACTS
from workshops.school_calendar.rules import paris_instant

RECENT = timedelta(days=1)
# The doors' own reasons; the acts have their words already.
REFUSED = {
    "not-yours": "Refusé : pas pour ce rôle",
    "awaits-college": "Refusé : le collège n'a pas encore répondu",
    "proof-first": "Refusé : sans deuxième preuve",
    "fresh-proof-needed": "Refusé : sans preuve récente",
    "key-only-reads": "Refusé : clé qui lit seulement",
    "sign-in-first": "Refusé : clé inconnue ou finie",
    "not-from-our-page": "Refusé : envoi qui ne vient pas d'une page d'ici",
    "too-many-tries": "Refusé : trop d'essais",
}


@click.command(cls=FrenchCommand)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-JJ", help="Depuis ce jour ; sans elle, 24 heures."
)
@click.option("--account", type=int, metavar="NUMÉRO", help="Ce que ce compte a fait, ou ce qui lui est arrivé.")
@click.option("--address", metavar="ADRESSE", help="Ce qui vient de cette adresse du réseau.")
@click.option("--json", "as_json", is_flag=True, help="Les lignes telles qu'elles sont gardées, pour un programme.")
def security_log(since: datetime | None, account: int | None, address: str | None, as_json: bool) -> None:
    """Print the lines, the oldest first; accounts are numbers, as /gestion/comptes shows them."""
    begins = paris_instant(since.date(), time()) if since else datetime.now(UTC) - RECENT
    lines = (line for line in read(data_folder(), since=begins) if _concerns(line, account, address))
    nothing = True
    for line in lines:
        nothing = False
        click.echo(json.dumps(line) if as_json else _words(line))
    if nothing and not as_json:
        click.echo(f"Rien depuis le {begins:%d/%m/%Y à %H:%M} UTC.")


def _concerns(line: dict[str, Any], account: int | None, address: str | None) -> bool:
    whose = account is None or account == line["account"] or line["about"] == f"account {account}"
    return whose and address in {None, line["address"]}


def _words(line: dict[str, Any]) -> str:
    what = REFUSED.get(line["act"]) or ACTS.get(line["act"], line["act"])
    by_program = f"logiciel {line['program']}" if line.get("program") else ""
    who = f"compte {line['account']}" if line["account"] else by_program or "sans compte"
    often = f" ({line['often']} fois en une heure)" if line["often"] > 1 else ""
    about = f", {line['about']}" if line["about"] else ""
    return f"{line['at']}  {line['address'] or 'cette machine'}  {who}  {what}{about}{often}  {line['route']}".rstrip()
