"""Millions of lines into a database in minutes: two tables at once, and what keeps them whole comes back after.

What is copied is known to be whole: foreign keys and other triggers stay silent, indexes and constraints that no key
leans on are made anew at the end, as they were.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

from booking.commands.words import progress
from workshops.database import current_engine, rows

CHUNK = 5_000
AT_ONCE = 2
# Unique and exclusion constraints, and plain indexes; none that a foreign key leans on.
CONSTRAINTS = """
SELECT c.conrelid::regclass::text AS of, c.conname AS name, pg_get_constraintdef(c.oid) AS made FROM pg_constraint c
WHERE c.conrelid = ANY ($1::text[]::regclass[]) AND c.contype IN ('u', 'x')
  AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = c.conindid)
ORDER BY c.conname
"""
INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index i
WHERE i.indrelid = ANY ($1::text[]::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
ORDER BY 1
"""
Table = tuple[str, str, Callable[[Any], Iterator[tuple[object, ...]]]]
_done: Any = None


@asynccontextmanager
async def laid_aside(tables: Sequence[str]) -> AsyncIterator[None]:
    """Meanwhile these tables have no index and no constraint but their keys."""
    names = list(tables)
    constraints, indexes = await rows(CONSTRAINTS, names), await rows(INDEXES, names)
    for one in constraints:
        await rows(f'ALTER TABLE {one["of"]} DROP CONSTRAINT "{one["name"]}"')
    for one in indexes:
        await rows(f"DROP INDEX {one['name']}")
    yield
    for one in indexes:
        await rows(one["made"])
    for one in constraints:
        await rows(f'ALTER TABLE {one["of"]} ADD CONSTRAINT "{one["name"]}" {one["made"]}')


async def copied(tables: Sequence[Table], source: object, *, many: int, words: str) -> None:
    """Copy what each table's lines are of `source`, two tables at a time; a bar tells how many of about `many`."""
    context = multiprocessing.get_context("spawn")
    done = context.Value("q", 0)
    with (
        progress(words) as tell,
        ProcessPoolExecutor(AT_ONCE, mp_context=context, initializer=_counts_in, initargs=(done,)) as workers,
    ):
        loop = asyncio.get_running_loop()
        left = {loop.run_in_executor(workers, _copy, *table, source) for table in tables}
        while left:
            ended, left = await asyncio.wait(left, timeout=0.5)
            for one in ended:
                one.result()
            tell(min(done.value, many), many)
        tell(many, many)


def _counts_in(done: Any) -> None:
    global _done  # noqa: PLW0603 - handed to a process at its start
    _done = done


def _copy(table: str, columns: str, lines: Callable[[Any], Iterable[tuple[object, ...]]], source: object) -> None:
    asyncio.run(_copied(table, columns, lines(source)))


async def _copied(table: str, columns: str, lines: Iterable[tuple[object, ...]]) -> None:
    async def told() -> AsyncIterator[bytes]:
        several = iter(lines)
        while some := list(islice(several, CHUNK)):
            yield "".join(map(_line, some)).encode()
            with _done.get_lock():
                _done.value += len(some)

    connection = await current_engine().get_new_connection()
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.copy_to_table(table, source=told(), columns=columns.split())
    finally:
        await connection.close()


def _line(cells: tuple[object, ...]) -> str:
    return "\t".join("\\N" if cell is None else str(cell) for cell in cells) + "\n"
