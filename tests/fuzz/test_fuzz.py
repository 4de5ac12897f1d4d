"""A short, always equal part of `make fuzz`: no crash, and no answer that the document does not describe."""

from __future__ import annotations

import pytest

from tests.fuzz.fuzz import ROLES, a_trial, fuzz

SECONDS = 4


@pytest.fixture(scope="module")
def trial():
    with a_trial() as told:
        yield told


@pytest.mark.parametrize("role", ROLES)
def test_whatever_a_role_sends_has_an_answer_that_is_described(trial, role):
    url, keys = trial
    fine, said = fuzz(url, keys[role], cases=10, seconds=SECONDS)
    assert fine, said
