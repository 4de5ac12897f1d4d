"""technilab token: a key to the JSON API."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

import click

from booking.commands.words import FrenchCommand
from booking.people.accounts.rules import KEY_LASTS
from booking.people.accounts.token import issue_token


@click.command(cls=FrenchCommand)
@click.argument("email")
@click.option("--label", metavar="USAGE", default="technilab token", help="À quoi elle sert.")
@click.option("--days", type=click.IntRange(1, KEY_LASTS.days), default=KEY_LASTS.days, help="Sa durée, en jours.")
@click.option("--read-only", is_flag=True, help="Elle lit et ne change rien.")
def token(email: str, label: str, days: int, read_only: bool) -> None:
    """Print the key alone, so that a script can take it."""
    key, now, lasts = secrets.token_urlsafe(32), datetime.now(UTC), timedelta(days=days)
    asyncio.run(issue_token(email, token=key, label=label, lasts=lasts, writes=not read_only, now=now))
    click.echo(key)
