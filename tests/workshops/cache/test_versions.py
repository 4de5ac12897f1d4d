import asyncio

from tests import builders
from workshops.cache.versions import VersionedCache
from workshops.database import rows, transaction, value


class Asked:
    """A question that counts how often it is put."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> int:
        self.times += 1
        return self.times


async def test_an_answer_is_kept_while_nothing_of_it_is_written_and_the_oldest_makes_room(db):
    kept, ask = VersionedCache[int](size=2), Asked()
    assert [await kept.answer(key, ask) for key in "aabcba"] == [1, 1, 2, 3, 2, 4]


async def test_an_answer_is_asked_again_once_something_of_it_is_written(db):
    async def ask() -> int:
        return int(await value("SELECT count(*) FROM tech_objects"))

    kept = VersionedCache[int]()
    answers = [await kept.answer("objects", ask)]
    for _ in range(3):
        await builders.tech_object()
        answers.append(await kept.answer("objects", ask))
    assert answers == [0, 1, 2, 3]


async def test_what_is_written_elsewhere_leaves_it(db):
    kept, ask = VersionedCache[int](), Asked()
    slot = await builders.slot()
    answers = [await kept.answer("slots", ask)]
    await builders.account()
    await builders.target()
    await rows("UPDATE slots SET seats = seats + 1 WHERE id = $1 AND state = 'done'", slot)
    assert [*answers, await kept.answer("slots", ask)] == [1, 1]


async def test_what_speaks_of_one_lycee_outlives_a_change_at_another(db):
    kept, ask = VersionedCache[int](), Asked()
    own, other = await builders.slot(), await builders.slot()
    uai = await value("SELECT uai FROM schools h JOIN slots s ON s.school = h.id WHERE s.id = $1", own)

    async def all_and_own() -> tuple[int, int]:
        return await kept.answer("all", ask), await kept.answer("own", ask, lycee=uai)

    answers = [await all_and_own()]
    for slot in (other, own):
        await rows("UPDATE slots SET seats_taken = seats_taken + 1 WHERE id = $1", slot)
        answers.append(await all_and_own())
    await rows("UPDATE schools SET name = name || ' !'")
    assert [*answers, await all_and_own()] == [(1, 2), (3, 2), (4, 5), (6, 7)]


async def test_what_an_act_sees_before_its_end_is_kept_for_nobody(db):
    async def ask() -> int:
        return int(await value("SELECT count(*) FROM tech_objects"))

    class Undone(Exception):
        pass

    kept = VersionedCache[int]()
    answers = [await kept.answer("objects", ask)]
    try:
        async with transaction():
            await builders.tech_object()
            answers.append(await kept.answer("objects", ask))
            raise Undone()
    except Undone:
        answers.append(await kept.answer("objects", ask))
    await builders.tech_object()
    await builders.tech_object()
    assert [*answers, await kept.answer("objects", ask)] == [0, 1, 0, 2]


async def test_what_is_written_while_an_answer_is_made_is_not_in_it(db):
    async def ask() -> tuple[int, int]:
        first = await value("SELECT count(*) FROM tech_objects")
        async with db.pool.acquire() as another:
            await another.execute(
                "INSERT INTO tech_objects (name) VALUES ('Objet écrit entre-temps ' || $1)", str(first)
            )
        return first, await value("SELECT count(*) FROM tech_objects")

    kept = VersionedCache[tuple[int, int]]()
    assert [await kept.answer("objects", ask) for _ in range(2)] == [(0, 0), (1, 1)]


async def test_what_many_ask_for_at_once_is_made_once(db):
    kept, ask = VersionedCache[int](), Asked()
    assert await asyncio.gather(*(kept.answer("slots", ask) for _ in range(5))) == [1] * 5


async def test_whoever_asks_while_it_is_made_is_told_what_is_read_after(db):
    begun, goes_on, times = asyncio.Event(), asyncio.Event(), []

    async def ask() -> int:
        times.append(int(await value("SELECT count(*) FROM tech_objects")))
        begun.set()
        await goes_on.wait()
        return times[-1]

    kept = VersionedCache[int]()
    first = asyncio.create_task(kept.answer("objects", ask))
    await begun.wait()
    await builders.tech_object()
    later = [asyncio.create_task(kept.answer("objects", ask)) for _ in range(3)]
    await asyncio.sleep(0.05)
    goes_on.set()
    assert [await first, *[await one for one in later]] == [0, 1, 1, 1]
    assert times == [0, 1]
