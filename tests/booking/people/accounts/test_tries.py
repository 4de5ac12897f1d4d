"""Tries are counted before they are judged, by one statement: those that come at once cannot pass together.

Spent proofs of identity are thrown away, living ones are kept.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta

import pytest

from booking.people.accounts import tries
from booking.people.accounts.rules import CodeWrong, TooManyTries
from booking.people.accounts.second_proof import prove
from booking.people.accounts.sign_in import Here, ask_link, enter
from booking.people.accounts.sweep import sweep
from tests import builders
from tests.builders import NOW, account
from workshops.database import rows, value

ASK_FROM_ANOTHER_PROCESS = """
import asyncio, sys
from tests.booking.people.accounts.test_tries import ask, outcomes
from workshops.database import open_pool

async def main():
    async with open_pool(size=4):
        print(await outcomes(ask(f"{sys.argv[1]}-{n}") for n in range(10)))

asyncio.run(main())
"""


async def claire() -> int:
    account = await builders.person("teacher", "claire@example.org", school=await builders.school())
    return account


async def outcomes(made) -> dict[str, int]:
    """How many of those made at once ended in what."""
    said = [type(one).__name__ for one in await asyncio.gather(*made, return_exceptions=True)]
    return {name: said.count(name) for name in sorted(set(said))}


async def ask(token: str) -> None:
    await ask_link("claire@example.org", token=token, next_path="/", address=f"at {token}", now=NOW)


async def wrong_code(account: int) -> None:
    await prove(
        account,
        code="000000",
        secret_key="s" * 32,
        here=Here("old", "new", ""),
        address="10.0.0.1",
        now=NOW,
    )


async def test_twenty_five_demands_at_once_send_five_mails(db):
    await claire()
    assert await outcomes(ask(f"{n}") for n in range(25)) == {"NoneType": 5, "TooManyTries": 20}
    assert await value("SELECT count(*) FROM notices") == 5


async def test_three_processes_that_ask_at_once_send_five_mails(db):
    await claire()
    asking = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", ASK_FROM_ANOTHER_PROCESS, name, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for name in ("a", "b", "c")
    ]
    assert [(one.returncode, err) for one in asking for _, err in [await one.communicate()]] == [(0, b"")] * 3
    assert await value("SELECT count(*) FROM notices") == 5


async def test_of_two_hundred_codes_at_once_five_are_judged(db):
    account = await claire()
    judged = await outcomes(wrong_code(account) for _ in range(200))
    assert judged == {"CodeWrong": 5, "TooManyTries": 195}


async def test_of_two_hundred_links_guessed_at_once_from_one_address_thirty_are_judged(db):
    guesses = (enter(f"{n}", session_id=f"s{n}", browser="", address="10.0.0.1", now=NOW) for n in range(200))
    assert await outcomes(guesses) == {"LinkSpent": 30, "TooManyTries": 170}


async def test_a_try_that_was_right_does_not_count(db):
    for _ in range(20):
        async with tries.counted_if_wrong("proof", account="1", address="10.0.0.1", now=NOW):
            pass
    for _ in range(5):
        with pytest.raises(CodeWrong):
            async with tries.counted_if_wrong("proof", account="1", address="10.0.0.1", now=NOW):
                raise CodeWrong
    with pytest.raises(TooManyTries):
        async with tries.counted_if_wrong("proof", account="1", address="10.0.0.1", now=NOW):
            pass


async def test_the_wait_ends_a_quarter_of_an_hour_after_the_first_try_that_counts(db):
    for minute in range(5):
        await tries.take("link", account="a", address="b", now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyTries) as no:
        await tries.take("link", account="a", address="b", now=NOW + timedelta(minutes=5))
    assert no.value.retry_after == 10 * 60
    await tries.take("link", account="a", address="b", now=NOW + timedelta(minutes=15))
    with pytest.raises(TooManyTries):
        await tries.take("link", account="a", address="b", now=NOW + timedelta(minutes=15))


async def test_one_account_that_is_tired_does_not_tire_a_whole_school(db):
    """A refused try is given back: thirty colleagues share one address."""
    for _ in range(40):
        try:
            await tries.take("link", account="claire", address="a school's", now=NOW)
        except TooManyTries:
            continue
    counted = "SELECT bucket, cardinality(at) AS often FROM tries ORDER BY bucket"
    assert [tuple(one) for one in await rows(counted)] == [
        ("link:account:claire", 5),
        ("link:address:a school's", 5),
    ]


async def test_several_tries_come_as_one(db):
    async def typed(often: int) -> None:
        await tries.take("desk", account="7", address="10.0.0.1", now=NOW, often=often, most=(60, 240))

    await typed(40)
    with pytest.raises(TooManyTries):
        await typed(21)
    await typed(20)
    with pytest.raises(TooManyTries) as no:
        await typed(61)
    assert no.value.retry_after == 900


LINK = "INSERT INTO sign_in_links (token_hash, account, created_at, expires_at) VALUES ($1, $2, $3, $3)"
SESSION = "INSERT INTO sessions (id_hash, account, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $3)"
CHALLENGE = "INSERT INTO passkey_challenges (challenge_hash, purpose, expires_at) VALUES ($1, 'sign_in', $2)"
TRY = "INSERT INTO tries (bucket, at) VALUES ($1, ARRAY[$2::timestamptz])"


async def test_what_ended_more_than_a_day_ago_is_forgotten_and_the_rest_is_kept(db):
    claire = await account()
    for number, ago in enumerate((timedelta(days=2), timedelta(hours=23), -timedelta(hours=1))):
        await rows(LINK, bytes([number]), claire, NOW - ago)
        await rows(SESSION, bytes([number]), claire, NOW - ago)
        await rows(CHALLENGE, bytes([number]), NOW - ago)
        await rows(TRY, f"link:account:{number}", NOW - ago)
    for _ in range(2):
        await sweep(before=NOW - timedelta(days=1))
        assert [
            await value("SELECT array_agg(token_hash ORDER BY id) FROM sign_in_links"),
            await value("SELECT array_agg(id_hash ORDER BY id) FROM sessions"),
            await value("SELECT array_agg(challenge_hash ORDER BY id) FROM passkey_challenges"),
            await value("SELECT count(*) FROM tries"),
        ] == [[b"\x01", b"\x02"], [b"\x01", b"\x02"], [b"\x01", b"\x02"], 2]
