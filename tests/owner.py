"""What a test writes by hand as the user who owns the tables: what no act may do."""

from __future__ import annotations

from workshops.database import Rows, current_engine


async def by_owner(sql: str, *args: object) -> Rows:
    """The rows of a statement that the acting user may not give, on a connection of its own."""
    owner = current_engine().owner or current_engine().hosts
    connection = await owner.connect()
    try:
        found: Rows = await connection.fetch(sql, *args)
        return found
    finally:
        await connection.close()
