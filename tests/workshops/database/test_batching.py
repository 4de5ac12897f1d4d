"""Questions that come together are one statement, and nobody is told what was read before she asked."""

from __future__ import annotations

import asyncio

import pytest
from asyncpg.exceptions import NotNullViolationError

from workshops.database import DatabaseAway, batching, rows, transaction, value
from workshops.database.batching import BATCH_SIZE, Batcher, WriteBatcher
from workshops.refusals import NotFound

COUNT = "SELECT count(*) FROM tech_objects"
ADD = "INSERT INTO tech_objects (name) VALUES ($1)"
ADD_ALL = "INSERT INTO tech_objects (name) SELECT unnest($1::varchar[])"


class Counted:
    """How many objects there are, and which questions were put in each round; the first one waits to be let go."""

    def __init__(self) -> None:
        self.rounds: list[list[str]] = []
        self.has_read, self.goes_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, questions: list[str]) -> dict[str, int]:
        self.rounds.append(questions)
        found = int(await value(COUNT))
        self.has_read.set()
        if len(self.rounds) == 1:
            await self.goes_on.wait()
        return dict.fromkeys(questions, found)


async def test_whoever_asks_while_others_are_answered_is_answered_by_what_is_read_after(db):
    counted = Counted()
    batcher = Batcher(counted)
    first = asyncio.create_task(batcher.submit("a"))
    await counted.has_read.wait()
    await rows(ADD, "Boussole")
    later = [asyncio.create_task(batcher.submit(question)) for question in "bcb"]
    await asyncio.sleep(0.05)
    counted.goes_on.set()
    assert [await first, *[await one for one in later]] == [0, 1, 1, 1]
    assert counted.rounds == [["a"], ["b", "c"]]


async def test_an_act_asks_for_itself_and_sees_its_own(db):
    counted = Counted()
    counted.goes_on.set()
    batcher = Batcher(counted)
    async with transaction():
        await rows(ADD, "Boussole")
        inside = await batcher.submit("a")
    assert (inside, await batcher.submit("a"), counted.rounds) == (1, 1, [["a"], ["a"]])


async def test_a_round_that_is_held_up_holds_up_nobody_who_asks_later(db):
    counted = Counted()
    batcher = Batcher(counted)
    first = asyncio.create_task(batcher.submit("a"))
    await counted.has_read.wait()
    assert await asyncio.wait_for(asyncio.gather(batcher.submit("b"), batcher.submit("b")), 5) == [0, 0]
    assert (await batcher.submit("c"), first.done(), counted.rounds) == (0, False, [["a"], ["b"], ["c"]])
    counted.goes_on.set()
    assert (await first, await batcher.submit("d")) == (0, 0)


async def test_who_waits_for_a_round_is_joined_by_those_whom_the_last_one_answered(db):
    counted = Counted()
    batcher = Batcher(counted, linger=0.2)

    async def one_after_the_other() -> None:
        await batcher.submit("a")
        await batcher.submit("c")

    first = asyncio.create_task(one_after_the_other())
    await counted.has_read.wait()
    other = asyncio.create_task(batcher.submit("b"))
    await asyncio.sleep(0.01)
    counted.goes_on.set()
    await asyncio.gather(first, other)
    assert counted.rounds == [["a"], ["b", "c"]]


async def test_the_more_a_round_answered_the_longer_the_next_one_waits_for_them(db):
    counted = Counted()
    batcher = Batcher(counted, linger=0.2)

    async def twice(name: str, pause: float) -> None:
        await batcher.submit(name)
        await asyncio.sleep(pause)
        await batcher.submit(name.upper())

    first = asyncio.create_task(batcher.submit("a"))
    await counted.has_read.wait()
    others = [asyncio.create_task(twice(name, 0.1 * n)) for n, name in enumerate("bcd")]
    last = asyncio.create_task(twice("e", 0.4))
    await asyncio.sleep(0.01)
    counted.goes_on.set()
    await asyncio.gather(first, *others, last)
    assert counted.rounds == [["a"], ["b", "c", "d", "e"], ["B", "C", "D", "E"]]


async def test_who_gives_up_takes_nobody_along(db):
    counted = Counted()
    batcher = Batcher(counted)
    gone, stays = asyncio.create_task(batcher.submit("a")), asyncio.create_task(batcher.submit("a"))
    await counted.has_read.wait()
    gone.cancel()
    counted.goes_on.set()
    assert await stays == 0
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_what_fails_is_said_to_those_who_asked_and_to_no_later_one(db):
    answers = iter([NotFound(), {"a": 1}])

    async def ask(_: list[str]) -> dict[str, int]:
        answer = next(answers)
        if isinstance(answer, NotFound):
            raise answer
        return answer

    batcher = Batcher(ask)
    both = await asyncio.gather(batcher.submit("a"), batcher.submit("a"), return_exceptions=True)
    assert [type(one) for one in both] == [NotFound, NotFound]
    assert await batcher.submit("a") == 1


async def test_who_waits_too_long_is_told_that_nobody_knows_and_the_statement_goes_on(db, monkeypatch):
    monkeypatch.setattr(batching, "ANSWERED_WITHIN", 0.1)
    written = asyncio.Event()

    async def write(names: list[str]) -> list[str]:
        await asyncio.sleep(0.3)
        await rows(ADD_ALL, names)
        written.set()
        return names

    batcher = WriteBatcher(write)
    with pytest.raises(DatabaseAway, match="not answered in time"):
        await batcher.submit("horloge")
    await asyncio.wait_for(written.wait(), 5)
    assert await value(f"{COUNT} WHERE name = 'horloge'") == 1


class Written:
    """Objects written by statements, of which it keeps how many names each was to write."""

    def __init__(self) -> None:
        self.statements: list[int] = []

    async def __call__(self, names: list[str | None]) -> list[str]:
        self.statements.append(len(names))
        return [added["name"] for added in await rows(f"{ADD_ALL} RETURNING name", names)]


async def test_acts_that_come_at_once_are_one_statement_however_many_they_are(db):
    written = Written()
    batcher = WriteBatcher(written)
    names = [f"Objet {n}" for n in range(BATCH_SIZE + 1)]
    assert await asyncio.gather(*(batcher.submit(name) for name in names)) == names
    assert (written.statements, await value(COUNT)) == ([BATCH_SIZE, 1], BATCH_SIZE + 1)


async def test_one_of_a_hundred_acts_that_fails_fails_alone_and_the_others_are_written_in_their_order(db):
    written = Written()
    batcher = WriteBatcher(written)
    names = [f"Objet {n}" if n != 70 else None for n in range(128)]
    told = await asyncio.gather(*(batcher.submit(name) for name in names), return_exceptions=True)
    assert [type(each) for each in told if not isinstance(each, str)] == [NotNullViolationError]
    assert told[:70] + told[71:] == (others := names[:70] + names[71:])
    assert [each["name"] for each in await rows("SELECT name FROM tech_objects ORDER BY id")] == others
    assert written.statements == [128, 64, 64, 32, 16, 8, 4, 4, 2, 2, 1, 1, 8, 16, 32]


async def test_where_many_wait_already_nobody_lingers_for_those_whom_the_last_round_answered(db):
    counted = Counted()
    batcher = Batcher(counted, linger=5)
    first = [asyncio.create_task(batcher.submit(name)) for name in "abcdefgh"]
    await counted.has_read.wait()
    others = [asyncio.create_task(batcher.submit(name)) for name in "ABCDEFGH"]
    await asyncio.sleep(0.01)
    counted.goes_on.set()
    await asyncio.wait_for(asyncio.gather(*first, *others), 5)
    assert counted.rounds == [list("abcdefgh"), list("ABCDEFGH")]


async def test_acts_of_which_nobody_knows_whether_they_were_written_are_not_written_again(db):
    written: list[list[str]] = []

    async def add(names: list[str]) -> list[str]:
        written.append(names)
        await rows(ADD_ALL, names)
        raise ConnectionResetError("the answer is lost")

    batcher = WriteBatcher(add)
    told = await asyncio.gather(batcher.submit("Boussole"), batcher.submit("Lampe"), return_exceptions=True)
    assert [type(one) for one in told] == [ConnectionResetError, ConnectionResetError]
    assert written == [["Boussole", "Lampe"]]
    assert await value(COUNT) == 2
