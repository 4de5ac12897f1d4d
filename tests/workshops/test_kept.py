from tests import builders
from workshops.database import rows, transaction, value
from workshops.kept import Kept


async def test_an_answer_is_kept_while_nothing_is_written_and_the_oldest_makes_room(db):
    asked: list[int] = []

    async def ask() -> int:
        asked.append(1)
        return len(asked)

    kept: Kept[int] = Kept(most=2)
    async with transaction():
        # One snapshot for the whole test, whatever the server's other databases do meanwhile.
        await rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        answers = [await kept.answer(key, ask) for key in "aabcba"]
    assert answers == [1, 1, 2, 3, 2, 4]


async def test_an_answer_is_asked_again_after_any_writing(db):
    async def ask() -> int:
        return int(await value("SELECT count(*) FROM tech_objects"))

    kept: Kept[int] = Kept()
    answers = [await kept.answer("objects", ask)]
    for _ in range(3):
        await builders.tech_object()
        answers.append(await kept.answer("objects", ask))
    assert answers == [0, 1, 2, 3]
