"""technilab forget-phone: the way back for someone whose phone and codes on paper are both lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from booking.accounts.second_proof import forget_proof
from booking.commands.words import FrenchCommand


@click.command(cls=FrenchCommand)
@click.argument("email")
def forget_phone(email: str) -> None:
    """End the account's sessions; its next sign-in registers another phone."""
    asyncio.run(forget_proof(email, now=datetime.now(UTC)))
    click.echo(f"Le téléphone de {email} est oublié. À sa prochaine connexion, un autre s'enregistre.")
