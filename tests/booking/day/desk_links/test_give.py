"""A desk link: for one slot, that day, until it is revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.day.desk_links.give import give_link, revoke_link
from booking.day.desk_links.queries import helper_of, links_of, open_link
from booking.day.desk_links.rules import LinkEnded, LinkTooEarly, NoSuchLink, SlotOver
from tests.booking.day.checkin.day import NINE_FOUR, NOON, START, Day
from tests.builders import paris
from workshops.database import rows, value
from workshops.refusals import NotFound
from workshops.scope import of_school

TOKEN = "a link of the tests"


async def given(day: Day, token: str = TOKEN) -> int:
    return await give_link(day.slot, token=token, account=day.host, school=day.school, now=NINE_FOUR)


async def test_a_link_opens_its_slot_from_midnight_to_two_hours_after_the_end(day):
    link = await given(day)
    end = START + timedelta(hours=3)
    seen = {}
    for at in (paris("2027-03-24 23:59"), paris("2027-03-25 00:00"), NINE_FOUR, end + timedelta(minutes=119)):
        helper = await helper_of(TOKEN, csrf="", now=at)
        seen[at] = helper and (helper.link, helper.slot, helper.school)
    whole = (link, day.slot, day.school)
    assert list(seen.values()) == [None, whole, whole, whole]
    assert await helper_of(TOKEN, csrf="", now=end + timedelta(hours=2)) is None


async def test_a_link_that_does_not_open_says_why(day):
    link = await given(day)
    with pytest.raises(LinkTooEarly) as early:
        await open_link(TOKEN, now=paris("2027-03-24 23:59"))
    assert early.value.sentence == "Ce lien s'ouvre le jour de la visite, jeudi 25 mars 2027, 9 h 00."
    with pytest.raises(LinkEnded):
        await open_link(TOKEN, now=START + timedelta(days=1))
    with pytest.raises(NoSuchLink):
        await open_link("another", now=NINE_FOUR)
    await revoke_link(link, slot=day.slot, account=day.host, school=day.school, now=NINE_FOUR)
    with pytest.raises(LinkEnded):
        await open_link(TOKEN, now=NINE_FOUR)


async def test_a_called_off_slot_ends_its_links(day):
    await given(day)
    await value("UPDATE slots SET state = 'called_off', reason = 'Grève.' WHERE id = $1", day.slot)
    assert await helper_of(TOKEN, csrf="", now=NINE_FOUR) is None
    with pytest.raises(SlotOver):
        await given(day, "a second")


async def test_only_the_hash_of_a_link_is_kept_and_each_act_is_journalled(day):
    link = await given(day)
    await revoke_link(link, slot=day.slot, account=day.host, school=day.school, now=NOON)
    assert [len(one["token_hash"]) for one in await rows("SELECT token_hash FROM desk_links")] == [32]
    acts = await rows("SELECT act, by, about, detail FROM events WHERE act LIKE 'desk_link%' ORDER BY id")
    assert [tuple(one) for one in acts] == [
        ("desk_link_given", day.host, day.slot, f"lien {link}"),
        ("desk_link_revoked", day.host, day.slot, f"lien {link}"),
    ]
    (kept,) = (await links_of(day.slot, scope=of_school(day.school), now=NOON)).links
    assert (kept.id, kept.made_by, kept.created_at, kept.revoked_at) == (link, "Hélène Faivre", NINE_FOUR, NOON)


async def test_another_lycee_neither_gives_nor_revokes(day):
    link = await given(day)
    with pytest.raises(NotFound):
        await give_link(day.slot, token="other", account=day.host, school=day.school + 1, now=NOON)
    with pytest.raises(NotFound):
        await revoke_link(link, slot=day.slot, account=day.host, school=day.school + 1, now=NOON)
    with pytest.raises(NotFound):
        await links_of(day.slot, scope=of_school(day.school + 1), now=NOON)
    assert await helper_of(TOKEN, csrf="", now=NOON) is not None
