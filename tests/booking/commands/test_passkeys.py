"""Passkeys are in a backup, and are forgotten with a lost phone."""

from __future__ import annotations

from pathlib import Path

from tests.booking.commands.conftest import ADA
from tests.command_line import python, technilab

CONNECTED = """
import asyncio, asyncpg
from booking.commands.direct import go_straight

async def ask(sql):
    connection = await asyncpg.connect(go_straight())
    print(await connection.fetchval(sql))
    await connection.close()

asyncio.run(ask(\"\"\"{sql}\"\"\"))
"""
KEEP = """INSERT INTO passkeys (account, credential_id, public_key, label, created_at)
SELECT id, 'a number', 'a key', 'Téléphone d''Ada', now() FROM accounts RETURNING label"""
KEPT = "SELECT string_agg(label || ' ' || encode(public_key, 'escape'), ' ') FROM passkeys"


def asked(sql: str, home: Path) -> str:
    """One value of the database of a data folder."""
    return python(CONNECTED.format(sql=sql), home).communicate()[0].strip()


def test_a_backup_keeps_passkeys_and_a_lost_phone_takes_them_away(home: Path, empty: Path, tmp_path: Path) -> None:
    none = technilab("forget-phone", ADA, home=home)
    assert (none.returncode, none.stderr) == (2, "Ce compte n'a ni téléphone ni clé d'accès.\n")
    assert asked(KEEP, home) == "Téléphone d'Ada"
    file = tmp_path / "technilab.backup"
    technilab("backup", str(file), home=home)
    assert technilab("restore", str(file), home=empty).stderr == ""
    assert asked(KEPT, empty) == "Téléphone d'Ada a key"
    forgotten = technilab("forget-phone", ADA, home=empty)
    assert (forgotten.stderr, forgotten.stdout) == (
        "",
        f"Le téléphone, les clés d'accès et les codes de secours de {ADA} sont oubliés.\n"
        "À sa prochaine connexion, cette personne en enregistre d'autres.\n",
    )
    assert asked(KEPT, empty) == "None"


def test_nobody_s_phone_is_not_forgotten(home: Path) -> None:
    said = technilab("forget-phone", "nobody@ac-besancon.fr", home=home)
    assert (said.returncode, said.stderr) == (2, "Aucun compte ne porte cette adresse.\n")
