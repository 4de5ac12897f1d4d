"""technilab invite: let someone in, the first coordinator among others."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from booking.commands.words import FrenchCommand
from booking.people.accounts.invite import invite as let_in
from booking.people.accounts.rules import ROLES


@click.command(cls=FrenchCommand)
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice(sorted(one.value for one in ROLES)),
    required=True,
    help="Ce que cette personne pourra faire.",
)
@click.option("--school", metavar="UAI", help="Son établissement (teacher, principal, host).")
@click.option("--company", metavar="SIRET", help="Son entreprise (company).")
@click.option("--name", metavar="NOM", default="", help="Son nom.")
def invite(email: str, role: str, school: str | None, company: str | None, name: str) -> None:
    """Give an address a role; done twice, it changes nothing."""
    asyncio.run(let_in(email, role=role, school=school, company=company, name=name, now=datetime.now(UTC)))
    click.echo(f"{email} peut se connecter ; le mail d'invitation part avec le travail de fond.")
