"""Every refusal has its page: what it means, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

import booking
import workshops
from booking.door.http.refusals import HTTP_SENTENCES
from booking.web.public.help import PROBLEMS
from tests.browsing import read
from workshops.refusals import Refusal


def every_refusal() -> Iterator[type[Refusal]]:
    """Every subclass there is, whatever has been imported so far."""
    for package in (booking, workshops):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                import_module(found.name)
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        one = waiting.pop()
        # A test's own are no reason of ours.
        if one.__module__.startswith(("booking.", "workshops.")):
            yield one
        waiting += one.__subclasses__()


def test_every_kind_is_told_and_no_page_is_left_over():
    told_by_http = {kind for kind, _, _ in HTTP_SENTENCES.values()} | {"crash"}
    assert set(PROBLEMS) == {one.kind for one in every_refusal()} | told_by_http


def test_a_page_has_the_title_of_its_refusal():
    titles: dict[str, set[str]] = {}
    for one in every_refusal():
        titles.setdefault(one.kind, set()).add(one.title)
    assert {kind: PROBLEMS[kind].title for kind in titles if PROBLEMS[kind].title not in titles[kind]} == {}


@pytest.mark.parametrize("kind", ["slot-full", "invalid", "crash"])
async def test_the_address_of_a_problem_says_what_to_do(visitor, kind):
    answer = await visitor.get(f"/problems/{kind}")
    told = PROBLEMS[kind]
    words = " ".join(f"{told.title} {told.means} Que faire {told.todo}".replace("\u202f", " ").split())
    assert (answer.status_code, words in read(answer)) == (200, True)


async def test_a_kind_that_nobody_refuses_with_has_no_page(visitor):
    assert (await visitor.get("/problems/something-else")).status_code == 404
