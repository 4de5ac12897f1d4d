"""The codes that people keep on paper, which a bare SHA-256 gave away to whoever read the table: those that were drawn
before go on opening their accounts.
"""

import hashlib

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from workshops.database import rows

ID = "2026-11-29T23:00:01:002441"
VERSION = "1.38.0"
DESCRIPTION = "What is kept of a code on paper costs memory to try"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="booking", description=DESCRIPTION)

    async def run() -> None:
        for one in await rows("SELECT id, account, code_hash FROM rescue_codes ORDER BY id"):
            salt = f"technilab rescue code {one['account']}".encode()
            dearer = hashlib.scrypt(one["code_hash"], salt=salt, n=2**14, r=8, p=1, dklen=32)
            await rows("UPDATE rescue_codes SET code_hash = $2 WHERE id = $1", one["id"], dearer)

    async def nothing() -> None:
        """What was a hash is not had back from it."""

    manager.add_raw(run)
    manager.add_raw_backwards(nothing)
    return manager
