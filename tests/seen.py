"""What is in the database, as a test reads it."""

from __future__ import annotations

import re
from typing import Any

from booking.mails.write import writer
from booking.outbox.notices.rules import Claimed, Letter
from booking.process.settings import read_settings
from tests.builders import NOW
from tests.telling import parts_of, tell
from workshops.database import row, rows, value


async def seen(sql: str, *given: object) -> list[tuple[Any, ...]]:
    """Each row that a statement finds."""
    return [tuple(one) for one in await rows(sql, *given)]


async def first(sql: str, *given: object) -> tuple[Any, ...]:
    """The first of them, or the only one."""
    found = await row(sql, *given)
    assert found is not None
    return tuple(found)


async def state(reservation: int) -> str:
    return str(await value("SELECT state FROM reservations WHERE id = $1", reservation))


async def states(*, by: str = "id") -> list[str]:
    """Of every reservation."""
    return [one["state"] for one in await rows(f"SELECT state FROM reservations ORDER BY {by}")]


async def seats(slot: int) -> tuple[int, int]:
    """How many pupils and groups have a place there."""
    pupils, groups = await first("SELECT seats_taken, groups_taken FROM slots WHERE id = $1", slot)
    return pupils, groups


async def lycee_of(slot: int) -> int:
    return int(await value("SELECT school FROM slots WHERE id = $1", slot))


async def mails(*, by: str = "id") -> list[tuple[Any, ...]]:
    """The letter of each mail that tells what was done, and to whom."""
    await tell()
    return await seen(f"SELECT kind, to_email FROM notices ORDER BY {by}, id")


async def kinds(*, by: str = "id") -> list[str]:
    return [kind for kind, _ in await mails(by=by)]


async def forget_mails() -> None:
    """What was done until now is told, and its mails are of no concern."""
    await tell()
    await rows("DELETE FROM notices")


async def letter(name: str) -> Letter | None:
    """The last mail of a letter (« question//answered »), as it would leave now; none when it would not."""
    await tell()
    kind, reader, what = parts_of(name)
    asked = """SELECT kind, to_email, to_name, about, once, secret FROM notices
    WHERE kind = $1 AND ($2 = '' OR reader = $2) AND what = $3 ORDER BY id DESC LIMIT 1"""
    found = Claimed(1, *await first(asked, kind, reader, what), attempts=1, reader=reader, what=what)
    return await writer(read_settings())(found, NOW)


async def linked(kind: str, to: str) -> str:
    """Where the link of that mail leads, which begins so."""
    told = await letter(kind)
    assert told is not None
    return str(re.findall(rf"http://127\.0\.0\.1:8000({to}\S+)", told.text)[0])
