from __future__ import annotations

import hashlib
import re
from collections import Counter
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking.day.badges.rules import check_placing, face_of, may_print
from booking.visits.badge_codes.rules import (
    ALPHABET,
    BASE,
    WEIGHTS,
    hash_of,
    is_short_code,
    issue_rows,
    normalize_code,
    places_of,
    short_code_of,
    shown_code,
    spares_for,
    token_of,
)
from booking.words.states import RESERVATION_STATES
from workshops.refusals import Invalid

SECRET = "a secret of the tests, long enough to be one"
SALT = UUID("5c0ffee0-0000-4000-8000-000000000001")

codes = st.lists(st.sampled_from(ALPHABET), min_size=5, max_size=5).map(
    lambda five: next(code for last in ALPHABET if is_short_code(code := "".join(five) + last))
)


def test_a_token_is_29_characters_of_the_alphanumeric_mode():
    tokens = [token_of(SECRET, SALT, "pupil", number) for number in range(1, 61)]
    assert [token for token in tokens if not re.fullmatch(r"B1\.[A-Z2-7]{26}", token)] == []


def test_the_same_badge_is_printed_again_with_the_same_token():
    assert token_of(SECRET, SALT, "pupil", 17) == token_of(SECRET, SALT, "pupil", 17)


def test_a_token_changes_with_the_key_the_visit_the_kind_and_the_number():
    tokens = {
        token_of(SECRET, SALT, "pupil", 1),
        token_of(SECRET + "!", SALT, "pupil", 1),
        token_of(SECRET, UUID(int=SALT.int + 1), "pupil", 1),
        token_of(SECRET, SALT, "adult", 1),
        token_of(SECRET, SALT, "pupil", 11),
    }
    assert len(tokens) == 5


def test_ten_thousand_tokens_are_different_and_use_every_letter_evenly():
    tokens = [token_of(SECRET, UUID(int=visit), "pupil", number) for visit in range(400) for number in range(1, 26)]
    assert len(set(tokens)) == 10_000
    letters = Counter("".join(token[3:28] for token in tokens))  # The 26th carries 3 bits only.
    assert sorted(letters) == sorted("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    chi_square = sum((seen - 7812.5) ** 2 / 7812.5 for seen in letters.values())
    assert chi_square < 61.1  # 31 degrees of freedom, one chance in a thousand.


def test_the_database_keeps_the_sha_256_of_a_token():
    token = token_of(SECRET, SALT, "pupil", 17)
    assert hash_of(token) == hashlib.sha256(token.encode()).digest()


def test_anything_that_a_scanner_reads_has_a_hash():
    assert {len(hash_of(text)) for text in ("", "https://example.org", "é", "\ud800", "x" * 10_000)} == {32}


def test_the_rows_of_a_group_are_its_tokens_hashes_and_codes_in_order():
    tokens = [token_of(SECRET, SALT, "pupil", number) for number in (1, 2, 3)]
    assert issue_rows(SECRET, SALT, "pupil", (1, 2, 3)) == (
        [hash_of(token) for token in tokens],
        [short_code_of(token) for token in tokens],
    )


@pytest.mark.parametrize(("pupils", "spares"), [(1, 2), (20, 2), (21, 3), (24, 3), (60, 6)])
def test_a_group_carries_one_spare_badge_for_ten_pupils_and_two_at_least(pupils: int, spares: int):
    assert spares_for(pupils) == spares


def test_the_places_of_a_group_are_its_pupils_its_adults_and_its_spares():
    assert list(zip(*places_of(2, 1), strict=True)) == [
        *(("pupil", 1), ("pupil", 2), ("adult", 1)),
        *(("spare", 1), ("spare", 2)),
    ]


def test_two_badges_issued_together_never_share_a_short_code():
    hashes, drawn = issue_rows(SECRET, SALT, "pupil", range(20_000))
    by_chance = len({short_code_of(token_of(SECRET, SALT, "pupil", number)) for number in range(20_000)})
    assert (len(hashes), len(drawn), len(set(drawn))) == (20_000, 20_000, 20_000)
    assert by_chance < 20_000
    assert all(map(is_short_code, drawn))


def test_the_alphabet_has_no_pair_that_looks_alike_and_makes_no_word():
    assert set("01OILUVSZBAEY") & set(ALPHABET) == set()
    assert (len(ALPHABET), len(set(ALPHABET))) == (23, 23)


@given(codes)
def test_one_wrong_character_is_always_seen(code: str):
    wrong = [code[:at] + other + code[at + 1 :] for at in range(6) for other in ALPHABET if other != code[at]]
    assert (len(wrong), [text for text in wrong if is_short_code(text)]) == (132, [])


@given(codes)
def test_two_swapped_neighbours_are_always_seen(code: str):
    swapped = [code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(5) if code[at] != code[at + 1]]
    assert [text for text in swapped if is_short_code(text)] == []


def test_the_check_character_sees_them_for_every_code_not_only_those_drawn():
    """A change of `by` at a position moves the sum by weight x by; a swap by (weight - next weight) x by."""
    moves = [weight * by % BASE for weight in WEIGHTS for by in range(1, BASE)]
    swaps = [(left - right) * by % BASE for left, right in pairwise(WEIGHTS) for by in range(1, BASE)]
    assert (moves.count(0), swaps.count(0)) == (0, 0)


@given(codes)
def test_a_code_typed_as_it_is_printed_is_read(code: str):
    shown = shown_code(code)
    typed = (shown, shown.lower(), code, f" {code[:3]} {code[3:]} ", shown.replace("-", "\u2013"), " ".join(code))
    assert {normalize_code(text) for text in typed} == {code}


def test_a_code_is_shown_in_two_halves():
    assert shown_code("K7Q2MD") == "K7Q-2MD"


@given(st.text(max_size=12))
@example("\ufb00")  # Its capital is FF.
@example("\u212a7Q2MD")  # The sign of the kelvin.
@example("\uff2b7Q2MD")  # A full-width K.
@example("O1IL0U")
def test_nothing_is_read_as_a_character_that_was_not_typed(text: str):
    read = normalize_code(text)
    typed = [character for character in text if character not in " -\t\r\n\u00a0\u202f\u2010\u2011\u2012\u2013\u2212"]
    assert len(read) == len(typed)
    assert all(got == was or (was.isascii() and got == was.upper()) for got, was in zip(read, typed, strict=True))


@pytest.mark.parametrize("text", ["", "K7Q2M", "K7Q2MDD", "B1.ABCDEF", "k7q2md", "\uff2b7Q2MD", "O1IL0U", "K7Q-2M"])
def test_what_is_no_code_is_refused(text: str):
    assert not is_short_code(text)


def test_only_a_confirmed_visit_has_badges_to_print():
    assert {state for state in RESERVATION_STATES if may_print(state)} == {"confirmed", "locked", "attended"}


def test_the_face_tells_pupils_adults_and_spare_badges_apart():
    assert [face_of("pupil", 17), face_of("adult", 1), face_of("spare", 2), face_of("company", 3)] == [
        "17",
        "A1",
        "R2",
        "E3",
    ]


def test_the_first_label_and_the_offset_stay_on_the_sheet():
    check_placing(start=10, cells=10, dx_mm=-10, dy_mm=10)
    with pytest.raises(Invalid) as refused:
        check_placing(start=11, cells=10, dx_mm=float("nan"), dy_mm=-10.5)
    assert refused.value.errors == {
        "start": "Cette planche a 10 étiquettes : indiquez la première de libre, de 1 à 10.",
        "dx_mm": "Un décalage va de -10 à 10 mm.",
        "dy_mm": "Un décalage va de -10 à 10 mm.",
    }
