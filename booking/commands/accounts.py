"""technilab invite, token and forget-phone: who comes in, and how."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from booking.commands.words import FrenchCommand
from booking.people.accounts.invite import Invite
from booking.people.accounts.invite import invite as let_in
from booking.people.accounts.rules import KEY_LASTS, ROLES, Role
from booking.people.accounts.second_proof import forget_proof
from booking.people.accounts.token import issue_token


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
@click.option("--departments", metavar="25,70", default="", help="Ses départements (inspector).")
@click.option(
    "--partner", metavar="ORGANISME", help="Son organisme, nommé comme sur la page du consortium (consortium)."
)
@click.option("--name", metavar="NOM", default="", help="Son nom.")
def invite(
    email: str, role: str, school: str | None, company: str | None, departments: str, partner: str | None, name: str
) -> None:
    """Give an address a role; done twice, it changes nothing."""
    where: dict[str, Any] = {"school": school, "company": company, "partner": partner}
    asked = Invite(email=email, role=Role(role), name=name, departments=tuple(departments.split(",")), **where)
    asyncio.run(let_in(asked, now=datetime.now(UTC)))
    click.echo(f"{email} peut se connecter ; le mail d'invitation part avec le travail de fond.")


@click.command(cls=FrenchCommand)
@click.argument("email")
@click.option("--label", metavar="USAGE", default="technilab token", help="À quoi elle sert.")
@click.option("--days", type=click.IntRange(1, KEY_LASTS.days), default=KEY_LASTS.days, help="Sa durée, en jours.")
@click.option("--read-only", is_flag=True, help="Elle lit et ne change rien.")
def token(email: str, label: str, days: int, read_only: bool) -> None:
    """Print the key alone, so that a script can take it; a mail tells the account's person."""
    key, now, lasts = secrets.token_urlsafe(32), datetime.now(UTC), timedelta(days=days)
    not_me = secrets.token_urlsafe(32)
    asyncio.run(issue_token(email, token=key, label=label, lasts=lasts, writes=not read_only, not_me=not_me, now=now))
    click.echo(key)


@click.command(cls=FrenchCommand)
@click.argument("email")
def forget_phone(email: str) -> None:
    """End the account's sessions; its next sign-in registers another phone, or makes a passkey."""
    asyncio.run(forget_proof(email, now=datetime.now(UTC)))
    click.echo(f"Le téléphone, les clés d'accès et les codes de secours de {email} sont oubliés.")
    click.echo("À sa prochaine connexion, cette personne en enregistre d'autres.")
