"""A draft is for one browser and one person, for a short while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.people.drafts.keep import draft_of, forget_drafts, keep
from booking.people.drafts.rules import DRAFTS_MOST, TYPED_MOST, Content, account_of, drawn_for
from tests import builders
from tests.browsing import SECRET
from tests.builders import NOW
from tests.owner import by_owner
from workshops.database import value

TYPED = Content(where="/mes-groupes", action="/mes-groupes", typed={"name": ["4e B, Léa"], "levels": ["4e", "3e"]})
HOUR = timedelta(hours=1)


async def kept(account: int, content: Content = TYPED, *, key: str = "this browser", **more) -> int | None:
    return await keep(content, key=key, account=account, secret_key=SECRET, **{"lasts": HOUR, "now": NOW} | more)


async def found(number: int | None, account: int, *, key: str = "this browser", secret_key: str = SECRET, now=NOW):
    assert number is not None
    return await draft_of(number, key=key, account=account, secret_key=secret_key, now=now)


async def test_a_draft_comes_back_whole_until_its_time_is_over(db):
    claire = await builders.account()
    number = await kept(claire)
    assert await found(number, claire, now=NOW + HOUR - timedelta(seconds=1)) == TYPED
    assert await found(number, claire, now=NOW + HOUR) is None
    assert await forget_drafts(now=NOW + HOUR) == 1


async def test_another_browser_and_another_person_read_nothing(db):
    claire, paul = await builders.account(), await builders.account()
    number = await kept(claire)
    assert await found(number, claire, key="another browser") is None
    assert await found(number, paul) is None
    await by_owner("UPDATE drafts SET account = $1", paul)
    assert await found(number, paul) is None
    await by_owner("UPDATE drafts SET account = $1", claire)
    assert await found(number, claire, secret_key="another site") is None


async def test_the_database_alone_holds_no_word_of_it(db):
    await kept(await builders.account())
    assert b"B, L" not in await value("SELECT sealed FROM drafts")


async def test_a_person_has_her_latest_drafts_alone_and_none_that_is_longer_than_a_form(db):
    claire = await builders.account()
    numbers = [await kept(claire) for _ in range(DRAFTS_MOST + 3)]
    assert await value("SELECT array_agg(id ORDER BY id) FROM drafts") == numbers[3:]
    long = Content(where="/a", action="/a", typed={"name": ["x" * TYPED_MOST]})
    assert await kept(claire, long) is None


@pytest.mark.parametrize("mark", ["", "7", "7.", "7.0000", "x.0", "٧.0"])
def test_a_form_says_for_whom_it_was_drawn_and_nobody_else_can(mark):
    assert account_of(drawn_for(7, SECRET), SECRET) == 7
    assert account_of(mark, SECRET) is None
    assert account_of(drawn_for(7, "another site"), SECRET) is None
