"""technilab forget-phone: the way back for who lost her phone, or her passkey, and her codes on paper."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from booking.commands.words import FrenchCommand
from booking.people.accounts.second_proof import forget_proof


@click.command(cls=FrenchCommand)
@click.argument("email")
def forget_phone(email: str) -> None:
    """End the account's sessions; its next sign-in registers another phone, or makes a passkey."""
    asyncio.run(forget_proof(email, now=datetime.now(UTC)))
    click.echo(f"Le téléphone, les clés d'accès et les codes de secours de {email} sont oubliés.")
    click.echo("À sa prochaine connexion, cette personne en enregistre d'autres.")
