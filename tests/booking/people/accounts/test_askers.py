"""Tries are counted by who asks: a network waits a little more each time, a listed one has room for its whole staff."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from booking.people.accounts import tries
from booking.people.accounts.rules import TooManyTries
from booking.people.company_requests.ask import AskToJoin, ask_to_join
from booking.people.sign_ups.sign_up import AskSignUp, ask_sign_up
from tests import builders
from tests.builders import NOW
from workshops.database import rows, value


async def ask(number: int, address: str, *, now=NOW) -> None:
    await tries.take("link", account=f"personne{number}@example.org", address=address, now=now)


async def passed(asking) -> int:
    """How many of those that come at once pass."""
    ended = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(one) for one in ended} <= {type(None), TooManyTries}
    return sum(one is None for one in ended)


async def test_twenty_invented_demands_shut_no_college_s_door(db):
    await builders.academie(trusted_domains=["ac-besancon.fr"])
    college = await builders.school()

    async def sign_up(number: int, address: str) -> None:
        asked = AskSignUp(name="Claire Renaud", email=f"inventee{number}@ac-besancon.fr", school=college)
        await ask_sign_up(asked, token=f"t{number}", next_path="/", address=address, now=NOW)

    for number in range(25):
        await sign_up(number, f"10.0.{number}.1")
    await sign_up(99, "192.0.2.1")
    assert await value("SELECT count(*) FROM notices WHERE kind = 'sign_up'") == 26


async def test_invented_demands_shut_no_company_s_door(db):
    async def join(number: int, address: str) -> None:
        said = {"company_name": "Scierie", "commune": "Pontarlier", "contact_name": "Luc Petit"}
        asked = AskToJoin(siret="55208131766522", **said, email=f"luc{number}@example.org", proposal="Un tour.")
        await ask_to_join(asked, address=address, now=NOW)

    for number in range(5):
        await join(number, f"10.0.{number}.1")
    assert await value("SELECT count(*) FROM company_requests") == 5


async def test_a_staff_room_behind_one_address_waits_seconds_and_not_a_quarter_of_an_hour(db):
    for number in range(30):
        await ask(number, "194.199.1.1")
    with pytest.raises(TooManyTries) as no:
        await ask(30, "194.199.1.1")
    assert (no.value.retry_after, no.value.sentence) == (
        2,
        "Trop d'essais en peu de temps. Recommencez dans 2 secondes.",
    )
    at = NOW
    for number in range(30, 40):
        at += timedelta(seconds=2 * (number - 29))
        await ask(number, "194.199.1.1", now=at)
    with pytest.raises(TooManyTries) as no:
        await ask(40, "194.199.1.1", now=at)
    assert no.value.retry_after == 22
    # Elsewhere nobody waits.
    await ask(41, "194.199.1.2", now=at)


async def test_of_a_hundred_at_once_no_more_pass_than_one_by_one(db):
    assert await passed(ask(number, "194.199.1.1") for number in range(100)) == 30


async def test_a_listed_network_has_twenty_times_the_room_and_its_neighbour_has_not(db):
    await builders.academie(networks=["194.199.0.0/16 Collèges du Doubs", "2001:db8::/32 Lycées"])
    assert await passed(ask(number, "194.199.7.7") for number in range(650)) == 600
    assert await passed(ask(number, "2001:db8:1:2::9") for number in range(60)) == 60
    assert await passed(ask(number, "194.200.7.7") for number in range(60)) == 30


async def test_one_account_has_no_more_room_from_a_listed_network(db):
    await builders.academie(networks=["194.199.0.0/16 Collèges du Doubs"])
    assert await passed(ask(1, f"194.199.7.{number}") for number in range(40)) == 5


@pytest.mark.parametrize(
    "what", ["link", "sign_up", "join", "enter", "passkey", "proof", "invite", "share", "desk", "sign_up_link"]
)
async def test_the_addresses_of_one_ipv6_network_are_one_asker_for_whatever_is_counted(db, what):
    async def one(number: int) -> None:
        await tries.take(what, account=f"{number}", address=f"2001:db8:7:1:{number:x}::{number:x}", now=NOW)

    assert await passed(one(number) for number in range(60)) == 30
    await tries.take(what, account="another", address="2001:db8:7:2::1", now=NOW)
    buckets = await rows("SELECT bucket FROM tries WHERE bucket LIKE '%:address:%' ORDER BY bucket")
    assert [one["bucket"].partition(":address:")[2] for one in buckets] == ["2001:db8:7:1::/64", "2001:db8:7:2::/64"]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
        ("not an address", "not an address"),
    ],
)
async def test_whoever_is_no_ipv6_network_is_counted_by_her_address(db, address, counted):
    await ask(1, address)
    assert await value("SELECT count(*) FROM tries WHERE bucket = $1", f"link:address:{counted}") == 1
