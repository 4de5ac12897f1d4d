from __future__ import annotations

import secrets
from datetime import timedelta
from importlib import import_module

import pytest
from pyotp import TOTP

from booking.people.accounts.queries import person_of_session
from booking.people.accounts.rules import (
    CodeWrong,
    ProvedAlready,
    TooManyTries,
    UnknownAccount,
    hash_of,
    secret_of,
    step_of,
)
from booking.people.accounts.second_proof import enrol, forget_proof, prove
from booking.people.accounts.sign_in import open_session
from tests import builders
from tests.builders import NOW
from workshops.database import rows, value

KEY = "the site's key"
SALT = b"sixteen bytes of"
SECRET = secret_of(SALT, KEY)
HALF_MINUTE = timedelta(seconds=30)


def shown(at=NOW) -> str:
    """What the phone shows at a moment."""
    return TOTP(SECRET).at(at)


async def nadia() -> int:
    account = await builders.person("coordinator", "nadia@example.org", name="Nadia Benali")
    await open_session(account, session_id="s1", browser="Firefox", now=NOW)
    return account


async def register(account: int, *, code: str | None = None, old="s1", new="s2", now=NOW) -> None:
    await enrol(
        account,
        code=shown(now) if code is None else code,
        salt=SALT,
        rescue_codes=["aaaaaabbbbbb", "ccccccdddddd"],
        not_me=secrets.token_urlsafe(32),
        secret_key=KEY,
        old_session=old,
        new_session=new,
        membership=None,
        browser="Firefox",
        address="10.0.0.1",
        now=now,
    )


async def give(account: int, code: str, *, old="s1", new="s3", now=NOW) -> None:
    await prove(
        account,
        code=code,
        secret_key=KEY,
        old_session=old,
        new_session=new,
        membership=None,
        browser="Firefox",
        address="10.0.0.1",
        now=now,
    )


async def proof_of(session: str) -> str | None:
    person = await person_of_session(hash_of(session), csrf="c", now=NOW)
    return None if person is None else person.proof


async def test_a_phone_is_registered_by_the_code_that_it_shows_and_the_session_gets_a_new_id(db):
    account = await nadia()
    assert await proof_of("s1") == "none"
    await register(account)
    assert (await proof_of("s1"), await proof_of("s2")) == (None, "given")
    assert await value("SELECT count(*) FROM events WHERE act = 'second_proof_kept'") == 1


async def test_the_next_sign_in_asks_for_the_code_which_opens_the_session_under_a_new_id(db):
    account = await nadia()
    await register(account)
    await open_session(account, session_id="s4", browser="Firefox", now=NOW)
    assert await proof_of("s4") == "asked"
    later = NOW + HALF_MINUTE
    await give(account, shown(later), old="s4", new="s5", now=later)
    assert (await proof_of("s4"), await proof_of("s5")) == (None, "given")


async def test_a_code_serves_once_even_within_its_half_minute(db):
    account = await nadia()
    await register(account)
    with pytest.raises(CodeWrong):
        await give(account, shown())
    later = NOW + HALF_MINUTE
    await give(account, shown(later), now=later)
    with pytest.raises(CodeWrong):
        await give(account, shown(later), old="s3", new="s4", now=later)


async def test_a_phone_half_a_minute_off_is_understood_and_one_further_off_is_not():
    assert [step_of(shown(NOW + n * HALF_MINUTE), SECRET, now=NOW) is not None for n in (-2, -1, 0, 1, 2)] == [
        False,
        True,
        True,
        True,
        False,
    ]


async def test_a_code_on_paper_opens_the_account_once_however_it_is_typed(db):
    account = await nadia()
    await register(account)
    await open_session(account, session_id="s4", browser="Firefox", now=NOW)
    await give(account, " AAAAAA-BBBBBB ", old="s4", new="s5")
    assert await proof_of("s5") == "given"
    with pytest.raises(CodeWrong):
        await give(account, "aaaaaa-bbbbbb", old="s5", new="s6")


async def test_a_wrong_code_registers_nothing_and_five_of_them_end_the_tries(db):
    account = await nadia()
    for _ in range(5):
        with pytest.raises(CodeWrong):
            await register(account, code="000000" if shown() != "000000" else "000001")
    with pytest.raises(TooManyTries):
        await register(account)
    assert await value("SELECT count(*) FROM second_proofs") == 0


async def test_a_second_phone_does_not_replace_the_first(db):
    account = await nadia()
    await register(account)
    later = NOW + HALF_MINUTE
    with pytest.raises(ProvedAlready):
        await register(account, old="s2", new="s3", now=later)
    assert await proof_of("s2") == "given"


async def test_another_account_s_code_on_paper_opens_nothing(db):
    await register(await nadia())
    other = await builders.account("claire@example.org")
    with pytest.raises(CodeWrong):
        await give(other, "aaaaaabbbbbb")


async def test_a_forgotten_phone_ends_the_sessions_and_another_one_can_be_registered(db):
    account = await nadia()
    await register(account)
    await forget_proof("nadia@example.org", now=NOW)
    assert await proof_of("s2") is None
    await open_session(account, session_id="s4", browser="Firefox", now=NOW)
    await register(account, old="s4", new="s5")
    assert await proof_of("s5") == "given"
    with pytest.raises(UnknownAccount):
        await forget_proof("nobody@example.org", now=NOW)


async def test_the_database_alone_does_not_give_the_secret(db):
    await register(await nadia())
    assert (
        await value("SELECT count(*) FROM second_proofs WHERE encode(salt, 'escape') LIKE '%' || $1 || '%'", SECRET)
        == 0
    )
    assert secret_of(SALT, KEY) != secret_of(SALT, "another key")


async def test_codes_that_were_kept_under_a_bare_sha_256_are_carried_on_and_kept_dearer(db):
    account = await nadia()
    await register(account)
    await rows(
        "UPDATE rescue_codes SET code_hash = $1 WHERE id = (SELECT min(id) FROM rescue_codes)", hash_of("0a1b2c3d4e5f")
    )
    await rows("DELETE FROM rescue_codes WHERE code_hash <> $1", hash_of("0a1b2c3d4e5f"))
    migration = import_module("piccolo_migrations.booking.booking_2441_dearer_codes")
    for raise_it in (await migration.forwards()).raw:
        await raise_it()
    assert await value("SELECT count(*) FROM rescue_codes WHERE code_hash = $1", hash_of("0a1b2c3d4e5f")) == 0
    await open_session(account, session_id="s4", browser="Firefox", now=NOW)
    await give(account, "0a1b2c-3d4e5f", old="s4", new="s5")
    assert await proof_of("s5") == "given"


async def test_what_is_kept_of_a_code_is_no_hash_that_a_table_of_codes_is_compared_with(db):
    account = await nadia()
    await register(account)
    kept = {one["code_hash"] for one in await rows("SELECT code_hash FROM rescue_codes")}
    assert kept & {hash_of("aaaaaabbbbbb"), hash_of("ccccccdddddd")} == set()
