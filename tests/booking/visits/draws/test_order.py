"""The order of a draw, beside a program of somebody else's."""

from __future__ import annotations

import hashlib
import hmac
import random
from fractions import Fraction
from math import log

from booking.visits.draws.rules import Ticket, digest_of, drawn_order

SEED = bytes(range(32))


def by_somebody_else(seed: bytes, tickets: list[tuple[str, int]]) -> list[str]:
    """The same rule from its words alone: u = HMAC-SHA256(seed, number) in (0, 1), by -ln(u)/w."""
    keys = {}
    for number, weight in tickets:
        inner = hashlib.sha256(bytes(one ^ 0x36 for one in seed.ljust(64, b"\0")) + number.encode()).digest()
        outer = hashlib.sha256(bytes(one ^ 0x5C for one in seed.ljust(64, b"\0")) + inner).digest()
        u = Fraction(2 * int(outer.hex()[:13], 16) + 1, 2**53)
        keys[number] = -log(float(u)) / weight
    return sorted(keys, key=keys.__getitem__)


def numbers(count: int) -> list[str]:
    chance = random.Random(1)
    return [f"{chance.getrandbits(64):016x}" for _ in range(count)]


def test_the_order_is_the_one_that_its_rule_gives_to_others():
    tickets = [(number, 1 + place % 3) for place, number in enumerate(numbers(500))]
    mine = [one.number for one in drawn_order(SEED, [Ticket(*one) for one in tickets])]
    assert mine == by_somebody_else(SEED, tickets)
    assert digest_of(SEED) == hashlib.sha256(SEED).hexdigest()
    assert hmac.compare_digest(digest_of(SEED), "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd")


def test_a_weight_of_two_comes_first_twice_out_of_three_times():
    first = sum(drawn_order(SEED, [Ticket(f"a{n}", 2), Ticket(f"b{n}", 1)])[0].weight == 2 for n in range(30_000))
    assert abs(first / 30_000 - 2 / 3) < 0.01


def test_when_and_in_which_order_demands_came_changes_nothing():
    tickets = [Ticket(number, 1) for number in numbers(50)]
    assert drawn_order(SEED, tickets) == drawn_order(SEED, tickets[::-1])
