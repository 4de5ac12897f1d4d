"""The file of a draw: read back as it was written, its digests reckoned by others, what does not hold together."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from booking.visits.draws.drawing import draw
from booking.visits.draws.drawing_file import (
    DaysOff,
    PairLine,
    SentenceLine,
    SlotLine,
    digest_of_demand,
    digest_of_file,
    read_back,
    written,
)
from tests.booking.visits.draws.files import demand, draw_file, hours_of, slot

AWAY = {"vacances": (DaysOff(date(2027, 2, 13), date(2027, 2, 28)),)}
LINES = (SlotLine(1), PairLine((1, 2)), SentenceLine(km=40.0, to_on=date(2027, 2, 12), away="vacances"))
FILE = draw_file(
    [slot(1, objects=(3,), offers=("loop",)), slot(2, days=1, closed=True)],
    [demand("a", *LINES, pupils=27, needs=("loop", "step_free:2"), busy=(hours_of(slot(2)),), salt="00ff", visa=True)],
    days_off=AWAY,
)


def test_a_file_is_read_back_as_it_was_written_and_drawn_alike():
    assert read_back(written(FILE)) == FILE
    assert draw(read_back(written(FILE))) == draw(FILE)


def test_the_digest_of_a_file_is_the_same_before_and_after_its_seed_is_known():
    before = replace(FILE, seed="")
    assert digest_of_file(FILE) == digest_of_file(before) == hashlib.sha256(written(before)).hexdigest()
    assert digest_of_file(replace(FILE, demands=())) != digest_of_file(FILE)


def test_the_digest_of_a_demand_is_the_one_that_others_reckon():
    asked_for = {
        "salt": "00ff",
        "lines": [
            {"line": "slot", "slot": 1},
            {"line": "pair", "slots": [1, 2]},
            {"line": "sentence", "km": 40.0, "to_on": "2027-02-12", "away": "vacances"},
        ],
        "pupils": 27,
        "needs": ["loop", "step_free:2"],
    }
    plain = json.dumps(asked_for, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert digest_of_demand("00ff", LINES, 27, ("loop", "step_free:2")) == hashlib.sha256(plain).hexdigest()


def test_another_order_head_count_need_or_salt_is_another_demand():
    needs = ("loop",)
    digests = {
        digest_of_demand("00", LINES, 27, needs),
        digest_of_demand("01", LINES, 27, needs),
        digest_of_demand("00", LINES[::-1], 27, needs),
        digest_of_demand("00", LINES, 26, needs),
        digest_of_demand("00", LINES, 27, ()),
    }
    assert len(digests) == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"demands": (demand("a"), demand("a"))},
        {"demands": (demand("a", college=9),)},
        {"slots": (slot(1, lycee=9),)},
        {"demands": (demand("a", SentenceLine(away="B")),)},
    ],
    ids=["two of one number", "no such collège", "no such lycée", "no such days off"],
)
def test_a_file_that_does_not_hold_together_is_not_drawn(wrong):
    with pytest.raises(ValueError):
        replace(FILE, **wrong)


def test_neither_a_pair_of_one_slot_nor_an_hour_of_no_zone_is_read():
    with pytest.raises(ValueError):
        PairLine((1, 1))
    plain = json.loads(written(FILE))
    plain["slots"][0]["starts_at"] = "2027-01-04T09:00:00"
    with pytest.raises(msgspec.ValidationError):
        read_back(json.dumps(plain).encode())
