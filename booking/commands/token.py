"""technilab token: a key to the JSON API."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime

import click

from booking.accounts.token import issue_token
from booking.commands.words import FrenchCommand


@click.command(cls=FrenchCommand)
@click.argument("email")
def token(email: str) -> None:
    """Print the key alone, so that a script can take it."""
    key = secrets.token_urlsafe(32)
    asyncio.run(issue_token(email, token=key, label="technilab token", now=datetime.now(UTC)))
    click.echo(key)
