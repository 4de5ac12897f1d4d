from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from importlib import import_module

import pytest
from pyotp import TOTP

from booking.calendar.feeds.give import give_feed
from booking.calendar.feeds.queries import feed, feed_given_at
from booking.people.accounts.calling import person_of_session, person_of_token
from booking.people.accounts.known import hats_of
from booking.people.accounts.rules import (
    CodeWrong,
    LinkSpent,
    NotYourself,
    ProvedAlready,
    TooManyTries,
    UnknownAccount,
    hash_of,
    secret_of,
    step_of,
)
from booking.people.accounts.second_proof import enrol, forget_proof, prove
from booking.people.accounts.sign_in import Here, ask_link, enter, open_session
from booking.people.accounts.sign_out import disable, enable, end_other_sessions, sign_out
from booking.people.accounts.token import issue_token, revoke_token
from tests import builders
from tests.builders import NOW
from workshops.database import row, rows, value


async def claire() -> int:
    account = await builders.person(
        "teacher", "claire@example.org", name="Claire Renaud", school=await builders.school(name="Collège Stendhal")
    )
    return account


async def ask(email: str = "claire@example.org", *, token: str = "t" * 43, address: str = "10.0.0.1", now=NOW) -> None:
    await ask_link(email, token=token, next_path="/mes-visites", address=address, now=now)


async def go_in(token: str = "t" * 43, *, session: str = "s1", now=NOW) -> str:
    return await enter(token, session_id=session, browser="Firefox", address="10.0.0.1", now=now)


async def who(session: str, *, now=NOW):
    return await person_of_session(hash_of(session), csrf="c", now=now)


async def test_a_mailed_link_opens_one_session(db):
    account = await claire()
    await ask()
    mail = await row("SELECT kind, to_email, secret FROM notices")
    assert tuple(mail) == ("sign_in", "claire@example.org", "t" * 43)
    assert await go_in() == "/mes-visites"
    person = await who("s1")
    assert (person.account, person.role, person.school_name) == (account, "teacher", "Collège Stendhal")


async def test_the_database_keeps_neither_the_link_nor_the_session_in_clear(db):
    await claire()
    await ask()
    await go_in()
    assert await value("SELECT token_hash FROM sign_in_links") == hash_of("t" * 43)
    assert await value("SELECT id_hash FROM sessions") == hash_of("s1")


async def test_a_link_works_once_even_for_two_clicks_at_once(db):
    await claire()
    await ask()
    answers = await asyncio.gather(*(go_in(session=f"s{n}") for n in range(5)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["LinkSpent"] * 4 + ["str"]
    assert await value("SELECT count(*) FROM sessions") == 1


async def test_a_link_lasts_ten_minutes(db):
    await claire()
    await ask()
    with pytest.raises(LinkSpent):
        await go_in(now=NOW + timedelta(minutes=10))


async def test_a_stranger_gets_no_mail_and_no_other_answer(db):
    await claire()
    assert await ask("inconnu@example.org") is None
    assert await value("SELECT count(*) FROM notices") == 0


async def test_a_sixth_demand_in_a_quarter_of_an_hour_waits(db):
    await claire()
    for n in range(5):
        await ask(token=f"{n}" * 43, address=f"10.0.0.{n}")
    with pytest.raises(TooManyTries):
        await ask(token="9" * 43, address="10.0.0.9")
    await ask(token="8" * 43, address="10.0.0.9", now=NOW + timedelta(minutes=16))


async def test_one_address_cannot_ask_for_everybody(db):
    for n in range(30):
        await ask(f"p{n}@example.org", token=f"{n:043}")
    with pytest.raises(TooManyTries) as no:
        await ask("p99@example.org", token="z" * 43)
    assert no.value.retry_after == 2


async def test_a_session_ends_after_two_idle_hours_or_twelve_in_all(db):
    await open_session(await claire(), session_id="s1", browser="Firefox", now=NOW)
    assert await who("s1", now=NOW + timedelta(hours=1, minutes=59)) is not None
    assert await who("s1", now=NOW + timedelta(hours=3, minutes=58)) is not None
    assert await who("s1", now=NOW + timedelta(hours=6)) is None
    await rows("UPDATE sessions SET seen_at = $1", NOW + timedelta(hours=11, minutes=59))
    assert await who("s1", now=NOW + timedelta(hours=12)) is None


async def test_signing_out_ends_this_session_and_the_lost_phone_is_ended_from_another(db):
    account = await claire()
    for session in ("s1", "s2", "s3"):
        await open_session(account, session_id=session, browser="Firefox", now=NOW)
    await sign_out(account, session_id="s1", now=NOW)
    await end_other_sessions(account, session_id="s2", now=NOW)
    assert [await who(session) is not None for session in ("s1", "s2", "s3")] == [False, True, False]


async def test_a_disabled_account_is_out_at_once_everywhere(db):
    account = await claire()
    await open_session(account, session_id="s1", browser="Firefox", now=NOW)
    await issue_token("claire@example.org", token="k" * 43, now=NOW)
    with pytest.raises(NotYourself):
        await disable(account, by=account, now=NOW)
    await disable(account, by=await builders.account("nadia@example.org"), now=NOW)
    assert await who("s1") is None
    assert await person_of_token(hash_of("k" * 43), now=NOW) is None
    await ask()
    assert await value("SELECT count(*) FROM notices") == 0


async def test_an_account_opened_again_revives_nothing_that_was_given_before(db):
    account, boss = await claire(), await builders.account("nadia@example.org")
    (membership,) = [hat.membership for hat in await hats_of(account)]
    await give_feed(membership, account=account, token="agenda", now=NOW)
    await issue_token("claire@example.org", token="k" * 43, now=NOW)
    await open_session(account, session_id="s1", browser="Firefox", now=NOW)
    await ask()
    await disable(account, by=boss, now=NOW)
    await enable(account, by=boss, now=NOW)
    assert await feed("agenda", now=NOW) is None
    assert await person_of_token(hash_of("k" * 43), now=NOW) is None
    assert await who("s1") is None
    with pytest.raises(LinkSpent):
        await go_in()
    assert await feed_given_at(membership) is None
    await give_feed(membership, account=account, token="another agenda", now=NOW)
    assert await feed("another agenda", now=NOW) is not None
    await ask(token="u" * 43)
    assert await go_in("u" * 43) == "/mes-visites"


async def test_a_token_acts_for_its_person_until_it_is_revoked(db):
    account = await claire()
    await issue_token("claire@example.org", token="k" * 43, now=NOW)
    person = await person_of_token(hash_of("k" * 43), now=NOW)
    assert (person.account, person.role, person.csrf) == (account, "teacher", "")
    await revoke_token(await value("SELECT id FROM api_tokens"), account=account, now=NOW)
    assert await person_of_token(hash_of("k" * 43), now=NOW) is None


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
        here=Here(old, new, "Firefox"),
        address="10.0.0.1",
        now=now,
    )


async def give(account: int, code: str, *, old="s1", new="s3", now=NOW) -> None:
    await prove(
        account,
        code=code,
        secret_key=KEY,
        here=Here(old, new, "Firefox"),
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
